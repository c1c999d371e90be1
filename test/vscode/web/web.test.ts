import {
  commands,
  type CompletionList,
  type Hover,
  type LocationLink,
  type MarkdownString,
  type Position,
  TabInputWebview,
  type TextDocument,
  type TextEdit,
  window,
  workspace,
} from 'vscode';
import type { Seen } from '../../../client/webview/messages';
import { waitForDiagnostics } from '../suite/support/diagnostics';
import { closeAll, fileUri, runSourceAction, show } from '../suite/support/documents';
import { answersAreIn, inPanel, page } from '../suite/support/page';
import { waitFor } from '../suite/support/waiting';

/** The extension as vscode.dev runs it: client and server are workers of a browser, and there is no Node. */

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

async function textOf(name: string): Promise<string> {
  return new TextDecoder().decode(await workspace.fs.readFile(fileUri(name)));
}

/** The place just after a text that stands in a document. */
function after(document: TextDocument, text: string): Position {
  const at = document.getText().indexOf(text);
  check(at !== -1, `${text} is not in ${document.uri.path}`);
  return document.positionAt(at + text.length);
}

suite('in a browser', () => {
  teardown(closeAll);

  test('there is no Node', () => {
    check(typeof process === 'undefined' || process.versions?.node === undefined, 'This is Node.');
    check('importScripts' in globalThis, 'This is no worker.');
  });

  test('what is wrong is marked, and mended at once', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitForDiagnostics(document.uri, 'websocket-upgrade-missing', 2);
    await runSourceAction(document, 'source.fixAll.nginxWebsocket');
    await waitForDiagnostics(document.uri, 'websocket-upgrade-missing', 0);
    check(document.getText().includes('proxy_set_header Upgrade $http_upgrade;'), document.getText());
  });

  test('included files are read, through the window', async () => {
    const document = await show('navigation', 'nginx', 'nginx.conf');
    const found = await waitFor('the files of the include', async () => {
      const locations = await commands.executeCommand<LocationLink[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        after(document, 'include conf.d'),
      );
      return locations.length > 0 && locations;
    });
    check(
      found.every(({ targetUri }) => targetUri.path.includes('/conf.d/')),
      found.map(({ targetUri }) => targetUri.path).join(),
    );
  });

  test('completion, hover and formatting answer', async () => {
    const document = await show('broken', 'nginx.conf');
    const { items } = await waitFor('completion', async () => {
      const list = await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        after(document, '# enable websocket\n'),
      );
      return list.items.some(({ label }) => label === 'proxy_set_header') && list;
    });
    check(items.length > 50, 'There are few directives.');
    const hovers = await commands.executeCommand<Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      after(document, 'proxy_pass http://ch'),
    );
    const text = hovers
      .flatMap(({ contents }) => contents.map((each) => (each as MarkdownString).value))
      .join();
    check(/Upgrade/.test(text) && /Blocked/.test(text), text);
    const edits = await commands.executeCommand<TextEdit[] | undefined>(
      'vscode.executeFormatDocumentProvider',
      document.uri,
      { tabSize: 2, insertSpaces: true },
    );
    check(edits !== undefined && edits.length > 0, 'Nothing is formatted.');
  });

  test('a probe opens the WebSocket of the browser, and says what that cannot tell', async () => {
    const endpoint = await textOf('endpoint.txt');
    const probe = (url: string): Thenable<Seen | undefined> =>
      commands.executeCommand('nginxWebsocket.probe', { url });
    const opened = await probe(endpoint);
    check(opened?.outcome === 'opened' && opened?.url === endpoint, JSON.stringify(opened));
    check(opened?.from === 'Probed from this browser.', JSON.stringify(opened));
    const failed = await probe('ws://127.0.0.1:9/');
    check(failed?.ok === false, JSON.stringify(failed));
    check(/browser does not (?:tell|say)|A browser/.test(failed?.message ?? ''), JSON.stringify(failed));
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    check(
      tabs.some(({ input }) => input instanceof TabInputWebview && input.viewType.includes('nginxWebsocket')),
      'There is no panel.',
    );
  });

  test('a broken configuration is walked: its way, a probe, the fix, and 101 once nginx has read it', async function () {
    const url = await textOf('nginx.txt');
    if (url === '') this.skip();
    answersAreIn(await textOf('answers.txt'));
    const document = await show('probe', 'nginx.conf');
    await commands.executeCommand('nginxWebsocket.why', { uri: document.uri.toString() });
    await page('wait', inPanel('#url:focus'));
    await page('type', url);
    await page('press', 'Enter');
    await page('wait', inPanel('.verdict >> text=blocked, 400'));
    await page('wait', inPanel('.station .name >> text="/ws"'));
    check((await page('visible', inPanel('.verify'))) === 'false', 'There is no nginx in a browser.');
    await page('click', inPanel('.probe'));
    await page('wait', inPanel('.seen strong >> text=did not open'));
    await page('wait', inPanel('.seen .cause >> text=nginx.conf:'));
    await page('click', inPanel('.fix'));
    await waitFor('the fix', () => document.isDirty);
    await page('wait', inPanel('.verdict >> text=passes, 101'));
    check((await page('axe', inPanel('main'))) === '[]', await page('axe', inPanel('main')));
    await document.save();
    await waitFor('the WebSocket to open', async () => {
      await page('wait', inPanel('.probe[aria-disabled=false]'));
      if ((await page('visible', inPanel('.seen strong >> nth=0 >> text=opened'))) === 'true') return true;
      await page('click', inPanel('.seen .again'));
      return false;
    });
    await page('click', inPanel('#tab-map'));
    await page('wait', inPanel('.box.location.lit:has-text("/ws")'));
    check((await page('axe', inPanel('main'))) === '[]', await page('axe', inPanel('main')));
  });
});
