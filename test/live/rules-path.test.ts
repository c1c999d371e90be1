import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docs as rewriteDocs, rule as noMatch } from '../../server/src/rules/rewrite-no-match';
import { docs as limitedDocs, rule as limited } from '../../server/src/rules/websocket-limited';
import { docs as shadowedDocs, rule as shadowed } from '../../server/src/rules/websocket-location-shadowed';
import { docs as redirectedDocs, rule as redirected } from '../../server/src/rules/websocket-redirected';
import { docs as plainDocs, rule as plainListener } from '../../server/src/rules/wss-plain-listener';
import { docs as wssDocs, rule as wssRedirect } from '../../server/src/rules/wss-redirect';
import type { Rule } from '../../server/src/rules/support/rule';
import { startStrictBackEnd } from './harness/backends';
import { type Certificate, makeCertificate } from './harness/certificates';
import { handshake, type HandshakeResult } from './harness/client';
import { found, run, test, write } from './harness/examples';
import { valueOf } from './harness/http-message';
import { startMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { Resources, temporaryDirectory } from './harness/resources';

/** What the rules about the way of a handshake claim, seen in a running nginx; and that the mended text does what it should. */

const resources = new Resources();
afterEach(() => resources.stop());

/** A line of an example in place of another. */
function swap(text: string, line: string, by: string): string {
  if (!text.includes(line)) throw new Error(`There is no ${line} in:\n${text}`);
  return text.replace(line, by);
}

const REWRITE = 'rewrite ^/(.*[^/])$ /$1/ permanent;';
const LIMIT = /limit_except POST \{\s*deny all;\s*\}/;
const PATTERN = 'location ~ ^/[a-z]+$';

const inLocation = (line: string): string =>
  swap(swap(redirectedDocs.bad, REWRITE, ''), 'location /ws {', `location /ws { ${line}`);
const limitedBy = (line: string): string => limitedDocs.bad.replace(LIMIT, line);

/** With a fix: the mended text passes. */
const redirects: readonly (readonly [name: string, text: string, status: number])[] = [
  ['a rewrite of the server', redirectedDocs.bad, 301],
  ['a return of the server', swap(redirectedDocs.bad, REWRITE, 'return 302 /home;'), 302],
  [
    'a return in an if of the server',
    swap(redirectedDocs.bad, REWRITE, 'if ($request_method = GET) { return 308 /home; }'),
    308,
  ],
  ['a return of the location', inLocation('return 307 /home;'), 307],
  ['a return in an if of the location', inLocation('if ($scheme = http) { return 301 /home; }'), 301],
  [
    'a return of a location whose proxy_pass has a path',
    swap(inLocation('return 301 /home;'), '127.0.0.1:3000;', '127.0.0.1:3000/app;'),
    301,
  ],
];

describe.each(redirects)('websocket-redirected: %s', (_, text, status) => {
  it('stops the handshake as it says, until it is mended', async () => {
    const { problem, mended } = await found(redirected, text);
    expect(problem.message).toContain(`with ${status}`);
    expect(await (await run(resources, text)).shake()).toMatchObject({ status, passes: false });
    expect(await (await run(resources, mended)).shake()).toMatchObject({ status: 101, passes: true });
  });
});

describe('websocket-redirected', () => {
  it('passes with its good example', async () => {
    expect(await (await run(resources, redirectedDocs.good)).shake()).toMatchObject({ passes: true });
  });

  it('redirects other requests as before, once it is mended', async () => {
    const { mended } = await found(redirected, redirectedDocs.bad);
    const { shake } = await run(resources, mended);
    expect(await shake('/ws', { headers: { Upgrade: 'h2c' } })).toMatchObject({ status: 301 });
  });

  const SLASH = swap(redirectedDocs.good, 'location /ws {', 'location /ws/ {');

  it.each([
    ['without a path', SLASH, '/ws/?room=1'],
    ['with a path', swap(SLASH, '127.0.0.1:3000;', '127.0.0.1:3000/app/;'), '/app/?room=1'],
  ])('sends the path without its slash away, until it is mended: proxy_pass %s', async (_, text, uri) => {
    const bare = swap(text, 'rewrite ^/(.*[^/])$ /$1/ permanent;', 'return 404;');
    const before = await (await run(resources, bare)).shake('/ws');
    expect(before).toMatchObject({ status: 301, passes: false });
    expect(valueOf(before.headers, 'location')).toMatch(/\/ws\/$/);
    const { shake, backEnd } = await run(resources, (await found(redirected, bare)).mended);
    expect(await shake('/ws?room=1')).toMatchObject({ passes: true });
    expect(await shake('/ws/')).toMatchObject({ passes: true });
    expect(backEnd.requests[0]?.uri).toBe(uri);
  });
});

/** Without a fix: what the message tells to write passes. */
const told: readonly (readonly [name: string, rule: Rule, bad: string, good: string, status: number])[] = [
  ['limit_except', limited, limitedDocs.bad, limitedDocs.good, 403],
  ['deny', limited, limitedBy('deny all;'), limitedBy('allow 127.0.0.0/8; deny all;'), 403],
  ['internal', limited, limitedBy('internal;'), limitedBy(''), 404],
  [
    'valid_referers',
    limited,
    limitedBy('valid_referers server_names; if ($invalid_referer) { return 403; }'),
    limitedBy('valid_referers none server_names; if ($invalid_referer) { return 403; }'),
    403,
  ],
  ['a pattern', shadowed, shadowedDocs.bad, shadowedDocs.good, 404],
  [
    'an earlier pattern',
    shadowed,
    swap(shadowedDocs.bad, 'location /ws', 'location ~ ^/w { return 410; } location ~ ^/ws'),
    swap(shadowedDocs.bad, 'location /ws', 'location ~ ^/ws').replace(
      '    }\n}\n',
      'location ~ ^/w { return 410; } }\n}\n',
    ),
    410,
  ],
  [
    'a prefix with ^~ over a pattern',
    shadowed,
    swap(swap(shadowedDocs.bad, PATTERN, 'location ^~ /ws'), 'location /ws', 'location ~ ^/ws'),
    swap(swap(shadowedDocs.bad, PATTERN, 'location /pages'), 'location /ws', 'location ~ ^/ws'),
    404,
  ],
];

describe.each(told)('%s', (_, rule, bad, good, status) => {
  it('stops the handshake as it says', async () => {
    const { problem } = await found(rule, bad);
    expect(problem.message).toContain(String(status));
    expect(await (await run(resources, bad)).shake()).toMatchObject({ status, passes: false });
  });

  it('passes with what the message tells to write', async () => {
    await expect(found(rule, good)).rejects.toThrow('finds nothing');
    expect(await (await run(resources, good)).shake()).toMatchObject({ status: 101, passes: true });
  });
});

it('websocket-location-shadowed: an exact location takes its own path alone', async () => {
  const text = swap(shadowedDocs.bad, PATTERN, 'location = /ws');
  expect((await found(shadowed, text)).problem.severity).toBe('information');
  const { shake } = await run(resources, text);
  expect(await shake('/ws')).toMatchObject({ passes: false });
  expect(await shake('/ws/room')).toMatchObject({ passes: true });
});

describe('rewrite-no-match', () => {
  /** The path that the back end sees of a handshake. */
  async function seen(text: string, path: string): Promise<string> {
    const { shake, backEnd } = await run(resources, text);
    expect(await shake(path)).toMatchObject({ passes: true });
    const [first] = backEnd.requests;
    if (first === undefined) throw new Error('Nothing has come to the back end.');
    return first.uri;
  }

  it('leaves the path of the location as it is, until it is mended', async () => {
    const { mended } = await found(noMatch, rewriteDocs.bad);
    expect(await seen(rewriteDocs.bad, '/ws')).toBe('/ws');
    expect(await seen(mended, '/ws')).toBe('/');
  });

  it.each(['/ws/', '/ws/room', '/ws/a/b?c=d', '/wsx'])('leaves %s as it was', async (path) => {
    const { mended } = await found(noMatch, rewriteDocs.bad);
    expect(await seen(mended, path)).toBe(await seen(rewriteDocs.bad, path));
  });

  it('something must follow the slash', async () => {
    const text = swap(swap(rewriteDocs.bad, '^/ws/(.*)', '^/ws/(.+)'), 'location /ws', 'location /ws/');
    const { mended } = await found(noMatch, text);
    expect(await seen(text, '/ws/')).toBe('/ws/');
    expect(await seen(mended, '/ws/')).toBe('/');
    expect(await seen(mended, '/ws/room')).toBe('/room');
  });

  it('never matches', async () => {
    const text = swap(rewriteDocs.bad, '^/ws/(.*)', '^/api/ws/(.*)');
    expect((await found(noMatch, text)).problem.message).toContain('never matches');
    expect(await seen(text, '/ws/room')).toBe('/ws/room');
  });
});

describe('over TLS', () => {
  let ours: Certificate;
  beforeEach(async () => {
    ours = await makeCertificate(resources.add(await temporaryDirectory()).path, [
      'localhost',
      'example.com',
    ]);
  });

  interface Ports {
    readonly plain: number;
    readonly secure: number;
  }

  /** An example with our certificate and ports of this machine. */
  function filledIn(text: string, { plain, secure }: Ports, backEnd = '127.0.0.1:9'): string {
    return text
      .replaceAll('/etc/nginx/ssl/localhost.crt', ours.certificate)
      .replaceAll('/etc/nginx/ssl/localhost.key', ours.key)
      .replaceAll('listen 80;', `listen 127.0.0.1:${plain};`)
      .replaceAll('listen 443', `listen 127.0.0.1:${secure}`)
      .replaceAll('127.0.0.1:3000', backEnd);
  }

  /** Handshakes to `/ws` of an example over both ports. */
  async function shakeBoth(text: string): Promise<{ ws: HandshakeResult; wss: HandshakeResult }> {
    const backEnd = resources.add(await startStrictBackEnd());
    const [plain = 0, secure = 0] = await freePorts(2);
    const whole = filledIn(text, { plain, secure }, backEnd.address);
    const listening = whole.includes(`:${secure} ssl`) ? [plain, secure] : [plain];
    resources.add(await startMainFile(await write(resources, whole), listening));
    const shake = (scheme: string, port: number): Promise<HandshakeResult> =>
      handshake(`${scheme}://example.com/ws`, { connectTo: { port }, ca: ours.ca });
    return { ws: await shake('ws', plain), wss: await shake('wss', secure) };
  }

  it('wss-redirect: ws:// gets the redirect, wss:// passes', async () => {
    await found(wssRedirect, wssDocs.bad);
    const { ws, wss } = await shakeBoth(wssDocs.bad);
    expect(ws).toMatchObject({ status: 301, passes: false });
    expect(valueOf(ws.headers, 'location')).toBe('https://example.com/ws');
    expect(wss).toMatchObject({ status: 101, passes: true });
  });

  it('wss-redirect: its good example says so', async () => {
    const { ws, wss } = await shakeBoth(wssDocs.good);
    expect(ws).toMatchObject({ status: 426, passes: false });
    expect(wss).toMatchObject({ passes: true });
  });

  it('wss-plain-listener: ws:// alone passes, until it is mended', async () => {
    const { mended } = await found(plainListener, plainDocs.bad);
    const before = await shakeBoth(plainDocs.bad);
    expect([before.ws.passes, before.wss.passes]).toEqual([true, false]);
    const after = await shakeBoth(mended);
    expect([after.ws.passes, after.wss.passes]).toEqual([true, true]);
  });

  it('wss-plain-listener is nothing to `nginx -t`', async () => {
    const [plain = 0, secure = 0] = await freePorts(2);
    expect(await test(resources, filledIn(plainDocs.bad, { plain, secure }))).toMatchObject({
      ok: true,
      first: null,
    });
  });
});
