import type { Socket } from 'node:net';
import { t } from '../l10n';
import type { ProbeCause, ProbeHeader, ProbeResult, ProbeStep, ProbeStepName, ProbeTls } from '../protocol';
import { connectToFirst } from './connect';
import { NoWord, ProbeFailure, seconds } from './failure';
import { type HandshakeOutcome, shakeHands } from './handshake';
import { valuesOf } from './headers';
import { idleAdvice } from './idle-advice';
import { originOf, originRefused } from './origin';
import { triedTheOtherWay } from './other-way';
import { redactorFor } from './redact';
import { type HandshakeRequest, handshakeRequest } from './request';
import { type Lookup, resolveHost } from './resolve';
import type { ResponseHead } from './response';
import { type Secured, secure } from './secure';
import { type Ended, Session } from './session';
import { statusText } from './status';
import { type Endpoint, endpointText, type Target } from './target';
import { Cancelled, type Limit, limitOf } from './waiting';

/** What may differ from the plainest probe. */
export interface ProbeOptions {
  /** Headers to send; one with the name of a usual one replaces it. */
  readonly headers?: readonly ProbeHeader[];
  /** Subprotocols to ask for, the favourite first. */
  readonly protocols?: readonly string[];
  /**
   * What a second handshake has as its Origin, once one without it has succeeded. Null: there is no second one. Default:
   * that of a page of the URL's host.
   */
  readonly origin?: string | null;
  /** Connect there; the request and the check of the certificate stay as the URL says. */
  readonly connectTo?: Endpoint | null;
  /** Go on with a certificate that clients refuse. It is reported all the same. */
  readonly insecure?: boolean;
  /** A text to send, which the other side should send back. */
  readonly message?: string | null;
  /** How long to keep the idle connection open, in milliseconds. */
  readonly hold?: number | null;
  /** For opening, then again for the answer to the ping, and to the message, in milliseconds. Default 10 seconds. */
  readonly timeout?: number;
  /** Names of the environment's variables that ask for a proxy. None is used, and the report says so. */
  readonly proxies?: readonly string[];
  /** Certificates to trust instead of Node's, in PEM. */
  readonly ca?: readonly string[] | null;
  /** Default: as this machine resolves names. */
  readonly lookup?: Lookup;
  /** Told of each step once it is over. */
  readonly onStep?: (step: ProbeStep) => void;
}

const DEFAULT_TIMEOUT = 10_000;

/** How long to wait for the other side's close frame and the like, in milliseconds, unless the timeout is shorter. */
const PATIENCE = 2000;

/**
 * Opens a WebSocket, step by step, and closes it again. Redirects are not followed, proxies not used.
 *
 * @param signal aborted when the result is no longer wanted: it then comes at once, with the cause `cancelled`
 * @returns what happened; network failures are results, not errors
 */
export function probe(target: Target, options: ProbeOptions, signal: AbortSignal): Promise<ProbeResult> {
  return new Probe(target, options, signal).run();
}

/** What a step gave, and what to say of it. */
interface StepOutcome<Value> {
  readonly value: Value;
  readonly detail: string;
  /** The step did not do what it should, though the probe goes on. */
  readonly isFailed?: boolean;
}

/** One run. */
class Probe {
  /** That of the last handshake that the result tells of. */
  private request: HandshakeRequest;
  private readonly steps: ProbeStep[] = [];
  private readonly timeout: number;
  private readonly redact: ReturnType<typeof redactorFor>;
  private tls: ProbeTls | null = null;
  private response: ResponseHead | null = null;
  /** Always closed at the end: the connection, and the TLS socket over it. */
  private readonly sockets: Socket[] = [];

  constructor(
    private readonly target: Target,
    private readonly options: ProbeOptions,
    private readonly signal: AbortSignal,
  ) {
    const { headers = [], protocols = [], timeout = DEFAULT_TIMEOUT } = options;
    this.request = handshakeRequest(target, headers, protocols);
    this.redact = redactorFor(this.request.headers, target.url);
    this.timeout = timeout;
  }

