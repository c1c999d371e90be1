import * as assert from 'node:assert/strict';
import { commands, type Diagnostic, DiagnosticSeverity, languages, Uri, workspace } from 'vscode';
import { closeAll, replace, showUri } from './support/documents';
import { scratchCopy } from './support/scratch';
import { ruleOf } from './support/diagnostics';
import { waitFor } from './support/waiting';

/** Ours, hints left out: those that the Problems panel shows. */
function found(uri: Uri): Diagnostic[] {
  return languages
    .getDiagnostics(uri)
    .filter(({ source, severity }) => source === 'nginx-websocket' && severity !== DiagnosticSeverity.Hint);
}

async function waitForCount(uri: Uri, count: number): Promise<Diagnostic[]> {
  return waitFor(`${count} findings in ${uri.path}`, () => {
    const diagnostics = found(uri);
    return diagnostics.length === count && diagnostics;
  });
}

suite('Check Workspace', () => {
  let main: Uri;
  let chat: Uri;

  setup(async () => {
    await closeAll();
    const folder = await scratchCopy('routes');
    main = Uri.joinPath(folder, 'nginx.conf');
    chat = Uri.joinPath(folder, 'conf.d', 'chat.conf');
    // Nothing waits for the command: its message stays until somebody answers.
    void commands.executeCommand('nginxWebsocket.checkWorkspace');
  });

  teardown(async () => {
    await commands.executeCommand('nginxWebsocket.clearCheck');
    await commands.executeCommand('notifications.clearAll');
    await closeAll();
  });

  test('finds what is in files that are not open, with the rest of their configurations', async () => {
    const [finding] = await waitForCount(chat, 1);
    assert.equal(
      typeof finding?.code === 'object' ? finding.code.value : undefined,
      'websocket-header-value',
    );
    assert.equal(finding?.range.start.line, 18);
    // Judged alone, without `upstream chat` and `http`, it would be a fragment.
    // What is only a Hint is left to the editor.
    assert.deepEqual(found(main).map(ruleOf), []);
    assert.ok(!workspace.textDocuments.some(({ uri }) => uri.toString() === chat.toString()));
    // Only its beginning tells that this one is nginx.
    const uri = Uri.joinPath(main, '..', '..', '..', 'detect', 'chat.conf');
    await waitFor('the findings', () => found(uri).length > 0);
  });

  test('says nothing twice of a file that is opened, says it again when that is closed, and is cleared', async () => {
    await waitForCount(chat, 1);
    const document = await showUri(chat);
    await replace(document, 'listen 443 ssl', 'listen 8443 ssl');
    // By now the editor's own diagnostics are there.
    await replace(document, '127.0.0.1:5000', '127.0.0.1:5001');
    await waitForCount(chat, 1);
    await replace(document, '"close"', '"upgrade"');
    await waitForCount(chat, 0);
    await closeAll();
    await waitForCount(chat, 1);
    await commands.executeCommand('nginxWebsocket.clearCheck');
    assert.deepEqual(found(chat), []);
  });
});
