import {
  commands,
  Disposable,
  l10n,
  languages,
  type LogOutputChannel,
  ProgressLocation,
  Uri,
  window,
  workspace,
} from 'vscode';
import { type DumpParams, type DumpResult, dumpRequest } from '../../server/src/protocol';
import { DumpedFiles } from './dumped-files';
import { isNginx, isNginxLanguage, RUNNING } from './languages';
import type { Server } from './server';

/**
 * The command that has nginx print the configuration it runs with, and opens it to read: its files have findings,
 * verdicts and probes as any others, and are compared with those of the workspace.
 */
export function registerRunningNginx(server: Server, output: LogOutputChannel): Disposable {
  const files = new DumpedFiles();
  return Disposable.from(
    files,
    workspace.registerFileSystemProvider(RUNNING, files, { isReadonly: true, isCaseSensitive: true }),
    // Whatever its name is, nginx has read it as its own.
    workspace.onDidOpenTextDocument(async (document) => {
      if (document.uri.scheme === RUNNING && !isNginxLanguage(document.languageId))
        await languages.setTextDocumentLanguage(document, 'nginx');
    }),
    commands.registerCommand('nginxWebsocket.analyzeRunning', async () => {
      const result = await ask(server, output);
      if (result === undefined) return;
      const [main] = result.files;
      if (main === undefined) {
        const choice = await window.showWarningMessage(result.message, l10n.t('Show Output'));
        if (choice !== undefined) output.show();
        return;
      }
      files.replace(result.files);
      await window.showTextDocument(await workspace.openTextDocument(uriOf(main.path)), { preview: false });
      await tellDifferences(result);
    }),
  );
}

function uriOf(path: string): Uri {
  return Uri.from({ scheme: RUNNING, path: path.startsWith('/') ? path : `/${path}` });
}

/** Undefined when it was cancelled, or something went wrong, which is said. */
async function ask(server: Server, output: LogOutputChannel): Promise<DumpResult | undefined> {
  const document = window.activeTextEditor?.document;
  const uri =
    document !== undefined && isNginx(document) ? document.uri : workspace.workspaceFolders?.[0]?.uri;
  const params: DumpParams = { uri: uri?.toString() ?? '' };
  return window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Asking nginx for its configuration'),
      cancellable: true,
    },
    async (_progress, token) => {
      try {
        if (!(await server.ready())) return undefined;
        const result = await server.request<DumpResult>(dumpRequest, params, token);
        if (token.isCancellationRequested) return undefined;
        if (result.files.length === 0) output.info(`${result.message}\n${result.output.trimEnd()}`);
        return result;
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        output.error('nginx could not be asked for its configuration.', error);
        void window.showWarningMessage(
          l10n.t('nginx could not be asked for its configuration. The output says more.'),
        );
        return undefined;
      }
    },
  );
}

/** A file that nginx runs with, and that of the workspace with another text. */
type Difference = readonly [running: Uri, ofWorkspace: Uri];

async function tellDifferences({ files }: DumpResult): Promise<void> {
  const main = files[0]?.path ?? '';
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const found = await Promise.all(
    files.map(async ({ path, text }): Promise<Difference | 'same' | null> => {
      const own = await counterpartOf(path, folder);
      if (own === null) return null;
      // nginx prints a line feed after each file.
      return (await textOf(own)).trimEnd() === text.trimEnd() ? 'same' : [uriOf(path), own];
    }),
  );
  const differences = found.filter((each) => each !== null && each !== 'same');
  const known = found.filter((each) => each !== null).length;
  if (known === 0) {
    void window.showInformationMessage(
      l10n.t('nginx runs with {0} files. None of them is in this workspace.', files.length),
    );
    return;
  }
  if (differences.length === 0) {
    void window.showInformationMessage(
      l10n.t('nginx runs with {0} files. Those in this workspace are the same.', files.length),
    );
    return;
  }
  const choice = await window.showInformationMessage(
    l10n.t(
      'nginx runs with {0} files. {1} of them differ from this workspace.',
      files.length,
      differences.length,
    ),
    l10n.t('Show Differences'),
  );
  if (choice === undefined) return;
  const title = l10n.t('Running nginx and workspace');
  const shown = differences.map(([running, own]) => [own, running, own] as const);
  await commands.executeCommand('vscode.changes', title, shown);
}

/** More files of one name than this are not compared. */
const SAME_NAME_LIMIT = 1000;

/**
 * The file of the workspace that is kept for one of nginx's: the only one whose path ends as that does below the folder
 * of the main file.
 */
async function counterpartOf(path: string, folder: string): Promise<Uri | null> {
  const within = path.startsWith(folder) ? path.slice(folder.length) : path.replace(/^\//, '');
  const name = within.slice(within.lastIndexOf('/') + 1);
  const candidates = await workspace.findFiles(`**/${name}`, '**/node_modules/**', SAME_NAME_LIMIT);
  const [only, ...others] = candidates.filter((uri) => uri.path.endsWith(`/${within}`));
  return only === undefined || others.length > 0 ? null : only;
}

async function textOf(uri: Uri): Promise<string> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open?.getText() ?? new TextDecoder().decode(await workspace.fs.readFile(uri));
}
