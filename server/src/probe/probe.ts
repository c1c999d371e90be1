import type { Socket } from 'node:net';
import type { ProbeCause, ProbeHeader, ProbeResult, ProbeStep, ProbeStepName, ProbeTls } from '../protocol';
import { failureOfBytes, failureOfStatus, judgeUpgrade } from './answer';
import { connectToFirst } from './connect';
import { codeOf, ProbeFailure, seconds } from './failure';
import { idleAdvice } from './idle-advice';
import { redactorFor } from './redact';
import { valuesOf } from './headers';
import { type HandshakeRequest, handshakeRequest } from './request';
import { type Lookup, resolveHost } from './resolve';
import { NotHttp, type ResponseHead, readBody, readHead } from './response';
import { secure } from './secure';
import { type Ended, Session } from './session';
import { statusText } from './status';
import { type Endpoint, endpointText, type Target } from './target';
import { Cancelled, type Limit, limitOf, TimedOut, timeLeft } from './waiting';

/** What may differ from the plainest probe. */
export interface ProbeOptions {
  /** Headers to send; one with the name of a usual one replaces it. */
  readonly headers?: readonly ProbeHeader[];
  /** Subprotocols to ask for, the favourite first. */
  readonly protocols?: readonly string[];
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

/** How long to wait for the other side's close frame, in milliseconds, unless the timeout is shorter. */
const CLOSE_PATIENCE = 2000;

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
  private readonly request: HandshakeRequest;
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
      if (error instanceof Cancelled) return this.result('cancelled', 'The probe was cancelled.');
      if (error instanceof ProbeFailure) return this.result(error.reason, error.message);
      throw error;
    } finally {
      for (const socket of this.sockets.reverse()) socket.destroy();
    }
  }

  /** @returns the message of success */
  private async runSteps(): Promise<string> {
    const opening = limitOf(this.timeout, this.signal);
    const connection = await this.connect(opening);
    const socket = this.target.isSecure ? await this.secure(connection, opening) : connection;
    const head = await this.handshake(socket, opening);
    const opened = this.steps.reduce((sum, { ms }) => sum + ms, 0);

    const { message = null, hold = null } = this.options;
    const session = new Session(socket, head.rest, Buffer.byteLength(message ?? ''));
    const ping = await this.ping(session);
    if (message !== null) await this.echo(session, message);
    if (hold !== null) await this.hold(session, hold);
    await this.close(session);
    return [
      `The WebSocket opened in ${milliseconds(opened)}`,
      ping === null ? 'the ping was not answered' : `ping ${milliseconds(ping)}`,
      ...(message === null ? [] : ['the message came back']),
      ...(hold === null ? [] : [`still open after ${seconds(hold)}`]),
    ]
      .join(', ')
      .concat('.');
  }

  /** Runs a step and keeps a record of it, also when it fails. */
  private async step<Value>(name: ProbeStepName, work: () => Promise<StepOutcome<Value>>): Promise<Value> {
    const begun = performance.now();
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

  private async connect(limit: Limit): Promise<Socket> {
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
        ...(connectTo === null ? [] : [`instead of ${endpointText(target)}`]),
        ...connected.failed,
        ...(proxies.length === 0 ? [] : [`directly: the proxy in ${proxies.join(', ')} is not used`]),
      ];
      return { value: connected.socket, detail: [endpointText(connected.end), ...notes].join('; ') };
    });
  }

  private secure(tcp: Socket, limit: Limit): Promise<Socket> {
    const { insecure = false, ca = null } = this.options;
    return this.step('tls', async () => {
      const { socket, tls, detail, fault } = await secure(tcp, this.target.host, limit, ca);
      this.sockets.push(socket);
      this.tls = tls;
      if (fault === null) return { value: socket, detail };
      if (!insecure) throw new ProbeFailure(fault.cause, detail, fault.message);
      return { value: socket, detail: `${detail}; accepted all the same (insecure)` };
    });
  }

  private handshake(socket: Socket, limit: Limit): Promise<ResponseHead> {
    return this.step('handshake', async () => {
      const time = timeLeft(limit);
      try {
        socket.write(this.request.bytes);
        const head = await readHead(socket, limit);
        this.response = head;
        if (head.status !== 101)
          throw failureOfStatus(this.target, head, await readBody(socket, head, limit));
        const fault = judgeUpgrade(this.request, head);
        if (fault !== null) throw fault;
        return { value: head, detail: acceptedText(head) };
      } catch (error) {
        if (error instanceof TimedOut) throw timeoutFailure(time);
        if (error instanceof NotHttp) throw failureOfBytes(error, this.target.isSecure);
        if (codeOf(error) !== '') throw brokenFailure(codeOf(error));
        throw error;
      }
    });
  }

  /** @returns the round trip in milliseconds; null when there was no answer */
  private ping(session: Session): Promise<number | null> {
    return this.step('ping', async () => {
      const begun = performance.now();
      const answered = await session.ping(limitOf(this.timeout, this.signal));
      if (typeof answered === 'object') throw closedFailure(answered, performance.now() - begun, false);
      if (answered) return { value: performance.now() - begun, detail: 'answered' };
      const detail = `no answer within ${seconds(this.timeout)}: RFC 6455 §5.5.2 asks for one`;
      return { value: null, detail, isFailed: true };
    });
  }

  private echo(session: Session, message: string): Promise<void> {
    return this.step('echo', async () => {
      const begun = performance.now();
      const came = await session.echo(message, limitOf(this.timeout, this.signal));
      if (came === true) return { value: undefined, detail: 'the message came back' };
      if ('code' in came) {
        const closed = closedFailure(came, performance.now() - begun, false);
        throw new ProbeFailure('echo-failed', closed.detail, closed.message);
      }
      const instead = came.count === 0 ? 'nothing' : `${counted(came.count, 'message')}, first ${came.first}`;
      throw new ProbeFailure(
        'echo-failed',
        `no echo within ${seconds(this.timeout)}: ${instead} came`,
        `The WebSocket opened, but the message did not come back within ${seconds(this.timeout)}: ${instead} came. That is right if this service does not echo; otherwise look into the log of the back end.`,
      );
    });
  }

  private hold(session: Session, time: number): Promise<void> {
    return this.step('hold', async () => {
      const begun = performance.now();
      const ended = await session.hold(limitOf(time, this.signal));
      if (ended !== null) throw closedFailure(ended, performance.now() - begun, true);
      const pings =
        session.pings === 0 ? '' : `; the other side sent ${counted(session.pings, 'ping')} meanwhile`;
      return { value: undefined, detail: `still open after ${seconds(time)}${pings}` };
    });
  }

  private close(session: Session): Promise<void> {
    return this.step('close', async () => {
      const patience = Math.min(CLOSE_PATIENCE, this.timeout);
      const ended = await session.close(limitOf(patience, this.signal));
      if (ended !== null)
        return {
          value: undefined,
          detail: ended.code === 1006 ? 'closed without a close frame (1006)' : codeText(ended),
        };
      return {
        value: undefined,
        detail: `no answer to the close frame within ${seconds(patience)}`,
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
  return `${statusText(status)}${protocol === '' ? '' : `; subprotocol ${protocol}`}`;
}

function timeoutFailure(time: number): ProbeFailure {
  return new ProbeFailure(
    'handshake-timeout',
    `no answer within ${seconds(time)}`,
    `The connection stands, but the handshake was not answered within ${seconds(time)}. The back end may hang, or what listens on this port may not be HTTP. Look into its log; nginx waits for \`proxy_read_timeout\` before it says 504.`,
  );
}

function brokenFailure(code: string): ProbeFailure {
  // TLS 1.3 refuses a client's certificate, or its absence, only after its handshake.
  if (code.startsWith('ERR_SSL_'))
    return new ProbeFailure(
      'tls-failed',
      `the server ended TLS (${code})`,
      `The server ended the TLS connection (${code}): it may ask clients for a certificate, and the probe has none. Probe the back end behind it, or a server without it.`,
    );
  return new ProbeFailure(
    'not-http',
    `the connection broke before an answer came (${code})`,
    `The connection broke before an answer came (${code}). The server, or something on the way, dropped it: look into its log, and check the port.`,
  );
}

/** @param isHeld whether it was to stay open without a word */
function closedFailure(ended: Ended, time: number, isHeld: boolean): ProbeFailure {
  const when = isHeld ? `after ${fixedSeconds(ended.idle)} idle` : `after ${fixedSeconds(time)}`;
  const detail = `closed by the other side ${when} (${codeText(ended)})`;
  return new ProbeFailure('closed-after-open', detail, closedMessage(ended, when, isHeld));
}

function closedMessage(ended: Ended, when: string, isHeld: boolean): string {
  const { code } = ended;
  if (isHeld && code === 1006)
    return `The idle connection was cut ${when}, without a close frame (1006). nginx does that after ${idleAdvice()}`;
  const opened = `The WebSocket opened, but the other side closed it ${when} (${codeText(ended)}).`;
  if (code === 1006)
    return `${opened} There was no close frame: the back end failed, or something on the way cut the connection. Look into the logs of the back end and of nginx.`;
  if (code === 1002 || code === 1007 || code === 1009)
    return `The WebSocket opened, but what came then is no WebSocket frame that a client accepts (${codeText(ended)}). Something on the way adds or changes bytes, or the back end is wrong.`;
  return `${opened} That is the back end's decision: look at what it expects, such as a subprotocol, a cookie or a first message.`;
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

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
