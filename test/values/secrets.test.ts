import { describe, expect, it } from 'vitest';
import { redactorFor } from '../../server/src/probe/redact';
import { hideInHeader, hideInUrl, hideSecrets } from '../../server/src/values/secrets';
import { runIn } from '../cli/support';
import { MemoryHost } from '../support/memory-host';

describe('a URL', () => {
  it.each([
    'pwd',
    'session',
    'credential',
    'code',
    'sig',
    'auth',
    'token',
    'key',
    'access_token',
    'apiKey',
    'X-Amz-Signature',
    'sid',
    'ticket',
    'jwt',
    'password',
    'client_secret',
    'to%6ben',
  ])('is shown without its %s', (name) => {
    expect(hideInUrl(`wss://a/ws?a=1&${name}=hunter2&b=2`)).toBe(`wss://a/ws?a=1&${name}=•••&b=2`);
  });

  it.each(['transport', 'EIO', 'room', 'encoding', 'keyboard', 'author', 'monkey'])(
    'keeps its %s',
    (name) => {
      expect(hideInUrl(`wss://a/ws?${name}=x`)).toBe(`wss://a/ws?${name}=x`);
    },
  );

  it('is shown without a password, and with what the request brings', () => {
    expect(hideInUrl('http://me:hunter2@a/?token=$arg_token')).toBe('http://•••@a/?token=$arg_token');
  });
});

describe('a header', () => {
  it.each([
    ['Authorization', 'Basic aHVudGVyMg==', 'Basic •••'],
    ['Authorization', 'Bearer $token', 'Bearer $token'],
    ['Authorization', '$http_authorization', '$http_authorization'],
    ['X-Api-Key', 'hunter2', '•••'],
    ['Cookie', 'id=hunter2; b=$cookie_b', 'id=•••; b=$cookie_b'],
    ['X-Session', 'hunter2', '•••'],
    ['Host', '$host', '$host'],
    ['Sec-WebSocket-Key', 'abc', 'abc'],
    ['Location', '/a?code=hunter2', '/a?code=•••'],
  ])('%s: %s', (name, value, shown) => {
    expect(hideInHeader(name, value)).toBe(shown);
  });
});

it.each([
  [
    '`proxy_set_header Authorization "Basic aHVudGVyMg=="` is set twice.',
    '`proxy_set_header Authorization "Basic •••"` is set twice.',
  ],
  ['the back end gets `X-Api-Key: hunter2`.', 'the back end gets `X-Api-Key: •••`.'],
  ['It redirects to `https://a/?token=hunter2`.', 'It redirects to `https://a/?token=•••`.'],
  ['Basic authentication is asked for.', 'Basic authentication is asked for.'],
  ['`proxy_set_header Upgrade $http_upgrade` is lost.', '`proxy_set_header Upgrade $http_upgrade` is lost.'],
])('a sentence: %s', (sentence, shown) => {
  expect(hideSecrets(sentence)).toBe(shown);
});

it('a secret that comes back in another writing is hidden', () => {
  const { text, header } = redactorFor(
    [['Authorization', 'Bearer hunter2/+=']],
    'wss://a/?token=swordfish%2Fx',
  );
  for (const back of [
    'hunter2/+=',
    'hunter2%2F%2B%3D',
    'hunter2%2f%2b%3d',
    'swordfish/x',
    'swordfish%2Fx',
    'swordfish%252Fx',
  ]) {
    expect(text(`to /login#${back}`)).toBe('to /login#•••');
  }
  expect(header(['Location', '/login?code=made-by-the-server'])).toEqual(['Location', '/login?code=•••']);
});

it('what a configuration itself sets is hidden in all that is printed', async () => {
  const host = new MemoryHost({
    '/w/nginx.conf': `events {} http {
  map $http_upgrade $u { default upgrade; }
  proxy_set_header X-Api-Key "hunter2";
  server {
    listen 80;
    location /ws {
      proxy_pass http://127.0.0.1:1/?token=hunter2;
      proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $u;
      proxy_set_header Authorization "Basic hunter2==";
      proxy_set_header Authorization "Basic hunter2==";
      proxy_set_header X-Api-Key hunter2; proxy_set_header Cookie "session=hunter2";
    }
    location /old { return 302 https://a/?code=hunter2; }
  }
}
`,
  });
  const url = 'ws://localhost/ws?sig=hunter2';
  for (const argv of [
    ['explain', 'nginx.conf', url, 'ws://localhost/old'],
    ['explain', '--format', 'json', 'nginx.conf', url, 'ws://localhost/old'],
    ['routes', 'nginx.conf'],
    ['routes', '--format', 'json', 'nginx.conf'],
    ['check', '--severity', 'hint', '--url', url, 'nginx.conf'],
    ['check', '--format', 'json', '--url', url, 'nginx.conf'],
    ['check', '--format', 'sarif', 'nginx.conf'],
  ]) {
    const { stdout, stderr } = await runIn('/w', argv, { host });
    expect(stdout.length).toBeGreaterThan(10);
    expect(stdout + stderr).not.toContain('hunter2');
  }
});
