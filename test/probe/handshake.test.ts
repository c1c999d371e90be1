import { WebSocketServer } from 'ws';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { acceptance, answering, detailOf, frame, probing, serve, stepsOf } from './support';

const url = (port: number, path = '/'): string => `ws://127.0.0.1:${port}${path}`;
const status = (line: string, more: readonly string[] = [], body = ''): string =>
  `HTTP/1.1 ${line}\r\n${more.map((each) => `${each}\r\n`).join('')}Content-Length: ${body.length}\r\n\r\n${body}`;

describe('a handshake that is accepted', () => {
  it('goes through all steps, and shows request and answer', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    server.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(data.toString())));
    const { port } = server.address() as AddressInfo;
    try {
      const result = await probing(url(port, '/room?id=1'), { message: 'hällo', hold: 100 });
      expect(result).toMatchObject({
        ok: true,
        status: 101,
        cause: null,
        tls: null,
        url: url(port, '/room?id=1'),
      });
      expect(stepsOf(result)).toBe('resolve connect handshake ping echo hold close');
      expect(result.message).toMatch(
        /^The WebSocket opened in [\d.]+ ms, ping [\d.]+ ms, the message came back, still open after 0\.1 s, with Origin http:\/\/127\.0\.0\.1:\d+ too\.$/,
      );
      expect(detailOf(result, 'close')).toBe('1000');
      expect(result.request.map(([name]) => name)).toEqual([
        'Host',
        'Upgrade',
        'Connection',
        'Sec-WebSocket-Key',
        'Sec-WebSocket-Version',
      ]);
      expect(result.response?.headers).toContainEqual(['Upgrade', 'websocket']);
    } finally {
      server.close();
    }
  });

  it('passes over interim answers', async () => {
    const port = await answering(
      (request) =>
        `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${acceptance(request)}`,
      (socket) => socket.end(frame('close', Buffer.from([3, 232]))),
    );
    expect(await probing(url(port))).toMatchObject({ status: 101, cause: 'closed-after-open' });
  });

  it('may come in single bytes', async () => {
    const port = await answering('', (socket) => {
      const bytes = Buffer.from(status('404 Not Found', ['Server: slow']));
      const next = (index: number): void => {
        if (index < bytes.length)
          socket.write(bytes.subarray(index, index + 1), () => setImmediate(next, index + 1));
      };
      next(0);
    });
    expect(await probing(url(port))).toMatchObject({
      status: 404,
      cause: 'not-found',
      response: {
        headers: [
          ['Server', 'slow'],
          ['Content-Length', '0'],
        ],
      },
    });
  });
});

