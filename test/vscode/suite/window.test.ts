import * as assert from 'node:assert/strict';
import { commands } from 'vscode';
import { waitForDiagnostics } from './support/diagnostics';
import { closeAll, show } from './support/documents';
import { page } from './support/page';
import { waitFor } from './support/waiting';

const RULE = 'websocket-upgrade-missing';

suite('the window, as a person sees it', () => {
  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'failed');
    await closeAll();
  });

  test('says in the language status for which nginx and with which main file a document is judged', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    await page('hover', '#status\\.languageStatus');
    await page('wait', '.hover-language-status >> text=broken/nginx.conf · 2 routes, 2 blocked');
    const text = await page('text', '.hover-language-status');
    assert.match(text, /nginx 1\.28\.0 \(setting\)/);
    await commands.executeCommand('workbench.action.focusActiveEditorGroup');
  });

  test('mends a location by the light bulb and the Enter key', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, RULE, 2);
    await page('click', '.view-line:has-text("http://chat") >> text=proxy_pass');
    // Faster than the light bulb, a request for the quick-fixes may be replaced by the light bulb's own.
    await page('wait', '.monaco-editor [class*="lightbulb"]');
    await page('screenshot', 'squiggle');
    await page('press', 'Control+.');
    await page('wait', '.action-widget >> text=Forward the WebSocket upgrade');
    await page('screenshot', 'light-bulb');
    await page('press', 'Enter');
    await waitFor('the fix', () => document.getText().includes('proxy_set_header Upgrade $http_upgrade;'));
    await waitForDiagnostics(document.uri, RULE, 1);
    await page('screenshot', 'fixed');
  });
});
