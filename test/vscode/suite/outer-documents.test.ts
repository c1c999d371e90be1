import * as assert from 'node:assert/strict';
import { type CodeAction, commands, workspace } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, show } from './support/documents';
import { waitFor } from './support/waiting';

const RULE = 'websocket-upgrade-missing';

suite('a ConfigMap with a file of nginx', () => {
  teardown(closeAll);

  test('shows what is wrong in it, and the fix is indented as the YAML is', async () => {
    const document = await show('kubernetes', 'chat.yaml');
    assert.equal(document.languageId, 'yaml');
    const [diagnostic] = await waitForDiagnostics(document.uri, RULE, 1);
    assert.equal(
      document.lineAt(diagnostic?.range.start ?? assert.fail()).text.trim(),
      'proxy_pass http://chat:3000;',
    );
    const preferred = await waitFor('the fix', async () => {
      const actions = await commands.executeCommand<CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        diagnostic?.range,
      );
      return actions.find(({ isPreferred, edit }) => isPreferred === true && edit !== undefined);
    });
    assert.ok(preferred.edit !== undefined && (await workspace.applyEdit(preferred.edit)));
    assert.match(document.getText(), /^ {12}proxy_set_header Upgrade \$http_upgrade;$/m);
    await waitForDiagnostics(document.uri, RULE, 0);
  });
});
