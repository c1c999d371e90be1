import * as assert from 'node:assert/strict';
import { commands, Selection, type TextDocument, type Uri, window, workspace } from 'vscode';
import { closeAll, showUri } from './support/documents';
import { inPanel, page } from './support/page';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const HUB = 'wss://chat.example/hub';

/** What `drawing` answers. */
interface Drawing {
  readonly paint: number;
  readonly idle: number;
  readonly frames: number;
  readonly gaps: readonly number[];
}

suite('the map of the panel', () => {
  let folder: Uri;
  let document: TextDocument;

  const open = async (url: string): Promise<void> => {
    await commands.executeCommand('nginxWebsocket.explain', { uri: document.uri.toString(), url });
    await page('click', inPanel('#tab-map'));
    await page('wait', inPanel('.box'));
  };

  /** Gives the panel the whole window: the map has four columns. */
  const widen = async (): Promise<void> => {
    await commands.executeCommand('workbench.action.focusSecondEditorGroup');
    await commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
    await page('wait', inPanel('.box.listener'));
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

  test('shows a tree of 15 files, goes into each, and follows a back end that is this nginx again', async () => {
    const write = (name: string, text: string): Thenable<void> =>
      workspace.fs.writeFile(
        folder.with({ path: `${folder.path}/tree/${name}` }),
        new TextEncoder().encode(text),
      );
    const headers =
      'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
    await write('nginx.conf', 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n');
    await write(
      'conf.d/inner.conf',
      `server {\n  listen 127.0.0.1:8080;\n  location / { proxy_pass http://chat; ${headers} }\n}\n`,
    );
    await write('conf.d/upstreams.conf', 'upstream chat {\n  server 10.0.0.1;\n}\n');
    for (let site = 1; site <= 12; site += 1)
      await write(
        `conf.d/site-${site}.conf`,
        `server {\n  listen 80;\n  server_name site-${site}.example;\n` +
          `  location /ws { proxy_pass http://127.0.0.1:8080; ${headers} }\n  location / { root /srv; }\n}\n`,
      );
    document = await showUri(folder.with({ path: `${folder.path}/tree/nginx.conf` }));
    await open('ws://site-7.example/ws');
    // In one column it has come into view.
    await page('wait', inPanel('.box.lit:has-text("/ws"):has-text("→ 127.0.0.1:8080 (this nginx again)")'));
    await widen();
    await page('wait', inPanel('[role=status] >> text=25 locations'));
    for (const lit of [':80', 'site-7.example', '/ws', '(this nginx again)', 'chat'])
      await page('wait', inPanel(`.box.lit:has-text("${lit}")`));
    assert.equal(await page('count', inPanel('.box.lit')), '8');
    assert.equal(await page('count', inPanel('path.lead.lit')), '7');
    await page('screenshot', 'panel-map-tree');
    assert.equal(await page('axe', inPanel('main')), '[]');
    // Once a file is beside it there is one column, without back ends.
    for (const [box, file] of [
      ['.back-end:has-text("chat")', 'upstreams.conf'],
      ['.server:has-text("site-12.example")', 'site-12.conf'],
      ['.location:has-text("→ chat")', 'inner.conf'],
    ] as const) {
      await page('click', inPanel(`.box${box}`));
      await waitFor(file, () => window.activeTextEditor?.document.uri.path.endsWith(`/conf.d/${file}`));
    }
  });

  test('draws of 5,000 locations what is in view, within 200 ms and without a gap', async () => {
    const locations = Array.from(
      { length: 5000 },
      (_, at) => `    location /l${at} { proxy_pass http://b${at % 7}; }\n`,
    );
    const file = folder.with({ path: `${folder.path}/large/nginx.conf` });
    const text = `events {}\nhttp {\n  server {\n    listen 80;\n${locations.join('')}  }\n}\n`;
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    document = await showUri(file);
    await open('ws://localhost/l1');
    await widen();
    await page('wait', inPanel('[role=status] >> text=5000 locations'));
    const { paint, idle, frames, gaps } = JSON.parse(await page('drawing', inPanel('#tab-map'))) as Drawing;
    console.log(`      ${paint.toFixed(0)} ms to the first paint, ${idle.toFixed(0)} ms for two idle frames`);
    // These are 33 ms where nothing else goes on.
    assert.ok(paint / Math.max(idle, 33) < 200 / 33, `${paint} ms`);
    assert.ok(frames > 10);
    assert.deepEqual(gaps, []);
    await focusMap();
    await page('press', 'ArrowRight');
    await page('press', 'ArrowRight');
    await page('press', 'End');
    // nginx tries the longest first.
    await page('wait', inPanel('.box.location.active:has-text("/l9")'));
    assert.ok(Number(await page('count', inPanel('.box'))) < 150);
  });
});
