import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { parseVersion } from '../../server/src/reference/versions';
import { analysisOf } from '../support/memory-host';
import { startStrictBackEnd } from './harness/backends';
import { handshake } from './harness/client';
import { nginxVersion, startServers } from './harness/nginx';
import { Resources } from './harness/resources';

/**
 * The routes' verdicts against a running nginx on random configurations: directives at http, server, location and
 * nested location, with values that serve and values that do not.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_122);
const BATCHES = Number(process.env['BATCHES'] ?? 6);
const SERVERS = 60;

const resources = new Resources();
afterAll(() => resources.stop());

/** One of the first list more often than not, so that whole sets of directives serve now and then. */
function mostly(good: readonly string[], others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: 3 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
}

const upgrade = mostly(
  ['$http_upgrade', 'websocket', '"WebSocket"', '${http_upgrade}', '"$http_upgrade, h2c"', '$ws'],
  ['""', 'h2c', '$http_connection', '$by_upgrade'],
);
const connection = mostly(
  [
    'upgrade',
    '"Upgrade"',
    '"keep-alive, Upgrade"',
    '$http_connection',
    '$by_upgrade',
    '$by_connection',
    '"upgrade "',
  ],
  ['close', '""', '$http_upgrade', '$connection', '$by_host', '$never'],
);
const otherHeader = mostly(
  ['Host $host', "Host 'a.example'", 'X-Real-IP $remote_addr', 'Sec-WebSocket-Version 13', 'Origin ""'],
  ['Host ""', 'Sec-WebSocket-Key ""', 'Sec-WebSocket-Version ""', 'Upgrade: websocket'],
);

/** One, seldom none or two. */
function few(value: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  return fc.oneof(
    { arbitrary: fc.tuple(value), weight: 6 },
    { arbitrary: fc.constant([]), weight: 1 },
    { arbitrary: fc.tuple(value, value), weight: 1 },
  );
}

/** Mostly null. */
function seldom(...values: readonly string[]): fc.Arbitrary<string | null> {
  return fc.oneof(
    { arbitrary: fc.constant(null), weight: 12 },
    { arbitrary: fc.constantFrom(...values), weight: 1 },
  );
}

/** Any of the directives that a level may have, in any order. */
const level = fc
  .record({
    version: fc.option(mostly(['1.1'], ['1.0']), { freq: 2 }),
    upgrades: few(upgrade),
    connections: few(connection),
    others: fc.array(otherHeader, { maxLength: 2, size: 'max' }),
    empty: fc.boolean(),
    drop: seldom('on', 'off'),
    method: seldom('GET', 'POST'),
    upperCase: fc.boolean(),
  })
  .map(({ version, upgrades, connections, others, empty, drop, method, upperCase }) => {
    const name = (text: string): string => (upperCase ? text.toUpperCase() : text);
    const headers = [
      ...others.map((other) => `proxy_set_header ${other};`),
      ...upgrades.map((value) => `proxy_set_header ${name('Upgrade')} ${value};`),
      ...connections.map((value) => `proxy_set_header ${name('Connection')} ${value};`),
    ];
    return [
      ...(version === null ? [] : [`proxy_http_version ${version};`]),
      ...(drop === null ? [] : [`proxy_pass_request_headers ${drop};`]),
      ...(method === null ? [] : [`proxy_method ${method};`]),
      ...(empty ? [] : headers),
    ].join('\n');
  });

/** A server whose `/ws` is proxied: in a location, a nested one, or by an `if` in one. */
const server = fc
  .record({
    outer: level,
    location: level,
    inner: level,
    shape: fc.constantFrom('plain', 'nested', 'if', 'set'),
  })
  .map(({ outer, location, inner, shape }) => {
    const pass = 'proxy_pass http://@BACKEND;';
    switch (shape) {
      case 'plain':
        return `${outer}\nlocation /ws {\n${location}\n${pass}\n}`;
      case 'nested':
        return `${outer}\nlocation / {\n${location}\nlocation /ws {\n${pass}\n${inner}\n}\n}`;
      case 'if':
        return `${outer}\nlocation /ws {\n${location}\nif ($http_upgrade = websocket) {\n${pass}\n}\n}`;
      case 'set':
        return `${outer}\nlocation /ws {\nset $never upgrade;\n${location}\n${pass}\n}`;
    }
  });

const MAPS = `map $http_upgrade $by_upgrade { default upgrade; '' close; }
map $http_connection $by_connection { default close; ~*upgrade upgrade; }
map $host $by_host { default upgrade; b.example close; }
map $http_upgrade $ws { default ""; ~*^websocket$ $http_upgrade; }
map $http_x_none $never { default close; something upgrade; }`;

it(`agrees with nginx on ${BATCHES * SERVERS} random configurations (SEED=${SEED})`, async () => {
  const version = parseVersion(await nginxVersion());
  if (version === null) throw new Error('The version of nginx cannot be read.');
  const backEnd = resources.add(await startStrictBackEnd());
  const batches = fc.sample(
    fc.record({ http: level, servers: fc.array(server, { minLength: SERVERS, maxLength: SERVERS }) }),
    {
      seed: SEED,
      numRuns: BATCHES,
    },
  );
  const differences: unknown[] = [];
  const seen = { passes: 0, depends: 0, blocked: 0, unknown: 0 };
  for (const { http, servers } of batches) {
    const bodies = servers.map((body) => body.replaceAll('@BACKEND', backEnd.address));
    const maps = `map_hash_bucket_size 128;\n${MAPS.replace(/^map \$http_x_none.*$/m, '')}`;
    const httpText = `${maps}\n${http.replaceAll('$never', '$by_upgrade')}`;
    const texts = bodies.map((body) =>
      body.includes('set $never') ? body : body.replaceAll('$never', '$by_host'),
    );
    const nginx = resources.add(
      await startServers(
        texts.map((body) => ({ body })),
        httpText,
      ),
    );
    for (const [index, body] of texts.entries()) {
      const text = `events {}\nhttp {\n${httpText}\nserver {\nlisten 80;\n${body}\n}\n}\n`;
      const { routes } = await analysisOf(text, version);
      const [route] = routes;
      if (route === undefined) throw new Error(`No route in:\n${text}`);
      seen[route.verdict] += 1;
      const result = await handshake('ws://localhost/ws', { connectTo: { port: nginx.ports[index] ?? 0 } });
      if (route.verdict === 'unknown') continue;
      // A null says that the status depends on a value that cannot be told.
      const statusAgrees = route.status === null || route.status === result.status;
      const agrees = (route.verdict === 'passes') === result.passes && statusAgrees;
      if (!agrees)
        differences.push({
          text,
          said: [route.verdict, route.status],
          nginx: [result.status, result.passes],
        });
    }
    await nginx.stop();
  }
  expect(differences.slice(0, 3)).toEqual([]);
  // Each kind of answer must have had its turn; unknown is left to what depends on the address.
  expect(Math.min(seen.passes, seen.depends, seen.blocked)).toBeGreaterThan(BATCHES);
  console.log(`SEED=${SEED}: ${JSON.stringify(seen)}`);
});
