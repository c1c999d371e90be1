import * as assert from 'node:assert/strict';
import { type CodeLens, commands, env, type TextDocument, type Uri, window, workspace } from 'vscode';
import type { Seen } from '../../../client/webview/messages';
import type { BackEnd } from '../../../server/src/verify/strict-back-end';
import { startLenientBackEnd } from '../../live/harness/backends';
import { launch, type Nginx, reload } from '../../live/harness/nginx';
import { freePorts } from '../../live/harness/ports';
import { temporaryDirectory } from '../../live/harness/resources';
import { closeAll, fileUri, show, showUri } from './support/documents';
import { hasNginx, programOf, setOurs } from './support/nginx';
import { inPanel, page } from './support/page';
import { waitFor } from './support/waiting';

async function lenses({ uri }: TextDocument): Promise<CodeLens[]> {
  return commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri, 99);
}

function lineWith(document: TextDocument, text: string): number {
  return (
    document
      .getText()
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

/** Clicks in the newest of what was seen. */
async function click(selector: string): Promise<void> {
  await page('click', inPanel(`.seen >> ${selector}`));
}

/** Waits until the newest of what was seen has something. */
async function seen(text: string): Promise<void> {
  await page('wait', inPanel(`.seen > details >> nth=0 >> text=${text}`));
}

suite('the probe of an endpoint', () => {
  let backEnd: BackEnd;
  let nginx: Nginx;
  let file: Uri;
  let url: string;

  suiteSetup(async function () {
    if (!hasNginx('the probe of a real nginx')) this.skip();
    backEnd = await startLenientBackEnd();
    const [port = 0] = await freePorts(1);
    url = `ws://127.0.0.1:${port}/ws`;
    file = fileUri('probe', 'nginx.conf');
    const written = new TextDecoder().decode(await workspace.fs.readFile(file));
    const text = written.replaceAll('@PORT', String(port)).replaceAll('@BACK_END', String(backEnd.port));
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    const { path } = await temporaryDirectory();
    nginx = await launch(path, { file: file.fsPath, shownAs: file.fsPath, globals: '' }, [port]);
  });

  suiteTeardown(async () => {
    await nginx?.stop();
    await backEnd?.stop();
  });

  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'failed-probe');
    await closeAll();
  });

  test('names the line at fault; its fix, a reload and "Probe again" open the WebSocket', async () => {
    const configuration = await show('probe', 'nginx.conf');
    await commands.executeCommand('nginxWebsocket.probe', { uri: file.toString(), url });
    const line = lineWith(configuration, 'Connection close');
    await seen('did not open:');
    await seen('Probed from ');
    await page('wait', inPanel(`.seen .cause >> text=nginx.conf:${line}`));
    await page('wait', inPanel('.seen .steps tr.fault:has-text("handshake")'));
    await page('click', inPanel('.seen >> text=Request and answer'));
    await page('wait', inPanel('.seen pre:has-text("GET /ws HTTP/1.1")'));
    await page('screenshot', 'panel-probe-failed');
    assert.equal(await page('axe', inPanel('main')), '[]');

    await click(`.cause >> text=nginx.conf:${line}`);
    await waitFor('the line', () => window.activeTextEditor?.document.uri.toString() === file.toString());
    assert.equal(window.activeTextEditor?.selection.start.line, line - 1);

    await click('.fix-seen');
    await waitFor('the fix', () =>
      configuration.lineAt(line - 1).text.includes('Connection $connection_upgrade;'),
    );
    assert.ok(configuration.isDirty, 'Nothing is saved that a person has not seen.');
    await page('wait', inPanel('.note >> text=Fixed: save'));

    await configuration.save();
    await reload(nginx.directory, file.fsPath);
    await waitFor('the WebSocket to open', async () => {
      const again = await commands.executeCommand<Seen | undefined>('nginxWebsocket.probe', {
        uri: file.toString(),
        url,
      });
      return again?.ok === true;
    });
    await click('.again');
    await seen('opened');
    await page('screenshot', 'panel-probe-opened');
  });

  /** How a person comes to a button, which is after or before what has the keyboard, and presses it. */
  const hands: Readonly<Record<string, (selector: string, key: 'Tab' | 'Shift+Tab') => Promise<unknown>>> = {
    'by click': (selector) => page('click', inPanel(selector)),
    async 'by keyboard'(selector, key) {
      for (let times = 0; times < 40; times += 1) {
        if ((await page('visible', inPanel(`${selector}:focus`))) === 'true') return page('press', 'Enter');
        await page('press', key);
      }
      throw new Error(`${key} does not lead to ${selector}.`);
    },
  };

  for (const [how, press] of Object.entries(hands))
    test(`is walked ${how}: the way, its fix, a probe, a reload and another probe, 101`, async () => {
      const mended = new TextDecoder().decode(await workspace.fs.readFile(file));
      const broken = mended.replace('Connection $connection_upgrade;', 'Connection close;');
      assert.notEqual(broken, mended);
      await workspace.fs.writeFile(file, new TextEncoder().encode(broken));
      const configuration = await show('probe', 'nginx.conf');
      await waitFor('the text', () => configuration.getText() === broken);
      await reload(nginx.directory, file.fsPath);
      await setOurs('testCommand', programOf(nginx, file.fsPath, '-t'));
      await setOurs('reloadCommand', programOf(nginx, file.fsPath, '-s', 'reload'));
      try {
        await commands.executeCommand('nginxWebsocket.why', { uri: file.toString() });
        await page('wait', inPanel('#url:focus'));
        await page('type', url);
        await page('press', 'Enter');
        await page('wait', inPanel('.verdict >> text=blocked, 400'));
        await press('.fix', 'Tab');
        await waitFor('the fix', () => configuration.isDirty);
        await page('wait', inPanel('.verdict >> text=passes, 101'));
        // A worker with the configuration that was fixed before may still answer.
        await waitFor('the WebSocket to fail: nginx has not read the fix', async () => {
          await press('.probe', 'Shift+Tab');
          await page('wait', inPanel('.probe[aria-disabled=false]'));
          return (await page('visible', inPanel('.seen strong >> nth=0 >> text=did not open:'))) === 'true';
        });
        await press('.seen .reload', 'Tab');
        await waitFor('the document to be saved', () => !configuration.isDirty);
        await waitFor('the WebSocket to open', async () => {
          await page('wait', inPanel('.probe[aria-disabled=false]'));
          if ((await page('visible', inPanel('.seen strong >> nth=0 >> text=opened'))) === 'true')
            return true;
          await press('.seen .again', 'Shift+Tab');
          return false;
        });
      } finally {
        await setOurs('testCommand', undefined);
        await setOurs('reloadCommand', undefined);
      }
    });

  test('offers the command for a terminal', async () => {
    await commands.executeCommand('nginxWebsocket.probe', { url });
    await seen('opened');
    const copied = async (title: string): Promise<string> => {
      await env.clipboard.writeText('');
      await click(`text=${title}`);
      return waitFor('what is copied', async () => (await env.clipboard.readText()) || undefined);
    };
    assert.match(await copied('Copy as curl'), /^curl --http1\.1 /);
    assert.equal(await copied('Copy as wscat'), `wscat --connect ${url}`);
    assert.match(await copied('Copy as text'), /^✓ ws:.* opened /);
    // It opened: there is nothing to mend.
    assert.equal(await page('visible', inPanel('.seen > details >> nth=0 >> .fix-seen')), 'false');
  });

  test('takes options, repeats them, and shows no secret', async () => {
    void commands.executeCommand('nginxWebsocket.probeWithOptions', { url });
    await page('wait', '.quick-input-list >> text=Subprotocols');
    await page('type', 'Headers');
    await page('press', 'Enter');
    await page('wait', '.quick-input-widget >> text=Name: value, such as');
    await page('type', 'Cookie: session=abcdef123');
    await page('press', 'Enter');
    await page('wait', '.quick-input-list >> text="Cookie"');
    await page('press', 'Enter');
    await seen('With options: headers Cookie.');
    const text = await page('text', inPanel('.seen > details >> nth=0'));
    assert.doesNotMatch(text, /abcdef123/);
    const probes = Number(await page('count', inPanel('.seen > details')));
    await click('.again');
    await page('wait', inPanel(`.seen > details >> nth=${probes}`));
    await seen('With options: headers Cookie.');
  });

  test('stands above each WebSocket location', async () => {
    const configuration = await showUri(file);
    const titles = await waitFor('lenses', async () => {
      const found = await lenses(configuration);
      return found.length > 0 && found.map(({ command }) => command?.title);
    });
    // Others say who uses an upstream or a map.
    const first = titles.indexOf('✓ WebSocket passes');
    assert.deepEqual(titles.slice(first, first + 3), ['✓ WebSocket passes', 'Explain', `Probe ${url}`]);
  });

  test('names the limit that cuts a silent connection; with its fix and a reload it stays open', async () => {
    const silent = url.replace('/ws', '/silent/ws');
    const configuration = await show('probe', 'nginx.conf');
    void commands.executeCommand('nginxWebsocket.probeWithOptions', { uri: file.toString(), url: silent });
    await page('wait', '.quick-input-list >> text=Subprotocols');
    await page('type', 'Hold');
    await page('press', 'Enter');
    await page('wait', '.quick-input-widget >> text=Seconds');
    await page('type', '2');
    await page('press', 'Enter');
    await page('wait', '.quick-input-list >> text="2 s"');
    await page('press', 'Enter');
    await seen('nginx closes a WebSocket over which nothing goes:');
    await seen(`nginx.conf:${lineWith(configuration, 'proxy_read_timeout')}`);
    await click('.fix-seen');
    await waitFor('the fix', () => configuration.getText().includes('proxy_read_timeout 1h'));
    await configuration.save();
    await reload(nginx.directory, file.fsPath);
    await waitFor('the WebSocket to stay open', async () => {
      await click('.again');
      await page('wait', inPanel('.seen > details >> nth=0 >> .steps:has-text("hold")'));
      return (await page('text', inPanel('.seen > details >> nth=0'))).includes('still open after 2 s');
    });
  });
});
