import * as assert from 'node:assert/strict';
import { commands, DiagnosticSeverity, languages, type TextDocument, window } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, show } from './support/documents';
import { waitFor } from './support/waiting';

const RULE = 'websocket-upgrade-missing';

suite('the first steps', () => {
  teardown(closeAll);

  test('a new file has the example configuration, without an Error or a Warning', async () => {
    await commands.executeCommand('nginxWebsocket.insertDocumentedConfiguration');
    const document = await waitFor('the file', (): TextDocument | undefined => {
      const active = window.activeTextEditor?.document;
      return active?.isUntitled === true && active.getText().includes('proxy_pass') ? active : undefined;
    });
    assert.equal(document.languageId, 'nginx');
    const lines = document.getText().split('\n');
    assert.deepEqual(lines.slice(0, 6), [
      'events {',
      '}',
      '',
      'http {',
      '    upstream chat {',
      '        server 127.0.0.1:3000;',
    ]);
    assert.ok(lines.includes('            proxy_set_header Upgrade $http_upgrade;'));
    assert.deepEqual(lines.slice(-3), ['    }', '}', '']);
    const all = await waitFor('what is to be said of it', () => {
      const diagnostics = languages.getDiagnostics(document.uri);
      return diagnostics.length > 0 && diagnostics;
    });
    assert.deepEqual(
      all.filter(({ severity }) => severity <= DiagnosticSeverity.Warning).map(({ message }) => message),
      [],
    );
  });

  test('all problems of the configuration in front are fixed at once', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    // VS Code drops a source action while the markers change; a person would ask again.
    await waitFor('the fix', async () => {
      await commands.executeCommand('nginxWebsocket.fixAll');
      return document.getText().includes('map $http_upgrade $connection_upgrade');
    });
    await waitForDiagnostics(document.uri, RULE, 0);
  });
});
