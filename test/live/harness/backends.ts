import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { Certificate } from './certificates';
import { acceptFor, closePayload, encodeFrame, type Frame, FrameError, FrameReader, Opcode } from './frames';
import { type Chunks, type Header, hasToken, readHead, valueOf } from './http-message';
import type { Stoppable } from './resources';

/** One request as the back end received it. */
export interface SeenRequest {
  readonly method: string;
  readonly uri: string;
  /** `1.0`, `1.1`. */
  readonly version: string;
  /** In wire order, names as they were sent. */
  readonly headers: readonly Header[];
}

/** A WebSocket server on 127.0.0.1 that echoes messages. */
export interface BackEnd extends Stoppable {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Every request since the start, the refused ones too. */
  readonly requests: readonly SeenRequest[];
  /** How many connections it has accepted. */
  connections(): number;
}

/** What the strict back end answers. */
export interface Answer {
  readonly status: number;
  /** What was wrong; null with a 101. */
  readonly reason: string | null;
}

/** What a server that keeps to RFC 9112 §3.2 and RFC 6455 §4.2.1 answers: the first condition that is not met decides. */
export function strictAnswer(request: SeenRequest): Answer {
  const { headers, method, version } = request;
  const key = valueOf(headers, 'Sec-WebSocket-Key');
  const shown = (name: string) => valueOf(headers, name) ?? 'none';
  if (method !== 'GET') return { status: 405, reason: `the method is ${method}` };
  if (!hasToken(headers, 'Upgrade', 'websocket'))
    return { status: 426, reason: `no websocket in Upgrade: ${shown('Upgrade')}` };
  if (!hasToken(headers, 'Connection', 'upgrade'))
    return { status: 400, reason: `no upgrade in Connection: ${shown('Connection')}` };
  if (version !== '1.1') return { status: 400, reason: `the version is HTTP/${version}` };
  if (request.uri.includes(' ')) return { status: 400, reason: `a blank in ${request.uri}` };
  const hosts = headers.filter(([name]) => name.toLowerCase() === 'host');
  if (hosts.length !== 1 || valueOf(headers, 'Host') === '')
    return { status: 400, reason: hosts.length > 1 ? 'more than one Host' : 'no Host' };
  if (key === null || !/^[A-Za-z0-9+/]{22}==$/.test(key))
    return { status: 400, reason: `Sec-WebSocket-Key is not 16 bytes of base64: ${key ?? 'none'}` };
  if (valueOf(headers, 'Sec-WebSocket-Version') !== '13')
    return {
      status: 426,
      reason: `Sec-WebSocket-Version is not 13: ${shown('Sec-WebSocket-Version')}`,
    };
  return { status: 101, reason: null };
}

/** What a back end does beside WebSocket. */
export interface BackEndOptions {
  /** Paths that are answered 200 when the request asks for no upgrade, as an authentication service does. */
  readonly pages?: readonly string[];
  /** What it answers to a request that is no whole handshake, by path. For the strict back end only. */
  readonly statusOf?: (uri: string) => number | null;
  /** What it answers to the rest; {@link strictAnswer} unless told. For the strict back end only. */
  readonly answer?: (request: SeenRequest) => Answer;
}

/**
 * Starts the back end that defines the verdict: a raw socket that keeps to RFC 6455 to the letter. It takes the first
 * subprotocol it is offered, and no extension.
 */
export async function startStrictBackEnd({
  pages = [],
  statusOf = () => null,
  answer = strictAnswer,
}: BackEndOptions = {}): Promise<BackEnd> {
  const requests: SeenRequest[] = [];
  const server = createServer((socket) => {
    // A connection that breaks shows on the other side, where the test looks.
    serve(socket, requests, { pages, statusOf, answer }).catch(() => socket.destroy());
  });
  return listening(server, requests);
}

/** Starts the lenient back end: `ws` on Node's HTTP server, which accepts HTTP/1.0. */
export async function startLenientBackEnd({ pages = [] }: BackEndOptions = {}): Promise<BackEnd> {
  const requests: SeenRequest[] = [];
  const server = createHttpServer((request, response) => {
    const seen = seenByNode(request);
    requests.push(seen);
    if (isPage(seen, pages)) response.end();
    else
      response
        .writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade, close' })
        .end('Upgrade required\n');
  });
  server.on('upgrade', (request) => requests.push(seenByNode(request)));
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
  });
  return listening(server, requests);
}

async function listening(server: Server, requests: readonly SeenRequest[]): Promise<BackEnd> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/**
 * Starts TLS in front of a back end, with a certificate only for clients that ask for a name. Its `stop` stops the back
 * end too.
 */
