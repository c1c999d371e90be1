import {
  commands,
  ConfigurationTarget,
  languages,
  Position,
  Range,
  Selection,
  TextEditorRevealType,
  window,
  workspace,
} from 'vscode';
import { startLenientBackEnd } from '../../live/harness/backends';
import { launch } from '../../live/harness/nginx';
import { freePorts } from '../../live/harness/ports';
import { temporaryDirectory } from '../../live/harness/resources';
import { waitForDiagnostics } from '../suite/support/diagnostics';
import { closeAll, fileUri, show } from '../suite/support/documents';
import { hoverUntil, inPanel, page, pressUntil } from '../suite/support/page';
import { waitFor } from '../suite/support/waiting';

/**
 * Takes the pictures of EXTENSION.md, by keys and clicks as a person would make them: brings the window into the state
 * that each shows, and waits until it is there.
 *
 * @throws when something that belongs into a picture does not come up
 */
export async function run(): Promise<void> {
  await commands.executeCommand('workbench.action.closeSidebar');
  if (process.env['NGINX_WEBSOCKET_LOOK'] === '1') return look();
  await closeRoutes();
  const wanted = (process.env['NGINX_WEBSOCKET_ONLY'] ?? '').split(' ').filter((name) => name !== '');
  for (const [name, bringUp] of Object.entries(pictures)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const end = await bringUp();
    await commands.executeCommand('notifications.clearAll');
    await page('screenshot', name);
    await page('press', 'Escape');
    await end?.();
    await closeAll();
    console.log(`docs/images/${name}.png`);
  }
}

/** The panel at each of these widths, in each of these themes: to be looked at, not for EXTENSION.md. */
const WIDTHS = ['1440x900', '1024x700', '480x800'];
const THEMES = [
  'Default Light Modern',
  'Default Dark Modern',
  'Default High Contrast',
  'Default High Contrast Light',
];

/** Takes pictures of the panel as everybody may see it, and says what axe-core finds wrong in each. */
async function look(): Promise<void> {
  const settings = workspace.getConfiguration('workbench');
  for (const theme of THEMES) {
    await settings.update('colorTheme', theme, ConfigurationTarget.Global);
    for (const width of WIDTHS) {
      await page('resize', width);
      await openPanel();
      await widen();
      await commands.executeCommand('notifications.clearAll');
      const seen = await page('count', inPanel('.seen > details'));
      for (const [view, button, shown] of [
        ['way', '#tab-way', '.station'],
        ['map', '#tab-map', '.box'],
        // What was seen before stays.
        ['seen', '.verify', `.seen > details >> nth=${seen}`],
      ] as const) {
        await page('click', inPanel(button));
        await page('wait', inPanel(shown));
        await page('wait', inPanel('.verify[aria-disabled=false]'));
        const name = `${view}-${width}-${theme}`;
        await page('screenshot', name);
        console.log(`${name}: ${await page('axe', inPanel('main'))}`);
      }
      await closeAll();
    }
  }
  await settings.update('colorTheme', undefined, ConfigurationTarget.Global);
}

/** Where the pointer is when it points at nothing. */
const ELSEWHERE = '.view-line:has-text("server_name")';

/** What has to be undone once the picture is taken. */
type End = () => Promise<unknown>;