describe('what an answer means', () => {
  it.each([
    ['200 OK', 'upgrade-ignored'],
    ['204 No Content', 'upgrade-ignored'],
    ['301 Moved Permanently', 'redirect'],
    ['302 Found', 'redirect'],
    ['303 See Other', 'redirect'],
    ['307 Temporary Redirect', 'redirect'],
    ['308 Permanent Redirect', 'redirect'],
    ['304 Not Modified', 'http-status'],
    ['400 Bad Request', 'bad-request'],
    ['401 Unauthorized', 'unauthorized'],
    ['403 Forbidden', 'forbidden'],
    ['404 Not Found', 'not-found'],
    ['405 Method Not Allowed', 'method-not-allowed'],
    ['418', 'http-status'],
    ['426 Upgrade Required', 'upgrade-required'],
    ['500 Internal Server Error', 'http-status'],
    ['502 Bad Gateway', 'bad-gateway'],
    ['503 Service Unavailable', 'unavailable'],
    ['504 Gateway Timeout', 'gateway-timeout'],
  ])('%s: %s', async (line, cause) => {
    const port = await answering(status(line));
    const result = await probing(url(port));
    expect(result).toMatchObject({ ok: false, cause, status: Number(line.slice(0, 3)) });
    expect(stepsOf(result)).toBe('resolve connect handshake!');
    expect(result.message.length).toBeGreaterThan(40);
  });

  it('shows where a redirect leads to, and does not go there', async () => {
    const port = await answering(status('301 Moved', ['Location: https://chat.example/ws/?a=1']));
    const result = await probing(url(port, '/ws'));
    expect(result.message).toContain('Connect to wss://chat.example/ws/?a=1 at once.');
    expect(result.response?.headers[0]).toEqual(['Location', 'https://chat.example/ws/?a=1']);
  });

  it.each([
    ['Location: /ws/', (port: number) => `Connect to ws://127.0.0.1:${port}/ws/ at once.`],
    ['Location: http://[', () => 'Connect to the right URL at once.'],
    ['Location: mailto:a@chat.example', () => 'Connect to the right URL at once.'],
    ['X: y', () => 'does not say where to'],
  ])('redirect with %s', async (header, expected) => {
    const port = await answering(status('302 Found', [header]));
    expect((await probing(url(port, '/ws'))).message).toContain(expected(port));
  });

  it.each([
    [
      'text/plain',
      'no upgrade in Connection: close\nmore',
      '400 Bad Request: no upgrade in Connection: close',
    ],
    ['text/html', '<html><title>400 No\n Host</title>', '400 Bad Request: No Host'],
    ['text/html', '<html><title>400 Bad Request</title>', '400 Bad Request'],
    ['image/png', 'x', '400 Bad Request'],
  ])('repeats what the server says: %s %j', async (type, body, expected) => {
    const port = await answering(status('400 Bad Request', [`Content-Type: ${type}`], body));
    expect(detailOf(await probing(url(port)), 'handshake')).toBe(expected);
  });

  it('knows that a port speaks TLS by an alert, or by the words of nginx, Go and Apache', async () => {
    const answers = [
      '\u0015\u0003\u0001\u0000\u0002\u0002\u0046',
      status('400 Bad Request', [], '<title>400 The plain HTTP request was sent to HTTPS port</title>'),
      'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
      status(
        '400 Bad Request',
        [],
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
      ),
    ];
    for (const answer of answers) {
      const port = await answering(answer, (socket) => socket.end());
      const result = await probing(url(port));
      expect(result.cause).toBe('plain-to-tls-port');
      expect(result.message).toContain('wss://');
    }
  });
});

describe('a 101 that clients refuse', () => {
  const without = (name: string) => (request: string) =>
    acceptance(request).replace(new RegExp(`^${name}:.*\r\n`, 'm'), '');
  it.each([
    ['no Upgrade', without('Upgrade'), 'missing-upgrade-header', '101 without the header Upgrade'],
    ['no Connection', without('Connection'), 'missing-upgrade-header', '101 without the header Connection'],
    [
      'another protocol',
      (request: string) => acceptance(request).replace('Upgrade: websocket', 'Upgrade: h2c'),
      'missing-upgrade-header',
      '101 with Upgrade: h2c',
    ],
    ['no accept', without('Sec-WebSocket-Accept'), 'bad-accept', '101 without Sec-WebSocket-Accept'],
    [
      'a wrong accept',
      (request: string) => acceptance(request).replace(/(Accept: ).*/, '$1nonsense'),
      'bad-accept',
      '101 with a wrong Sec-WebSocket-Accept: nonsense',
    ],
    [
      'an extension',
      (request: string) => acceptance(request, ['Sec-WebSocket-Extensions: permessage-deflate']),
      'bad-accept',
      '101 with an extension that was not offered: permessage-deflate',
    ],
    [
      'a subprotocol',
      (request: string) => acceptance(request, ['Sec-WebSocket-Protocol: chat']),
      'subprotocol',
      'a subprotocol that was not offered: chat',
    ],
  ])('%s', async (_name, answer, cause, detail) => {
    const port = await answering(answer);
    const result = await probing(url(port));
    expect(result).toMatchObject({ ok: false, status: 101, cause });
    expect(detailOf(result, 'handshake')).toBe(detail);
    expect(result.response?.status).toBe(101);
  });

  it.each([
    [[], 'none of the subprotocols was taken: chat, superchat'],
    [['Sec-WebSocket-Protocol: other'], 'a subprotocol that was not offered: other'],
  ])('the subprotocols it was asked for are not in %j', async (headers, detail) => {
    const port = await answering((request) => acceptance(request, headers));
    const result = await probing(url(port), { protocols: ['chat', 'superchat'] });
    expect(result.cause).toBe('subprotocol');
    expect(detailOf(result, 'handshake')).toBe(detail);
  });
});

