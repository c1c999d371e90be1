import {
  type CancellationToken,
  env,
  l10n,
  type LogOutputChannel,
  ProgressLocation,
  window,
  workspace,
} from 'vscode';
import { type ProbeAnswer, type ProbeParams, probeRequest } from '../../../server/src/protocol';
import type { Seen } from '../../webview/messages';
import { isNginx } from '../languages';
import { hostOf, optionsText } from '../probe-options';
import type { Server } from '../server';
import type { History } from './history';
import { type Explained, remedyOf, seenOf } from './seen';
import type { Asking } from './state';

/**
 * Probes endpoints. Nothing is sent unless a person asks; in a workspace that is not trusted the host is confirmed first.
 */
export class Prober {
  readonly #server: Server;
  readonly #asking: Asking;
  readonly #history: History;
  readonly #output: LogOutputChannel;
  readonly #isBrowser: boolean;

  /** @param isBrowser whether a browser makes the probe, rather than the machine that the extension runs on */
  constructor(
    server: Server,
    asking: Asking,
    history: History,
    output: LogOutputChannel,
    isBrowser: boolean,
  ) {
    this.#server = server;
    this.#asking = asking;
    this.#history = history;
    this.#output = output;
    this.#isBrowser = isBrowser;
  }

  /**
   * Probes, and keeps what was seen.
   *
   * @param uri a document of the configuration that the URL comes from
   * @returns what was seen; undefined for nothing, which is said
   */
  async probe(params: ProbeParams, uri: string): Promise<Seen | undefined> {
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
    const where = this.#where();
    return this.#history.add((id) => ({
      seen: seenOf({ id, at, outcome: answer, where, options: optionsText(options, l10n), explained }, l10n),
      params,
      uri: explained?.uri ?? uri,
      explained,
      remedy: (now) => remedyOf(now, answer),
      texts: { curl: answer.curl, wscat: answer.wscat, text: answer.report },
    }));
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
  async #explain(url: string, first: string): Promise<Explained | null> {
    for (const uri of openConfigurations(first)) {
      const explained = await this.#asking.explained({ uri, url });
      if (explained !== null) return explained;
    }
    return null;
  }
}

/**
 * Whether a probe may be sent. In a workspace that is not trusted what is open may have been made to send requests from
 * here: a person is asked for the host.
 */
export async function isConfirmed({ url, connect }: ProbeParams): Promise<boolean> {
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
function openConfigurations(first: string): string[] {
  const active = window.activeTextEditor?.document;
  const open = [...(active === undefined ? [] : [active]), ...workspace.textDocuments]
    .filter((document) => isNginx(document) && !document.isClosed)
    .map(({ uri }) => uri.toString());
  return [...new Set([...open.filter((uri) => uri === first), ...open])];
}
