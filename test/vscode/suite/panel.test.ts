import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { commands, type TextDocument, type Uri, ViewColumn, window, workspace } from 'vscode';
import { closeAll, replace, showUri } from './support/documents';
import { inPanel, page } from './support/page';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const HUB = 'wss://chat.example/hub';

/** Waits until the panel shows a text. */
function shows(text: string): Promise<string> {
  return page('wait', inPanel(`text=${text}`));
}

/** What `cutOff` answers. */
interface CutOff {
  readonly width: number;
  readonly faults: readonly string[];
}

suite('the panel', () => {
  let folder: Uri;
  let document: TextDocument;
  const explain = (url?: string): Thenable<void> =>
    commands.executeCommand('nginxWebsocket.explain', {
      uri: document.uri.toString(),
      ...(url === undefined ? {} : { url }),
    });
  /** Replaces the file that is asked about, in the editor. */
  const write = async (text: string): Promise<void> => {
    await replace(document, document.getText(), text);
  };

  /** What others wrote makes no element of the page. */
  const hasNoMarkup = async (): Promise<void> => {
    for (const element of ['main img', 'main script', 'main b', 'main a'])
      assert.equal(await page('count', inPanel(element)), '0', element);
  };

  setup(async () => {
    folder = await scratchCopy('routes');
    document = await showUri(folder.with({ path: `${folder.path}/conf.d/chat.conf` }));
  });

  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'failed-panel');
    await closeAll();
  });

  test('shows the way of a handshake beside the editor, and mends what stops it', async () => {
    await explain(HUB);
    await page('wait', inPanel('.verdict >> text=blocked, 400 Bad Request'));
    for (const name of ['wss://chat.example', '443 ssl', 'chat.example', '/hub', 'http://127.0.0.1:5000'])
      await page('wait', inPanel(`.station .name >> text="${name}"`));
    await page('wait', inPanel('.station.blocked:has-text("back end") >> text=stopped'));
    await page('wait', inPanel('.request tr.fault:has-text("Connection") >> text=close'));
    await page('screenshot', 'panel-blocked');
    assert.equal(await page('axe', inPanel('main')), '[]');

    await page('click', inPanel('.fix'));
    await waitFor('the fix', () => document.getText().includes('Connection $connection_upgrade;'));
    await page('wait', inPanel('.verdict >> text=passes, 101 Switching Protocols'));
    await page('wait', inPanel('.note >> text=Fixed: save, reload nginx, and probe again.'));
    assert.equal(await page('axe', inPanel('main')), '[]');
  });

  test('goes to a line on the other side, and stays', async () => {
    await explain(HUB);
    await page('click', inPanel('.stop .link'));
    await waitFor('the line', () => {
      const editor = window.activeTextEditor;
      return editor?.document.getText(editor.selection) === 'proxy_set_header Connection "close"';
    });
    assert.equal(window.activeTextEditor?.viewColumn, ViewColumn.One);
    await page('wait', inPanel('.verdict'));
  });

  test('explains the location at the cursor when nothing is given', async () => {
    const line = document.getText().slice(0, document.getText().indexOf('127.0.0.1:5000')).split('\n').length;
    await window.showTextDocument(document, { selection: document.lineAt(line - 1).range });
    await commands.executeCommand('nginxWebsocket.explain');
    await page('wait', inPanel('.station .name >> text="/hub"'));
  });

  test('follows the configuration', async () => {
    await explain(HUB);
    await shows('http://127.0.0.1:5000');
    await replace(document, '127.0.0.1:5000', '127.0.0.1:5001');
    await shows('http://127.0.0.1:5001');
  });

  test('has a switch for what it depends on', async () => {
    await write(
      'server { listen 80; server_name a; location /ws { auth_basic x; auth_basic_user_file u; proxy_pass http://b;\n' +
        'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; } }\n',
    );
    await explain('ws://a/ws');
    await page(
      'wait',
      inPanel('.cases label:has-text("the client sends a password"):has-text("passes 101")'),
    );
    await page('click', inPanel('.cases label:has-text("passes") input'));
    await page(
      'wait',
      inPanel('.station:has-text("http://b") >> text=The back end upgrades the connection.'),
    );
    await page('click', inPanel('.cases label:has-text("401") input'));
    await page('wait', inPanel('.station:has-text("back end") >> text=not reached'));
    assert.equal(await page('axe', inPanel('main')), '[]');
  });

  test('says what to write where the URL leads nowhere, and what is wrong with it', async () => {
    await explain('ws://chat.example:8080/hub');
    await shows('No server of the configuration listens on chat.example port 8080.');
    await shows('No server takes it. Add one to');
    await page('fill', `${inPanel('#url')}\nws://`);
    await page('click', inPanel('.explain'));
    await page('wait', inPanel('.verdict >> text=no URL'));
  });

  test('shows what a repository wrote as text', async () => {
    await write(
      'server { listen 81; server_name "<script>alert(1)</script>";\n' +
        'location "/<img src=x onerror=alert(1)>" { proxy_pass http://b; proxy_http_version 1.1;\n' +
        'proxy_set_header Upgrade $http_upgrade;\n# <img src=x onerror=alert(1)> javascript:alert(1)\n' +
        'proxy_set_header Connection "javascript:alert(1)";\n' +
        'proxy_set_header X-Evil "</td><b>\u202Ebold</b>"; } }\n',
    );
    await explain('ws://a:81/%3Cimg%20src=x%20onerror=alert(1)%3E');
    await page('wait', inPanel('.station .name >> text="/<img src=x onerror=alert(1)>"'));
    await page('wait', inPanel('.request td >> text=javascript:alert(1)'));
    await page('wait', inPanel('.request td >> text=202ebold'));
    await page('click', inPanel('.stop summary'));
    await page('wait', inPanel('.diff >> text=# <img src=x onerror=alert(1)> javascript:alert(1)'));
    await hasNoMarkup();
    await page('click', inPanel('#tab-map'));
    await page('wait', inPanel('.box.location:has-text("/<img src=x onerror=alert(1)>")'));
    await page('wait', inPanel('.box.server:has-text("<script>alert(1)</script>")'));
    await hasNoMarkup();
  });

  test('shows what an endpoint answers as text', async () => {
    const evil = '<img src=x onerror=alert(1)> javascript:alert(1) \u202Ebold';
    const server = createServer((socket) => {
      const head = `HTTP/1.1 400 <b>Bad</b>\r\nX-Evil: ${evil}\r\nLocation: javascript:alert(1)\r\n`;
      socket.end(`${head}Content-Length: 0\r\nConnection: close\r\n\r\n`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const url = `ws://127.0.0.1:${port}/%3Cscript%3Ealert(1)%3C/script%3E`;
      await commands.executeCommand('nginxWebsocket.probe', { url });
      await page('click', inPanel('.seen >> text=Request and answer'));
      await page(
        'wait',
        inPanel('.seen pre:has-text("X-Evil: <img src=x onerror=alert(1)> javascript:alert(1)")'),
      );
      assert.doesNotMatch(await page('text', inPanel('.seen pre')), /\u202E/);
      await hasNoMarkup();
    } finally {
      server.close();
    }
  });

  test('is the same when it was hidden, and when its page is loaded anew', async () => {
    await explain(HUB);
    await page('click', inPanel('#tab-map'));
    await page('wait', inPanel('.box.lit'));
    await window.showTextDocument(document, { viewColumn: ViewColumn.Two });
    await waitFor('it to be hidden', async () => (await page('visible', inPanel('main'))) === 'false');
    await commands.executeCommand('workbench.action.closeActiveEditor');
    await page('wait', inPanel('.box.lit:has-text("/hub")'));
    await commands.executeCommand('workbench.action.webview.reloadWebviewAction');
    await page('wait', inPanel('.box.lit:has-text("/hub")'));
    await page('click', inPanel('#tab-way'));
    await page('wait', inPanel('.verdict >> text=blocked, 400'));
  });

  test('can be used at 320 pixels and at 200 %: nothing is cut off, and nothing scrolls sideways', async () => {
    try {
      await commands.executeCommand('workbench.action.closeSidebar');
      await explain(HUB);
      await commands.executeCommand('workbench.action.focusSecondEditorGroup');
      await commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
      await page('wait', inPanel('.verdict'));
      // 320 pixels for the panel; a window of 1280x800 at 200 %, and that with 320 pixels.
      for (const size of ['366x700', '640x400', '366x400']) {
        await page('resize', size);
        for (const [tab, drawn] of [
          ['map', '.box.location'],
          ['way', '.verdict'],
        ] as const) {
          await page('click', inPanel(`#tab-${tab}`));
          await page('wait', inPanel(drawn));
          await page('screenshot', `panel-narrow-${tab}-${size}`);
          const { width, faults } = JSON.parse(await page('cutOff', inPanel('main'))) as CutOff;
          assert.deepEqual(faults, [], `${tab} at ${size}`);
          if (size.startsWith('366')) assert.ok(width <= 320, `The panel is ${width} wide.`);
          assert.equal(await page('axe', inPanel('main')), '[]');
        }
      }
    } finally {
      await page('resize', '1280x800');
      await commands.executeCommand('workbench.view.explorer');
    }
  });

  test('works for a configuration that no editor shows', async () => {
    const uri = folder.with({ path: `${folder.path}/nginx.conf` }).toString();
    await closeAll();
    await commands.executeCommand('nginxWebsocket.explain', { uri, url: HUB });
    await page('wait', inPanel('.verdict >> text=blocked, 400 Bad Request'));
    assert.ok(workspace.textDocuments.some((each) => each.uri.toString() === uri));
  });
});