  async run(): Promise<ProbeResult> {
    try {
      const message = await this.runSteps();
      return this.result(null, message);
    } catch (error) {
      if (error instanceof Cancelled) return this.result('cancelled', this.endedText());
      if (error instanceof ProbeFailure) return this.result(error.reason, error.message);
      throw error;
    } finally {
      for (const socket of this.sockets.reverse()) socket.destroy();
    }
  }

  private endedText(): string {
    const held = this.steps.find(({ name }) => name === 'hold');
    return held === undefined
      ? t('The probe was cancelled.')
      : t`The hold was ended by hand after ${seconds(held.ms)}: the WebSocket was open until then.`;
  }

  /** @returns the message of success */
  private async runSteps(): Promise<string> {
    const opening = limitOf(this.timeout, this.signal);
    const { socket: connection, end } = await this.connect(opening);
    const socket = this.target.isSecure ? await this.secure(connection, end, opening) : connection;
    const head = await this.handshake(socket, end, opening);
    const opened = this.steps.reduce((sum, { ms }) => sum + ms, 0);

    const { message = null, hold = null } = this.options;
    const session = new Session(socket, head.rest, Buffer.byteLength(message ?? ''));
    const ping = await this.ping(session);
    if (message !== null) await this.echo(session, message);
    if (hold !== null) await this.hold(session, hold);
    await this.close(session);
    const withOrigin = await this.tryOrigin(end);
    return [
      t`The WebSocket opened in ${milliseconds(opened)}`,
      ping === null ? t('the ping was not answered') : t`ping ${milliseconds(ping)}`,
      ...(message === null ? [] : [t('the message came back')]),
      ...(hold === null ? [] : [t`still open after ${seconds(hold)}`]),
      ...withOrigin,
    ]
      .join(', ')
      .concat('.');
  }

  /**
   * Runs a step and keeps a record of it, also when it fails.
   *
   * @param begun when it was begun, if before now
   */
  private async step<Value>(
    name: ProbeStepName,
    work: () => Promise<StepOutcome<Value>>,
    begun = performance.now(),
  ): Promise<Value> {
    const record = (ok: boolean, detail: string): void => {
      const ms = Number((performance.now() - begun).toFixed(2));
      const step = { name, ok, ms, detail: this.redact.text(detail) };
      this.steps.push(step);
      this.options.onStep?.(step);
    };
    try {
      const { value, detail, isFailed = false } = await work();
      record(!isFailed, detail);
      return value;
    } catch (error) {
      if (error instanceof ProbeFailure) record(false, error.detail);
      if (error instanceof Cancelled) record(false, 'cancelled');
      throw error;
    }
  }

  private async connect(limit: Limit): Promise<{ socket: Socket; end: Endpoint }> {
    const { target } = this;
    const { connectTo = null, lookup, proxies = [] } = this.options;
    const end = connectTo ?? target;
    const addresses = await this.step('resolve', async () => {
      const value = await resolveHost(end.host, limit, lookup);
      return { value, detail: value.join(', ') };
    });
    return this.step('connect', async () => {
      const connected = await connectToFirst(end.host, addresses, end.port, limit);
      this.sockets.push(connected.socket);
      const notes = [
        ...(connectTo === null ? [] : [t`instead of ${endpointText(target)}`]),
        ...connected.failed,
        ...(proxies.length === 0 ? [] : [t`directly: the proxy in ${proxies.join(', ')} is not used`]),
      ];
      return { value: connected, detail: [endpointText(connected.end), ...notes].join('; ') };
    });
  }

  private secure(tcp: Socket, end: Endpoint, limit: Limit): Promise<Socket> {
    const { insecure = false } = this.options;
    return this.step('tls', async () => {
      const { socket, tls, detail, fault } = await this.explained(end, () => this.startTls(tcp, limit));
      this.tls = tls;
      if (fault === null) return { value: socket, detail };
      if (!insecure) throw new ProbeFailure(fault.cause, detail, fault.message);
      return { value: socket, detail: t`${detail}; accepted all the same (insecure)` };
    });
  }

  private async startTls(tcp: Socket, limit: Limit): Promise<Secured> {
    const secured = await secure(tcp, this.target.host, limit, this.options.ca ?? null);
    this.sockets.push(secured.socket);
    return secured;
  }