const pictures: Readonly<Record<string, () => Promise<End | undefined>>> = {
  async finding() {
    await openWithFinding();
    await hoverUntil(
      '.view-line:has-text("X-Real-IP") >> text=proxy_set_header',
      '.monaco-hover >> text=websocket-headers-overridden',
      ELSEWHERE,
    );
    return undefined;
  },

  async 'quick-fix'() {
    await openWithFinding();
    await page('click', '.view-line:has-text("X-Real-IP") >> text=proxy_set_header');
    await page('wait', '.monaco-editor [class*="lightbulb"]');
    await pressUntil('Control+.', '.action-widget >> text=Repeat');
    return undefined;
  },

  async routes() {
    await openWithFinding();
    await commands.executeCommand('workbench.view.explorer');
    await commands.executeCommand('nginxWebsocket.routes.focus');
    // Of the editor, which has the focus: the side bar gets wider.
    for (let times = 0; times < 2; times += 1)
      await commands.executeCommand('workbench.action.decreaseViewWidth');
    await page('wait', '.monaco-list-row:has-text("/ws/live")');
    await page('wait', '.codelens-decoration >> text=WebSocket passes');
    return () => Promise.resolve(commands.executeCommand('workbench.action.closeSidebar'));
  },

  async outline() {
    await openWithFinding();
    await commands.executeCommand('outline.focus');
    await page('wait', '.outline-pane .monaco-list-row:has-text("/ws/live")');
    await page('wait', '.codelens-decoration >> text=Upgrade header lost');
    return () => Promise.resolve(commands.executeCommand('workbench.action.closeSidebar'));
  },

  async hover() {
    await openWithFinding();
    await hoverUntil(
      '.view-line:has-text("http://chat") >> text=proxy_pass',
      '.monaco-hover >> text=Request to the back end',
      ELSEWHERE,
    );
    return undefined;
  },

  async completion() {
    await show('new.nginx.conf');
    await typeAt(13, '            proxy_set_header Connection $con');
    await page('wait', '.suggest-widget.visible .monaco-list-row >> text=$connection_upgrade');
    return undefined;
  },

  async snippets() {
    await show('new.nginx.conf');
    await typeAt(15, '        ws-');
    await page('wait', '.suggest-widget.visible .monaco-list-row >> text=ws-location');
    return undefined;
  },

  async references() {
    await show('nginx.conf');
    select('$connection_upgrade', 3);
    await commands.executeCommand('editor.action.referenceSearch.trigger');
    await page('wait', '.peekview-widget >> text=websocket.conf');
    return undefined;
  },

  async rename() {
    await show('nginx.conf');
    select('$connection_upgrade', 3);
    // It ends when the box is closed.
    void commands.executeCommand('editor.action.rename');
    await page('wait', '.rename-box');
    return undefined;
  },

  async signature() {
    await show('new.nginx.conf');
    await typeAt(13, '            limit_req ');
    await commands.executeCommand('editor.action.triggerParameterHints');
    await page('wait', '.parameter-hints-widget.visible');
    return undefined;
  },

  async status() {
    await openWithFinding();
    await page('hover', '#status\\.languageStatus');
    await page('wait', '.hover-language-status >> text=nginx');
    return undefined;
  },

  async 'nginx-test'() {
    const folder = fileUri('tested').fsPath;
    const settings = workspace.getConfiguration('nginxWebsocket');
    const command = ['nginx', '-t', '-p', folder, '-e', 'start.log', '-c', '${mainFile}'];
    await settings.update('testCommand', command, ConfigurationTarget.Workspace);
    const { uri } = await show('tested', 'nginx.conf');
    void commands.executeCommand('nginxWebsocket.testConfiguration');
    await waitFor('the answer of nginx', () =>
      languages.getDiagnostics(uri).some(({ source }) => source === 'nginx'),
    );
    await commands.executeCommand('workbench.actions.view.problems');
    await page('wait', '.markers-panel .monaco-list-row:has-text("geoip_country")');
    return async () => {
      await settings.update('testCommand', undefined, ConfigurationTarget.Workspace);
      await commands.executeCommand('workbench.action.closePanel');
    };
  },

  async panel() {
    await page('resize', '1280x820');
    await openPanel();
    return () => page('resize', '1000x620');
  },

  async map() {
    await openPanel();
    await widen();
    await page('click', inPanel('#tab-map'));
    await page('wait', inPanel('.box.back-end'));
    return undefined;
  },

  async probe() {
    const backEnd = await startLenientBackEnd();
    const [port = 0] = await freePorts(1);
    const file = fileUri('live', 'nginx.conf');
    const written = new TextDecoder().decode(await workspace.fs.readFile(file));
    const text = written.replace('@PORT', String(port)).replace('@BACK_END', String(backEnd.port));
    await workspace.fs.writeFile(file, new TextEncoder().encode(text));
    const { path } = await temporaryDirectory();
    const nginx = await launch(path, { file: file.fsPath, shownAs: file.fsPath, globals: '' }, [port]);
    await show('live', 'nginx.conf');
    const url = `ws://127.0.0.1:${port}/ws/chat`;
    await commands.executeCommand('nginxWebsocket.probe', { uri: file.toString(), url });
    await page('wait', inPanel('.seen .cause'));
    return async () => {
      await nginx.stop();
      await backEnd.stop();
    };
  },

  async dark() {
    const settings = workspace.getConfiguration('workbench');
    await settings.update('colorTheme', 'Default Dark Modern', ConfigurationTarget.Global);
    await openWithFinding();
    await page('wait', '.monaco-workbench.vs-dark .view-line:has-text("http://chat")');
    await page('wait', '.codelens-decoration >> text=WebSocket passes');
    return () => Promise.resolve(settings.update('colorTheme', undefined, ConfigurationTarget.Global));
  },
};

async function openWithFinding(): Promise<void> {
  const { uri } = await show('nginx.conf');
  // Whatever an earlier picture has left: the start of the text, and nothing chosen.
  const start = new Range(1, 0, 1, 0);
  if (window.activeTextEditor !== undefined) {
    window.activeTextEditor.selection = new Selection(start.start, start.end);
    window.activeTextEditor.revealRange(new Range(0, 0, 0, 0), TextEditorRevealType.AtTop);
  }
  await waitForDiagnostics(uri, 'websocket-headers-overridden', 1);
}

/** The view of routes shows itself once, with the first location that is blocked: not in the middle of a picture. */
async function closeRoutes(): Promise<void> {
  await openWithFinding();
  await page('wait', '.monaco-list-row:has-text("/ws/live")');
  await commands.executeCommand('workbench.action.closeSidebar');
  await closeAll();
}

/** Opens the panel about a handshake that is blocked. */
async function openPanel(): Promise<void> {
  await openWithFinding();
  const uri = fileUri('nginx.conf').toString();
  await commands.executeCommand('nginxWebsocket.explain', { uri, url: 'wss://chat.example/ws/live' });
  await page('wait', inPanel('.verdict >> text=426'));
  await page('wait', '.codelens-decoration >> text=✓ WebSocket');
}

/** Gives the panel the whole window. */
async function widen(): Promise<void> {
  await commands.executeCommand('workbench.action.focusSecondEditorGroup');
  await commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
}

/** Types at the start of a line (from 0), key by key. */
async function typeAt(line: number, text: string): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined) throw new Error('No editor is in front.');
  editor.selection = new Selection(new Position(line, 0), new Position(line, 0));
  await page('type', text);
}

/** Puts the cursor a few characters into a text. */
function select(text: string, characters: number): void {
  const editor = window.activeTextEditor;
  const start = editor?.document.getText().indexOf(text) ?? -1;
  if (editor === undefined || start === -1) throw new Error(`${text} is not in front.`);
  const position = editor.document.positionAt(start + characters);
  editor.selection = new Selection(position, position);
  editor.revealRange(new Range(position, position));
}
