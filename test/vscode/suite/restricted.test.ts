import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { commands, ConfigurationTarget, languages, lm, window, workspace } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, runSourceAction, replace, show } from './support/documents';
import type { ToolsApi } from './support/language-models';
import { hasPage, page } from './support/page';

const RULE = 'websocket-upgrade-missing';

async function setVersion(version: string | undefined): Promise<void> {
  const configuration = workspace.getConfiguration('nginxWebsocket');
  await configuration.update('nginxVersion', version, ConfigurationTarget.Workspace);
}

suite('Restricted Mode', () => {
  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'failed');
    await closeAll();
  });

  test('has diagnostics that follow what is typed', async () => {
    assert.equal(workspace.isTrusted, false);
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    await replace(document, 'proxy_pass http://localhost/;', 'return 204;');
    await waitForDiagnostics(document.uri, RULE, 1);
  });

  test('has fix-all', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    await runSourceAction(document, 'source.fixAll.nginxWebsocket');
    await waitForDiagnostics(document.uri, RULE, 0);
  });

  test('has no test with nginx', async () => {
    const document = await show('tested', 'nginx.conf');
    void commands.executeCommand('nginxWebsocket.testConfiguration');
    if (hasPage) {
      await commands.executeCommand('notifications.showList');
      await page('wait', '.notifications-center >> text=in a trusted workspace only');
    }
    assert.deepEqual(
      languages.getDiagnostics(document.uri).filter(({ source }) => source === 'nginx'),
      [],
    );
    await commands.executeCommand('notifications.clearAll');
  });

  test('sends no probe before a person has confirmed the host', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      // VS Code shows no dialogs while tests run; it says which one it would have shown.
      await assert.rejects(
        async () => commands.executeCommand('nginxWebsocket.probe', { url: `ws://${host}/chat?token=abc` }),
        (error: Error) => error.message.includes(`Send a WebSocket handshake to ${host}?`),
      );
      const { invokeTool } = lm as unknown as ToolsApi;
      await assert.rejects(
        async () =>
          invokeTool('nginx-websocket_probe', {
            input: { url: `ws://${host}/chat` },
            toolInvocationToken: undefined,
          }),
        (error: Error) => error.message.includes(`Send a WebSocket handshake to ${host}?`),
      );
      assert.equal(connections, 0);
      assert.equal(window.activeTextEditor, undefined, 'There is no report.');
    } finally {
      server.close();
    }
  });

  test('assumes a version of nginx, whatever the one on PATH', async function () {
    // Only a window that can be asked tells what the language status says.
    if (!hasPage) this.skip();
    await setVersion(undefined);
    try {
      const document = await show('broken', 'nginx.conf');
      await waitForDiagnostics(document.uri, RULE, 2);
      await page('hover', '#status\\.languageStatus');
      await page('wait', '.hover-language-status >> text=nginx 1.28.0 (assumed)');
    } finally {
      await setVersion('1.28.0');
    }
  });
});
