import * as assert from 'node:assert/strict';
import { TabInputWebview, window } from 'vscode';
import { closeAll } from './support/documents';
import { inPanel, page } from './support/page';
import { afterReload } from './support/reload';

suite(afterReload, () => {
  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'failed-reload');
    await closeAll();
  });

  test('stands where it stood, with the same tab, configuration and URL', async () => {
    await page('wait', inPanel('.box.lit:has-text("/hub")'));
    const columns = window.tabGroups.all.flatMap(({ tabs, viewColumn }) =>
      tabs.filter(({ input }) => input instanceof TabInputWebview).map(() => viewColumn),
    );
    assert.deepEqual(columns, [2]);
    await page('wait', inPanel('h1 >> text=routes/nginx.conf'));
    await page('click', inPanel('#tab-way'));
    await page('wait', inPanel('.verdict >> text=blocked, 400 Bad Request'));
    await page('screenshot', 'panel-reloaded');
  });
});