  private handshake(socket: Socket, end: Endpoint, limit: Limit): Promise<ResponseHead> {
    return this.step('handshake', async () => {
      const { head } = await this.explained(end, async () => {
        const outcome = await shakeHands(socket, this.request, this.target, limit);
        this.response = outcome.head;
        if (outcome.fault !== null) throw outcome.fault;
        return outcome;
      });
      return { value: head, detail: acceptedText(head) };
    });
  }

  /** Does something on a connection. Where the other side says nothing, another connection may tell why. */
  private async explained<Value>(end: Endpoint, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NoWord)) throw error;
      throw await triedTheOtherWay(error, end, this.target, limitOf(this.patience(), this.signal));
    }
  }

  /**
   * After a success without Origin: whether it succeeds with the one that a browser sends. That the Origin is what is
   * refused is said only when another handshake without it is accepted again, and one with it is not: of several workers
   * or back ends one may refuse whatever comes. A step only where it fails: the others are those of the WebSocket that
   * was opened.
   *
   * @returns what to say of it
   * @throws ProbeFailure `origin`
   */
  private async tryOrigin(end: Endpoint): Promise<readonly string[]> {
    const { headers = [], protocols = [] } = this.options;
    const origin = originOf(this.target, this.request.headers, this.options.origin);
    if (origin === null) return [];
    const begun = performance.now();
    const request = handshakeRequest(this.target, [...headers, ['Origin', origin]], protocols);
    const { head, fault } = await this.handshakeAgain(end, request);
    if (fault === null) return [t`with Origin ${origin} too`];
    const again = async (): Promise<StepOutcome<readonly string[]>> => {
      const told = t`with Origin ${origin}: ${fault.detail}`;
      const without = await this.handshakeAgain(end, handshakeRequest(this.target, headers, protocols));
      if (without.fault !== null) {
        const detail = t`${told}; without it, once more: ${without.fault.detail}`;
        return { value: [t('but not a second time')], detail, isFailed: true };
      }
      const repeated = await this.handshakeAgain(end, request);
      if (repeated.fault === null) {
        const detail = t`${told}; with it, once more: accepted`;
        return { value: [t`with Origin ${origin} too, but not each time`], detail, isFailed: true };
      }
      this.request = request;
      this.response = head;
      throw originRefused(origin, fault, told);
    };
    return this.step('handshake', again, begun);
  }

  /** One more handshake on a connection of its own, which is closed then. The certificate has been judged before. */
  private async handshakeAgain(end: Endpoint, request: HandshakeRequest): Promise<HandshakeOutcome> {
    const limit = limitOf(this.timeout, this.signal);
    try {
      const { socket: tcp } = await connectToFirst(end.host, [end.host], end.port, limit);
      this.sockets.push(tcp);
      const socket = this.target.isSecure ? (await this.startTls(tcp, limit)).socket : tcp;
      const outcome = await shakeHands(socket, request, this.target, limit);
      if (outcome.fault === null)
        await new Session(socket, outcome.head.rest, 0).close(limitOf(this.patience(), this.signal));
      else socket.destroy();
      return outcome;
    } catch (error) {
      if (error instanceof ProbeFailure) return { head: null, fault: error };
      throw error;
    }
  }

  /** Milliseconds for what is good to know, but not asked for. */
  private patience(): number {
    return Math.min(PATIENCE, this.timeout);
  }

  /** @returns the round trip in milliseconds; null when there was no answer */
  private ping(session: Session): Promise<number | null> {
    return this.step('ping', async () => {
      const begun = performance.now();
      const answered = await session.ping(limitOf(this.timeout, this.signal));
      if (typeof answered === 'object') throw closedFailure(answered, performance.now() - begun, false);
      if (answered) return { value: performance.now() - begun, detail: 'answered' };
      const detail = t`no answer within ${seconds(this.timeout)}: RFC 6455 §5.5.2 asks for one`;
      return { value: null, detail, isFailed: true };
    });
  }

  private echo(session: Session, message: string): Promise<void> {
    return this.step('echo', async () => {
      const begun = performance.now();
      const came = await session.echo(message, limitOf(this.timeout, this.signal));
      if (came === true) return { value: undefined, detail: t('the message came back') };
      if ('code' in came) {
        const closed = closedFailure(came, performance.now() - begun, false);
        throw new ProbeFailure('echo-failed', closed.detail, closed.message);
      }
      const instead = came.count === 0 ? t('nothing') : t`${messagesText(came.count)}, first ${came.first}`;
      throw new ProbeFailure(
        'echo-failed',
        t`no echo within ${seconds(this.timeout)}: ${instead} came`,
        t`The WebSocket opened, but the message did not come back within ${seconds(this.timeout)}: ${instead} came. That is right if this service does not echo; otherwise look into the log of the back end.`,
      );
    });
  }

  private hold(session: Session, time: number): Promise<void> {
    return this.step('hold', async () => {
      const begun = performance.now();
      const ended = await session.hold(limitOf(time, this.signal));
      if (ended !== null) throw closedFailure(ended, performance.now() - begun, true);
      const pings = session.pings === 0 ? '' : t`; the other side sent ${pingsText(session.pings)} meanwhile`;
      return { value: undefined, detail: t`still open after ${seconds(time)}${pings}` };
    });
  }

  private close(session: Session): Promise<void> {
    return this.step('close', async () => {
      const patience = this.patience();
      const ended = await session.close(limitOf(patience, this.signal));
      if (ended !== null)
        return {
          value: undefined,
          detail: ended.code === 1006 ? t('closed without a close frame (1006)') : codeText(ended),
        };
      return {
        value: undefined,
        detail: t`no answer to the close frame within ${seconds(patience)}`,
        isFailed: true,
      };
    });
  }

  private result(cause: ProbeCause | null, message: string): ProbeResult {
    const { response, redact } = this;
    return {
      url: this.target.url,
      ok: cause === null,
      status: response?.status ?? null,
      cause,
      message: redact.text(message),
      steps: this.steps,
      tls: this.tls,
      request: this.request.headers.map(redact.header),
      response:
        response === null ? null : { status: response.status, headers: response.headers.map(redact.header) },
    };
  }
}

