import * as assert from 'node:assert/strict';
import { commands, Selection, type TextDocument, type Uri, window, workspace } from 'vscode';
import { closeAll, showUri } from './support/documents';
import { inPanel, page } from './support/page';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const HUB = 'wss://chat.example/hub';

suite('the map of the panel', () => {
  let folder: Uri;
  let document: TextDocument;

  const open = async (url: string): Promise<void> => {
    await commands.executeCommand('nginxWebsocket.explain', { uri: document.uri.toString(), url });
    await page('click', inPanel('#tab-map'));
    await page('wait', inPanel('.box'));
  };

  /** Past the box and the check mark of the filter. */
  const focusMap = async (): Promise<void> => {
    await page('click', inPanel('#tab-map'));
    for (let times = 0; times < 3; times += 1) await page('press', 'Tab');
    await page('wait', inPanel('.scroll:focus'));
  };

  setup(async () => {
    folder = await scratchCopy('routes');
    document = await showUri(folder.with({ path: `${folder.path}/conf.d/chat.conf` }));
  });

  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'failed-map');
    await closeAll();
  });

  test('shows what leads where, and lights the way up', async () => {
    await open(HUB);
    await page('wait', inPanel('.box.location:has-text("/hub"):has-text("Connection: close")'));
    await page('wait', inPanel('.box.lit:has-text("/hub")'));
    await page('wait', inPanel('.box.server.lit:has-text("chat.example")'));
    await page('screenshot', 'panel-map');
    assert.equal(await page('axe', inPanel('main')), '[]');
  });

  test('goes to a line, by click and by keyboard, and marks where the cursor is', async () => {
    await open(HUB);
    await page('click', inPanel('.box.location:has-text("/hub")'));
    const line = await waitFor('the line', () => {
      const { activeTextEditor: editor } = window;
      return editor?.selection.active.line === 14 && editor.document.lineAt(14).text;
    });
    assert.match(line, /location \/hub/);
    await page('wait', inPanel('.box.here:has-text("/hub")'));
    const editor = await window.showTextDocument(document);
    editor.selection = new Selection(7, 0, 7, 0);
    await page('wait', inPanel('.box.here:has-text("/api/chat")'));

    await focusMap();
    await page('press', 'End');
    await page('press', 'Home');
    await page('press', 'Enter');
    await waitFor('another line', () => window.activeTextEditor?.selection.active.line !== 7);
  });

  test('is filtered by words and by problems', async () => {
    await open(HUB);
    await page('wait', inPanel('.box.location:has-text("/api/chat")'));
    await page('click', inPanel('.filter label'));
    await waitFor(
      'the filter',
      async () => (await page('visible', inPanel('.box.location:has-text("/api/chat")'))) === 'false',
    );
    await page('wait', inPanel('.box.location:has-text("/hub")'));
    await page('wait', inPanel('[role=status] >> text=1 locations'));
  });

  test('draws of 5,000 locations what is in view', async () => {
    const locations = Array.from(
      { length: 5000 },
      (_, at) => `    location /l${at} { proxy_pass http://b${at % 7}; }\n`,
    );
    const file = folder.with({ path: `${folder.path}/large/nginx.conf` });
    const text = `events {}\nhttp {\n  server {\n    listen 80;\n${locations.join('')}  }\n}\n`;
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    document = await showUri(file);
    await open('ws://localhost/l1');
    await page('wait', inPanel('[role=status] >> text=5000 locations'));
    await focusMap();
    await page('press', 'ArrowRight');
    await page('press', 'ArrowRight');
    await page('press', 'End');
    // nginx tries the longest first.
    await page('wait', inPanel('.box.location.active:has-text("/l9")'));
    assert.ok(Number(await page('count', inPanel('.box'))) < 150);
  });
});
