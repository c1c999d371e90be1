import {
  type CancellationToken,
  commands,
  type DiagnosticCollection,
  Disposable,
  type ExtensionContext,
  l10n,
  languages,
  type LogOutputChannel,
  type Progress,
  ProgressLocation,
  TabInputText,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Diagnostic as LspDiagnostic } from 'vscode-languageclient';
import { type CheckFilesParams, checkFilesRequest, type CheckFilesResult } from '../../server/src/protocol';
import { findNginxFiles } from './find-files';
import type { Server } from './server';

/** Whether findings of a check are shown: `when` clauses of package.json name it. */
const CONTEXT_KEY = 'nginxWebsocket.hasCheckResults';

/** The commands "Check Workspace" and "Clear Results of Check Workspace". */
export function registerCheckWorkspace(
  context: ExtensionContext,
  server: Server,
  output: LogOutputChannel,
): Disposable {
  const collection = languages.createDiagnosticCollection('nginxWebsocket.check');
  const checker = new Checker(context, server, output, collection);
  return Disposable.from(
    collection,
    commands.registerCommand('nginxWebsocket.checkWorkspace', () => checker.run()),
    commands.registerCommand('nginxWebsocket.clearCheck', () => checker.clear()),
    window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
      for (const { input } of opened) for (const uri of urisOf(input)) checker.opened(uri);
      for (const { input } of closed) for (const uri of urisOf(input)) void checker.closed(uri);
    }),
    workspace.onDidDeleteFiles(({ files }) => {
      for (const uri of files) collection.delete(uri);
    }),
  );
}

type Result = CheckFilesResult<LspDiagnostic>;

/**
 * The findings in files that no tab shows: those that one shows have diagnostics of their own, which the language
 * client asks for.
 */
class Checker {
  readonly #context: ExtensionContext;
  readonly #server: Server;
  readonly #output: LogOutputChannel;
  readonly #collection: DiagnosticCollection;
  /** Files of the last check with their main files, as URIs; none when its results were cleared. */
  #checked: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(
    context: ExtensionContext,
    server: Server,
    output: LogOutputChannel,
    collection: DiagnosticCollection,
  ) {
    this.#context = context;
    this.#server = server;
    this.#output = output;
    this.#collection = collection;
  }

  /** Checks all configurations of the workspace, and says what has come of it. */
  async run(): Promise<void> {
    const message = await window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: l10n.t('Checking nginx configurations'),
        cancellable: true,
      },
      (progress, token) => this.#check(progress, token),
    );
    if (message === undefined) return;
    const choice = await (this.#checked.size > 0
      ? window.showInformationMessage(message, l10n.t('Show Problems'))
      : window.showInformationMessage(message));
    if (choice !== undefined) await commands.executeCommand('workbench.actions.view.problems');
  }

  clear(): void {
    this.#collection.clear();
    this.#checked = new Map();
    void commands.executeCommand('setContext', CONTEXT_KEY, false);
  }

  /** From now on its own diagnostics are shown. */
  opened(uri: Uri): void {
    this.#collection.delete(uri);
  }

  /** The document's own diagnostics go; those of the check are shown again, brought up to date. */
  async closed(uri: Uri): Promise<void> {
    const mains = this.#checked.get(uri.toString());
    if (mains === undefined || isShown(uri)) return;
    try {
      const params: CheckFilesParams = { uris: [uri.toString(), ...mains] };
      const { files } = await this.#server.request<Result>(checkFilesRequest, params);
      for (const file of files) {
        if (Uri.parse(file.uri).toString() === uri.toString()) await this.#show(uri, file.diagnostics);
      }
    } catch (error) {
      this.#output.debug(`${uri.toString()} was not checked: ${String(error)}`);
    }
  }

  /** Undefined when it was cancelled or has failed. */
  async #check(
    progress: Progress<{ message?: string }>,
    token: CancellationToken,
  ): Promise<string | undefined> {
    try {
      progress.report({ message: l10n.t('looking for files') });
      const { uris, isCut } = await findNginxFiles(this.#context, token);
      if (token.isCancellationRequested) return undefined;
      if (uris.length === 0) return l10n.t('There is no nginx configuration in the workspace.');
      progress.report({ message: filesText(uris.length) });
      if (!(await this.#server.ready())) return undefined;
      const params: CheckFilesParams = { uris: uris.map((uri) => uri.toString()) };
      const result = await this.#server.requestWithProgress<Result>(
        checkFilesRequest,
        params,
        token,
        (message) => progress.report({ message }),
      );
      if (token.isCancellationRequested) return undefined;
      this.clear();
      this.#checked = new Map(result.files.map(({ uri, mains }) => [Uri.parse(uri).toString(), mains]));
      for (const { uri, diagnostics } of result.files) await this.#show(Uri.parse(uri), diagnostics);
      void commands.executeCommand('setContext', CONTEXT_KEY, true);
      const summary = summaryOf(result);
      return isCut ? l10n.t('{0} There were too many files to look at all of them.', summary) : summary;
    } catch (error) {
      if (!token.isCancellationRequested) {
        this.#output.error('The workspace was not checked.', error);
        return l10n.t('The workspace could not be checked: the output of NGINX WebSocket says why.');
      }
      return undefined;
    }
  }

  async #show(uri: Uri, diagnostics: readonly LspDiagnostic[]): Promise<void> {
    const converted = await this.#server.toDiagnostics(diagnostics);
    if (!isShown(uri)) this.#collection.set(uri, converted);
  }
}

function summaryOf({ configurations, files }: Result): string {
  const counts = [1, 2, 3].map(
    (severity) =>
      files.flatMap(({ diagnostics }) => diagnostics.filter((each) => each.severity === severity)).length,
  );
  const [errors = 0, warnings = 0, information = 0] = counts;
  return l10n.t(
    '{0}, {1}, {2} in {3} of {4}.',
    errors === 1 ? l10n.t('1 error') : l10n.t('{0} errors', errors),
    warnings === 1 ? l10n.t('1 warning') : l10n.t('{0} warnings', warnings),
    l10n.t('{0} information', information),
    filesText(files.length),
    configurations === 1 ? l10n.t('1 configuration') : l10n.t('{0} configurations', configurations),
  );
}

function filesText(count: number): string {
  return count === 1 ? l10n.t('1 file') : l10n.t('{0} files', count);
}

/** Whether a tab shows the document. */
function isShown(uri: Uri): boolean {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(({ input }) => urisOf(input).some((each) => each.toString() === uri.toString()));
}

function urisOf(input: unknown): Uri[] {
  if (input instanceof TabInputText) return [input.uri];
  return input instanceof TabInputTextDiff ? [input.original, input.modified] : [];
}
