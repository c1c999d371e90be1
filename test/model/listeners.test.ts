import { describe, expect, it } from 'vitest';
import { listenersOf } from '../../server/src/model/listeners';
import { modelOf } from '../support/memory-host';

/** The listeners of each server: address, port, and what else is true of them. */
async function listeners(...servers: readonly string[]): Promise<string[][]> {
  const { http } = await modelOf(`http { ${servers.map((body) => `server { ${body} }`).join(' ')} }`);
  if (http === null) throw new Error('There is no http.');
  return [...listenersOf(http).values()].map((own) =>
    own.map(({ address, port, tls, quic, defaultServer }) =>
      [
        `${address} ${port}`,
        ...(tls ? ['tls'] : []),
        ...(quic ? ['quic'] : []),
        ...(defaultServer ? ['default'] : []),
      ].join(' '),
    ),
  );
}

describe('a listen', () => {
  it.each<[text: string, expected: string]>([
    ['80', '* 80'],
    ['*:80', '* 80'],
    ['0.0.0.0:80', '* 80'],
    ['127.0.0.1', '127.0.0.1 80'],
    ['127.0.0.1:8080', '127.0.0.1 8080'],
    ['localhost:8080', 'localhost 8080'],
    ['localhost', 'localhost 80'],
    ['[::]:443', '[::] 443'],
    ['[::]', '[::] 80'],
    ['[::1]:8080', '[::1] 8080'],
    ['unix:/run/nginx.sock', 'unix:/run/nginx.sock 0'],
    ['${PORT}', '${PORT} 0'],
    ['${PORT} ssl', '${PORT} 0 tls'],
    ['127.0.0.1:${PORT}', '127.0.0.1:${PORT} 0'],
    ['443 ssl', '* 443 tls'],
    ['443 http2 ssl', '* 443 tls'],
    ['443 quic reuseport', '* 443 tls quic'],
    ['80 default_server', '* 80 default'],
    ['80 default', '* 80 default'],
    ['[::]:443 ssl default_server ipv6only=on', '[::] 443 tls default'],
  ])('%s', async (text, expected) => {
    expect(await listeners(`listen ${text};`)).toEqual([[expected]]);
  });

  it('that is missing is port 80 of all addresses', async () => {
    expect(await listeners('server_name a;')).toEqual([['* 80']]);
  });

  it('may come several times, and from an include', async () => {
    expect(await listeners('listen 80; listen [::]:80; listen 443 ssl;')).toEqual([
      ['* 80', '[::] 80', '* 443 tls'],
    ]);
  });
});

describe('ssl belongs to the address and port', () => {
  it('whichever server says it', async () => {
    expect(await listeners('listen 443;', 'listen 443 ssl;', 'listen 0.0.0.0:443;')).toEqual([
      ['* 443 tls'],
      ['* 443 tls'],
      ['* 443 tls'],
    ]);
  });

  it('and to no other one', async () => {
    expect(
      await listeners('listen 443 ssl;', 'listen [::]:443;', 'listen 127.0.0.1:443;', 'listen 8443;'),
    ).toEqual([['* 443 tls'], ['[::] 443'], ['127.0.0.1 443'], ['* 8443']]);
  });

  it('where UDP is another than TCP', async () => {
    expect(await listeners('listen 443 quic; listen 443;', 'listen 8443 quic; listen 8443 ssl;')).toEqual([
      ['* 443 tls quic', '* 443'],
      ['* 8443 tls quic', '* 8443 tls'],
    ]);
  });
});
