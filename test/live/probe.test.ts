import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProbeOptions, probe } from '../../server/src/probe/probe';
import { readTarget } from '../../server/src/probe/target';
import type { ProbeCause, ProbeResult } from '../../server/src/protocol';
import { startStrictBackEnd } from '../../server/src/verify/strict-back-end';
import { directoryWith, runIn } from '../cli/support';
import { makeAuthority, makeCertificate, signCertificate } from './harness/certificates';
import { cliProgram, runCli } from './harness/cli';
import { acceptFor } from '../../server/src/verify/frames';
import { type NginxServers, startServers } from './harness/nginx';
import { freePorts } from './harness/ports';
import { before, since } from './harness/release';
import { Resources, type Stoppable, temporaryDirectory } from './harness/resources';
import { until } from './harness/waiting';

const resources = new Resources();
afterAll(() => resources.stop());

const upgrade =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

interface SmallServer extends Stoppable {
  readonly address: string;
  /** How many it has accepted so far. */
  connections(): number;
}

/** A server on 127.0.0.1 that does something with each connection. */
async function startServer(onConnection: (socket: Socket) => void): Promise<SmallServer> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => count,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Accepts a handshake, with a wrong accept where `key` says so, and does something then. */
function accepting(then: (socket: Socket) => void, key?: string): (socket: Socket) => void {
  return (socket) =>
    socket.once('data', (request: Buffer) => {
      const asked = /^Sec-WebSocket-Key: (.*)\r$/im.exec(request.toString('latin1'))?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key ?? asked)}\r\n\r\n`,
      );
      then(socket);
    });
}

interface World {
  readonly nginx: NginxServers;
  readonly plain: number;
  readonly tls: number;
  /** Ports of servers with other certificates, and the like. */
  readonly ports: Readonly<Record<string, number>>;
  readonly closed: number;
  readonly ca: string;
  readonly silent: SmallServer;
  /** A certificate for this machine, and its key. */
  readonly good: { readonly certificate: string; readonly key: string };
}

let world: World;

beforeAll(async () => {
  const directory = resources.add(await temporaryDirectory()).path;
  const authority = await makeAuthority(directory, 'Test CA');
  const intermediate = await signCertificate(directory, authority, 'intermediate', {
    names: ['Test Intermediate'],
    isAuthority: true,
  });
  const names = ['localhost', '127.0.0.1'] as const;
  const good = await signCertificate(directory, authority, 'good', { names: [...names] });
  const expired = await signCertificate(directory, authority, 'expired', { names: [...names], days: -1 });
  const other = await signCertificate(directory, authority, 'other', { names: ['other.example'] });
  const deep = await signCertificate(directory, intermediate, 'deep', { names: [...names] });
  const own = await makeCertificate(directory);
  const full = { ...deep, certificate: join(directory, 'full.crt') };
  const chain = [await readFile(deep.certificate, 'utf8'), await readFile(intermediate.certificate, 'utf8')];
  await writeFile(full.certificate, chain.join(''));

  const strict = resources.add(await startStrictBackEnd());
  const silent = resources.add(await startServer(() => {}));
  const closing = resources.add(await startServer(accepting((socket) => socket.end())));
  const wrongKey = resources.add(await startServer(accepting(() => {}, 'wrong')));
  const mute = resources.add(await startServer(accepting(() => {})));
  const [closed = 0, tls = 0, ...free] = await freePorts(12);
  const port = (): number => free.pop() ?? 0;
  const ports: Record<string, number> = {};
  const secured = (name: string, { certificate, key }: typeof good, more = ''): string => {
    const listen = port();
    ports[name] = listen;
    return `server { listen 127.0.0.1:${listen} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key}; ${more} location / { proxy_pass http://${strict.address}; ${upgrade} } }`;
  };
  const to = (address: string, more = upgrade): string => `proxy_pass http://${address}; ${more}`;
  const locations = `
    location /ok { ${to(strict.address)} }
    location /redirect { return 301 https://localhost/ws; }
    location /no-connection { ${to(strict.address, 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;')} }
    location /no-headers { ${to(strict.address, '')} }
    location /post { ${to(strict.address, `proxy_method POST; ${upgrade}`)} }
    location /password { auth_basic x; auth_basic_user_file @DIR/users; ${to(strict.address)} }
    location /denied { deny all; ${to(strict.address)} }
    location /missing { root @DIR; }
    location /page { default_type text/html; return 200 '<title>Home</title>'; }
    location /down { ${to(`127.0.0.1:${closed}`)} }
    location /busy { limit_conn all 1; return 503; }
    location /late { ${to(silent.address)} proxy_read_timeout 300ms; }
    location /teapot { return 418; }
    location /hidden { ${to(strict.address)} proxy_hide_header Upgrade; }
    location /unaccepted { ${to(strict.address)} proxy_hide_header Sec-WebSocket-Accept; }
    location /wrong-key { ${to(wrongKey.address)} }
    location /no-protocol { ${to(strict.address)} proxy_hide_header Sec-WebSocket-Protocol; }
    location /gone { return 444; }
    location /stalled { ${to(silent.address)} }
    location /closing { ${to(closing.address)} }
    location /idle { ${to(strict.address)} proxy_read_timeout 700ms; }
    location /mute { ${to(mute.address)} }
    location /no-browser { if ($http_origin) { return 403; } ${to(strict.address)} }
    location /one-host { if ($http_origin !~ "^(https?://chat\\.example)?$") { return 403; } ${to(strict.address)} }
  `;
  const extra = [
    secured('expired', expired),
    secured('own', own),
    secured('other', other),
    secured('deep', deep),
    secured('full', full),
    secured('mutual', good, `ssl_verify_client on; ssl_client_certificate "${authority.certificate}";`),
    secured('rejecting', good, 'ssl_reject_handshake on;'),
    secured('old', good, 'ssl_protocols TLSv1 TLSv1.1;'),
  ];
  ports['http2'] = port();
  extra.push(`server { listen 127.0.0.1:${ports['http2']} http2; return 200; }`);
  const nginx = resources.add(
    await startServers(
      [
        {
          body: `listen 127.0.0.1:${tls} ssl; ssl_certificate ${good.certificate}; ssl_certificate_key ${good.key}; ssl_protocols TLSv1.2 TLSv1.3; ${locations}`,
          files: { users: 'me:{PLAIN}secret\n' },
        },
      ],
      `limit_conn_zone $server_name zone=all:32k; ${extra.join('\n')}`,
    ),
  );
  const [plain = 0] = nginx.ports;
  world = { nginx, plain, tls, ports, closed, ca: authority.ca, silent, good };
});

