import { l10n, type LogOutputChannel } from 'vscode';
import type { Seen } from '../../webview/messages';
import type { Server } from '../server';
import { askVerify } from '../verify';
import type { History } from './history';
import { verifiedOf } from './seen';
import type { About, Asking } from './state';

/** Opens URLs in a copy of the configuration, in a real nginx. */
export class Verifier {
  readonly #server: Server;
  readonly #asking: Asking;
  readonly #history: History;
  readonly #output: LogOutputChannel;

  constructor(server: Server, asking: Asking, history: History, output: LogOutputChannel) {
    this.#server = server;
    this.#asking = asking;
    this.#history = history;
    this.#output = output;
  }

  /**
   * Verifies, and keeps what was seen.
   *
   * @returns what was seen; undefined for nothing, which is said
   */
  async verify({ uri, url }: About): Promise<Seen | undefined> {
    const at = new Date();
    const answer = await askVerify(this.#server, this.#output, { uri, urls: [url] });
    const [verified] = answer?.urls ?? [];
    if (answer === undefined || verified === undefined) return undefined;
    const { program, adapted, report } = answer;
    const explained = verified.works ? null : await this.#asking.explained({ uri, url });
    return this.#history.add((id) => ({
      seen: verifiedOf({ id, at, verified, program, adapted, explained }, l10n),
      params: { url },
      uri,
      explained,
      remedy: ({ remedy }) => remedy,
      texts: { text: report },
    }));
  }
}
