import { describe, expect, it } from 'vitest';
import { hostOf, parseProxyTarget } from '../../server/src/model/upstreams';
import { modelOf } from '../support/memory-host';

describe('the target of a proxy_pass', () => {
  it.each<[value: string, scheme: string | null, authority: string, uri: string]>([
    ['http://backend', 'http', 'backend', ''],
    ['http://backend/', 'http', 'backend', '/'],
    ['HTTPS://Backend:8443/a/b?c', 'HTTPS', 'Backend:8443', '/a/b?c'],
    ['http://backend?a=b', 'http', 'backend', '?a=b'],
    ['ws://backend/ws', 'ws', 'backend', '/ws'],
    ['http://127.0.0.1:3000', 'http', '127.0.0.1:3000', ''],
    ['http://[::1]:3000/a', 'http', '[::1]:3000', '/a'],
    ['http://unix:/run/app.sock', 'http', 'unix:/run/app.sock', ''],
    ['http://unix:/run/app.sock:/a/b', 'http', 'unix:/run/app.sock', '/a/b'],
    ['http://unix:/run/app.sock:', 'http', 'unix:/run/app.sock', ''],
    ['http://$host:$port$request_uri', 'http', '$host:$port$request_uri', ''],
    ['http://$backend/a', 'http', '$backend', '/a'],
    ['$scheme://backend', null, '$scheme:', '//backend'],
    ['$target', null, '$target', ''],
    ['backend', null, 'backend', ''],
    ['', null, '', ''],
  ])('%s', (value, scheme, authority, uri) => {
    const target = parseProxyTarget(value);
    expect(target).toMatchObject({ scheme, authority, uri });
    expect(value.slice(target.authorityStart).startsWith(authority)).toBe(true);
  });
});

describe('the host of an authority', () => {
  it.each([
    ['backend', 'backend'],
    ['Backend:8080', 'backend'],
    ['127.0.0.1:80', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[FE80::1]:80', '[fe80::1]'],
    ['unix:/run/App.sock', 'unix:/run/app.sock'],
    ['$host:$port', '$host'],
    ['', ''],
    ['[', ''],
  ])('%s: %s', (authority, host) => {
    expect(hostOf(authority)).toBe(host);
  });
});

it('upstreams have their name and their servers as written', async () => {
  const { upstreams } = await modelOf({
    '/nginx.conf': `events {} http {
      upstream Chat { ip_hash; server a:80 weight=2; include servers; server unix:/run/a.sock backup; }
      upstream empty { }
      upstream nothing;
    }
    stream { upstream tcp { server b:1; } }`,
    '/servers': 'server [::1]:80; keepalive 2;',
  });
  expect(upstreams.map(({ name, servers }) => ({ name, servers }))).toEqual([
    { name: 'Chat', servers: ['a:80', '[::1]:80', 'unix:/run/a.sock'] },
    { name: 'empty', servers: [] },
  ]);
});
