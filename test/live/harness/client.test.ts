import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startStrictBackEnd } from '../../../server/src/verify/strict-back-end';
import { makeCertificate } from './certificates';
import { handshake } from './client';
import { acceptFor, encodeFrame, Opcode } from '../../../server/src/verify/frames';
import { startServers } from './nginx';
import { freePorts } from './ports';
import { Resources, temporaryDirectory } from './resources';

const upgrade =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
const resources = new Resources();
afterEach(() => resources.stop());

/** A server that answers the first bytes of each connection with these bytes; what it received. */
async function scripted(answer: (request: string) => string | Buffer) {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes) => {
      received.push(bytes.toString('latin1'));
      socket.write(answer(bytes.toString('latin1')));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.add({
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  });
  return { received, port: (server.address() as AddressInfo).port };
}

/** The key in the text of a request. */
const keyIn = (request: string) => /^Sec-WebSocket-Key: (.*)\r$/m.exec(request)?.[1] ?? '';

describe('client', () => {
  const accepted = (request: string, changes: Readonly<Record<string, string | null>> = {}) => {
    const fields: Record<string, string | null> = {
      Upgrade: 'WebSocket',
      Connection: 'keep-alive, Upgrade',
      'Sec-WebSocket-Accept': acceptFor(keyIn(request)),
      ...changes,
    };
    const lines = Object.entries(fields).filter(([, value]) => value !== null);
    return `HTTP/1.1 101 Switching Protocols\r\n${lines.map((line) => `${line.join(': ')}\r\n`).join('')}\r\n`;
  };

  it('sends the request that the verdict is about, and nothing more', async () => {
    const server = await scripted(() => 'HTTP/1.1 404 Not Found\r\nX-A: b\r\n\r\n');
    const result = await handshake('ws://chat.example/room/1?a=b', { connectTo: { port: server.port } });
    expect(result).toStrictEqual({
      status: 404,
      passes: false,
      reason: 'the status is 404, not 101',
      headers: [['X-A', 'b']],
    });
    const [request = ''] = server.received;
    expect(Buffer.from(keyIn(request), 'base64')).toHaveLength(16);
    expect(request.replace(keyIn(request), 'KEY').split('\r\n')).toStrictEqual([
      'GET /room/1?a=b HTTP/1.1',
      'Host: chat.example',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: KEY',
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ]);
  });

  it.each([
    ['ws://chat.example:80/', 'chat.example'],
    ['http://chat.example:443', 'chat.example:443'],
    ['ws://127.0.0.1:8080/', '127.0.0.1:8080'],
    ['ws://[::1]:8080/', '[::1]:8080'],
  ])('writes the port of %s in Host only where it is not the default', async (url, host) => {
    const server = await scripted(() => 'HTTP/1.1 200 OK\r\n\r\n');
    await handshake(url, { connectTo: { port: server.port } });
    expect(server.received[0]).toContain(`\r\nHost: ${host}\r\n`);
  });

  it.each(['ftp://a/', 'ws://a/#b', 'ws://user@a/', 'nothing'])('takes no %s', async (url) => {
    await expect(handshake(url)).rejects.toThrow(TypeError);
  });

  it.each<[Readonly<Record<string, string | null>>, string]>([
    [{ Upgrade: null }, 'Upgrade is not websocket: none'],
    [{ Upgrade: 'h2c' }, 'Upgrade is not websocket: h2c'],
    [{ Connection: 'close' }, 'no upgrade in Connection: close'],
    [{ 'Sec-WebSocket-Accept': null }, 'Sec-WebSocket-Accept does not answer the key: none'],
    [{ 'Sec-WebSocket-Accept': 'x' }, 'Sec-WebSocket-Accept does not answer the key: x'],
    [
      { 'Sec-WebSocket-Extensions': 'permessage-deflate' },
      'an extension nobody asked for: permessage-deflate',
    ],
    [{ 'Sec-WebSocket-Protocol': 'chat' }, 'a subprotocol nobody asked for: chat'],
  ])('checks the answer as RFC 6455 §4.1 says: %j', async (changes, reason) => {
    const server = await scripted((request) => accepted(request, changes));
    const result = await handshake(`ws://127.0.0.1:${server.port}/`);
    expect(result).toMatchObject({ status: 101, passes: false, reason });
  });

  it.each<[string, (request: string) => string | Buffer, RegExp]>([
    ['no HTTP', () => 'SSH-2.0-OpenSSH_9\r\n\r\n', /^not an HTTP\/1 answer: SSH-2\.0-OpenSSH_9$/],
    [
      'no end of the headers',
      () => `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}`,
      /^no end of the headers within 64 KB$/,
    ],
    ['no answer', () => 'HTTP/1.1 101 Swi', /^no answer within 200 ms$/],
  ])('gives no status for %s', async (_name, answer, reason) => {
    const server = await scripted(answer);
    const result = await handshake(`ws://127.0.0.1:${server.port}/`, { timeout: 200 });
    expect(result).toMatchObject({
      status: null,
      passes: false,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it('gives no status when nobody listens', async () => {
    const [port = 0] = await freePorts(1);
    const result = await handshake(`ws://127.0.0.1:${port}/`);
    expect(result).toMatchObject({
      status: null,
      passes: false,
      reason: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it.each<[string, Buffer, string]>([
    [
      'another message',
      encodeFrame({ final: true, opcode: Opcode.text, payload: Buffer.from('no') }, false),
      'not the echo: no',
    ],
    [
      'a close',
      encodeFrame({ final: true, opcode: Opcode.close, payload: Buffer.from([3, 234]) }, false),
      'closed with code 1002 before the echo',
    ],
    [
      'a masked frame',
      encodeFrame({ final: true, opcode: Opcode.text, payload: Buffer.from('no') }, true),
      'invalid frame: it must not be masked',
    ],
    ['silence', Buffer.alloc(0), 'no echo within 200 ms'],
  ])('does not pass on %s instead of the echo', async (_name, frame, reason) => {
    const server = await scripted((request) => Buffer.concat([Buffer.from(accepted(request)), frame]));
    const result = await handshake(`ws://127.0.0.1:${server.port}/`, { timeout: 200 });
    expect(result).toMatchObject({ status: 101, passes: false, reason });
  });

  it('opens wss with a certificate it trusts, and only with it', async () => {
    const { path } = resources.add(await temporaryDirectory());
    await mkdir(join(path, 'tls'));
    const { certificate, key, ca } = await makeCertificate(join(path, 'tls'), ['chat.example', '127.0.0.1']);
    const backEnd = resources.add(await startStrictBackEnd());
    const [port = 0] = await freePorts(1);
    const tls = `listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key};`;
    const body = `${tls} location / { proxy_pass http://${backEnd.address}; ${upgrade} proxy_set_header Host $http_host; }`;
    const nginx = resources.add(await startServers([{ body }]));
    expect(dirname(certificate)).toBe(join(path, 'tls'));
    expect(await handshake('wss://chat.example/', { ca, connectTo: { port } })).toMatchObject({
      status: 101,
      passes: true,
    });
    expect(backEnd.requests[0]?.headers).toContainEqual(['Host', 'chat.example']);
    expect(await handshake(`wss://127.0.0.1:${port}/`, { ca })).toMatchObject({ status: 101, passes: true });
    expect(await handshake(`wss://127.0.0.1:${port}/`)).toMatchObject({
      status: null,
      reason: 'self-signed certificate',
    });
    const wrongName = await handshake('wss://other.example/', { ca, connectTo: { port } });
    expect(wrongName.reason).toContain("does not match certificate's altnames");
    expect(await handshake(`ws://127.0.0.1:${port}/`)).toMatchObject({ status: 400 });
    expect(await handshake(`wss://127.0.0.1:${nginx.ports[0]}/`, { ca })).toMatchObject({
      status: null,
      passes: false,
    });
  });
});
