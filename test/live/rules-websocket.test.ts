import { afterEach, describe, expect, it } from 'vitest';
import { docs as hardcodedDocs, rule as hardcoded } from '../../server/src/rules/connection-hardcoded';
import { docs as mapDocs, rule as mapIncomplete } from '../../server/src/rules/connection-map-incomplete';
import { docs as hostDocs, rule as hostHeader } from '../../server/src/rules/host-header';
import { docs as schemeDocs, rule as scheme } from '../../server/src/rules/proxy-pass-scheme';
import { docs as anyDocs, rule as anyProtocol } from '../../server/src/rules/websocket-any-protocol';
import { docs as cachedDocs, rule as cached } from '../../server/src/rules/websocket-cached';
import { docs as errorPageDocs, rule as errorPage } from '../../server/src/rules/websocket-error-page-status';
import { docs as versionDocs, rule as httpVersion } from '../../server/src/rules/websocket-http-version';
import { docs as idleDocs, rule as idle } from '../../server/src/rules/websocket-idle-timeout';
import { docs as methodDocs, rule as methodOrBody } from '../../server/src/rules/websocket-method-or-body';
import { docs as variableDocs, rule as variable } from '../../server/src/rules/websocket-proxy-variable';
import {
  docs as droppedDocs,
  rule as dropped,
} from '../../server/src/rules/websocket-request-headers-dropped';
import { docs as hiddenDocs, rule as hidden } from '../../server/src/rules/websocket-response-header-hidden';
import { docs as stickyDocs, rule as sticky } from '../../server/src/rules/websocket-sticky';
import { docs as subrequestDocs, rule as subrequest } from '../../server/src/rules/websocket-subrequest';
import { parseTime } from '../../server/src/values/time';
import type { Rule } from '../../server/src/rules/support/rule';
import { type BackEnd, startStrictBackEnd } from './harness/backends';
import { get, holdOpen } from './harness/client';
import { found, run, test } from './harness/examples';
import { valueOf } from './harness/http-message';
import { Resources, temporaryDirectory } from './harness/resources';
import { until } from './harness/waiting';

/** What the rules about WebSocket claim, seen in a running nginx; and that the mended text does what it should. */

const resources = new Resources();
afterEach(() => resources.stop());

/** A line of an example in place of another. */
function swap(text: string, line: string, by: string): string {
  if (!text.includes(line)) throw new Error(`There is no ${line} in:\n${text}`);
  return text.replace(line, by);
}

const KEY = 'proxy_set_header Sec-WebSocket-Key "";';
const DROP = 'proxy_pass_request_headers off;';
const METHOD = 'proxy_method POST;';
const HIDE = 'proxy_hide_header Upgrade;';
const NO_MAP = 'upgrade upgrade;';

const blocked: readonly (readonly [name: string, rule: Rule, text: string, status: number])[] = [
  ['proxy_http_version 1.0', httpVersion, versionDocs.bad, 400],
  ['a map that never gives upgrade', mapIncomplete, mapDocs.bad, 400],
  ['a map with a wrong entry', mapIncomplete, swap(mapDocs.bad, NO_MAP, 'websocket websocket;'), 400],
  [
    'a map of Connection',
    mapIncomplete,
    swap(mapDocs.bad, 'map $http_upgrade', 'map $http_connection').replace(NO_MAP, ''),
    400,
  ],
  ['proxy_pass_request_headers off', dropped, droppedDocs.bad, 400],
  ['a blank key', dropped, swap(droppedDocs.bad, DROP, KEY), 400],
  ['a wrong version', dropped, swap(droppedDocs.bad, DROP, 'proxy_set_header Sec-WebSocket-Version 8;'), 426],
  ['a blank Host', dropped, swap(swap(droppedDocs.bad, DROP, ''), 'Host $host;', 'Host "";'), 400],
  ['proxy_method POST', methodOrBody, methodDocs.bad, 405],
  ['proxy_set_body', methodOrBody, swap(methodDocs.bad, METHOD, 'proxy_set_body hello;'), 101],
  [
    'proxy_set_body of the server',
    methodOrBody,
    swap(swap(methodDocs.bad, METHOD, ''), 'listen 80;', 'listen 80; proxy_set_body hello;'),
    101,
  ],
  ['proxy_hide_header Upgrade', hidden, hiddenDocs.bad, 101],
  [
    'proxy_hide_header Sec-WebSocket-Accept',
    hidden,
    swap(hiddenDocs.bad, HIDE, 'proxy_hide_header sec-websocket-accept;'),
    101,
  ],
  [
    'proxy_hide_header of the server',
    hidden,
    swap(swap(hiddenDocs.bad, HIDE, ''), 'listen 80;', `listen 80; ${HIDE}`),
    101,
  ],
  ['proxy_read_timeout 0', idle, idleDocs.bad, 504],
  ['error_page without =', errorPage, errorPageDocs.bad, 418],
  ['error_page with =200', errorPage, swap(errorPageDocs.bad, '418 @', '418 =200 @'), 200],
];

