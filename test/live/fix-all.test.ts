import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../../server/src/rules/rules.generated';
import { fixAll } from '../../server/src/project/fix-all';
import { type Analysis, explain, routes } from '../../server/src/service';
import { analysisOf } from '../support/memory-host';
import { startStrictBackEnd } from '../../server/src/verify/strict-back-end';
import { get, handshake } from './harness/client';
import { write } from './harness/examples';
import { startMainFile, testMainFile } from './harness/nginx';
import { freePorts } from './harness/ports';
import { before, release, since } from './harness/release';
import { Resources } from './harness/resources';

/**
 * What fix-all makes of a configuration in which one location with intent is blocked: a real handshake passes there,
 * and nothing else becomes of any other location, by our verdict and by nginx.
 */

const resources = new Resources();
afterAll(() => resources.stop());

interface Cause {
  /** What the location `/ws/target` has beside its `proxy_pass`. */
  readonly target?: string;
  readonly pass?: string;
  /** Beside the locations of its server. */
  readonly server?: string;
  readonly http?: string;
  readonly listen?: string;
  /** All locations of its listeners are blocked by it, and none any more after it. */
  readonly blocksAll?: boolean;
  /** What it depends on that the handshake passes afterwards. */
  readonly depends?: string;
  /** nginx does not start with it: what other locations did before is known from our verdict alone. */
  readonly refused?: boolean;
}

const UPGRADE = 'proxy_set_header Upgrade $http_upgrade;';
const MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }";
const FORWARDED = `proxy_http_version 1.1; ${UPGRADE} proxy_set_header Connection "upgrade";`;

/** By rule: the ways in which it stops a handshake. */
const causes: Readonly<Record<string, Readonly<Record<string, Cause>>>> = {
  'websocket-upgrade-missing': {
    'nothing is there': {},
    'a map is there': { http: MAP },
    'the version is of the server': { server: 'proxy_http_version 1.1;' },
    // Since then 1.1 is the default.
    ...(before('1.29.7') && {
      'the version alone is missing': { target: `${UPGRADE} proxy_set_header Connection "upgrade";` },
    }),
    'the server sets a header': {
      server: 'proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;',
    },
    'http sets a header': { http: 'proxy_set_header Host $http_host;' },
    'the location sets a header': { target: 'proxy_set_header Host $host;' },
    'Upgrade alone is there': { target: `proxy_http_version 1.1; ${UPGRADE}` },
  },
  'websocket-headers-overridden': {
    'by the location': { server: FORWARDED, target: 'proxy_set_header Host $host;' },
    'of http, by the server': { http: FORWARDED, server: 'proxy_set_header Host $host;' },
  },
  'websocket-header-value': {
    'Connection: close': { target: `proxy_http_version 1.1; ${UPGRADE} proxy_set_header Connection close;` },
    'Connection blank': {
      target: `proxy_http_version 1.1; ${UPGRADE} proxy_set_header Connection "";`,
      http: MAP,
    },
    'a wrong Upgrade': {
      target:
        'proxy_http_version 1.1; proxy_set_header Upgrade $connection_upgrade; proxy_set_header Connection $connection_upgrade;',
      http: MAP,
    },
    'of the server': { server: `proxy_http_version 1.1; ${UPGRADE} proxy_set_header Connection keep-alive;` },
  },
  'websocket-http-version': {
    'of the location': {
      target: `proxy_http_version 1.0; ${UPGRADE} proxy_set_header Connection "upgrade";`,
    },
    'of the server': {
      server: 'proxy_http_version 1.0;',
      target: `${UPGRADE} proxy_set_header Connection "upgrade";`,
    },
  },
  'connection-map-missing': {
    'in the location': {
      target: `proxy_http_version 1.1; ${UPGRADE} proxy_set_header Connection $connection_upgrade;`,
      refused: true,
    },
    'a slip of the pen': {
      target: `proxy_http_version 1.1; ${UPGRADE} proxy_set_header Connection $connection_upgade;`,
      http: MAP,
      refused: true,
    },
    'a slip of the pen, of the server': {
      server: `set $socket_header upgrade; proxy_http_version 1.1; ${UPGRADE} proxy_set_header Connection $socket_heder;`,
      refused: true,
      blocksAll: true,
    },
  },
  'proxy-pass-scheme': {
    'ws://': { pass: 'ws://127.0.0.1:3000', target: FORWARDED, refused: true },
  },
  // Since then the last is sent alone.
  ...(before('1.31.4') && {
    'request-header-duplicate': {
      'Host in two lines': {
        target: `${FORWARDED} proxy_set_header Host $host; proxy_set_header Host $host;`,
      },
    },
  }),
  'websocket-error-page-status': {
    'without =': {
      server: `error_page 418 @socket; location @socket { proxy_pass http://127.0.0.1:3000; ${FORWARDED} }`,
      pass: '',
      target: 'return 418;',
    },
  },
  'websocket-subrequest': {
    auth_request: {
      server: `${FORWARDED} location = /check { internal; proxy_pass http://127.0.0.1:3000/service; }`,
      target: 'auth_request /check;',
      depends: 'what the service at /check answers',
    },
  },
  // Since then a plain listener with http2 speaks HTTP/1.1 too.
  ...(before('1.25.1') && {
    'listen-http2-deprecated': {
      'on a plain listener': { listen: 'listen 80 http2;', target: FORWARDED, blocksAll: true },
    },
  }),
};