function acceptedText({ status, headers }: ResponseHead): string {
  const protocol = valuesOf(headers, 'Sec-WebSocket-Protocol').join(', ');
  return `${statusText(status)}${protocol === '' ? '' : t`; subprotocol ${protocol}`}`;
}

/** @param isHeld whether it was to stay open without a word */
function closedFailure(ended: Ended, time: number, isHeld: boolean): ProbeFailure {
  const when = isHeld ? t`after ${fixedSeconds(ended.idle)} idle` : t`after ${fixedSeconds(time)}`;
  const detail = t`closed by the other side ${when} (${codeText(ended)})`;
  return new ProbeFailure('closed-after-open', detail, closedMessage(ended, when, isHeld));
}

function closedMessage(ended: Ended, when: string, isHeld: boolean): string {
  const { code } = ended;
  if (isHeld && code === 1006)
    return t`The idle connection was cut ${when}, without a close frame (1006). nginx does that after ${idleAdvice()}`;
  const opened = t`The WebSocket opened, but the other side closed it ${when} (${codeText(ended)}).`;
  if (code === 1006)
    return t`${opened} There was no close frame: the back end failed, or something on the way cut the connection. Look into the logs of the back end and of nginx.`;
  if (code === 1002 || code === 1007 || code === 1009)
    return t`The WebSocket opened, but what came then is no WebSocket frame that a client accepts (${codeText(ended)}). Something on the way adds or changes bytes, or the back end is wrong.`;
  return t`${opened} That is the back end's decision: look at what it expects, such as a subprotocol, a cookie or a first message.`;
}

/** `1008: policy violation`. */
function codeText({ code, reason }: Ended): string {
  return reason === '' ? `${code}` : `${code}: ${reason}`;
}

/** `60.0 s`: how long a connection lived is read to the tenth. */
function fixedSeconds(time: number): string {
  return `${(time / 1000).toFixed(1)} s`;
}

function milliseconds(time: number): string {
  return `${time.toFixed(1)} ms`;
}

function messagesText(count: number): string {
  return count === 1 ? t('1 message') : t`${count} messages`;
}

function pingsText(count: number): string {
  return count === 1 ? t('1 ping') : t`${count} pings`;
}
