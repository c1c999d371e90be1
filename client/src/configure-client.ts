import { l10n, type LogOutputChannel, workspace } from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  DocumentDiagnosticRequest,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  vsdiag,
} from 'vscode-languageclient';
import {
  explainCommand,
  type InitializationOptions,
  openCommand,
  placesCommand,
  probeCommand,
  setMainCommand,
  verifyCommand,
  suggestCommand,
} from '../../server/src/protocol';
import { answerForFiles } from './files-for-server';
import { documentSelector, RUNNING } from './languages';

/** Makes a client that has not been started. How it reaches its server is its own affair. */
export type CreateClient = (options: LanguageClientOptions) => Promise<BaseLanguageClient>;

/**
 * Makes a client with what desktop and browser have in common. Loaded on demand, because it loads all of
 * vscode-languageclient.
 *
 * @param report called with the state of the server
 * @returns a client that has not been started
 */
export async function configureClient(
  createClient: CreateClient,
  output: LogOutputChannel,
  report: (state: 'starting' | 'running' | 'failed') => void,
): Promise<BaseLanguageClient> {
  const client = await createClient(clientOptions(output, () => client));
  keepQuiet(client);
  answerForFiles(client);
  client.onDidChangeState(({ newState }) => report(STATES[newState]));
  return client;
}

/** A server that stops without being asked to has crashed; the client may be about to start it again. */
const STATES = {
  [State.Starting]: 'starting',
  [State.Running]: 'running',
  [State.Stopped]: 'failed',
  [State.StartFailed]: 'failed',
} as const;

function clientOptions(output: LogOutputChannel, client: () => BaseLanguageClient): LanguageClientOptions {
  // Starts a server that crashed again, unless it does so five times in three minutes.
  let afterCrash: ReturnType<BaseLanguageClient['createDefaultErrorHandler']> | undefined;
  const handler = () => (afterCrash ??= client().createDefaultErrorHandler());
  return {
    documentSelector,
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: (): InitializationOptions => ({
      trusted: workspace.isTrusted,
      commands: [
        explainCommand,
        probeCommand,
        verifyCommand,
        openCommand,
        placesCommand,
        setMainCommand,
        suggestCommand,
      ],
      texts: l10n.bundle ?? {},
    }),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (error, message, count) => handler().error(error, message, count),
      // One that ends before it has answered would do so again.
      closed: () =>
        client().state === State.Starting ? { action: CloseAction.DoNotRestart } : handler().closed(),
    },
    middleware: {
      didChange: async (event, next) => {
        await next(event);
        // Diagnostics are asked for again when a document changes that has some. One that no tab shows has none, but
        // others may include it.
        if (!client().visibleDocuments.isVisible(event.document)) {
          client().getFeature(DocumentDiagnosticRequest.method).refresh();
        }
      },
      provideDiagnostics: (document, previousResultId, token, next) =>
        isPast('uri' in document ? document.uri.scheme : document.scheme)
          ? { kind: vsdiag.DocumentDiagnosticReportKind.full, items: [] }
          : next(document, previousResultId, token),
      // What cannot be written is not fixed; all else is offered.
      provideCodeActions: async (document, range, context, token, next) => {
        const actions = await next(document, range, context, token);
        return document.uri.scheme === RUNNING
          ? actions?.filter((action) => !('edit' in action) || action.edit === undefined)
          : actions;
      },
    },
  };
}

/** Where nothing can be written there is nothing to fix: the earlier side of a diff, a file within an archive. */
function isPast(scheme: string): boolean {
  return scheme !== RUNNING && workspace.fs.isWritableFileSystem(scheme) === false;
}

/** The client would show errors in notifications with a button of its own. They are logged, and `Server` says more. */
function keepQuiet(client: BaseLanguageClient): void {
  const log = client.error.bind(client);
  client.error = (message, data) => log(message, data, false);
}