/** Rules with a safe fix that say nothing of a handshake that is blocked at a plain listener. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'listen-443-without-ssl': 'about wss://: its own proofs',
  'ssl-directive-removed': 'about wss://, nginx 1.25.1 and later',
  'ssl-protocols-weak': 'stops no handshake',
  ...(since('1.25.1') && { 'listen-http2-deprecated': 'stops no handshake since 1.25.1' }),
  ...(since('1.31.4') && { 'request-header-duplicate': 'stops no handshake since 1.31.4' }),
  'websocket-cached': 'stops handshakes by what was cached before: its own proofs',
};

it('every rule with a safe fix has its causes here', () => {
  const safe = rules.filter(({ fix }) => fix === 'safe').map(({ id }) => id);
  expect([...Object.keys(causes), ...Object.keys(ELSEWHERE)].sort()).toEqual(safe.sort());
});

const TARGET = 'ws://localhost/ws/target';

/** All other locations, and what leads there. */
const NEIGHBOURS: readonly string[] = [
  'ws://localhost/page',
  'ws://localhost/inherits',
  'ws://localhost/old',
  'ws://localhost/files',
  'ws://localhost/closed/ws',
  'ws://localhost/passing/ws',
  'ws://other.example/ws',
  'ws://other.example/page',
];

function configuration({
  target = '',
  pass = 'http://127.0.0.1:3000',
  server = '',
  http = '',
  listen,
}: Cause): string {
  return `events {}
http {
    ${http}
    server {
        ${listen ?? 'listen 80;'}
        server_name localhost;
        ${server}
        location /ws/target {
            ${pass === '' ? '' : `proxy_pass ${pass};`}
            ${target}
        }
        location /page {
            proxy_pass http://127.0.0.1:3000;
            proxy_set_header Host $host;
        }
        location /inherits {
            proxy_pass http://127.0.0.1:3000;
        }
        location /old {
            # nginx-websocket: ignore
            proxy_pass http://127.0.0.1:3000;
            proxy_http_version 1.0;
            ${UPGRADE}
            proxy_set_header Connection "upgrade";
        }
        location /files {
            return 204;
        }
        location /closed/ws {
            proxy_pass http://127.0.0.1:3000;
            ${FORWARDED}
            deny all;
        }
        location /passing/ws {
            proxy_pass http://127.0.0.1:3000;
            ${FORWARDED}
        }
    }
    server {
        ${listen ?? 'listen 80;'}
        server_name other.example;
        location /ws {
            proxy_pass http://127.0.0.1:3000;
            ${FORWARDED}
        }
        location / {
            proxy_pass http://127.0.0.1:3000;
        }
    }
}
`;
}

/** What a client sees: the status of a handshake, whether a message comes back, and the status of a GET. */
interface Seen {
  readonly status: number | null;
  readonly passes: boolean;
  readonly get: number | null;
}

/** Each URL in a running nginx; null when nginx refuses the text. */
async function tried(text: string, urls: readonly string[]): Promise<Map<string, Seen> | null> {
  const backEnd = resources.add(await startStrictBackEnd({ pages: ['/service'] }));
  const [port = 0] = await freePorts(1);
  const file = await write(
    resources,
    text
      .replaceAll(/listen 80(?=[ ;])/g, `listen 127.0.0.1:${port}`)
      .replaceAll('127.0.0.1:3000', backEnd.address),
  );
  if (!(await testMainFile(file, { exact: true })).ok) return null;
  const nginx = await startMainFile(file, [port]);
  try {
    const seen = new Map<string, Seen>();
    for (const url of urls) {
      const { status, passes } = await handshake(url, { connectTo: { port } });
      seen.set(url, { status, passes, get: await get(url.replace('ws:', 'http:'), { connectTo: { port } }) });
    }
    return seen;
  } finally {
    await nginx.stop();
  }
}

/** The verdicts of all routes but the target, and of the URLs of the neighbours. */
function verdicts(analysis: Analysis): Record<string, string> {
  const told: Record<string, string> = {};
  for (const url of NEIGHBOURS) {
    const { verdict, status } = explain(analysis, url);
    told[url] = `${verdict} ${status}`;
  }
  for (const { path, server, verdict } of routes(analysis)) {
    if (!['/ws/target', '@socket', '/check'].includes(path)) told[`${server.join(' ')} ${path}`] = verdict;
  }
  return told;
}

const cases = Object.entries(causes).flatMap(([rule, ways]) =>
  Object.entries(ways).map(([name, cause]) => [`${rule}: ${name}`, rule, cause] as const),
);

describe.each(cases)('%s', (_, rule, cause) => {
  it('passes after fix-all, and no other location changes', async () => {
    const text = configuration(cause);
    const original = await analysisOf(text, release);
    expect(original.problems.map((problem) => problem.rule)).toContain(rule);
    const [fixed] = fixAll([original]);
    if (fixed === undefined) throw new Error(`Nothing was fixed in:\n${text}`);
    const after = await analysisOf(fixed.text, release);
    expect(explain(after, TARGET)).toMatchObject(
      cause.depends === undefined ? { verdict: 'passes', status: 101 } : { verdict: 'depends', status: null },
    );
    if (cause.blocksAll !== true) expect(verdicts(after)).toEqual(verdicts(original));

    const live = await tried(text, [TARGET, ...NEIGHBOURS]);
    expect(live === null).toBe(cause.refused === true);
    expect(live?.get(TARGET)?.passes ?? false).toBe(false);
    const mended = await tried(fixed.text, [TARGET, ...NEIGHBOURS]);
    expect(mended?.get(TARGET)).toMatchObject({ status: 101, passes: true });
    for (const url of NEIGHBOURS) {
      const expected = explain(cause.blocksAll === true ? after : original, url);
      const known = cause.blocksAll === true ? undefined : live?.get(url);
      const seen = { status: expected.status, passes: expected.verdict === 'passes' };
      expect({ url, ...mended?.get(url) }).toEqual({ url, get: expect.any(Number), ...(known ?? seen) });
    }
  });
});
