import { english, t } from '../l10n';
import type { ProbeAnswer, ProbeParams, ProbeResult, ProbeStep, ProbeStepName } from '../protocol';
import { ProbeFailure, seconds } from './failure';
import { idleAdvice } from './idle-advice';
import { probeAnswer } from './probe-answer';
import type { Target } from './target';
import { readWish, type Wish } from './wish';

/** As much of a browser's WebSocket as a probe needs. */
interface BrowserSocket {
  /** The subprotocol, '' for none. */
  readonly protocol: string;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: Closed) => void): void;
  send(text: string): void;
  close(code?: number): void;
}

interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** The browser that a probe runs in. */
export interface Browser {
  /** Whether the page came over https: browsers then open wss only. */
  readonly isSecurePage: boolean;
  /** @throws where the browser refuses the URL at once */
  readonly open: (url: string, protocols: readonly string[]) => BrowserSocket;
}

const DEFAULT_TIMEOUT = 10_000;

/** How long to wait for the other side's close frame, in milliseconds. */
const CLOSE_PATIENCE = 2000;

/**
 * Probes with the WebSocket of a browser, which tells no more than whether it opened, how it was closed, and what came:
 * no status, no headers, no certificate. What it cannot do is refused.
 *
 * @param signal aborted when the result is no longer wanted
 */
export async function probeInBrowser(
  params: ProbeParams,
  browser: Browser,
  signal: AbortSignal,
  onStep: (step: ProbeStep) => void,
): Promise<ProbeAnswer> {
  const wish = readWish(params);
  if ('kind' in wish) return wish;
  const reason = refusalOf(wish, browser);
  if (reason !== null) return { kind: 'refused', reason };
  const at = new Date();
  return probeAnswer(await new BrowserProbe(wish, browser, signal, onStep).run(), wish, at);
}

/** What a browser cannot do of what is asked for; null when it can do all. */
function refusalOf({ target, options }: Wish, { isSecurePage }: Browser): string | null {
  const { headers, connectTo, insecure, origin } = options;
  const elsewhere = t('Probe from VS Code on a desktop, or from a terminal.');
  if (headers.length > 0) return t`A browser sends no headers but its own. ${elsewhere}`;
  if (typeof origin === 'string') return t`A browser sends the Origin of its page. ${elsewhere}`;
  if (connectTo !== null) return t`A browser connects to the host of the URL alone. ${elsewhere}`;
  if (insecure) return t`A browser accepts no untrusted certificate for a WebSocket. ${elsewhere}`;
  if (isSecurePage && !target.isSecure && !isLoopback(target))
    return t`This page came over https: its browser opens wss:// only, and no ws:// (mixed content). ${elsewhere}`;
  return null;
}

/** Browsers take these for secure without TLS (W3C Secure Contexts §3.1). */
function isLoopback({ host }: Target): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') || host === '::1';
}

const NOT_TOLD = english(
  'The WebSocket did not open, and a browser does not say why: a page sees no status, no headers and no certificate. ' +
    'The name may not resolve, nothing may listen there, the certificate may be refused, or the answer is not 101. ' +
    'Probe from VS Code on a desktop, or from a terminal, to see which.',
);

const CANNOT_TELL = english('A browser shows no status, headers or certificate, and sends no ping.');

/** What a probe waits for. */
type Happening =
  | { readonly kind: 'open' }
  | { readonly kind: 'echo' }
  | ({ readonly kind: 'close' } & Closed)
  | { readonly kind: 'timeout' }
  | { readonly kind: 'cancelled' };

/** One run. */
class BrowserProbe {
  private readonly steps: ProbeStep[] = [];
  /** Events that no step has waited for yet. */
  private readonly happenings: Happening[] = [];
  private wake: () => void = () => {};
  /** The text whose echo is awaited. */
  private awaited: string | null = null;
  private isOpen = false;

  constructor(
    private readonly wish: Wish,
    private readonly browser: Browser,
    private readonly signal: AbortSignal,
    private readonly onStep: (step: ProbeStep) => void,
  ) {}

  async run(): Promise<ProbeResult> {
    const cancel = (): void => this.happen({ kind: 'cancelled' });
    this.signal.addEventListener('abort', cancel);
    let socket: BrowserSocket | null = null;
    try {
      if (this.signal.aborted) cancel();
      socket = this.connect();
      return this.result(null, await this.runSteps(socket));
    } catch (error) {
      if (error instanceof ProbeFailure) return this.result(error.reason, error.message);
      throw error;
    } finally {
      this.signal.removeEventListener('abort', cancel);
      // Closing what is closed does no harm.
      socket?.close();
    }
  }

  private connect(): BrowserSocket {
    const { target, options } = this.wish;
    let socket: BrowserSocket;
    try {
      // Browsers of some years ago know ws and wss alone.
      socket = this.browser.open(target.url.replace(/^http/i, 'ws'), options.protocols);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.record('handshake', false, 0, said);
      throw new ProbeFailure('not-told', said, t`The browser refuses to open it: ${said}`);
    }
    socket.addEventListener('open', () => {
      this.isOpen = true;
      this.happen({ kind: 'open' });
    });
    socket.addEventListener('message', ({ data }) => {
      // All else is not kept: it may be any amount.
      if (this.awaited !== null && data === this.awaited) this.happen({ kind: 'echo' });
    });
    socket.addEventListener('close', ({ code, reason }) => this.happen({ kind: 'close', code, reason }));
    return socket;
  }

