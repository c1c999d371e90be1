import { describe, expect, it } from 'vitest';
import { hostOf, parseProxyTarget, passAddress } from '../../server/src/values/pass-url';

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
    ['http://$host:$port$request_uri', 'http', '$host:$port', '$request_uri'],
    ['http://127.0.0.1:3000${uri}x', 'http', '127.0.0.1:3000', '${uri}x'],
    ['http://backend$uri_of', 'http', 'backend$uri_of', ''],
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

describe('the address of a back end', () => {
  it.each<[directive: string | null, value: string, host: string, port: number, uri: string]>([
    ['proxy_pass', 'http://backend', 'backend', 80, ''],
    ['proxy_pass', 'HTTPS://backend/a?b', 'backend', 443, '/a?b'],
    ['proxy_pass', 'http://[::1]:3000/', '::1', 3000, '/'],
    ['proxy_pass', 'http://unix:/run/a.sock:/b', '/run/a.sock', 0, '/b'],
    ['grpc_pass', 'grpcs://backend:1', 'backend', 1, ''],
    ['grpc_pass', 'backend:1', 'backend', 1, ''],
    ['uwsgi_pass', 'SUWSGI://backend', 'backend', 0, ''],
    ['fastcgi_pass', 'backend:9000', 'backend', 9000, ''],
    [null, 'backend:22', 'backend', 22, ''],
  ])('%s %s', (directive, value, host, port, uri) => {
    expect(passAddress(directive, value)).toMatchObject({ error: null, address: { host, port, uri } });
  });

  it.each<[directive: string | null, value: string, error: string]>([
    ['proxy_pass', 'ws://backend', 'invalid URL prefix'],
    ['proxy_pass', 'backend', 'invalid URL prefix'],
    ['proxy_pass', 'http://', 'no host in upstream ""'],
    ['proxy_pass', 'http://a:0/b', 'invalid port in upstream "a:0/b"'],
    ['proxy_pass', 'http://[::x]', 'invalid IPv6 address in upstream "[::x]"'],
    ['grpc_pass', 'http://backend', 'invalid host in upstream "http://backend"'],
    ['fastcgi_pass', 'a/b', 'invalid host in upstream "a/b"'],
    [null, 'http://a', 'invalid host in upstream "http://a"'],
  ])('%s %s is refused: %s', (directive, value, error) => {
    expect(passAddress(directive, value)).toEqual({ address: null, error });
  });
});
