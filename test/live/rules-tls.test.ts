import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { connect as connectTls, createSecureContext, createServer, type SecureVersion } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docs as listen443Docs, rule as listen443 } from '../../server/src/rules/listen-443-without-ssl';
import { docs as http2Docs, rule as http2 } from '../../server/src/rules/listen-http2-deprecated';
import { docs as certificateDocs, rule as certificate } from '../../server/src/rules/ssl-certificate-missing';
import { docs as sslOnDocs, rule as sslOn } from '../../server/src/rules/ssl-directive-removed';
import { docs as protocolsDocs, rule as protocols } from '../../server/src/rules/ssl-protocols-weak';
import { docs as tlsNameDocs, rule as tlsName } from '../../server/src/rules/upstream-tls-name';
import { startStrictBackEnd } from './harness/backends';
import { type Certificate, makeCertificate } from './harness/certificates';
import { handshake } from './harness/client';
import { found, run, test, write } from './harness/examples';
import { startMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { Resources, type Stoppable, temporaryDirectory } from './harness/resources';

/** What the rules about TLS claim, seen in a running nginx; and that the mended text does what it should. */

const resources = new Resources();
afterEach(() => resources.stop());

let ours: Certificate;
beforeEach(async () => {
  ours = await makeCertificate(resources.add(await temporaryDirectory()).path);
});

/** An example with our certificate, its listeners on port 443 on others of this machine, in their order. */
function filledIn(text: string, ports: readonly number[]): string {
  let index = 0;
  return text
    .replaceAll('/etc/nginx/ssl/localhost.crt', ours.certificate)
    .replaceAll('/etc/nginx/ssl/localhost.key', ours.key)
    .replaceAll(/listen (?:\[::\]:)?443/g, () => `listen 127.0.0.1:${ports[index++] ?? 0}`);
}

/** What `nginx -t` says of an example. */
async function testExample(text: string): ReturnType<typeof test> {
  return test(resources, filledIn(text, await freePorts(2)));
}

const LOCATION = (backEnd: string): string => `location /ws {
            proxy_pass http://${backEnd};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
        ssl_certificate `;

describe('listen-443-without-ssl', () => {
  /** Handshakes over wss to both listeners of the example. */
  async function shakeBoth(text: string): Promise<boolean[]> {
    const backEnd = resources.add(await startStrictBackEnd());
    const ports = await freePorts(2);
    const whole = filledIn(text.replace('ssl_certificate ', LOCATION(backEnd.address)), ports);
    resources.add(await startMainFile(await write(resources, whole), ports));
    const results = await Promise.all(
      ports.map((port) => handshake('wss://localhost/ws', { connectTo: { port }, ca: ours.ca })),
    );
    return results.map(({ passes }) => passes);
  }

  it('refuses the TLS of the client at that address alone, until it is mended', async () => {
    expect(await shakeBoth(listen443Docs.bad)).toEqual([true, false]);
    expect(await shakeBoth((await found(listen443, listen443Docs.bad)).mended)).toEqual([true, true]);
  });

  it('is nothing to `nginx -t`', async () => {
    expect(await testExample(listen443Docs.bad)).toMatchObject({ ok: true, first: null });
  });

  it('is enough when one server of the address says ssl', async () => {
    const text = listen443Docs.good.replace(
      'server {',
      'server { listen 443; server_name other; ssl_certificate /etc/nginx/ssl/localhost.crt; ssl_certificate_key /etc/nginx/ssl/localhost.key; }\n    server {',
    );
    await expect(found(listen443, text)).rejects.toThrow('finds nothing');
    const [port = 0, other = 0] = await freePorts(2);
    const whole = filledIn(text, [port, port, other]);
    resources.add(await startMainFile(await write(resources, whole), [port]));
    const { reason } = await handshake('wss://other/', { connectTo: { port }, ca: ours.ca });
    expect(reason).toMatch(/certificate/);
  });
});

describe('ssl-protocols-weak', () => {
  /** Whether a client that speaks nothing newer gets through. */
  async function accepts(
    text: string,
    maxVersion: SecureVersion,
    minVersion: SecureVersion = 'TLSv1',
  ): Promise<boolean> {
    const [port = 0] = await freePorts(1);
    // The OpenSSL of today needs to be told to go that low, on both sides.
    const whole = filledIn(text, [port]).replace(
      'ssl_protocols',
      'ssl_ciphers DEFAULT@SECLEVEL=0; ssl_protocols',
    );
    resources.add(await startMainFile(await write(resources, whole), [port]));
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: ours.ca,
      minVersion,
      maxVersion,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    try {
      await once(socket, 'secureConnect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  it('lets TLS 1.1 through until it is mended', async () => {
    const { mended } = await found(protocols, protocolsDocs.bad);
    expect(await accepts(protocolsDocs.bad, 'TLSv1.1')).toBe(true);
    expect(await accepts(mended, 'TLSv1.1')).toBe(false);
    expect(await accepts(mended, 'TLSv1.2')).toBe(true);
    expect(await accepts(protocolsDocs.bad, 'TLSv1.3', 'TLSv1.3')).toBe(false);
    expect(await accepts(mended, 'TLSv1.3', 'TLSv1.3')).toBe(true);
  });
});

it('ssl-directive-removed: this nginx warns, in the words of the message', async () => {
  const { problem, mended } = await found(sslOn, sslOnDocs.bad);
  const { ok, first } = await testExample(sslOnDocs.bad);
  expect({ ok, level: first?.level }).toEqual({ ok: true, level: 'warn' });
  expect(problem.severity).toBe('information');
  expect(problem.message.startsWith(`${first?.text}: `)).toBe(true);
  expect(await testExample(mended)).toMatchObject({ ok: true, first: null });
});

describe('listen-http2-deprecated', () => {
  it('refuses every handshake on a port without TLS until it is mended', async () => {
    const { problem, mended } = await found(http2, http2Docs.bad);
    expect(problem.severity).toBe('warning');
    expect(await (await run(resources, http2Docs.bad)).shake()).toMatchObject({
      status: null,
      passes: false,
    });
    expect(await (await run(resources, mended)).shake()).toMatchObject({ passes: true });
  });

  it('is fine beside ssl', async () => {
    const backEnd = resources.add(await startStrictBackEnd());
    const [port = 0] = await freePorts(1);
    const text = listen443Docs.good
      .replace('listen [::]:443 ssl;', '')
      .replace('443 ssl', '443 ssl http2')
      .replace('ssl_certificate ', LOCATION(backEnd.address));
    await expect(found(http2, text)).rejects.toThrow('finds nothing');
    resources.add(await startMainFile(await write(resources, filledIn(text, [port])), [port]));
    expect(await handshake('wss://localhost/ws', { connectTo: { port }, ca: ours.ca })).toMatchObject({
      passes: true,
    });
  });
});

describe('ssl-certificate-missing', () => {
  const bare = certificateDocs.bad.replace(/ +ssl_certificate .*\n/, '');

  it.each([
    ['a certificate without its key', certificateDocs.bad],
    ['no certificate', bare],
    ['a key alone', certificateDocs.bad.replace('ssl_certificate ', 'ssl_certificate_key ')],
    [
      'one where the default server rejects handshakes',
      bare.replace('server {', 'server { listen 443 ssl; ssl_reject_handshake on; }\n    server {'),
    ],
  ])('keeps nginx from starting, in the words of the message: %s', async (_, text) => {
    const { problem } = await found(certificate, text);
    const [port = 0] = await freePorts(1);
    const whole = filledIn(text, [port, port]);
    const { ok, first } = await test(resources, whole);
    expect(ok).toBe(false);
    const said = first?.text.replace(ours.certificate, '/etc/nginx/ssl/localhost.crt') ?? '';
    expect(problem.message.startsWith(`${said}: `)).toBe(true);
  });

  it('starts once it is mended', async () => {
    const { mended } = await found(certificate, certificateDocs.bad);
    expect(await testExample(mended)).toMatchObject({ ok: true });
  });

  it('is nothing to nginx where another server of the address is the default one', async () => {
    const text = certificateDocs.good.replace(
      /\}\n\}\n$/,
      '}\n    server { listen 443 ssl; server_name other; }\n}\n',
    );
    await expect(found(certificate, text)).rejects.toThrow('finds nothing');
    const [port = 0] = await freePorts(1);
    expect(await test(resources, filledIn(text, [port, port]))).toMatchObject({ ok: true });
  });
});

