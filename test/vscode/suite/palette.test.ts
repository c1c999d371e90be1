import * as assert from 'node:assert/strict';
import { commands } from 'vscode';
import { closeAll, show, withoutConfigurations } from './support/documents';
import { clickUntilShown, page } from './support/page';
import { waitFor } from './support/waiting';

const PICK = '.quick-input-widget';

/** The commands of ours that the palette has now, sorted. */
async function palette(): Promise<string[]> {
  await page('press', 'F1');
  await page('wait', PICK);
  await page('type', 'NGINX WebSocket: ');
  await page('wait', `${PICK} .monaco-list-row:has-text("NGINX WebSocket: ")`);
  // The list holds more than it shows, and is short enough to show all.
  const text = await page('text', `${PICK} .monaco-list-rows`);
  await page('press', 'Escape');
  return text
    .split('\n')
    .flatMap((line) => /^NGINX WebSocket: (.+)$/.exec(line.trim())?.[1] ?? [])
    .toSorted();
}

suite('the palette, as a person sees it', () => {
  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'palette-failed');
    await page('press', 'Escape');
    await closeAll();
  });

  test('has the commands for a configuration when there is one', async () => {
    await show('broken', 'nginx.conf');
    await waitFor('the commands', async () => {
      const titles = await palette();
      return ['Explain This Verdict…', 'Fix All WebSocket Problems', 'Test Configuration with nginx'].every(
        (title) => titles.includes(title),
      );
    });
  });

  test('has only those that can work when there is none', async () => {
    await show('.gitignore');
    await withoutConfigurations(async () => {
      await waitFor('the others to go', async () => !(await palette()).includes('Explain This Verdict…'));
      assert.deepEqual(await palette(), [
        'Check Workspace',
        'New File with the Example Configuration',
        'Probe Endpoint with Options…',
        'Probe Endpoint…',
        'Restart Server',
        'Set Main Configuration…',
        'Set nginx Version…',
        'Show Output',
      ]);
    });
  });

  test('leads to the walkthrough, whose first step opens a configuration', async () => {
    const walkthrough = 'nginx-websocket.nginx-websocket#websocket';
    await commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
    await page('wait', 'text=Make WebSocket work through nginx');
    await commands.executeCommand('workbench.action.closeSidebar');
    // It opens at the first step that is not done.
    // Its pages are two frames deep.
    const frame = 'internal:control=enter-frame';
    await clickUntilShown(
      'text=Open or create a configuration',
      `iframe.webview >> ${frame} >> iframe >> ${frame} >> text=The example configuration has this`,
    );
    await page('screenshot', 'walkthrough');
    await page('click', 'text=Insert the Example Configuration');
    await page('wait', '.view-line >> text=http_upgrade');
    await commands.executeCommand('workbench.view.explorer');
  });
});
