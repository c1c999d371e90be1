import { describe, expect, it } from 'vitest';
import { expandGlob } from '../../server/src/model/glob';
import { analysisOf, MemoryHost } from '../support/memory-host';

/** For a busy machine: nothing here takes a second by itself. */
const TIMEOUT = 60_000;

function times(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('');
}

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';
const MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }";
const PASS = 'proxy_pass http://app;';

/** What stands in http, the number of routes, and the verdict of the last one. */
type Extreme = readonly [name: string, http: () => string, routes: number, verdict: string];

/**
 * Configurations of a few megabytes that would take a minute and more each, or more stack or memory than there is, if anything about
 * them went by the square or by recursion.
 */
describe('the analysis comes to an end with', () => {
  it.each<Extreme>([
    [
      'servers on one port',
      () =>
        times(2000, (index) => `server { listen 443 ssl; server_name s${index}; location / { ${PASS} } }\n`),
      2000,
      'blocked',
    ],
    [
      'locations of a server that sets the headers',
      () => `${MAP} server { ${HEADERS} ${times(5000, (index) => `location /${index} { ${PASS} }\n`)} }`,
      5000,
      'passes',
    ],
    [
      'locations with headers of their own, on one line',
      () => `${MAP} server { ${times(3000, (index) => `location /${index} { ${PASS} ${HEADERS} } `)} }`,
      3000,
      'passes',
    ],
    [
      'locations in locations',
      () =>
        `${MAP} server { ${times(10_000, (index) => `location /${index} { ${PASS}\n`)} ${'}'.repeat(10_000)} }`,
      10_000,
      'blocked',
    ],
    [
      'locations in locations that say something each',
      () =>
        `${MAP} server { ${HEADERS} ${times(3000, (index) => `location /${index} { set $a${index} 1; ${PASS}\n`)} ${'}'.repeat(3000)} }`,
      3000,
      'passes',
    ],
    [
      'ifs in one location',
      () =>
        `server { location /ws { ${HEADERS} ${times(2000, (index) => `if ($arg_a = ${index}) { ${PASS} }\n`)} } } ${MAP}`,
      1,
      'unknown',
    ],
    [
      'ifs of a server, and locations that ask for what they set',
      () =>
        `server { ${times(2000, (index) => `if ($arg_a) { set $a${index} 1; }\n`)} ${times(2000, (index) => `location /${index} { ${PASS} proxy_http_version 1.1; proxy_set_header Upgrade $a1; proxy_set_header Connection upgrade; }\n`)} }`,
      2000,
      // What they send as Upgrade is 1 or nothing.
      'blocked',
    ],
    [
      'ifs and patterns of a server, and locations for WebSocket',
      () =>
        `${MAP} server { ${HEADERS} ${times(1500, (index) => `if ($arg_a = ${index}) { set $a${index} 1; }\n`)} ${times(1500, (index) => `location ~ ^/x${index}/(a|b) { return 403; }\n`)} ${times(2000, (index) => `location /ws/${index}/ { rewrite ^/ws/${index}/(.+) /$1 break; ${PASS} }\n`)} }`,
      2000,
      'passes',
    ],
    [
      'servers for WebSocket, with others that redirect to them',
      () =>
        `${MAP} ${times(2000, (index) => `server { listen 443 ssl; server_name s${index}; location /ws { ${PASS} ${HEADERS} } }\nserver { listen 80; server_name s${index}; return 301 https://$host$request_uri; }\n`)}`,
      2000,
      'passes',
    ],
    [
      'entries of a map that many locations use',
      () =>
        `map $http_upgrade $connection_upgrade { default upgrade; ${times(20_000, (index) => `k${index} close;\n`)} } server { ${times(5000, (index) => `location /${index} { ${PASS} ${HEADERS} }\n`)} }`,
      5000,
      'passes',
    ],
    [
      'patterns of a map that many locations use',
      () =>
        `map $http_upgrade $connection_upgrade { default upgrade; ${times(5000, (index) => `~^k${index}$ close;\n`)} } server { ${times(2000, (index) => `location /${index} { ${PASS} ${HEADERS} }\n`)} }`,
      2000,
      'passes',
    ],
    [
      'maps',
      () =>
        `${MAP} ${times(10_000, (index) => `map $http_upgrade $m${index} { default upgrade; }\n`)} server { location / { ${PASS} ${HEADERS} } }`,
      1,
      'passes',
    ],
    [
      'headers in one level, and locations below it',
      () =>
        `${MAP} server { ${HEADERS} ${times(10_000, (index) => `proxy_set_header X-${index} $host;\n`)} ${times(1000, (index) => `location /${index} { ${PASS} }\n`)} }`,
      1000,
      'passes',
    ],
    [
      'addresses',
      () => `server { ${times(20_000, (index) => `listen 127.0.0.1:${index};\n`)} location / { ${PASS} } }`,
      1,
      'blocked',
    ],
    [
      'comments',
      () => `server { location / { ${times(50_000, () => '# a comment\n')} ${PASS} } }`,
      1,
      'blocked',
    ],
    [
      'a path as long as a book',
      () => `server { location ${'/a'.repeat(200_000)} { ${PASS} } }`,
      1,
      'blocked',
    ],
    [
      'a header as long as a book',
      () =>
        `${MAP} server { location / { ${PASS} ${HEADERS} proxy_set_header X "${'$host '.repeat(100_000)}"; } }`,
      1,
      'passes',
    ],
    [
      'a pattern as long as a book',
      () =>
        `map $http_upgrade $connection_upgrade { ~${'ab'.repeat(500_000)} close; default upgrade; } server { location / { ${PASS} ${HEADERS} } }`,
      1,
      'unknown',
    ],
  ])(
    '%s',
    async (_, http, count, verdict) => {
      const { routes } = await analysisOf(`events {}\nhttp {\n${http()}\n}\n`);
      expect(routes).toHaveLength(count);
      expect(routes.at(-1)?.verdict).toBe(verdict);
    },
    TIMEOUT,
  );
});

it('a pattern of stars is no trap', async () => {
  const host = new MemoryHost({ [`/d/${'a'.repeat(250)}`]: '' });
  expect(await expandGlob(host, `/d/${'*a'.repeat(100)}b`, () => {})).toEqual([]);
});