describe('upstream-tls-name', () => {
  /** A back end behind TLS that has a certificate only for those who say a name. */
  async function startNamed(): Promise<Stoppable & { readonly address: string }> {
    const backEnd = resources.add(await startStrictBackEnd());
    const [cert, key] = await Promise.all([readFile(ours.certificate), readFile(ours.key)]);
    const context = createSecureContext({ cert, key });
    const server = createServer({
      SNICallback: (name, callback) => {
        callback(null, name === 'chat.example' ? context : undefined);
      },
    });
    server.on('secureConnection', (socket) => {
      const inner = connect(backEnd.port, '127.0.0.1');
      for (const each of [socket, inner]) each.on('error', () => inner.destroy());
      socket.pipe(inner).pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      address: `127.0.0.1:${port}`,
      async stop() {
        server.close();
        await backEnd.stop();
      },
    };
  }

  it('gives 502 until it is mended', async () => {
    const named = resources.add(await startNamed());
    const reachable = (text: string): string =>
      text.replace('server {', `upstream chat.example { server ${named.address}; }\n    server {`);
    const { mended } = await found(tlsName, tlsNameDocs.bad);
    const before = await run(resources, reachable(tlsNameDocs.bad));
    expect(await before.shake()).toMatchObject({ status: 502 });
    expect(await before.nginx.errorLog()).toContain('SSL_do_handshake() failed');
    expect(await (await run(resources, reachable(mended))).shake()).toMatchObject({ passes: true });
  });
});
