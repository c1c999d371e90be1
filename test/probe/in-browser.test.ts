import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Browser, probeInBrowser } from '../../server/src/probe/in-browser';
import { statusText } from '../../server/src/probe/status';
import type { ProbeAnswer, ProbeParams, ProbeResult } from '../../server/src/protocol';
import { serve } from './support';

/** Sockets that were opened and not closed. */
let opened = 0;

/** A page over http, with the WebSocket of `ws`, which has the interface of browsers. */
const browser: Browser = {
  isSecurePage: false,
  open(url, protocols) {
    const socket = new WebSocket(url, [...protocols]);
    opened += 1;
    socket.once('close', () => {
      opened -= 1;
    });
    // A browser tells of errors only by closing.
    socket.on('error', () => {});
    return socket;
  },
};

/** A back end that does something with each connection; gives its URL. */
async function backEnd(
  then: (socket: WebSocket, request: IncomingMessage) => void,
  answer: (request: IncomingMessage) => number = () => 101,
): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const webSockets = new WebSocketServer({
    server,
    verifyClient: ({ req }, decide) => decide(answer(req) === 101, answer(req)),
    handleProtocols: (protocols) => [...protocols][0] ?? false,
  });
  webSockets.on('connection', then);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of webSockets.clients) client.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
}

const echoing = (socket: WebSocket): void => {
  socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
};

function probing(
  params: ProbeParams,
  using: Browser = browser,
  signal = new AbortController().signal,
): Promise<ProbeAnswer> {
  return probeInBrowser(params, using, signal, () => {});
}

async function resultOf(params: ProbeParams, signal?: AbortSignal): Promise<ProbeResult> {
  const answer = await probing(params, browser, signal);
  if (answer.kind === 'refused') throw new Error(answer.reason);
  await expect.poll(() => opened).toBe(0);
  return answer.result;
}

const stepsOf = ({ steps }: ProbeResult): string[] =>
  steps.map(({ name, ok, detail }) => `${ok ? '' : '✗ '}${name}: ${detail}`);

describe('a probe in a browser', () => {
  it('opens and closes, and says what it cannot tell', async () => {
    const url = await backEnd(echoing);
    const answer = await probing({ url });
    if (answer.kind === 'refused') throw new Error(answer.reason);
    expect(answer.result).toMatchObject({
      url,
      ok: true,
      status: 101,
      cause: null,
      tls: null,
      response: null,
    });
    expect(stepsOf(answer.result)).toEqual(['handshake: opened', 'close: 1000']);
    expect(answer.report).toMatch(/^✓ ws:.* opened /);
    expect(answer.report).toContain('A browser shows no status, headers or certificate');
    expect(answer.exchange).toBe('');
    expect(answer.curl).toMatch(/^curl --http1\.1 /);
  });

  it('asks for subprotocols, waits for an echo, and holds', async () => {
    const url = await backEnd(echoing);
    const result = await resultOf({ url, protocols: ['chat'], message: 'hello', hold: 0.05 });
    expect(stepsOf(result)).toEqual([
      'handshake: opened; subprotocol chat',
      'echo: the message came back',
      'hold: still open after 0.1 s',
      'close: 1000',
    ]);
  });

  it('does not know why it did not open', async () => {
    const forbidden = await backEnd(echoing, () => 403);
    for (const url of [forbidden, 'ws://127.0.0.1:1/']) {
      const result = await resultOf({ url });
      expect(result).toMatchObject({ ok: false, status: null, cause: 'not-told' });
      expect(result.message).toContain('a browser does not say why');
    }
  });

  it('waits no longer than it should', async () => {
    const port = await serve((socket) => socket.resume());
    const result = await resultOf({ url: `ws://127.0.0.1:${port}/`, timeout: 0.1 });
    expect(result).toMatchObject({ ok: false, cause: 'handshake-timeout' });
    expect(stepsOf(result)).toEqual(['✗ handshake: no answer within 0.1 s']);
  });

  it('says when the connection is cut', async () => {
    const url = await backEnd((socket) => setTimeout(() => socket.close(1008, 'policy'), 20));
    const result = await resultOf({ url, hold: 5 });
    expect(result).toMatchObject({ ok: false, status: 101, cause: 'closed-after-open' });
    expect(result.message).toMatch(/closed by the other side after 0\.\d s \(1008: policy\)/);
  });

  it('waits for the echo, and takes nothing else for it', async () => {
    const url = await backEnd((socket) => {
      socket.on('message', () => socket.send('something else'));
    });
    const result = await resultOf({ url, message: 'hello', timeout: 0.1 });
    expect(result).toMatchObject({ ok: false, cause: 'echo-failed' });
    expect(stepsOf(result)[1]).toBe('✗ echo: no echo within 0.1 s');
  });

  it('ends when it is cancelled', async () => {
    const url = await backEnd(echoing);
    const cancellation = new AbortController();
    setTimeout(() => cancellation.abort(), 50);
    // Longer than the test may take.
    expect(await resultOf({ url, hold: 3600 }, cancellation.signal)).toMatchObject({ cause: 'cancelled' });
    expect(await resultOf({ url }, AbortSignal.abort())).toMatchObject({ cause: 'cancelled' });
  });

  it.each([
    [{ headers: [['Origin', 'https://a.example']] as const }, /headers/],
    [{ connect: '127.0.0.1:80' }, /host of the URL/],
    [{ insecure: true }, /certificate/],
    [{ hold: -1 }, /seconds/],
    [{ url: 'ftp://chat.example' }, /ws:\/\//],
  ])('refuses what it cannot do: %j', async (params, reason) => {
    const answer = await probing({ url: 'wss://chat.example/', ...params });
    expect(answer).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) as string });
  });

  it('opens no ws:// from a page over https, but to this machine', async () => {
    const secure = { ...browser, isSecurePage: true };
    expect(await probing({ url: 'ws://chat.example/' }, secure)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('mixed content') as string,
    });
    const url = await backEnd(echoing);
    expect(await probing({ url }, secure)).toMatchObject({ kind: 'result', result: { ok: true } });
  });

  it('tells what the browser says that refuses at once', async () => {
    const refusing: Browser = {
      isSecurePage: false,
      open: () => {
        throw new Error('The operation is insecure.');
      },
    };
    const answer = await probing({ url: 'ws://chat.example/' }, refusing);
    expect(answer).toMatchObject({
      kind: 'result',
      result: {
        ok: false,
        cause: 'not-told',
        message: 'The browser refuses to open it: The operation is insecure.',
      },
    });
  });
});

it('calls statuses as Node does', () => {
  for (const [status, name] of Object.entries(STATUS_CODES)) {
    expect(statusText(Number(status))).toBe(`${status} ${name}`);
  }
  expect(statusText(799)).toBe('799');
});