describe.each(blocked)('%s', (_, rule, text, status) => {
  it('fails as it says', async () => {
    const { shake } = await run(resources, text);
    expect(await shake()).toMatchObject({ status, passes: false });
  });

  it('passes once it is mended', async () => {
    const { shake } = await run(resources, (await found(rule, text)).mended);
    expect(await shake()).toMatchObject({ status: 101, passes: true });
  });
});

it('proxy_hide_header Connection does no harm: nginx writes it itself', async () => {
  const { shake } = await run(resources, swap(hiddenDocs.bad, HIDE, 'proxy_hide_header Connection;'));
  expect(await shake()).toMatchObject({ passes: true });
});

describe('proxy-pass-scheme', () => {
  it('keeps nginx from starting, in the words of the message', async () => {
    const { first } = await test(resources, schemeDocs.bad);
    const { problem, mended } = await found(scheme, schemeDocs.bad);
    expect(first).toMatchObject({ level: 'emerg', text: 'invalid URL prefix' });
    expect(problem.message.startsWith(`${first?.text}: `)).toBe(true);
    expect(await (await run(resources, mended)).shake()).toMatchObject({ passes: true });
  });

  it('lets it start when there is a variable, and every request gets 500', async () => {
    const text = swap(schemeDocs.bad, 'ws://127.0.0.1:3000', 'ws://127.0.0.1:3000$request_uri');
    const { nginx, shake } = await run(resources, text);
    expect(await shake()).toMatchObject({ status: 500 });
    expect(await nginx.errorLog()).toContain('invalid URL prefix in "ws://');
    const mended = await run(resources, (await found(scheme, text)).mended);
    expect(await mended.shake()).toMatchObject({ passes: true });
  });
});

it('proxy_http_version 2 is a value that this nginx does not know', async () => {
  const text = swap(versionDocs.bad, 'proxy_http_version 1.0', 'proxy_http_version 2');
  const { problem } = await found(httpVersion, text);
  const { first } = await test(resources, text);
  expect(first?.text).toBe('invalid value "2"');
  expect(problem.severity).toBe('error');
  expect(problem.message.startsWith(`${first?.text}: `)).toBe(true);
});

/** The Connection of the last request that a back end saw. */
function lastConnection({ requests }: BackEnd): string | null {
  return valueOf(requests.at(-1)?.headers ?? [], 'Connection');
}

describe('an ordinary request', () => {
  const ordinary: readonly (readonly [name: string, rule: Rule, text: string])[] = [
    ['connection-hardcoded', hardcoded, hardcodedDocs.bad],
    [
      'connection-map-incomplete',
      mapIncomplete,
      swap(swap(mapDocs.bad, NO_MAP, ''), 'default close', 'default upgrade'),
    ],
  ];

  it.each(ordinary)('is sent as an upgrade until it is mended: %s', async (_, rule, text) => {
    const before = await run(resources, text, ['/ws']);
    await get('http://localhost/ws', { connectTo: { port: before.port } });
    expect(lastConnection(before.backEnd)).toBe('upgrade');
    const after = await run(resources, (await found(rule, text)).mended, ['/ws']);
    await get('http://localhost/ws', { connectTo: { port: after.port } });
    expect(lastConnection(after.backEnd)).toBe('close');
    expect(await after.shake()).toMatchObject({ passes: true });
  });
});

