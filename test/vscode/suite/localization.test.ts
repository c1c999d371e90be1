import * as assert from 'node:assert/strict';
import { commands, env } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, show } from './support/documents';
import { inPanel, page } from './support/page';

suite('the texts in Simplified Chinese', () => {
  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'localization-failed');
    await page('press', 'Escape');
    await closeAll();
  });

  test('are those of the commands and views', async () => {
    assert.equal(env.language, 'zh-cn');
    await show('broken', 'nginx.conf');
    await page('press', 'F1');
    await page('wait', '.quick-input-widget');
    await page('type', 'NGINX WebSocket: 修复');
    // Under it stands the English title.
    await page(
      'wait',
      '.quick-input-widget .monaco-list-row:has-text("NGINX WebSocket: 修复所有 WebSocket 问题")',
    );
    await page('press', 'Escape');
    await page('wait', '.pane-header >> text=WebSocket 路由');
  });

  test('are those of the walkthrough and its pages', async () => {
    const walkthrough = 'nginx-websocket.nginx-websocket#websocket';
    await commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
    await page('wait', 'text=让 WebSocket 通过 nginx');
    await commands.executeCommand('workbench.action.closeSidebar');
    await page('click', 'text=打开或新建配置');
    const frame = 'internal:control=enter-frame';
    await page('wait', `iframe.webview >> ${frame} >> iframe >> ${frame} >> text=示例配置为 80 端口的`);
    await commands.executeCommand('workbench.view.explorer');
  });

  test('are those of the settings', async () => {
    await commands.executeCommand('workbench.action.openSettings', 'nginxWebsocket.detectLanguage');
    await page('wait', '.settings-editor >> text=看起来是 nginx 配置时如何处理');
  });

  test('are those of findings and lenses, which the server makes, and of the status', async () => {
    const { uri } = await show('broken', 'nginx.conf');
    const [problem] = await waitForDiagnostics(uri, 'websocket-upgrade-missing', 2);
    assert.match(problem?.message ?? '', /^WebSocket 握手在这里会失败：后端/);
    await page('wait', '.codelens-decoration >> text=WebSocket 被阻止：升级未转发');
    await page('hover', '#status\\.languageStatus');
    await page('wait', '.hover-language-status >> text=条路由');
  });

  test('are those of the panel', async () => {
    const { uri } = await show('routes', 'conf.d', 'chat.conf');
    await commands.executeCommand('nginxWebsocket.explain', {
      uri: uri.toString(),
      url: 'wss://chat.example/hub',
    });
    await page('wait', inPanel('text=到达后端的请求'));
    await page('wait', inPanel('text=修复：'));
    await page('wait', inPanel('.stations >> text=没有到达后端'));
    await page('wait', inPanel('.verdict >> text=被阻止，400 Bad Request'));
    await page('wait', inPanel('.verify >> text=验证'));
    await page('screenshot', 'panel-zh-cn');
    assert.equal(await page('axe', inPanel('main')), '[]');
    await page('click', inPanel('#tab-map'));
    await page('wait', inPanel('text=仅显示问题'));
    await page('screenshot', 'panel-zh-cn-map');
  });
});
