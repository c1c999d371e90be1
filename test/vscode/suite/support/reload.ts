import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from 'vscode';
import { fileUri, show } from './documents';
import { hasPage, inPanel, page } from './page';

/** The name of the suite about what comes back. */
export const afterReload = 'the panel after a reload of the window';

/** Left where the window leaves its answers: all that runs in the window begins anew. */
const mark = join(process.env['NGINX_WEBSOCKET_PAGE_ANSWERS'] ?? '', 'reloaded');

/** Whether the window was reloaded, so that what is left to test is what came back. */
export const isReloaded = hasPage && existsSync(mark);

/** Opens the panel beside an editor, brings its map to the front, and reloads the window: the tests begin anew. */
export async function reloadWindow(): Promise<never> {
  await show('routes', 'conf.d', 'chat.conf');
  await commands.executeCommand('nginxWebsocket.explain', {
    uri: fileUri('routes', 'nginx.conf').toString(),
    url: 'wss://chat.example/hub',
  });
  await page('wait', inPanel('.verdict >> text=blocked, 400'));
  await page('click', inPanel('#tab-map'));
  await page('wait', inPanel('.box.lit:has-text("/hub")'));
  writeFileSync(mark, '');
  void commands.executeCommand('workbench.action.reloadWindow');
  return new Promise(() => {});
}