it('websocket-any-protocol: h2c reaches the back end until it is mended', async () => {
  const h2c = { headers: { Upgrade: 'h2c' } };
  const upgrades = ({ requests }: BackEnd): (string | null)[] =>
    requests.map(({ headers }) => valueOf(headers, 'Upgrade'));
  const before = await run(resources, anyDocs.bad);
  await before.shake('/ws', h2c);
  expect(upgrades(before.backEnd)).toEqual(['h2c']);
  const after = await run(resources, (await found(anyProtocol, anyDocs.bad)).mended);
  await after.shake('/ws', h2c);
  expect(upgrades(after.backEnd)).toEqual([null]);
  expect(await after.shake('/ws', { headers: { Upgrade: 'WebSocket' } })).toMatchObject({ passes: true });
});

it('host-header: the back end sees the host of proxy_pass until it is mended', async () => {
  const hostSeen = ({ requests }: BackEnd): string | null => valueOf(requests.at(-1)?.headers ?? [], 'Host');
  const before = await run(resources, hostDocs.bad);
  await before.shake();
  expect(hostSeen(before.backEnd)).toBe(before.backEnd.address);
  const after = await run(resources, (await found(hostHeader, hostDocs.bad)).mended);
  expect(await after.shake()).toMatchObject({ passes: true });
  expect(hostSeen(after.backEnd)).toBe('localhost');
});

describe('websocket-idle-timeout', () => {
  it('cuts a tunnel over which nothing goes', async () => {
    const { nginx, port } = await run(
      resources,
      swap(idleDocs.bad, 'proxy_read_timeout 0', 'proxy_read_timeout 300ms'),
    );
    resources.add(await holdOpen('ws://localhost/ws', { connectTo: { port } }));
    await until(5000, 'nginx closes the tunnel', async () =>
      (await nginx.errorLog()).includes(
        'timed out (110: Connection timed out) while proxying upgraded connection',
      ),
    );
  });

  it('adds up the parts of a time that have no unit', async () => {
    const text = swap(idleDocs.bad, 'proxy_read_timeout 0', 'proxy_read_timeout "1 1"');
    const { nginx, port } = await run(resources, text);
    resources.add(await holdOpen('ws://localhost/ws', { connectTo: { port } }));
    const opened = performance.now();
    await until(10_000, 'nginx closes the tunnel', async () =>
      (await nginx.errorLog()).includes('while proxying upgraded connection'),
    );
    expect(performance.now() - opened).toBeGreaterThan((parseTime('1 1') ?? 0) - 200);
  });

  const times = [
    '60',
    '60s',
    '1m',
    '"30s 500ms"',
    '"1m5"',
    '500ms',
    '2w',
    '1M',
    '1y',
    '"1s 1m"',
    '"1m 1m"',
    '"1 30"',
    '"1m 30"',
    '"1s 5"',
    '"1 2 3"',
    '" 5"',
    '"5 s"',
    'soon',
    '1.5',
  ];

  it.each(times)('reads the time %s as nginx does', async (time) => {
    const text = swap(idleDocs.bad, 'proxy_read_timeout 0', `proxy_read_timeout ${time}`);
    const { ok } = await test(resources, text);
    expect(parseTime(time.replaceAll('"', '')) !== null).toBe(ok);
  });
});

