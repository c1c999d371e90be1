import * as assert from 'node:assert/strict';
import { ChildProcess } from 'node:child_process';
import { commands, extensions, languages, window } from 'vscode';
import { diagnosticsNow, waitForDiagnostics } from './support/diagnostics';
import { closeAll, replace, show } from './support/documents';
import { waitFor } from './support/waiting';

const RULE = 'websocket-upgrade-missing';

/** The part of Node that no type knows: all that keeps the process running. */
interface WithHandles {
  _getActiveHandles(): readonly unknown[];
}

/** The extension runs in this process too, so the server is a child of ours. */
function serverProcess(): ChildProcess | undefined {
  return (process as unknown as WithHandles)
    ._getActiveHandles()
    .filter((handle) => handle instanceof ChildProcess)
    .find((child) => child.connected && child.spawnargs.some((argument) => argument.endsWith('server.js')));
}

suite('the server', () => {
  teardown(closeAll);

  test('starts afresh with Restart Server, and goes on where it was', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    const counts: number[] = [];
    const listener = languages.onDidChangeDiagnostics(() =>
      counts.push(diagnosticsNow(document.uri, RULE).length),
    );
    try {
      await commands.executeCommand('nginxWebsocket.restartServer');
      await waitFor('diagnostics to go and come back', () => {
        const gone = counts.indexOf(0);
        return gone !== -1 && counts.includes(2, gone);
      });
    } finally {
      listener.dispose();
    }
    await replace(document, 'proxy_pass http://localhost/;', 'return 204;');
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('is started once however often a restart is asked for at a time', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    const restart = () => commands.executeCommand('nginxWebsocket.restartServer');
    await Promise.all([restart(), restart(), restart()]);
    await waitForDiagnostics(document.uri, RULE, 2);
  });

  test('is started again after a crash, and keeps what is not saved', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    await replace(document, 'proxy_pass http://localhost/;', 'return 204;');
    await waitForDiagnostics(document.uri, RULE, 1);
    const before = await waitFor('the process of the server', serverProcess);
    before.kill('SIGKILL');
    await waitFor(
      'another process',
      () => serverProcess()?.pid !== before.pid && serverProcess() !== undefined,
    );
    // The rest of the findings is in the text that only the editor has.
    await replace(document, 'proxy_pass http://chat;', 'return 204;');
    await waitForDiagnostics(document.uri, RULE, 0);
    assert.ok(document.isDirty);
  });

  test('writes to an output that Show Output shows', async () => {
    await commands.executeCommand('nginxWebsocket.showOutput');
    await waitFor('the output', () =>
      window.visibleTextEditors.some(({ document }) => document.uri.scheme === 'output'),
    );
    await commands.executeCommand('workbench.action.closePanel');
  });

  test('is reached from the palette by commands that are all there', async () => {
    const extension = extensions.getExtension('nginx-websocket.nginx-websocket');
    assert.ok(extension !== undefined);
    await extension.activate();
    const contributed: { command: string }[] = extension.packageJSON.contributes.commands;
    const known = new Set(await commands.getCommands(true));
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter(({ command }) => !known.has(command)),
      [],
    );
  });
});
