import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isGateway, readGatewayHead } from './gateway-head';
import { acceptFor, closePayload, encodeFrame, type Frame, FrameError, FrameReader, Opcode } from './frames';
import { type Chunks, type Header, readHead, valueOf } from './http-message';
import { type Answer, type SeenRequest, strictAnswer } from './strict-answer';

/** A WebSocket server on 127.0.0.1 that echoes messages. */
export interface BackEnd {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Every request since the start, the refused ones too. */
  readonly requests: readonly SeenRequest[];
  /** How many connections it has accepted. */
  connections(): number;
  /** Ends all connections. Stopping twice does no harm. */
  stop(): Promise<void>;
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

/** Where the strict back end listens, and whether it speaks TLS as well. */
export interface StrictOptions extends BackEndOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** With it, connections that begin with a TLS handshake are served, too. In PEM. */
  readonly identity?: Identity | null;
}

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/**
 * Starts the back end that defines the verdict: a raw socket that keeps to RFC 6455 to the letter. It takes the first
 * subprotocol it is offered, and no extension.
 */
export async function startStrictBackEnd({
  pages = [],
  statusOf = () => null,
  answer = strictAnswer,
  port = 0,
  identity = null,
}: StrictOptions = {}): Promise<BackEnd> {
  const requests: SeenRequest[] = [];
  const server = createServer((socket) => {
    // A connection that breaks shows on the other side, which is looked at.
    plainSocket(socket, identity)
      .then((plain) => serve(plain, requests, { pages, statusOf, answer }))
      .catch(() => socket.destroy());
  });
  return listening(server, requests, port);
}

/** The first byte of a TLS handshake (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16;

/** The socket itself, or that of what comes over it encrypted. */
async function plainSocket(socket: Socket, identity: Identity | null): Promise<Socket> {
  if (identity === null) return socket;
  await once(socket, 'readable');
  const first = socket.read(1) as Buffer | null;
  if (first === null) return socket;
  socket.unshift(first);
  if (first[0] !== TLS_HANDSHAKE) return socket;
  const secure = new TLSSocket(socket, { isServer: true, ...identity });
  return secure.on('error', () => secure.destroy());
}

/** Has a server listen on 127.0.0.1, on a free port unless one is named. */
export async function listening(server: Server, requests: readonly SeenRequest[], at = 0): Promise<BackEnd> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(at, '127.0.0.1');
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

async function serve(
  socket: Socket,
  requests: SeenRequest[],
  { pages, statusOf, answer: answerTo }: Required<BackEndOptions>,
): Promise<void> {
  const chunks = socket.iterator({ destroyOnReturn: false }) as Chunks;
  const message = await readRequest(chunks);
  if (message === null) return;
  const { request } = message;
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

/** The request of a connection, in HTTP, uwsgi or SCGI, and what came after it; null where none came. */
async function readRequest(
  chunks: Chunks,
): Promise<{ readonly request: SeenRequest; readonly rest: Buffer } | null> {
  const first = await chunks.next();
  if (first.done === true) return null;
  let bytes = first.value;
  if (!isGateway(bytes)) {
    const message = await readHead(chunks, bytes);
    if (message === null) return null;
    const { startLine, headers } = message.head;
    return { request: parseRequest(startLine, headers), rest: message.rest };
  }
  for (;;) {
    const found = readGatewayHead(bytes);
    if (found !== null) return { request: found.request, rest: bytes.subarray(found.length) };
    const next = await chunks.next();
    if (next.done === true) return null;
    bytes = Buffer.concat([bytes, next.value]);
  }
}

/** Whether it asks for one of the pages, and for no upgrade. */
export function isPage({ headers, uri }: SeenRequest, pages: readonly string[]): boolean {
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