export async function startBehindTls(
  backEnd: BackEnd,
  certificate: Certificate,
  name: string,
): Promise<BackEnd> {
  const [cert, key] = await Promise.all([readFile(certificate.certificate), readFile(certificate.key)]);
  const context = createSecureContext({ cert, key });
  const server = createTlsServer({
    SNICallback: (asked, callback) => {
      callback(null, asked === name ? context : undefined);
    },
  });
  server.on('secureConnection', (socket) => {
    const inner = connect(backEnd.port, '127.0.0.1');
    for (const each of [socket, inner]) each.on('error', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
  const front = await listening(server, backEnd.requests);
  return {
    ...front,
    async stop() {
      await front.stop();
      await backEnd.stop();
    },
  };
}

/** What a back end answers that takes handshakes from its own pages only. */
export function answerToOrigin(request: SeenRequest): Answer {
  const origin = valueOf(request.headers, 'Origin');
  const isForeign = origin !== null && new URL(origin).host !== valueOf(request.headers, 'Host');
  return isForeign ? { status: 403, reason: `the origin is ${origin}` } : strictAnswer(request);
}

/** What a back end answers that takes an upgrade to any protocol. */
export function answerToAny({ headers }: SeenRequest): Answer {
  return valueOf(headers, 'Upgrade') === null
    ? { status: 426, reason: 'no Upgrade' }
    : { status: 101, reason: null };
}

function seenByNode(request: IncomingMessage): SeenRequest {
  const { rawHeaders } = request;
  const headers = rawHeaders.flatMap((name, index): Header[] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  );
  return { method: request.method ?? '', uri: request.url ?? '', version: request.httpVersion, headers };
}

async function serve(
  socket: Socket,
  requests: SeenRequest[],
  { pages, statusOf, answer: answerTo }: Required<BackEndOptions>,
): Promise<void> {
  const chunks = socket.iterator({ destroyOnReturn: false }) as Chunks;
  const message = await readHead(chunks);
  if (message === null) return;
  const request = parseRequest(message.head.startLine, message.head.headers);
  requests.push(request);
  if (isPage(request, pages)) {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    return;
  }
  const answer = answerTo(request);
  const status = answer.reason === null ? null : statusOf(request.uri);
  if (status !== null) {
    socket.end(
      `HTTP/1.1 ${status} ${phrases[status] ?? 'OK'}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    return;
  }
  if (answer.reason !== null) {
    socket.end(refusal(answer.status, answer.reason));
    return;
  }
  socket.write(acceptance(request));
  await echo(socket, chunks, message.rest);
}

function isPage({ headers, uri }: SeenRequest, pages: readonly string[]): boolean {
  return pages.includes(uri) && valueOf(headers, 'Upgrade') === null;
}

function parseRequest(startLine: string, headers: readonly Header[]): SeenRequest {
  // A URI with a blank, which is wrong, is kept whole.
  const [method = '', ...words] = startLine.split(' ');
  const protocol = words.pop() ?? '';
  return { method, uri: words.join(' '), version: protocol.replace(/^HTTP\//, ''), headers };
}

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  426: 'Upgrade Required',
};

function refusal(status: number, reason: string): string {
  const body = `${reason}\n`;
  const lines = [
    `HTTP/1.1 ${status} ${phrases[status] ?? 'Refused'}`,
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 405 ? ['Allow: GET'] : []),
    ...(status === 426 ? ['Upgrade: websocket', 'Sec-WebSocket-Version: 13'] : []),
    `Connection: ${status === 426 ? 'Upgrade, close' : 'close'}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function acceptance({ headers }: SeenRequest): string {
  const [protocol] = (valueOf(headers, 'Sec-WebSocket-Protocol') ?? '').split(',');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(valueOf(headers, 'Sec-WebSocket-Key') ?? '')}`,
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol.trim()}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

async function echo(socket: Socket, chunks: Chunks, first: Buffer): Promise<void> {
  const reader = new FrameReader(true);
  const send = (frame: Frame) => socket.write(encodeFrame(frame, false));
  let bytes = first;
  try {
    for (;;) {
      for (const frame of reader.push(bytes)) {
        if (frame.opcode === Opcode.close) {
          socket.end(encodeFrame(frame, false));
          return;
        }
        if (frame.opcode === Opcode.ping) send({ ...frame, opcode: Opcode.pong });
        else if (frame.opcode !== Opcode.pong) send(frame);
      }
      const next = await chunks.next();
      if (next.done === true) return;
      bytes = next.value;
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    socket.end(encodeFrame({ final: true, opcode: Opcode.close, payload: closePayload(1002) }, false));
  }
}