function run(url: string, options: ProbeOptions = {}): Promise<ProbeResult> {
  const all = { timeout: 5000, ca: [world.ca], ...options };
  return probe(readTarget(url), all, new AbortController().signal);
}

function detail({ steps }: ProbeResult, name: string): string {
  return steps.find((step) => step.name === name)?.detail ?? `no step ${name}`;
}

const names = ({ steps }: ProbeResult): string =>
  steps.map(({ name, ok }) => (ok ? name : `${name}!`)).join(' ');

interface Case {
  readonly path: string;
  readonly cause: ProbeCause | null;
  readonly status: number | null;
  readonly options?: ProbeOptions;
  /** Part of the detail of the last step. */
  readonly says?: string;
}

const cases: readonly Case[] = [
  { path: '/ok', cause: null, status: 101, options: { message: 'hello', hold: 200 } },
  { path: '/redirect', cause: 'redirect', status: 301 },
  {
    path: '/no-connection',
    cause: 'bad-request',
    status: 400,
    // Until 1.29.7 nginx closes connections to back ends, and says so.
    says: `no upgrade in Connection: ${before('1.29.7') ? 'close' : 'none'}`,
  },
  { path: '/password', cause: 'unauthorized', status: 401 },
  { path: '/denied', cause: 'forbidden', status: 403 },
  { path: '/missing', cause: 'not-found', status: 404 },
  { path: '/post', cause: 'method-not-allowed', status: 405, says: 'the method is POST' },
  { path: '/no-headers', cause: 'upgrade-required', status: 426, says: 'no websocket in Upgrade: none' },
  { path: '/page', cause: 'upgrade-ignored', status: 200, says: '200 OK: Home' },
  { path: '/down', cause: 'bad-gateway', status: 502 },
  { path: '/busy', cause: 'unavailable', status: 503 },
  { path: '/late', cause: 'gateway-timeout', status: 504 },
  { path: '/teapot', cause: 'http-status', status: 418 },
  { path: '/hidden', cause: 'missing-upgrade-header', status: 101, says: '101 without the header Upgrade' },
  { path: '/unaccepted', cause: 'bad-accept', status: 101, says: '101 without Sec-WebSocket-Accept' },
  { path: '/wrong-key', cause: 'bad-accept', status: 101, says: '101 with a wrong Sec-WebSocket-Accept' },
  { path: '/no-protocol', cause: 'subprotocol', status: 101, options: { protocols: ['chat'] } },
  { path: '/gone', cause: 'not-http', status: null, says: 'closed without an answer' },
  { path: '/stalled', cause: 'handshake-timeout', status: null, options: { timeout: 500 } },
  { path: '/closing', cause: 'closed-after-open', status: 101, says: '(1006' },
  {
    path: '/idle',
    cause: 'closed-after-open',
    status: 101,
    options: { hold: 10_000 },
    says: ' s idle (1006)',
  },
  { path: '/mute', cause: null, status: 101, options: { timeout: 300 } },
  { path: '/mute', cause: 'echo-failed', status: 101, options: { timeout: 300, message: 'hello' } },
  { path: '/no-browser', cause: 'origin', status: 403, says: ': 403 Forbidden' },
  { path: '/no-browser', cause: null, status: 101, options: { origin: null } },
  { path: '/no-browser', cause: 'forbidden', status: 403, options: { headers: [['Origin', 'null']] } },
  { path: '/one-host', cause: 'origin', status: 403, says: 'with Origin http' },
  { path: '/one-host', cause: null, status: 101, options: { origin: 'https://chat.example' } },
];

