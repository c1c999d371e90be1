import {
  CodeLens,
  commands,
  Disposable,
  EventEmitter,
  l10n,
  languages,
  type LogOutputChannel,
  ProgressLocation,
  Range,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import {
  type VerifyAnswer,
  verifyCommand,
  type VerifyParams,
  verifyRequest,
} from '../../server/src/protocol';
import type { CurrentConfiguration } from './current-configuration';
import type { Server } from './server';

/** Of the document that holds the report. */
const SCHEME = 'nginx-websocket-verify';

/** Its lines wrap, by the defaults in package.json. */
const LANGUAGE = 'nginx-websocket-report';

/**
 * The command that tries the configuration in a real nginx, and its report beside the editor: one for each document,
 * written anew each time.
 */
export function registerVerify(
  server: Server,
  current: CurrentConfiguration,
  output: LogOutputChannel,
): Disposable {
  /** By the address of the report. */
  const reports = new Map<string, string>();
  const changed = new EventEmitter<Uri>();
  const run = async (given: unknown): Promise<void> => {
    const uri = uriIn(given) ?? current.document?.uri.toString();
    if (uri === undefined) {
      void window.showInformationMessage(
        l10n.t('Open an nginx configuration first: it is tried as it stands.'),
      );
      return;
    }
    const answer = await askVerify(server, output, { uri });
    if (answer === undefined) return;
    const report = reportUri(uri);
    reports.set(report.toString(), answer.report);
    changed.fire(report);
    const isInFront = window.activeTextEditor?.document.uri.scheme === SCHEME;
    const document = await workspace.openTextDocument(report);
    await languages.setTextDocumentLanguage(document, LANGUAGE);
    await window.showTextDocument(document, {
      viewColumn: isInFront ? ViewColumn.Active : ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
    window.setStatusBarMessage(answer.summary, 10_000);
  };
  return Disposable.from(
    changed,
    commands.registerCommand(verifyCommand, run),
    workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => reports.get(uri.toString()) ?? '',
    }),
    languages.registerCodeLensProvider(
      { scheme: SCHEME },
      {
        provideCodeLenses: ({ uri }) => [
          new CodeLens(new Range(0, 0, 0, 0), {
            title: l10n.t('Verify again'),
            command: verifyCommand,
            arguments: [{ uri: uri.query }],
          }),
        ],
      },
    ),
  );
}

/** A lens and a row of the view give a document, a person nothing; another extension may give anything. */
function uriIn(given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { uri } = given as { readonly uri?: unknown };
  return typeof uri === 'string' ? uri : undefined;
}

/** The report on a document: its query is the document. */
function reportUri(uri: string): Uri {
  const name = Uri.parse(uri).path.split('/').at(-1) ?? '';
  return Uri.from({ scheme: SCHEME, path: `/${l10n.t('Verify {0}', name)}.txt`, query: uri });
}

/** What a verification gave, once there is something to tell. */
export type Verification = Extract<VerifyAnswer, { readonly kind: 'result' }>;

/**
 * Tries a configuration in a real nginx, while a notification shows how far it is.
 *
 * @returns undefined when it was cancelled or refused, or something went wrong, which is said
 */
export async function askVerify(
  server: Server,
  output: LogOutputChannel,
  params: VerifyParams,
): Promise<Verification | undefined> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Verifying in nginx'), cancellable: true },
    async (progress, token) => {
      try {
        if (!(await server.ready())) return undefined;
        const answer = await server.requestWithProgress<VerifyAnswer>(
          verifyRequest,
          params,
          token,
          (message) => progress.report({ message }),
        );
        if (token.isCancellationRequested) return undefined;
        if (answer.kind === 'result') return answer;
        void window.showWarningMessage(answer.reason);
        return undefined;
      } catch (error) {
        if (!token.isCancellationRequested) {
          output.error('The verification has failed.', error);
          void window.showWarningMessage(
            l10n.t('The verification has failed, by a fault of ours. The output says more.'),
          );
        }
        return undefined;
      }
    },
  );
}