describe('websocket-sticky', () => {
  /** How many of six requests of one client each of the two servers gets. */
  async function shares(text: string): Promise<number[]> {
    const second = resources.add(await startStrictBackEnd());
    const { port, backEnd } = await run(resources, text.replaceAll('127.0.0.1:3001', second.address));
    for (let count = 0; count < 6; count += 1) {
      await get('http://localhost/socket.io/', { connectTo: { port } });
    }
    return [backEnd.requests.length, second.requests.length].toSorted((a, b) => a - b);
  }

  it('sends a client to the servers in turn until it is mended', async () => {
    expect(await shares(stickyDocs.bad)).toEqual([3, 3]);
    expect(await shares((await found(sticky, stickyDocs.bad)).mended)).toEqual([0, 6]);
  });

  it('has no fix where nginx would refuse it', async () => {
    const text = swap(
      stickyDocs.bad,
      'server 127.0.0.1:3001;',
      'server 127.0.0.1:3001; server 127.0.0.1:3002 backup;',
    );
    expect((await found(sticky, text)).problem.fixes()).toEqual([]);
    const { first } = await test(resources, swap(text, 'upstream app {', 'upstream app { ip_hash;'));
    expect(first?.text).toContain('"backup"');
  });
});

describe('websocket-proxy-variable', () => {
  it('gives 502 for want of a resolver', async () => {
    const { problem } = await found(variable, variableDocs.bad);
    const { nginx, shake } = await run(resources, variableDocs.bad);
    expect(await shake()).toMatchObject({ status: 502 });
    expect(await nginx.errorLog()).toContain('no resolver defined to resolve chat.example');
    expect(problem.message).toContain('no resolver defined to resolve chat.example');
  });

  const target = 'http://chat.example:3000';

  it('does not know localhost either, not even for a variable in the path', async () => {
    const text = swap(
      variableDocs.bad,
      'proxy_pass $backend',
      'proxy_pass http://localhost:3000$request_uri',
    );
    await found(variable, text);
    const { nginx, shake } = await run(resources, text);
    expect(await shake()).toMatchObject({ status: 502 });
    expect(await nginx.errorLog()).toContain('no resolver defined to resolve localhost');
  });

  const silent: readonly (readonly [name: string, text: string])[] = [
    ['an address', swap(variableDocs.bad, target, 'http://127.0.0.1:3000')],
    [
      'an upstream',
      swap(
        swap(variableDocs.bad, target, 'http://App'),
        'server {',
        'upstream app { server 127.0.0.1:3000; } server {',
      ),
    ],
    [
      'a host that another proxy_pass names',
      swap(variableDocs.bad, target, 'http://localhost:@PORT').replace(
        'location',
        'location /other { proxy_pass http://localhost:@PORT; } location',
      ),
    ],
  ];

  it.each(silent)('is no fault with %s', async (_, text) => {
    const backEnd = resources.add(await startStrictBackEnd());
    const whole = text
      .replaceAll('127.0.0.1:3000', backEnd.address)
      .replaceAll('@PORT', String(backEnd.port));
    await expect(found(variable, whole)).rejects.toThrow('finds nothing');
    expect(await (await run(resources, whole)).shake()).toMatchObject({ passes: true });
  });
});

it('websocket-cached: a handshake gets the page of the cache until it is mended', async () => {
  const { path } = resources.add(await temporaryDirectory());
  const { mended } = await found(cached, cachedDocs.bad);
  for (const [text, passes] of [
    [cachedDocs.bad, false],
    [mended, true],
  ] as const) {
    const cache = swap(text, '/var/cache/nginx', `${path}/${passes}`);
    const { port, shake } = await run(resources, cache, ['/ws']);
    expect(await shake()).toMatchObject({ status: 101, passes: true });
    expect(await get('http://localhost/ws', { connectTo: { port } })).toBe(200);
    expect(await shake()).toMatchObject({ status: passes ? 101 : 200, passes });
  }
});

describe('websocket-subrequest', () => {
  const asks = ['auth_request /auth;', 'mirror /auth;'];

  it.each(asks)('%s breaks the handshake until it is mended', async (ask) => {
    const text = swap(subrequestDocs.bad, 'auth_request /auth;', ask);
    const before = await run(resources, text, ['/auth']);
    expect(await before.shake()).toMatchObject({ passes: false });
    await until(5000, 'nginx logs it', async () =>
      (await before.nginx.errorLog()).includes('connection upgrade in subrequest'),
    );
    const after = await run(resources, (await found(subrequest, text)).mended, ['/auth']);
    expect(await after.shake()).toMatchObject({ passes: true });
  });
});
