import {
  type CancellationToken,
  type Command,
  commands,
  Disposable,
  env,
  l10n,
  type LogOutputChannel,
  ProgressLocation,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import {
  type ExplainParams,
  explainRequest,
  type ExplainResult,
  type FilePlace,
  type ProbeAnswer,
  probeCommand,
  type ProbeParams,
  probeRequest,
  type RouteCommand,
  type Routes,
  type RoutesParams,
  routesRequest,
} from '../../server/src/protocol';
import { isNginx } from './languages';
import { toRange } from './places';
import { type Report, ReportDocuments } from './probe-documents';
import { hostOf, optionsText } from './probe-options';
import { pickOptions, pickReport, pickUrl } from './probe-picks';
import { type Explained, type ProbeOutcome, remedyOf, reportText } from './probe-report';
import type { Server } from './server';

/** The commands on a report; each takes its id, and without it the report in front. */
const AGAIN = 'nginxWebsocket.probeAgain';
const FIX = 'nginxWebsocket.fixProbed';
const GO_TO_LINE = 'nginxWebsocket.goToProbedLine';
const CURL = 'nginxWebsocket.copyAsCurl';
const WSCAT = 'nginxWebsocket.copyAsWscat';

/**
 * The command that probes an endpoint, its reports, and what can be done from them. Nothing is sent unless a person
 * asks; in a workspace that is not trusted the host is confirmed first.
 *
 * @param isBrowser whether a browser makes the probe, rather than the machine that the extension runs on
 */
export function registerProbe(server: Server, output: LogOutputChannel, isBrowser: boolean): Disposable {
  const documents = new ReportDocuments();
  const prober = new Prober(server, output, documents, isBrowser);
  const onReport = (id: string, work: (report: Report) => Promise<void>): Disposable =>
    commands.registerCommand(id, async (given?: unknown) => {
      const report = typeof given === 'number' ? documents.get(given) : documents.active();
      if (report === undefined)
        void window.showInformationMessage(l10n.t('Open the report of a probe first.'));
      else await work(report);
    });
  return Disposable.from(
    documents.register(actionsOf),
    commands.registerCommand(probeCommand, (given?: unknown) => prober.run(readCommand(given), false)),
    commands.registerCommand('nginxWebsocket.probeWithOptions', (given?: unknown) =>
      prober.run(readCommand(given), true),
    ),
    commands.registerCommand('nginxWebsocket.probeHistory', () => prober.showHistory()),
    onReport(AGAIN, ({ params, explained }) => prober.probe(params, explained?.uri)),
    onReport(FIX, (report) => prober.fix(report)),
    onReport(GO_TO_LINE, ({ document }) => goTo(document.fault)),
    onReport(CURL, ({ outcome }) => copy(outcome.curl)),
    onReport(WSCAT, ({ outcome }) => copy(outcome.wscat)),
  );
}

/** What is at the top of a report. */
function actionsOf({ id, document: { fix, fault } }: Report): Command[] {
  const action = (title: string, command: string): Command => ({ title, command, arguments: [id] });
  return [
    ...(fix === null ? [] : [action(l10n.t('Fix: {0}', fix), FIX)]),
    action(l10n.t('Probe again'), AGAIN),
    ...(fault === null ? [] : [action(l10n.t('Go to line'), GO_TO_LINE)]),
    action(l10n.t('Copy as curl'), CURL),
    action(l10n.t('Copy as wscat'), WSCAT),
  ];
}

/** A lens gives a document and a URL, a person nothing; another extension may give anything. */
function readCommand(given: unknown): Partial<RouteCommand> {
  if (typeof given !== 'object' || given === null) return {};
  const { uri, url } = given as Partial<Record<keyof RouteCommand, unknown>>;
  return { ...(typeof uri === 'string' ? { uri } : {}), ...(typeof url === 'string' ? { url } : {}) };
}

class Prober {
  readonly #server: Server;
  readonly #output: LogOutputChannel;
  readonly #documents: ReportDocuments;
  readonly #isBrowser: boolean;

  constructor(server: Server, output: LogOutputChannel, documents: ReportDocuments, isBrowser: boolean) {
    this.#server = server;
    this.#output = output;
    this.#documents = documents;
    this.#isBrowser = isBrowser;
  }

  /** Asks for what is not given, and probes. */
  async run({ uri, url }: Partial<RouteCommand>, withOptions: boolean): Promise<void> {
    const chosen = url === undefined ? await this.#pick(uri) : { url };
    if (chosen === undefined) return;
    const { url: wanted, ...options } = chosen;
    const complete = withOptions ? await pickOptions(wanted, options) : options;
    if (complete !== undefined) await this.probe({ url: wanted, ...complete }, uri);
  }

  /**
   * Probes, and shows the report.
   *
   * @param uri a document of the configuration that the URL comes from
   */
  async probe(params: ProbeParams, uri: string | undefined): Promise<void> {
    if (!(await isConfirmed(params))) return;
    const at = new Date();
    const answer = await window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: l10n.t('Probing {0}', hostOf(params.url)),
        cancellable: true,
      },
      (progress, token) => this.#send(params, token, (message) => progress.report({ message })),
    );
    if (answer === undefined) return;
    if (answer.kind === 'refused') {
      void window.showWarningMessage(answer.reason);
      return;
    }
    const explained = answer.result.ok ? null : await this.#explain(params.url, uri);
    await this.#documents.show(this.#documents.add(this.#report(params, at, answer, explained)));
  }

  async showHistory(): Promise<void> {
    const reports = this.#documents.all();
    if (reports.length === 0) {
      void window.showInformationMessage(l10n.t('Nothing has been probed in this session.'));
      return;
    }
    const report = await pickReport(reports);
    if (report !== undefined) await this.#documents.show(report);
  }

  /** Makes the fix that a report names, as it fits the configuration now. Nothing is saved. */
  async fix({ params, outcome, explained, document }: Report): Promise<void> {
    // The server answers about open documents.
    if (explained !== null) await workspace.openTextDocument(Uri.parse(explained.uri));
    const now = explained === null ? null : await this.#explainBy(explained.uri, params.url);
    const remedy = now === null ? null : remedyOf(now, outcome);
    if (remedy === null) {
      void window.showInformationMessage(
        l10n.t('That fix has already been made: save, reload nginx, and probe again.'),
      );
      return;
    }
    // What the person has read is what is done, and nothing else.
    const isSame = remedy.title === document.fix;
    if (!isSame || !(await this.#server.apply(remedy.edit))) {
      void window.showWarningMessage(l10n.t('The configuration has changed since this report: probe again.'));
      return;
    }
    for (const uri of editedFiles(remedy.edit))
      await window.showTextDocument(Uri.parse(uri), { preview: false });
    window.setStatusBarMessage(l10n.t('Mended: save, reload nginx, and probe again.'), 10_000);
  }

  async #pick(uri: string | undefined): Promise<ProbeParams | undefined> {
    return pickUrl(await this.#routes(uri), this.#documents.all());
  }

  #report(
    params: ProbeParams,
    at: Date,
    outcome: ProbeOutcome,
    explained: Explained | null,
  ): Omit<Report, 'id'> {
    const { url, workDoneToken: _, ...options } = params;
    const parts = { outcome, where: this.#where(), options: optionsText(options, l10n), explained };
    const time = at.toTimeString().slice(0, 8).replaceAll(':', '.');
    return {
      title: l10n.t('Probe {0} {1}', hostOf(url).replaceAll(/[^\w.-]/g, '_'), time),
      at,
      params,
      outcome,
      explained,
      document: reportText(parts, placeName, l10n),
    };
  }

  #where(): string {
    if (this.#isBrowser) return l10n.t('Probed from this browser.');
    return env.remoteName === undefined
      ? l10n.t('Probed from this machine.')
      : l10n.t('Probed from the remote machine ({0}), where the extension runs.', env.remoteName);
  }

  /** Undefined when it was cancelled before anything was known, or something went wrong, which is said. */
  async #send(
    params: ProbeParams,
    token: CancellationToken,
    report: (message: string) => void,
  ): Promise<ProbeAnswer | undefined> {
    try {
      if (!(await this.#server.ready())) return undefined;
      const answer = await this.#server.requestWithProgress<ProbeAnswer | null>(
        probeRequest,
        params,
        token,
        report,
      );
      return answer ?? undefined;
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      this.#output.error('The probe has failed.', error);
      void window.showWarningMessage(
        l10n.t('The probe has failed, by a fault of ours. The output says more.'),
      );
      return undefined;
    }
  }

  /** The routes of the open configurations, each once; those of the given document, or of the one in front, first. */
  async #routes(first: string | undefined): Promise<Routes[]> {
    const found = new Map<string, Routes>();
    for (const uri of openConfigurations(first)) {
      const routes = await this.#ask<Routes | null>(routesRequest, { uri } satisfies RoutesParams);
      if (routes === null || routes === undefined) continue;
      const key = routes.main ?? uri;
      if (!found.has(key)) found.set(key, routes);
    }
    return [...found.values()];
  }

  /** What the first open configuration that serves the URL does with it. */
  async #explain(url: string, first: string | undefined): Promise<Explained | null> {
    for (const uri of openConfigurations(first)) {
      const result = await this.#explainBy(uri, url);
      if (result === null || result.error !== null) continue;
      const routes = await this.#ask<Routes | null>(routesRequest, { uri } satisfies RoutesParams);
      return { uri, name: workspace.asRelativePath(Uri.parse(routes?.main ?? uri)), result };
    }
    return null;
  }

  async #explainBy(uri: string, url: string): Promise<ExplainResult<WorkspaceEdit> | null> {
    const params: ExplainParams = { uri, url };
    return (await this.#ask<ExplainResult<WorkspaceEdit> | null>(explainRequest, params)) ?? null;
  }

  /** Undefined when something went wrong: the report does without it. */
  async #ask<Result>(method: string, params: unknown): Promise<Result | undefined> {
    try {
      if (!(await this.#server.ready())) return undefined;
      return await this.#server.request<Result>(method, params);
    } catch (error) {
      this.#output.debug(`${method} was not answered: ${String(error)}`);
      return undefined;
    }
  }
}

