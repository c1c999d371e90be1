import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  acceptFor,
  closeCode,
  closePayload,
  encodeFrame,
  FrameReader,
  Opcode,
} from '../../../server/src/verify/frames';
import {
  type Chunks,
  type Header,
  hasToken,
  type MessageHead,
  readHead,
  valueOf,
} from '../../../server/src/verify/http-message';
import type { Stoppable } from './resources';

/** What may differ from the handshake that every verdict is about. */
export interface HandshakeOptions {
  /** Connect there instead of to the URL's host and port; the request stays as the URL says. */
  readonly connectTo?: { readonly host?: string; readonly port: number };
  /** The certificate to trust for wss, in PEM. Without it those of Node. */
  readonly ca?: string;
  /** Headers to replace, by name, or to add. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Subprotocols to ask for. */
  readonly protocols?: readonly string[];
  /** The Sec-WebSocket-Key; a new one each time unless told. */
  readonly key?: string;
  /** Milliseconds until the answer, and again until the echo. Five seconds unless told. */
  readonly timeout?: number;
  /** The address of this machine to connect from, such as `127.0.0.5`. */
  readonly from?: string;
  /** The certificate to present, and its key, in PEM. */
  readonly identity?: { readonly cert: string; readonly key: string };
  /** The only version of TLS to speak. */
  readonly tls?: SecureVersion;
  /** Milliseconds between the answer and the message; `withPongs` sends a pong every 100 of them. None unless told. */
  readonly silence?: { readonly ms: number; readonly withPongs?: boolean };
}

/** How one handshake ended. */
export interface HandshakeResult {
  /** The status of the answer; null when none came. */
  readonly status: number | null;
  /** The answer is as RFC 6455 §4.1 wants it, and a text message came back. */
  readonly passes: boolean;
  /** Why it does not pass; null when it does. */
  readonly reason: string | null;
  /** Those of the answer. */
  readonly headers: readonly Header[];
}

/** A tunnel that stays open until it is stopped. */
export interface HeldTunnel extends Stoppable {
  readonly status: number;
}

interface Connection {
  readonly socket: Socket;
  readonly chunks: Chunks;
}

interface Tunnel extends Connection {
  /** What came right behind the answer's headers. */
  readonly rest: Buffer;
}

/**
 * One WebSocket handshake and one echoed text message.
 *
 * @param url ws://, wss://, or the http(s):// of it
 * @throws TypeError when it is not such a URL. Whatever goes wrong on the network is a result, not an error.
 */
export async function handshake(url: string, options: HandshakeOptions = {}): Promise<HandshakeResult> {
  const { result, tunnel } = await open(parseUrl(url), options);
  if (tunnel === null) return result;
  await keepSilent(tunnel, options);
  const fault = await echo(tunnel, options);
  return fault === null ? result : { ...result, passes: false, reason: fault };
}

/**
 * Opens a tunnel and leaves it open.
 *
 * @throws Error when the handshake fails
 */
export async function holdOpen(url: string, options: HandshakeOptions = {}): Promise<HeldTunnel> {
  const { result, tunnel } = await open(parseUrl(url), options);
  if (tunnel === null) throw new Error(`${url} did not open: ${result.reason}`);
  return { status: 101, stop: () => close(tunnel, options) };
}

/** The status of an ordinary GET on a connection of its own; null when none came. */
export async function get(url: string, options: HandshakeOptions = {}): Promise<number | null> {
  const target = parseUrl(url);
  const answer = await ask(target, options, [
    ['Host', target.host],
    ['Connection', 'close'],
  ]);
  if ('fault' in answer) return null;
  answer.connection.socket.destroy();
  return answer.status;
}

function parseUrl(url: string): URL {
  const parsed = new URL(url.replace(/^http/i, 'ws'));
  if (parsed.protocol !== 'ws:' && parsed.protocol !== 'wss:')
    throw new TypeError(`${url}: not a ws:// or wss:// URL`);
  if (parsed.hash !== '' || parsed.username !== '' || parsed.password !== '')
    throw new TypeError(`${url}: a WebSocket URL has no fragment and no user`);
  return parsed;
}

