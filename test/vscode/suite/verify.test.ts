import * as assert from 'node:assert/strict';
import { type CodeLens, commands, type TextDocument, workspace } from 'vscode';
import { closeAll, replace, show } from './support/documents';
import { hasNginx } from './support/nginx';
import { hasPage, inPanel, page } from './support/page';
import { waitFor } from './support/waiting';

const SCHEME = 'nginx-websocket-verify';

/** The report, once it says so. */
function reportWith(text: string): Promise<TextDocument> {
  return waitFor(`a report with ${text}`, () =>
    workspace.textDocuments.find(
      (document) => document.uri.scheme === SCHEME && document.getText().includes(text),
    ),
  );
}

suite('the verification in a real nginx', () => {
  suiteSetup(function skipWithoutNginx() {
    if (!hasNginx('the verification in a real nginx')) this.skip();
  });
  teardown(async function () {
    if (this.currentTest?.isFailed() === true && hasPage) await page('screenshot', 'failed-verify');
    await closeAll();
  });

  test('says 426; after the fix, one click later, it says 101', async () => {
    const document = await show('broken', 'nginx.conf');
    void commands.executeCommand('nginxWebsocket.verify');
    const report = await reportWith('predicted  blocked, 426');
    assert.match(report.getText(), /seen {7}fails, 426: /);
    assert.match(report.getText(), /back end {3}chat-server got GET \/api\/chat HTTP\/1\.0/);
    assert.match(report.getText(), /0 of \d WebSockets? opened, all as predicted\.\n$/);

    // What is not saved is verified, too.
    await replace(
      document,
      'rewrite ^/api/chat/(.*) /$1 break;',
      'rewrite ^/api/chat/(.*) /$1 break; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;',
    );
    const lenses = await commands.executeCommand<CodeLens[]>(
      'vscode.executeCodeLensProvider',
      report.uri,
      99,
    );
    const again = lenses.find(({ command }) => command?.title === 'Verify again')?.command;
    assert.ok(again !== undefined);
    void commands.executeCommand(again.command, ...(again.arguments ?? []));
    const second = await reportWith('predicted  passes, 101');
    assert.match(second.getText(), /seen {7}works, 101: /);
    const marks = await waitFor('the mark of what was seen', async () => {
      const shown = await commands.executeCommand<CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        99,
      );
      const titles = shown.flatMap(({ command }) => command?.title ?? []);
      return titles.some((title) => title.startsWith('seen in nginx 1.')) ? titles : undefined;
    });
    assert.ok(marks.includes('Verify'));
    assert.match(second.getText(), /[1-9] of \d WebSockets? opened, all as predicted\.\n$/);
  });

  const testOfPage = hasPage ? test : test.skip;
  testOfPage(
    'is in the panel beside what is predicted; its fix and one more click open the WebSocket',
    async () => {
      const document = await show('broken', 'nginx.conf');
      const newest = (selector: string): string => inPanel(`.seen > details >> nth=0 >> ${selector}`);
      await commands.executeCommand('nginxWebsocket.explain', {
        uri: document.uri.toString(),
        url: 'ws://localhost/api/chat',
      });
      await page('wait', inPanel('.verdict >> text=blocked, 426'));
      await page('click', inPanel('.verify'));
      await page('wait', newest('text="did not open: 426 Upgrade Required, as predicted"'));
      await page('wait', newest('text=Seen in nginx/'));
      await page('click', newest('summary >> text=What reached the back end'));
      await page('wait', newest('pre:has-text("chat-server got GET /api/chat HTTP/1.0")'));
      await page('screenshot', 'panel-verified');
      assert.equal(await page('axe', inPanel('main')), '[]');

      await page('click', newest('.fix-seen'));
      await waitFor('the fix', () => document.getText().includes('proxy_set_header Upgrade $http_upgrade;'));
      await page('click', newest('.again'));
      await page('wait', newest('text="opened, as predicted"'));
    },
  );
});