describe('what is no HTTP answer', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.2\r\n', 'not HTTP: `SSH-2.0-OpenSSH_9.2`'],
    ['\u0000\u0001\u0002\u0003', 'not HTTP: bytes 00010203'],
    ['HTTP/2 200\r\n\r\n', 'not HTTP: `HTTP/2 200`'],
    ['HTTP/1.1 abc\r\n\r\n', 'not HTTP: `HTTP/1.1 abc`'],
    [
      '\u0000\u0000\u0006\u0004\u0000\u0000\u0000\u0000\u0000\u0000\u0003\u0000\u0000\u0000\u0080',
      'HTTP/2, not HTTP/1.1',
    ],
  ])('%j', async (answer, detail) => {
    const port = await answering(answer);
    const result = await probing(url(port));
    expect(result).toMatchObject({ ok: false, status: null, cause: 'not-http', response: null });
    expect(detailOf(result, 'handshake')).toBe(detail);
  });

  it.each([
    ['', 'closed without an answer'],
    ['HTTP/1.1 200 OK\r\nServer: x', 'closed within the headers of the answer'],
  ])('a connection closed after %j', async (answer, detail) => {
    const port = await answering(answer, (socket) => socket.end());
    const result = await probing(url(port));
    expect(result.cause).toBe('not-http');
    expect(detailOf(result, 'handshake')).toBe(detail);
  });

  it('a connection that is reset', async () => {
    const port = await answering('', (socket) => socket.resetAndDestroy());
    const result = await probing(url(port));
    expect(result.cause).toBe('not-http');
    expect(detailOf(result, 'handshake')).toContain('ECONNRESET');
  });

  it('silence', async () => {
    const port = await serve(() => {});
    const result = await probing(url(port), { timeout: 200 });
    expect(result.cause).toBe('handshake-timeout');
    expect(detailOf(result, 'handshake')).toBe('no answer within 0.2 s');
  });
});

describe('the request', () => {
  it('has given headers in the place of usual ones, others after them, and the subprotocols', async () => {
    let seen = '';
    const port = await answering((request) => {
      seen = request;
      return acceptance(request, ['Sec-WebSocket-Protocol: b']);
    });
    const headers = [
      ['host', 'other.example'],
      ['Origin', 'https://chat.example'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ] as const;
    const result = await probing(url(port, '/a?b=c'), { headers, protocols: ['a', 'b'], timeout: 100 });
    expect(seen).toBe(
      [
        'GET /a?b=c HTTP/1.1',
        'host: other.example',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Protocol: a, b',
        'Origin: https://chat.example',
        '',
        '',
      ].join('\r\n'),
    );
    expect(result).toMatchObject({ ok: true, status: 101 });
    expect(detailOf(result, 'handshake')).toBe('101 Switching Protocols; subprotocol b');
  });

  it('keeps its secrets out of the result, wherever the server repeats them', async () => {
    const secret = 'eyJhbGciOiJIUzI1NiJ9.secret';
    const port = await answering(
      status(
        '403 Forbidden',
        [`X-Seen: Bearer ${secret}`, 'Set-Cookie: sid=0123456789; Path=/', 'Content-Type: text/plain'],
        `token ${secret} has expired`,
      ),
    );
    const result = await probing(url(port), {
      headers: [
        ['Authorization', `Bearer ${secret}`],
        ['cookie', 'a=1; session=abcdef123456'],
        ['Proxy-Authorization', 'Basic dXNlcjpwYXNz'],
        ['X-Api-Key', 'k-123456789'],
      ],
    });
    const text = JSON.stringify(result);
    for (const hidden of [secret, 'abcdef123456', 'dXNlcjpwYXNz', 'k-123456789', '0123456789'])
      expect(text).not.toContain(hidden);
    expect(result.request).toContainEqual(['Authorization', '•••']);
    expect(result.request).toContainEqual(['cookie', '•••']);
    expect(result.response?.headers).toContainEqual(['Set-Cookie', 'sid=•••; Path=/']);
    expect(detailOf(result, 'handshake')).toBe('403 Forbidden: token ••• has expired');
    expect(result.request[3]?.[1]).toMatch(/^[\w+/]{22}==$/);
  });
});
