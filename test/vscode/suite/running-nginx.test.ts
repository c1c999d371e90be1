import * as assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { type CodeAction, type CodeLens, commands, languages, Range, Uri, window, workspace } from 'vscode';
import { launch, type Nginx } from '../../live/harness/nginx';
import { freePorts } from '../../live/harness/ports';
import { temporaryDirectory } from '../../live/harness/resources';
import { closeAll, fileUri, showUri } from './support/documents';
import { hasNginx, programOf, setOurs } from './support/nginx';
import { page } from './support/page';
import { waitFor } from './support/waiting';

const MAIN = `events {}
http {
    include conf.d/*.conf;
}
`;

const site = (port: number, connection: string): string => `server {
    listen 127.0.0.1:${port};
    location /chat {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection ${connection};
        proxy_pass http://127.0.0.1:1;
    }
}
`;

function findings(uri: Uri): string[] {
  return languages
    .getDiagnostics(uri)
    .map(({ code }) => String(typeof code === 'object' ? code.value : code));
}

/** Has the command open what nginx prints. Its message stays until somebody answers. */
function analyze(): void {
  void commands.executeCommand('nginxWebsocket.analyzeRunning');
}

/** Waits for a message: a list that was opened before it is there does not show it. */
async function told(text: string): Promise<void> {
  await waitFor(`the message ${text}`, async () => {
    await commands.executeCommand('notifications.showList');
    return (await page('visible', `.notifications-center >> text=${text}`)) === 'true';
  });
}

suite('a running nginx', () => {
  let nginx: Nginx;
  let directory: string;
  let port: number;
  let kept: Uri;
  /** Of files that nginx has printed. */
  const printed = (name: string): Uri => Uri.from({ scheme: 'nginx-running', path: `${directory}/${name}` });

  suiteSetup(async function () {
    if (!hasNginx('the analysis of a running nginx')) this.skip();
    ({ path: directory } = await temporaryDirectory());
    [port = 0] = await freePorts(1);
    await mkdir(`${directory}/conf.d`);
    await writeFile(`${directory}/nginx.conf`, MAIN);
    await writeFile(`${directory}/conf.d/running.conf`, site(port, 'close'));
    // The one that is kept in the workspace.
    kept = fileUri('running', 'conf.d', 'running.conf');
    await workspace.fs.writeFile(kept, new TextEncoder().encode(site(port, 'close')));
    const file = `${directory}/nginx.conf`;
    nginx = await launch(directory, { file, shownAs: file, globals: '' }, [port]);
    await setOurs('dumpCommand', programOf(nginx, file, '-T'));
  });

  suiteTeardown(async () => {
    await setOurs('dumpCommand', undefined);
    await nginx?.stop();
    if (kept !== undefined) await workspace.fs.delete(kept);
  });
  teardown(async () => {
    await commands.executeCommand('notifications.clearAll');
    await closeAll();
  });

  test('is opened to read, with findings and verdicts across its files', async () => {
    analyze();
    await waitFor('the main file', () => window.activeTextEditor?.document.uri.scheme === 'nginx-running');
    assert.equal(window.activeTextEditor?.document.getText(), MAIN);
    assert.equal(window.activeTextEditor?.document.languageId, 'nginx');
    assert.deepEqual(findings(printed('nginx.conf')), []);
    await told('2 files. Those in this workspace are the same');

    const document = await showUri(printed('conf.d/running.conf'));
    await waitFor('a finding', () => findings(document.uri).includes('websocket-header-value'));
    const lenses = await waitFor('the verdict', async () => {
      const all = await commands.executeCommand<CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        9,
      );
      return all.length > 0 && all;
    });
    assert.match(lenses.map(({ command }) => command?.title).join(), /blocked/);
    await page('screenshot', 'running-nginx');
    // Nothing can be written there.
    const line = document.lineAt(5).range;
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new Range(line.start, line.end),
    );
    assert.deepEqual(
      actions.filter(({ edit }) => edit !== undefined).map(({ title }) => title),
      [],
    );
  });

  test('is read again: what was mended there has no finding, and differs from the workspace', async () => {
    analyze();
    const document = await waitFor('the file', async () => {
      try {
        return await showUri(printed('conf.d/running.conf'));
      } catch {
        return undefined;
      }
    });
    await waitFor('a finding', () => findings(document.uri).includes('websocket-header-value'));
    const mended = site(port, 'upgrade');
    await writeFile(`${directory}/conf.d/running.conf`, mended);
    analyze();
    await waitFor('the text', () => document.getText() === mended);
    await waitFor('no finding', () => !findings(document.uri).includes('websocket-header-value'));

    await told('1 of them differ from this workspace');
    await page('click', '.notifications-center >> text=Show Differences');
    const changes = await waitFor('the differences', () => {
      const { activeTab } = window.tabGroups.activeTabGroup;
      return activeTab?.label.startsWith('Running nginx and workspace') === true && activeTab;
    });
    assert.match(changes.label, /1 file/);
    await page('screenshot', 'running-nginx-differences');
  });
});