describe('a probe through nginx', () => {
  describe.each(['ws', 'wss'])('%s', (scheme) => {
    const base = (): string => `${scheme}://127.0.0.1:${scheme === 'ws' ? world.plain : world.tls}`;

    it.each(cases)('$path: $cause', async ({ path, cause, status, options, says = '' }) => {
      const result = await run(base() + path, options);
      expect(result).toMatchObject({ ok: cause === null, cause, status });
      expect(result.steps.at(-1)?.detail).toContain(says);
      expect(result.message).not.toBe('');
      expect(names(result)).toMatch(
        scheme === 'ws' ? /^resolve connect handshake/ : /^resolve connect tls handshake/,
      );
      if (scheme === 'wss')
        expect(result.tls).toMatchObject({ trusted: true, alpn: 'http/1.1', issuer: 'CN=Test CA' });
      else expect(result.tls).toBe(null);
    });

    it('that is cancelled', async () => {
      const cancellation = new AbortController();
      const done = probe(readTarget(`${base()}/stalled`), { ca: [world.ca] }, cancellation.signal);
      setTimeout(() => cancellation.abort(), 200);
      const result = await done;
      expect(result).toMatchObject({ ok: false, cause: 'cancelled', status: null });
      expect(result.steps.at(-1)).toMatchObject({ name: 'handshake', ok: false, detail: 'cancelled' });
    });

    it('to a port where nothing listens', async () => {
      expect(await run(`${scheme}://127.0.0.1:${world.closed}/`)).toMatchObject({
        cause: 'refused',
        steps: [{ ok: true }, { ok: false }],
      });
    });

    it('to an address without a route', async () => {
      expect(await run(`${scheme}://255.255.255.255:${world.plain}/`)).toMatchObject({
        cause: 'unreachable',
      });
    });

    it('to a name that does not exist', async () => {
      const result = await run(`${scheme}://nothing.invalid/`);
      expect(result).toMatchObject({ cause: 'dns', status: null });
      expect(names(result)).toBe('resolve!');
    });

    it('to a port that accepts no more connections', async () => {
      const server = await startFullServer();
      try {
        const result = await run(`${scheme}://127.0.0.1:${server.port}/`, { timeout: 700 });
        expect(result.cause).toBe('connect-timeout');
      } finally {
        await server.stop();
      }
    });
  });

  it('ws to the TLS port', async () => {
    const result = await run(`ws://127.0.0.1:${world.tls}/ok`);
    expect(result).toMatchObject({ cause: 'plain-to-tls-port', status: 400 });
    expect(detail(result, 'handshake')).toContain('The plain HTTP request was sent to HTTPS port');
  });

  it('ws to a TLS port that closes what is not TLS', async () => {
    const { certificate, key } = world.good;
    const server = createTlsServer({ cert: await readFile(certificate), key: await readFile(key) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const result = await run(`ws://127.0.0.1:${port}/ok`);
      expect(result).toMatchObject({ cause: 'plain-to-tls-port', status: null });
    } finally {
      server.close();
    }
  });

  it('wss to the plain port', async () => {
    const result = await run(`wss://127.0.0.1:${world.plain}/ok`);
    expect(result).toMatchObject({ cause: 'tls-to-plain-port', status: null, tls: null });
  });

  it('ws to a port with http2 and no TLS', async () => {
    const result = await run(`ws://127.0.0.1:${world.ports['http2']}/`);
    // Since 1.25.1 such a port speaks HTTP/1.1 too.
    if (since('1.25.1')) expect(result).toMatchObject({ cause: 'upgrade-ignored', status: 200 });
    else {
      expect(result.cause).toBe('not-http');
      expect(result.message).toContain('HTTP/2');
    }
  });

  it('connects elsewhere when it is told to', async () => {
    const result = await run('ws://chat.example/ok', { connectTo: { host: '127.0.0.1', port: world.plain } });
    expect(result.ok).toBe(true);
    expect(result.request[0]).toEqual(['Host', 'chat.example']);
    expect(detail(result, 'connect')).toBe(`127.0.0.1:${world.plain}; instead of chat.example:80`);
  });
});

describe('certificates', () => {
  const at = (name: string, host = 'localhost'): string => `wss://${host}:${world.ports[name]}/`;

  it('good', async () => {
    const result = await run(`wss://localhost:${world.tls}/ok`);
    expect(result.ok).toBe(true);
    expect(result.tls).toMatchObject({
      protocol: 'TLSv1.3',
      trusted: true,
      subject: 'CN=localhost',
      issuer: 'CN=Test CA',
      names: ['localhost', '127.0.0.1'],
      daysLeft: 89,
    });
    expect(result.tls?.validTo).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(detail(result, 'tls')).toMatch(
      /^TLSv1\.3, TLS_\w+, http\/1\.1; CN=localhost, by Test CA, 89 days left, trusted; chain localhost < Test CA$/,
    );
  });

  it.each([
    ['expired', 'certificate-expired', { trusted: false, daysLeft: -2 }, /expired on \d{4}-/],
    ['own', 'certificate-untrusted', { trusted: false, issuer: 'CN=localhost' }, /not trusted: self-signed/],
    ['other', 'certificate-name', { trusted: true, names: ['other.example'] }, /not for localhost/],
    ['deep', 'certificate-untrusted', { trusted: false }, /its issuer is neither sent nor known/],
  ])('%s', async (name, cause, tls, says) => {
    const result = await run(at(name));
    expect(result).toMatchObject({ ok: false, cause, status: null, response: null });
    expect(result.tls).toMatchObject(tls);
    expect(names(result)).toBe('resolve connect tls!');
    expect(detail(result, 'tls')).toMatch(says);
    const insecure = await run(at(name), { insecure: true });
    expect(insecure).toMatchObject({ ok: true, cause: null, status: 101 });
    expect(insecure.tls).toEqual(result.tls);
    expect(detail(insecure, 'tls')).toMatch(says);
    expect(detail(insecure, 'tls')).toContain('accepted all the same (insecure)');
  });

  it('with its intermediate', async () => {
    const result = await run(at('full'));
    expect(result.ok).toBe(true);
    expect(detail(result, 'tls')).toContain('chain localhost < Test Intermediate < Test CA');
  });

  it('unknown authority', async () => {
    const result = await run(`wss://localhost:${world.tls}/ok`, { ca: null });
    expect(result).toMatchObject({ cause: 'certificate-untrusted', tls: { trusted: false } });
  });

  it('a self-signed one for another name: the name comes first', async () => {
    const result = await run('wss://chat.example/', {
      connectTo: { host: '127.0.0.1', port: world.ports['own'] ?? 0 },
    });
    expect(result).toMatchObject({ cause: 'certificate-name', tls: { trusted: false } });
  });

  it('the name is asked of the server: it may refuse it', async () => {
    const result = await run(at('rejecting'));
    expect(result).toMatchObject({ cause: 'tls-failed', tls: null });
    expect(result.message).toContain('ssl_reject_handshake');
  });

  it('none is seen where no version of TLS is common', async () => {
    const result = await run(at('old'));
    expect(result).toMatchObject({ cause: 'tls-failed', tls: null });
    expect(result.message).toContain('Set `ssl_protocols TLSv1.2 TLSv1.3;`.');
  });

  it('tries what the project expects of its URLs', async () => {
    const base = `ws://127.0.0.1:${world.plain}`;
    const websocketUrls = [`${base}/ok`, { url: `${base}/no-headers`, expect: 'blocked' }, `${base}/denied`];
    const cwd = await directoryWith({ 'nginx-websocket.json': JSON.stringify({ websocketUrls }) });
    const { status, stdout } = await runIn(cwd, ['probe', '--all', '--format', 'json']);
    const told: { status: number; asExpected: boolean }[] = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(told.map((each) => [each.status, each.asExpected])).toEqual([
      [101, true],
      [426, true],
      [403, false],
    ]);
  });

  it('nginx may want one of the client', async () => {
    const result = await run(at('mutual'));
    expect(result).toMatchObject({ cause: 'bad-request', status: 400 });
    expect(result.message).toContain('ssl_verify_client');
  });
});

describe('the command', () => {
  it.each([
    ['/ok', 0, null],
    ['/no-headers', 1, 'upgrade-required'],
  ])('prints JSON: %s', async (path, code, cause) => {
    const url = `ws://127.0.0.1:${world.plain}${path}`;
    const done = await runCli('probe', '--format', 'json', '--message', 'hi', '--hold', '0.1', url);
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code, stderr: '' });
    const result = JSON.parse(done.stdout) as ProbeResult;
    expect(Object.keys(result)).toEqual([
      'url',
      'ok',
      'status',
      'cause',
      'message',
      'steps',
      'tls',
      'request',
      'response',
    ]);
    expect(result).toMatchObject({ url, ok: code === 0, cause });
  });

  it('prints text', async () => {
    const { code, stdout } = await runCli('probe', `wss://localhost:${world.tls}/ok`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ wss:\/\/localhost:\d+\/ok did not open: certificate not trusted {2,}\d{4}-/);
    expect(stdout).toContain('handshake, ping, close  not reached');
  });

  it('gives up on Ctrl-C', async () => {
    const url = `ws://127.0.0.1:${world.plain}/stalled`;
    const child = spawn(process.execPath, [
      await cliProgram(),
      'probe',
      '--format',
      'json',
      '--timeout',
      '60',
      url,
    ]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const before = world.silent.connections();
    await until(20_000, 'the handshake is under way', () => world.silent.connections() > before);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ ok: false, cause: 'cancelled', status: null });
  });
});

/** A server whose queue of connections is full: the kernel answers no more. */
async function startFullServer(): Promise<Stoppable & { port: number }> {
  const code =
    "const s = require('net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))";
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await once(sockets[0] ?? child, 'connect');
  return {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}