  /** @returns the message of success */
  private async runSteps(socket: BrowserSocket): Promise<string> {
    const { timeout = DEFAULT_TIMEOUT, message = null, hold = null } = this.wish.options;
    const opened = await this.step('handshake', timeout, (happening, ms) => {
      switch (happening.kind) {
        case 'open':
          return socket.protocol === '' ? 'opened' : t`opened; subprotocol ${socket.protocol}`;
        case 'timeout':
          return new ProbeFailure(
            'handshake-timeout',
            t`no answer within ${seconds(timeout)}`,
            t`The WebSocket did not open within ${seconds(timeout)}. The back end may hang, or nothing answers there. ${t(CANNOT_TELL)}`,
          );
        default:
          return new ProbeFailure('not-told', t`failed after ${seconds(ms)}, without a reason`, t(NOT_TOLD));
      }
    });
    if (message !== null) await this.echo(socket, message, timeout);
    if (hold !== null) await this.hold(hold);
    await this.close(socket, Math.min(CLOSE_PATIENCE, timeout));
    const parts = [
      t`The WebSocket opened in ${opened.toFixed(1)} ms`,
      ...(message === null ? [] : [t('the message came back')]),
      ...(hold === null ? [] : [t`still open after ${seconds(hold)}`]),
    ];
    return `${parts.join(', ')}. ${t(CANNOT_TELL)}`;
  }

  private async echo(socket: BrowserSocket, message: string, timeout: number): Promise<void> {
    this.awaited = message;
    socket.send(message);
    await this.step('echo', timeout, (happening, ms) => {
      if (happening.kind === 'echo') return t('the message came back');
      const detail =
        happening.kind === 'close' ? closedText(happening, ms) : t`no echo within ${seconds(timeout)}`;
      return new ProbeFailure(
        'echo-failed',
        detail,
        t`The WebSocket opened, but the message did not come back: ${detail}. That is right if this service does not echo; otherwise look into the log of the back end.`,
      );
    });
    this.awaited = null;
  }

  private async hold(time: number): Promise<void> {
    await this.step('hold', time, (happening, ms) => {
      if (happening.kind !== 'close') return t`still open after ${seconds(time)}`;
      const detail = closedText(happening, ms);
      const message = t`The idle connection was ${detail}. nginx cuts it after ${idleAdvice()}`;
      return new ProbeFailure('closed-after-open', detail, message);
    });
  }

  private async close(socket: BrowserSocket, patience: number): Promise<void> {
    socket.close(1000);
    await this.step('close', patience, (happening) =>
      happening.kind === 'close'
        ? codeText(happening)
        : t`no answer to the close frame within ${seconds(patience)}`,
    );
  }

  /**
   * Waits for what happens next, and keeps a record of it.
   *
   * @param judge says what it is, or throws what it gives as a failure
   * @returns how long it took
   */
  private async step(
    name: ProbeStepName,
    time: number,
    judge: (happening: Happening, ms: number) => string | ProbeFailure,
  ): Promise<number> {
    const begun = performance.now();
    const happening = await this.next(time);
    const ms = performance.now() - begun;
    if (happening.kind === 'cancelled') {
      this.record(name, false, ms, 'cancelled');
      throw new ProbeFailure('cancelled', 'cancelled', t('The probe was cancelled.'));
    }
    const judged = judge(happening, ms);
    if (typeof judged === 'string') {
      this.record(name, true, ms, judged);
      return ms;
    }
    this.record(name, false, ms, judged.detail);
    throw judged;
  }

  private record(name: ProbeStepName, ok: boolean, ms: number, detail: string): void {
    const step = { name, ok, ms: Number(ms.toFixed(2)), detail };
    this.steps.push(step);
    this.onStep(step);
  }

  private happen(happening: Happening): void {
    this.happenings.push(happening);
    this.wake();
  }

  private async next(time: number): Promise<Happening> {
    const [first] = this.happenings.splice(0, 1);
    if (first !== undefined) return first;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, time);
    });
    clearTimeout(timer);
    const [happening = { kind: 'timeout' as const }] = this.happenings.splice(0, 1);
    return happening;
  }

  private result(cause: ProbeResult['cause'], message: string): ProbeResult {
    return {
      url: this.wish.target.url,
      ok: cause === null,
      // It opens on a 101 alone.
      status: this.isOpen ? 101 : null,
      cause,
      message,
      steps: this.steps,
      tls: null,
      request: [],
      response: null,
    };
  }
}

function closedText(closed: Closed, ms: number): string {
  return t`closed by the other side after ${(ms / 1000).toFixed(1)} s (${codeText(closed)})`;
}

/** `1008: policy violation`. */
function codeText({ code, reason }: Closed): string {
  return reason === '' ? `${code}` : `${code}: ${reason}`;
}
