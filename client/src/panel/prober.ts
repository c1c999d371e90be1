import {
  type CancellationToken,
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
  type ProbeAnswer,
  type ProbeParams,
  probeRequest,
  type Routes,
  type RoutesParams,
  routesRequest,
} from '../../../server/src/protocol';
import type { Seen } from '../../webview/messages';
import { isNginx } from '../languages';
import { hostOf, optionsText } from '../probe-options';
import type { Server } from '../server';
import { type Explained, type ProbeOutcome, remedyOf, seenOf } from './seen';

/** A probe of this window. It is kept in memory alone: its options may hold secrets. */
export interface Probed {
  readonly params: ProbeParams;
  readonly outcome: ProbeOutcome;
  readonly explained: Explained | null;
  readonly seen: Seen;
}

/** Older ones are forgotten. */
const KEPT = 50;

/**
 * Probes endpoints, and keeps what was seen. Nothing is sent unless a person asks; in a workspace that is not trusted
 * the host is confirmed first.
 */
export class Prober {
  readonly #server: Server;
  readonly #output: LogOutputChannel;
  readonly #isBrowser: boolean;
  #probes: readonly Probed[] = [];
  #count = 0;

  /** @param isBrowser whether a browser makes the probe, rather than the machine that the extension runs on */
  constructor(server: Server, output: LogOutputChannel, isBrowser: boolean) {
    this.#server = server;
    this.#output = output;
    this.#isBrowser = isBrowser;
  }

  /** The newest first. */
  get seen(): Seen[] {
    return this.#probes.map(({ seen }) => seen);
  }

  find(id: number): Probed | undefined {
    return this.#probes.find(({ seen }) => seen.id === id);
  }

  /**
   * Probes, and keeps what was seen.
   *
   * @param uri a document of the configuration that the URL comes from
   * @returns what was seen; undefined for nothing, which is said
   */
  async probe(params: ProbeParams, uri: string | undefined): Promise<Seen | undefined> {
    if (!(await isConfirmed(params))) return undefined;
    const at = new Date();
    const answer = await window.withProgress(
      {
        location: ProgressLocation.Notification,
        title: l10n.t('Probing {0}', hostOf(params.url)),
        cancellable: true,
      },
      (progress, token) => this.#send(params, token, (message) => progress.report({ message })),
    );
    if (answer === undefined) return undefined;
    if (answer.kind === 'refused') {
      void window.showWarningMessage(answer.reason);
      return undefined;
    }
    const explained = answer.result.ok ? null : await this.#explain(params.url, uri);
    const { url: _, workDoneToken: __, ...options } = params;
    this.#count += 1;
    const parts = { id: this.#count, at, outcome: answer, where: this.#where(), explained };
    const seen = seenOf({ ...parts, options: optionsText(options, l10n) }, l10n);
    this.#probes = [{ params, outcome: answer, explained, seen }, ...this.#probes].slice(0, KEPT);
    return seen;
  }

  /**
   * Makes the fix that was shown, as it fits the configuration now. Nothing is saved.
   *
   * @returns the edit that was made; null when none was, which is said
   */
  async fix({ params, outcome, explained, seen }: Probed): Promise<WorkspaceEdit | null> {
    // The server answers about open documents.
    if (explained !== null) await workspace.openTextDocument(Uri.parse(explained.uri));
    const now = explained === null ? null : await this.#explainBy(explained.uri, params.url);
    const remedy = now === null ? null : remedyOf(now, outcome);
    if (remedy === null) {
      void window.showInformationMessage(
        l10n.t('That fix has already been made: save, reload nginx, and probe again.'),
      );
      return null;
    }
    // What the person has read is what is done, and nothing else.
    if (remedy.title === seen.cause?.fix && (await this.#server.apply(remedy.edit))) return remedy.edit;
    void window.showWarningMessage(l10n.t('The configuration has changed meanwhile: probe again.'));
    return null;
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

  /** Undefined when something went wrong: what was seen does without it. */
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
