import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { Certificate } from './certificates';
import { type Header, valueOf } from '../../../server/src/verify/http-message';
import {
  type BackEnd,
  type BackEndOptions,
  isPage,
  listening,
} from '../../../server/src/verify/strict-back-end';
import { type Answer, type SeenRequest, strictAnswer } from '../../../server/src/verify/strict-answer';

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