/** The headers of the request, and their key. */
function requestHeaders(url: URL, options: HandshakeOptions): { headers: Header[]; key: string } {
  const key = options.key ?? randomBytes(16).toString('base64');
  const protocols = options.protocols ?? [];
  const standard: Header[] = [
    // `host` has the port only where it is not the scheme's default.
    ['Host', url.host],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
    ...(protocols.length > 0 ? [['Sec-WebSocket-Protocol', protocols.join(', ')] as const] : []),
  ];
  const replaced = new Map(Object.entries(options.headers ?? {}));
  const headers = standard.map(([name, value]): Header => {
    const other = replaced.get(name);
    replaced.delete(name);
    return [name, other ?? value];
  });
  return { headers: [...headers, ...replaced], key };
}

async function open(
  url: URL,
  options: HandshakeOptions,
): Promise<{ result: HandshakeResult; tunnel: Tunnel | null }> {
  const { headers, key } = requestHeaders(url, options);
  const answer = await ask(url, options, headers);
  if ('fault' in answer)
    return { result: { status: null, passes: false, reason: answer.fault, headers: [] }, tunnel: null };
  const { status, head, rest, connection } = answer;
  const reason = faultOf(status, head, key, options.protocols ?? []);
  if (reason !== null) {
    connection.socket.destroy();
    return { result: { status, passes: false, reason, headers: head.headers }, tunnel: null };
  }
  return {
    result: { status, passes: true, reason: null, headers: head.headers },
    tunnel: { ...connection, rest },
  };
}

interface Answered {
  readonly status: number;
  readonly head: MessageHead;
  readonly rest: Buffer;
  readonly connection: Connection;
}

