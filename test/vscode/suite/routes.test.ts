import * as assert from 'node:assert/strict';
import { commands, Selection, type Uri, window, workspace } from 'vscode';
import { closeAll, replace, showUri, withoutConfigurations } from './support/documents';
import { clickUntil, hoverUntil, page } from './support/page';
import { scratchCopy } from './support/scratch';
import { waitFor } from './support/waiting';

const VIEW = '.pane:has(.pane-header:has-text("WebSocket Routes"))';
const ROW = `${VIEW} .monaco-list-row`;

const rowOf = (text: string): string => `${ROW}:has-text("${text}")`;

/** Opens the view, which is there once a configuration was opened, and waits until it is about ours. */
async function open(folder: Uri): Promise<void> {
  await page('wait', VIEW);
  await commands.executeCommand('nginxWebsocket.routes.focus');
  await page('wait', `${VIEW} .pane-header:has-text("${workspace.asRelativePath(folder)}")`);
}

/** What the rows say, sorted: the page has them in no order. */
async function rows(): Promise<string[]> {
  const text = await page('text', `${VIEW} .monaco-list-rows`);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .toSorted();
}

suite('the view of routes, as a person sees it', () => {
  let folder: Uri;

  const show = async (...path: string[]) => showUri(folder.with({ path: [folder.path, ...path].join('/') }));

  setup(async () => {
    folder = await scratchCopy('routes');
    await commands.executeCommand('workbench.view.explorer');
  });

  teardown(async function () {
    if (this.currentTest?.isFailed() === true) await page('screenshot', 'routes-failed');
    await commands.executeCommand('nginxWebsocket.routes.showAll');
    await closeAll();
  });

  test('shows servers, locations, verdicts and reasons of the configuration in front', async () => {
    await show('conf.d', 'chat.conf');
    await open(folder);
    await page('wait', rowOf('/api/chat'));
    await page('screenshot', 'routes');
    assert.deepEqual(
      await rows(),
      [
        '/api/chatpasses  → chat (1 server)',
        '/hubConnection: close  → 127.0.0.1:5000',
        'Set Connection to $connection_upgradefix',
        'No Connection: upgrade reaches the back end.line 19',
        'chat.example:443 ssl',
        'chat.example:80  redirects to https',
      ].toSorted(),
    );
    // What a narrow side bar cuts off is in the tooltip.
    const tooltip = '.monaco-hover:has-text("No Connection: upgrade reaches the back end. line 19")';
    await hoverUntil(rowOf('No Connection: upgrade'), tooltip, rowOf('/api/chat'));
    // There is room for the last one when the reasons are folded away.
    await page('click', `${rowOf('/hub')} .monaco-tl-twistie`);
    await page('wait', rowOf('→ static files'));
  });

  test('goes to the line that is clicked', async () => {
    const { uri } = await show('nginx.conf');
    await open(folder);
    await page('click', rowOf('No Connection: upgrade'));
    const editor = await waitFor('the other file', () => {
      const active = window.activeTextEditor;
      return active?.document.uri.path !== uri.path && active;
    });
    assert.match(editor.document.lineAt(editor.selection.active.line).text, /Connection "close"/);
  });

  test('mends a location by a click, and shows that it passes', async () => {
    const document = await show('conf.d', 'chat.conf');
    await open(folder);
    await page('wait', rowOf('fix'));
    await clickUntil(rowOf('fix'), 'the edit', () => !document.getText().includes('"close"'));
    await page('wait', `${rowOf('/hub')}:has-text("passes")`);
  });

  test('says what a location depends on, which is no problem of it', async () => {
    const document = await show('conf.d', 'chat.conf');
    await open(folder);
    const login = 'auth_basic chat;\n        auth_basic_user_file users;\n        proxy_pass http://chat;';
    await replace(document, 'proxy_pass http://chat;', login);
    const row = rowOf('passes, if the client sends a password');
    await page('click', `${row} .monaco-tl-twistie`);
    await page('wait', rowOf('the client sends a password (otherwise 401)condition'));
    await page('wait', rowOf('auth_basic asks for a password'));
    await commands.executeCommand('nginxWebsocket.routes.onlyProblems');
    await waitFor('the others to go', async () => !(await rows()).some((each) => each.includes('/api/chat')));
    await page('wait', rowOf('/hub'));
  });

  test('follows the cursor and what is typed, and leads to the field for a URL', async () => {
    const document = await show('conf.d', 'chat.conf');
    await open(folder);
    await page('wait', rowOf('/api/chat'));
    await page('wait', `${VIEW} .pane-header [aria-label^="Why Does This URL Not Connect"]`);
    for (const name of ['/hub', '/api/chat']) {
      const at = document.positionAt(document.getText().indexOf(`location ${name}`));
      const editor = window.activeTextEditor;
      assert.equal(editor?.document, document);
      editor.selection = new Selection(at, at);
      await page('wait', `${ROW}.selected:has-text("${name}")`);
    }
    await replace(document, 'location /api/chat {', 'location /api/rooms {');
    await page('wait', rowOf('/api/rooms'));
  });

  test('shows only problems when that is wanted', async () => {
    await show('conf.d', 'chat.conf');
    await open(folder);
    await page('wait', rowOf('/api/chat'));
    await page('hover', `${VIEW} .pane-header`);
    await page('click', `${VIEW} .pane-header [aria-label^="Show Only Routes with Problems"]`);
    await page('wait', `${VIEW} .pane-header [aria-label^="Show All Routes"]`);
    await waitFor('the others to go', async () => !(await rows()).some((row) => row.includes('/api/chat')));
    await page('wait', rowOf('/hub'));
  });

  test('has a word of welcome when no configuration is open', async () => {
    await show('nginx.conf');
    await open(folder);
    await page('wait', rowOf('chat.example'));
    await withoutConfigurations(async () => {
      await page(
        'wait',
        `${VIEW} >> text=Open an nginx configuration to see which locations pass WebSocket.`,
      );
    });
  });
});
