import * as assert from 'node:assert/strict';
import { commands, ConfigurationTarget, type Uri, workspace } from 'vscode';
import { closeAll, fileUri, show, showUri } from './support/documents';
import { page } from './support/page';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const PICK = '.quick-input-widget';

function valueInFolder(name: string): unknown {
  const configuration = workspace.getConfiguration('nginxWebsocket', fileUri());
  return configuration.inspect(name)?.workspaceFolderValue;
}

async function setInFolder(name: string, value: unknown): Promise<void> {
  const configuration = workspace.getConfiguration('nginxWebsocket', fileUri());
  await configuration.update(name, value, ConfigurationTarget.WorkspaceFolder);
}

/** Opens the details of the language status, and goes on by its command. */
async function openActions(): Promise<void> {
  await page('hover', '#status\\.languageStatus');
  await page('click', '.hover-language-status:has-text("nginx 1.28.0") >> text=Actions');
  await page('wait', `${PICK} >> text=Set nginx Version…`);
}

suite('the status, as a person sees it', () => {
  let before: unknown;

  setup(() => {
    before = valueInFolder('nginxVersion');
  });

  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'status-failed');
    await page('press', 'Escape');
    await setInFolder('nginxVersion', before);
    await setInFolder('mainConfiguration', undefined);
    await closeAll();
  });

  test('leads to a choice of versions, in which one can be typed', async () => {
    await show('broken', 'nginx.conf');
    await page('hover', '#status\\.languageStatus');
    await page('wait', '.hover-language-status >> text=broken/nginx.conf · 2 routes, 2 blocked');
    await page('screenshot', 'status');
    await openActions();
    await page('click', `${PICK} >> text=Set nginx Version…`);
    await page('wait', `${PICK} >> text=Debian 12`);
    await page('screenshot', 'versions');
    await page('type', '1.29.7');
    await page('wait', `${PICK} >> text=typed`);
    await page('press', 'Enter');
    await waitFor('the setting', () => valueInFolder('nginxVersion') === '1.29.7');
    await page('hover', '#status\\.languageStatus');
    await page('wait', '.hover-language-status >> text=nginx 1.29.7 (setting)');
  });

  test('leads to a choice of main files', async () => {
    const folder: Uri = await scratchCopy('routes');
    await showUri(folder.with({ path: `${folder.path}/conf.d/chat.conf` }));
    const main = `${workspace.asRelativePath(folder)}/nginx.conf`;
    void commands.executeCommand('nginxWebsocket.setMainConfiguration');
    await page('wait', `${PICK} .monaco-list-row`);
    await page('type', main);
    await page('click', `${PICK} .monaco-list-row:has-text("${main}") .monaco-checkbox`);
    await page('screenshot', 'mains');
    await page('click', `${PICK} >> text=OK`);
    const value = await waitFor('the setting', () => {
      const globs = valueInFolder('mainConfiguration');
      return Array.isArray(globs) && globs;
    });
    assert.deepEqual(value, [main]);
  });
});