/** Sends a GET and reads the head of the answer; what failed when there is none. */
async function ask(
  url: URL,
  options: HandshakeOptions,
  headers: readonly Header[],
): Promise<Answered | { readonly fault: string }> {
  const timeout = options.timeout ?? 5000;
  const socket = connectFor(url, options);
  const clock = setTimeout(() => socket.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
  try {
    await once(socket, url.protocol === 'wss:' ? 'secureConnect' : 'connect');
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    const chunks = socket.iterator({ destroyOnReturn: false }) as Chunks;
    const message = await readHead(chunks);
    if (message === null) throw new Error('the connection was closed before an answer came');
    const { head, rest } = message;
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(head.startLine)?.[1];
    if (status === undefined) throw new Error(`not an HTTP/1 answer: ${head.startLine}`);
    return { status: Number(status), head, rest, connection: { socket, chunks } };
  } catch (error) {
    socket.destroy();
    return { fault: messageOf(error) };
  } finally {
    clearTimeout(clock);
  }
}

function connectFor(url: URL, options: HandshakeOptions): Socket {
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = url.protocol === 'wss:';
  const port = options.connectTo?.port ?? Number(url.port || (secure ? 443 : 80));
  const host = options.connectTo === undefined ? name : (options.connectTo.host ?? '127.0.0.1');
  const local = options.from === undefined ? {} : { localAddress: options.from };
  const socket = secure
    ? connectTls({
        host,
        port,
        ...local,
        ...options.identity,
        // An address is no server name (RFC 6066 §3), but the certificate is still checked against it.
        servername: isIP(name) === 0 ? name : '',
        ...(options.ca === undefined ? {} : { ca: options.ca }),
        ...(options.tls === undefined ? {} : onlyVersion(options.tls)),
      })
    : connect({ host, port, ...local });
  // Every wait on the socket sees the error too; without a listener one that comes between them ends the process.
  socket.on('error', () => socket.destroy());
  return socket;
}

/** OpenSSL speaks the old versions only when it is told to forget about security. */
function onlyVersion(version: SecureVersion): SecureContextOptions {
  return { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.message;
}

/** What RFC 6455 §4.1 finds wrong with the answer; null when nothing. */
function faultOf(
  status: number,
  { headers }: MessageHead,
  key: string,
  protocols: readonly string[],
): string | null {
  const upgrade = valueOf(headers, 'Upgrade');
  const accept = valueOf(headers, 'Sec-WebSocket-Accept');
  const extensions = valueOf(headers, 'Sec-WebSocket-Extensions');
  const protocol = valueOf(headers, 'Sec-WebSocket-Protocol');
  if (status !== 101) return `the status is ${status}, not 101`;
  if (upgrade?.toLowerCase() !== 'websocket') return `Upgrade is not websocket: ${upgrade ?? 'none'}`;
  if (!hasToken(headers, 'Connection', 'upgrade'))
    return `no upgrade in Connection: ${valueOf(headers, 'Connection') ?? 'none'}`;
  if (accept !== acceptFor(key)) return `Sec-WebSocket-Accept does not answer the key: ${accept ?? 'none'}`;
  if (extensions !== null) return `an extension nobody asked for: ${extensions}`;
  if (protocol !== null && !protocols.includes(protocol))
    return `a subprotocol nobody asked for: ${protocol}`;
  // Browsers and ws insist on one of those they asked for, though §4.1 leaves it to the client.
  if (protocol === null && protocols.length > 0) return 'none of the subprotocols was taken';
  return null;
}

async function keepSilent({ socket }: Tunnel, { silence }: HandshakeOptions): Promise<void> {
  if (silence === undefined) return;
  const pong = (): unknown =>
    socket.write(encodeFrame({ final: true, opcode: Opcode.pong, payload: Buffer.alloc(0) }, true));
  const timer = silence.withPongs === true ? setInterval(pong, 100) : undefined;
  await sleep(silence.ms);
  clearInterval(timer);
}

/** Sends a text message, waits for it to come back, and closes. What failed, or null. */
async function echo(tunnel: Tunnel, options: HandshakeOptions): Promise<string | null> {
  const { socket } = tunnel;
  const timeout = options.timeout ?? 5000;
  const message = `echo ${randomBytes(8).toString('hex')}`;
  const clock = setTimeout(() => socket.destroy(new Error(`no echo within ${timeout} ms`)), timeout);
  try {
    socket.write(encodeFrame({ final: true, opcode: Opcode.text, payload: Buffer.from(message) }, true));
    const fault = await echoed(tunnel, message);
    if (fault === null) await close(tunnel, options);
    return fault;
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(clock);
    socket.destroy();
  }
}

async function echoed({ socket, chunks, rest }: Tunnel, message: string): Promise<string | null> {
  const reader = new FrameReader(false);
  let bytes = rest;
  for (;;) {
    for (const { final, opcode, payload } of reader.push(bytes)) {
      if (opcode === Opcode.close) return `closed with code ${closeCode(payload)} before the echo`;
      if (opcode === Opcode.ping) socket.write(encodeFrame({ final, opcode: Opcode.pong, payload }, true));
      else if (opcode !== Opcode.pong) {
        const text = payload.toString();
        return final && opcode === Opcode.text && text === message ? null : `not the echo: ${text}`;
      }
    }
    const next = await chunks.next();
    if (next.done === true) return 'closed without a close frame (1006) before the echo';
    bytes = next.value;
  }
}

/** Sends the close frame and waits for the other side to close, a second at most. */
async function close({ socket, chunks }: Connection, options: HandshakeOptions): Promise<void> {
  const clock = setTimeout(() => socket.destroy(), Math.min(options.timeout ?? 5000, 1000));
  try {
    socket.end(encodeFrame({ final: true, opcode: Opcode.close, payload: closePayload(1000) }, true));
    for (let next = await chunks.next(); next.done !== true; ) next = await chunks.next();
  } catch {
    // It had what it came for: how the connection ends is no part of the handshake.
  } finally {
    clearTimeout(clock);
    socket.destroy();
  }
}
