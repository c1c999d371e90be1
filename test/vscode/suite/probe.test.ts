import * as assert from 'node:assert/strict';
import {
  type CodeLens,
  commands,
  type DocumentLink,
  env,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { startLenientBackEnd } from '../../live/harness/backends';
import type { BackEnd } from '../../../server/src/verify/strict-back-end';
import { launch, type Nginx, nginxBinary, reload } from '../../live/harness/nginx';
import { freePorts } from '../../live/harness/ports';
import { temporaryDirectory } from '../../live/harness/resources';
import { closeAll, fileUri, show, showUri } from './support/documents';
import { hasPage, page } from './support/page';
import { waitFor } from './support/waiting';

const SCHEME = 'nginx-websocket-report';

function hasNginx(): boolean {
  try {
    nginxBinary();
    return true;
  } catch (error) {
    console.log(`Not run: the probe of a real nginx. ${String(error)}`);
    return false;
  }
}

/** The report in front. */
function report(): TextDocument {
  const document = window.activeTextEditor?.document;
  assert.equal(document?.uri.scheme, SCHEME, 'A report is in front.');
  assert.ok(document !== undefined);
  return document;
}

async function lenses({ uri }: TextDocument): Promise<CodeLens[]> {
  return commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri, 99);
}

/** Runs a command at the top of a report, as a click on it would. */
async function click(document: TextDocument, title: RegExp): Promise<void> {
  const found = await lenses(document);
  const command = found.map((lens) => lens.command).find((each) => title.test(each?.title ?? ''));
  if (command === undefined)
    throw new Error(`No ${String(title)} in: ${found.map((each) => each.command?.title).join(' | ')}`);
  await commands.executeCommand(command.command, ...(command.arguments ?? []));
}

function lineWith(document: TextDocument, text: string): number {
  return (
    document
      .getText()
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

suite('the probe of an endpoint', () => {
  let backEnd: BackEnd;
  let nginx: Nginx;
  let file: Uri;
  let url: string;

  suiteSetup(async function () {
    if (!hasNginx()) this.skip();
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

  teardown(closeAll);

  test('names the line at fault; its fix, a reload and "Probe again" open the WebSocket', async () => {
    const configuration = await show('probe', 'nginx.conf');
    await commands.executeCommand('nginxWebsocket.probe', { uri: file.toString(), url });
    const failed = report();
    const line = lineWith(configuration, 'Connection close');
    assert.match(failed.lineAt(0).text, /^✗ ws:.*did not open: \d{3} /);
    assert.match(failed.getText(), /Probed from /);
    assert.match(failed.getText(), /^ {2}handshake +[\d.]+ ms +\d{3} /m);
    assert.match(failed.getText(), /^ {4}GET \/ws HTTP\/1\.1$/m);
    assert.match(failed.getText(), new RegExp(`nginx\\.conf:${line}  `), failed.getText());

    // The line is a link.
    const links = await commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', failed.uri);
    const named = links.find(({ range }) => failed.getText(range).endsWith(`nginx.conf:${line}`));
    assert.equal(named?.target?.path, file.path);
    assert.match(named.target.fragment, new RegExp(`^L${line},`));

    if (hasPage) {
      await page('wait', '.codelens-decoration >> text=Probe again');
      await page('screenshot', 'probe-failed');
    }
    await click(failed, /^Go to line$/);
    assert.equal(window.activeTextEditor?.document.uri.toString(), file.toString());
    assert.equal(window.activeTextEditor.selection.start.line + 1, line);

    await click(failed, /^Fix: /);
    assert.equal(window.activeTextEditor.document.uri.toString(), file.toString());
    assert.match(configuration.lineAt(line - 1).text, /Connection \$connection_upgrade;/);
    assert.ok(configuration.isDirty, 'Nothing is saved that a person has not seen.');

    // A second time there is nothing left to mend, and nothing is done.
    const mended = configuration.getText();
    void click(failed, /^Fix: /);
    await configuration.save();
    await reload(nginx.directory, file.fsPath);
    await waitFor('the WebSocket to open', async () => {
      await click(failed, /^Probe again$/);
      return report().lineAt(0).text.startsWith(`✓ ${url} opened`);
    });
    assert.match(report().getText(), /101 Switching Protocols/);
    assert.equal(configuration.getText(), mended);
  });

  test('offers the command for a terminal', async () => {
    await commands.executeCommand('nginxWebsocket.probe', { url });
    const opened = report();
    await click(opened, /^Copy as curl$/);
    assert.match(await env.clipboard.readText(), /^curl --http1\.1 /);
    await click(opened, /^Copy as wscat$/);
    assert.equal(await env.clipboard.readText(), `wscat --connect ${url}`);
    // It opened: there is nothing to mend.
    const titles = (await lenses(opened)).map(({ command }) => command?.title);
    assert.deepEqual(titles, ['Probe again', 'Copy as curl', 'Copy as wscat']);
  });

  test('stands above each WebSocket location', async () => {
    const configuration = await showUri(file);
    const titles = await waitFor('lenses', async () => {
      const found = await lenses(configuration);
      return found.length > 0 && found.map(({ command }) => command?.title);
    });
    assert.deepEqual(titles.slice(0, 3), ['✓ WebSocket passes', 'Explain', `Probe ${url}`]);
  });

  test('names the limit that cuts a silent connection; with its fix and a reload it stays open', async function () {
    // The time to hold is chosen from a list.
    if (!hasPage) this.skip();
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
    await waitFor('the report', () => window.activeTextEditor?.document.uri.scheme === SCHEME);
    const cut = report();
    const line = lineWith(configuration, 'proxy_read_timeout');
    assert.match(cut.getText(), /nginx closes a WebSocket over which nothing goes:/);
    assert.match(cut.getText(), new RegExp(`nginx\\.conf:${line}  \`proxy_read_timeout 1s\``));
    await page('screenshot', 'probe-cut');

    await click(cut, /^Fix: Allow `1h` of silence$/);
    await configuration.save();
    await reload(nginx.directory, file.fsPath);
    await waitFor('the WebSocket to stay open', async () => {
      await click(cut, /^Probe again$/);
      return /still open after 2 s/.test(report().getText());
    });
  });
});

suite('the lenses of a configuration', () => {
  const set = (value: boolean | undefined): Thenable<void> =>
    workspace.getConfiguration('nginxWebsocket').update('codeLens', value);

  teardown(async () => {
    await set(undefined);
    await closeAll();
  });

  test('are gone when the setting says so', async () => {
    const document = await show('broken', 'nginx.conf');
    await waitFor('lenses', async () => (await lenses(document)).length > 0);
    await set(false);
    await waitFor('no lenses', async () => (await lenses(document)).length === 0);
    await set(undefined);
    await waitFor('lenses again', async () => (await lenses(document)).length > 0);
  });
});
