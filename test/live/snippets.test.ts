import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configurationWith, snippet, snippets } from '../support/snippets';
import { startStrictBackEnd } from '../../server/src/verify/strict-back-end';
import { makeCertificate } from './harness/certificates';
import { get, handshake } from './harness/client';
import { hasToken } from '../../server/src/verify/http-message';
import { startMainFile, testMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { Resources, temporaryDirectory } from './harness/resources';

/** A handshake that a snippet must let through, and the URI that the back end must be asked for. */
interface Expected {
  readonly url: string;
  readonly uri: string;
}

/**
 * The handshakes of each snippet: for those of an application the path where it opens its WebSocket, by its
 * documentation.
 */
const HANDSHAKES: Readonly<Record<string, readonly Expected[]>> = {
  'ws-directives': [{ url: 'ws://localhost/ws', uri: '/ws' }],
  'ws-start': [{ url: 'ws://localhost/ws', uri: '/ws' }],
  'ws-map': [],
  'ws-location': [
    { url: 'ws://localhost/ws', uri: '/' },
    { url: 'ws://localhost/ws/room?id=1', uri: '/room?id=1' },
  ],
  'ws-upstream': [],
  'ws-server': [{ url: 'ws://localhost/ws', uri: '/ws' }],
  'wss-server': [{ url: 'wss://localhost/ws', uri: '/ws' }],
  'wss-redirect': [],
  // The path, and that long polling needs one server for each client: https://socket.io/docs/v4/reverse-proxy/ and
  // https://socket.io/docs/v4/using-multiple-nodes/
  'ws-socketio': [
    {
      url: 'ws://localhost/socket.io/?EIO=4&transport=websocket',
      uri: '/socket.io/?EIO=4&transport=websocket',
    },
  ],
  // Port 5000, no buffering for server-sent events and 100 s for long polling:
  // https://learn.microsoft.com/aspnet/core/signalr/scale#linux-with-nginx
  'ws-signalr': [{ url: 'ws://localhost/hub?id=1', uri: '/hub?id=1' }],
  // Vite's socket is on its base path, and webpack's on /ws; both are on the port that serves the pages:
  // https://vite.dev/config/server-options#server-hmr and
  // https://webpack.js.org/configuration/dev-server/#devserverwebsocketserver
  'ws-hmr': [
    { url: 'ws://localhost/?token=1', uri: '/?token=1' },
    { url: 'ws://localhost/ws', uri: '/ws' },
  ],
  // No buffering, and Host as the browser sent it, port and all:
  // https://jupyterhub.readthedocs.io/en/stable/howto/configuration/config-proxy.html
  'ws-jupyter': [
    { url: 'ws://localhost/api/kernels/1/channels', uri: '/api/kernels/1/channels' },
    { url: 'ws://localhost/terminals/websocket/1', uri: '/terminals/websocket/1' },
  ],
  // Port 8123, the path, and that X-Forwarded-For is refused from a proxy it does not trust:
  // https://www.home-assistant.io/integrations/http/#reverse-proxies and
  // https://developers.home-assistant.io/docs/api/websocket/
  'ws-homeassistant': [{ url: 'ws://localhost/api/websocket', uri: '/api/websocket' }],
  // The path, and that the origin is compared with Host: https://grafana.com/tutorials/run-grafana-behind-a-proxy/ and
  // https://grafana.com/docs/grafana/latest/setup-grafana/set-up-grafana-live/
  'ws-grafana': [{ url: 'ws://localhost/api/live/ws', uri: '/api/live/ws' }],
  'ws-documented': [
    { url: 'ws://localhost/api/chat/room', uri: '/room' },
    { url: 'wss://localhost/api/chat/room', uri: '/room' },
  ],
};

const resources = new Resources();
afterEach(() => resources.stop());

/** Whether this machine has ::1. */
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

/** A configuration as it can run here, and how to reach it. */
interface Runnable {
  readonly file: string;
  /** The port that stands for that of the URL's scheme. */
  readonly portOf: (url: string) => number;
  /** Those of 127.0.0.1 on which it listens. */
  readonly ports: readonly number[];
  /** Text of the certificate. */
  readonly ca: string;
}

/**
 * Writes a configuration with what belongs to another machine replaced: back ends by this one, ports 80 and 443 by
 * free ones of this machine alone, the certificate by one made for the test.
 *
 * @param backEnd the address that stands for every other one; those of the text stay when it is not given
 */
async function runnable(text: string, backEnd?: string): Promise<Runnable> {
  const directory = resources.add(await temporaryDirectory()).path;
  const { certificate, key, ca } = await makeCertificate(directory);
  const [plain = 0, tls = 0] = await freePorts(2);
  const here = (port: string): number => (port === '443' ? tls : plain);
  const replaced = text
    .replaceAll(/127\.0\.0\.1:\d+/g, (address) => backEnd ?? address)
    .replaceAll('http://localhost/', `http://127.0.0.1:${plain}/`)
    .replaceAll(/listen (80|443)\b/g, (_, port: string) => `listen 127.0.0.1:${here(port)}`)
    .replaceAll(/listen \[::\]:(80|443)\b(.*;)/g, (_, port: string, rest: string) =>
      hasIpv6 ? `listen [::1]:${here(port)}${rest}` : '',
    )
    .replaceAll(/ssl_certificate [^;]+/g, `ssl_certificate ${certificate}`)
    .replaceAll(/ssl_certificate_key [^;]+/g, `ssl_certificate_key ${key}`);
  const file = join(directory, 'nginx.conf');
  await writeFile(file, replaced);
  const ports = [plain, tls].filter((port) => replaced.includes(`listen 127.0.0.1:${port}`));
  return { file, portOf: (url) => (url.startsWith('wss:') ? tls : plain), ports, ca };
}

describe('snippets', () => {
  it('are all tried here', () => {
    expect(snippets.map(({ prefix }) => prefix).sort()).toEqual(Object.keys(HANDSHAKES).sort());
  });

  it.each(snippets)('$prefix is what nginx -t accepts without a word', async (each) => {
    const { file } = await runnable(configurationWith(each));
    expect(await testMainFile(file)).toStrictEqual({ ok: true, crashed: false, first: null, messages: [] });
  });

  const hosts = hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  it.each(snippets.filter(({ prefix }) => HANDSHAKES[prefix]?.length !== 0))(
    '$prefix lets a handshake through, over IPv4 and, where it listens there, IPv6',
    async (each) => {
      const backEnd = resources.add(await startStrictBackEnd());
      const text = configurationWith(each);
      const { file, portOf, ports, ca } = await runnable(text, backEnd.address);
      resources.add(await startMainFile(file, ports));
      for (const host of text.includes('[::]') ? hosts : hosts.slice(0, 1)) {
        for (const { url, uri } of HANDSHAKES[each.prefix] ?? []) {
          const connectTo = { host, port: portOf(url) };
          const result = await handshake(url, { connectTo, ca });
          expect({ url, host, ...result }).toMatchObject({ status: 101, passes: true, reason: null });
          expect(backEnd.requests.at(-1)).toMatchObject({ uri, version: '1.1' });
        }
      }
    },
  );

  it.each(snippets.filter(({ description }) => description.includes('ws-map')))(
    '$prefix asks for no upgrade when the client does not',
    async ({ prefix }) => {
      const backEnd = resources.add(await startStrictBackEnd());
      const { file, portOf, ports } = await runnable(configurationWith(snippet(prefix)), backEnd.address);
      resources.add(await startMainFile(file, ports));
      for (const { url, uri } of HANDSHAKES[prefix] ?? []) {
        await get(url, { connectTo: { port: portOf(url) } });
        const request = backEnd.requests.at(-1);
        expect(request).toMatchObject({ method: 'GET', uri });
        const headers = request?.headers ?? [];
        expect(headers.filter(([name]) => name === 'Upgrade')).toEqual([]);
        expect(hasToken(headers, 'Connection', 'upgrade')).toBe(false);
      }
    },
  );

  it('ws-socketio keeps a client on one back end', async () => {
    const first = resources.add(await startStrictBackEnd());
    const second = resources.add(await startStrictBackEnd());
    const values = { 2: first.address, 3: second.address };
    const { file, portOf, ports } = await runnable(configurationWith(snippet('ws-socketio'), values));
    resources.add(await startMainFile(file, ports));
    const url = 'ws://localhost/socket.io/';
    for (let count = 0; count < 6; count += 1) {
      expect(await handshake(url, { connectTo: { port: portOf(url) } })).toMatchObject({ passes: true });
    }
    expect(first.requests.length * second.requests.length).toBe(0);
    expect(first.requests.length + second.requests.length).toBe(6);
  });

  it('wss-redirect sends requests to https', async () => {
    const { file, portOf, ports } = await runnable(configurationWith(snippet('wss-redirect')));
    resources.add(await startMainFile(file, ports));
    const url = 'ws://localhost/room?id=1';
    const { status, headers } = await handshake(url, { connectTo: { port: portOf(url) } });
    expect(status).toBe(301);
    expect(headers).toContainEqual(['Location', 'https://localhost/room?id=1']);
  });
});