/** URIs of the files that an edit changes. */
function editedFiles({ documentChanges = [], changes = {} }: WorkspaceEdit): string[] {
  const versioned = documentChanges.flatMap((each) =>
    'textDocument' in each ? [each.textDocument.uri] : [],
  );
  return [...new Set([...versioned, ...Object.keys(changes)])];
}

/** In a workspace that is not trusted what is open may have been made to send requests from here. */
async function isConfirmed({ url, connect }: ProbeParams): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const host = connect ?? hostOf(url);
  const choice = await window.showWarningMessage(
    l10n.t('Send a WebSocket handshake to {0}?', host),
    { modal: true, detail: l10n.t('This workspace is not trusted, and the address may come from it.') },
    l10n.t('Probe'),
  );
  return choice !== undefined;
}

/** URIs of the open configurations: the given one, the one in front, then all others. */
function openConfigurations(first: string | undefined): string[] {
  const active = window.activeTextEditor?.document;
  const open = [...(active === undefined ? [] : [active]), ...workspace.textDocuments]
    .filter((document) => isNginx(document) && !document.isClosed)
    .map(({ uri }) => uri.toString());
  return [...new Set([...open.filter((uri) => uri === first), ...open])];
}

function placeName({ uri, range }: FilePlace): string {
  return `${workspace.asRelativePath(Uri.parse(uri))}:${range.start.line + 1}`;
}

async function goTo(place: FilePlace | null): Promise<void> {
  if (place === null)
    void window.showInformationMessage(l10n.t('This report names no line of a configuration.'));
  else await window.showTextDocument(Uri.parse(place.uri), { selection: toRange(place.range) });
}

async function copy(text: string): Promise<void> {
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(l10n.t('Copied. Secrets are left out as •••.'), 5000);
}
