import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInOutline, type OutlineItem, outlineOf } from '../../server/src/features/outline';
import { parseFile } from '../../server/src/model/load';
import { brokenText } from '../support/arbitrary-text';

/** The labels with their kinds, each level further in. */
function shown(items: readonly OutlineItem[], indent = ''): string[] {
  return items.flatMap(({ kind, label, detail, children }) => [
    `${indent}${label}${detail === '' ? '' : ` (${detail})`} [${kind}]`,
    ...shown(children, `${indent}  `),
  ]);
}

const outline = (text: string): readonly OutlineItem[] => outlineOf(parseFile('/nginx.conf', text));

it('the outline of a file says what each block is for', () => {
  const text = String.raw`
    load_module a.so;
    events { worker_connections 10; }
    http {
      include mime.types;
      log_format main '$uri';
      limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;
      map $http_upgrade $connection_upgrade { default upgrade; '' close; }
      split_clients "$uri" $v { * 1; }
      geo $g { default 1; }
      types { text/html html; }
      upstream chat { ip_hash; server 127.0.0.1:1 weight=2; server b:2; }
      upstream one { server a; }
      server {
        listen 443 ssl; listen [::]:443 ssl http2; listen 80 default_server; listen 127.0.0.1:8080;
        server_name chat.example www.chat.example;
        location /api/chat { proxy_pass http://chat; }
        location ~* "\.(js|css)$" { expires 1d; if ($request_method ~ "^(GET|HEAD)$") { return 403; } }
        location @back { fastcgi_pass unix:/run/a.sock; }
        set $a 1;
        set_by_lua_block $b { return 1 }
        content_by_lua_block { ngx.say("}") }
      }
      server { server_name ""; listen unix:/run/n.sock; listen 443 quic; }
      server { }
    }
    stream { server { listen 53 udp; proxy_pass a:53; } }`;
  expect(shown(outline(text))).toEqual([
    'events [part]',
    'http [part]',
    '  include mime.types [include]',
    '  log_format main [name]',
    '  limit_req_zone one [name]',
    '  map $http_upgrade → $connection_upgrade [variable]',
    '  split_clients "$uri" → $v [variable]',
    '  geo $g [variable]',
    '  types [block]',
    '  upstream chat (2 servers) [upstream]',
    '    server 127.0.0.1:1 weight=2 [upstream-server]',
    '    server b:2 [upstream-server]',
    '  upstream one (1 server) [upstream]',
    '    server a [upstream-server]',
    '  server chat.example www.chat.example :443 ssl :80 127.0.0.1:8080 [server]',
    '    location /api/chat (http://chat) [location]',
    String.raw`    location ~* "\.(js|css)$" [location]`,
    '      if ($request_method ~ "^(GET|HEAD)$" ) [condition]',
    '    location @back (unix:/run/a.sock) [named-location]',
    '    set $a [variable]',
    '    set_by_lua_block $b [variable]',
    '    content_by_lua_block [lua]',
    '  server "" unix:/run/n.sock :443 quic [server]',
    '  server [server]',
    'stream [part]',
    '  server :53 udp [server]',
  ]);
});

it('labels are short and on one line', () => {
  const names = Array.from({ length: 10 }, (_, index) => `n${index}.example`).join(' ');
  const [server, location] = outline(
    `server { server_name ${names}; }\nlocation ~ "a\n\tb${'c'.repeat(200)}" { }`,
  );
  expect(server?.label).toBe('server n0.example n1.example n2.example …');
  expect(location?.label).toMatch(/^location ~ "a bc+…$/);
  expect(location?.label).toHaveLength(100);
});

it('broken text has an outline too', () => {
  expect(shown(outline('http {\n server {\n  location /a {\n  proxy_pass http://x\n }\n server {'))).toEqual([
    'http [part]',
    '  server [server]',
    '    location /a (http://x) [location]',
    '  server [server]',
  ]);
  expect(outline('{ a; }').map(({ label }) => label)).toEqual(['{ }']);
});

it('blocks that nest without end are cut', () => {
  let depth = 0;
  for (let items = outline('a {'.repeat(20_000)); items.length > 0; items = items[0]?.children ?? [])
    depth += 1;
  expect(depth).toBe(50);
});

describe('a query', () => {
  const tree = parseFile(
    '/nginx.conf',
    `http { upstream chat { server a; } include b; map $uri $chatty { } log_format combo x;
      server { server_name chat.example; location /api/chat { if ($a) { return 1; } } location /other { } } }`,
  );
  it.each([
    [
      '',
      [
        'upstream chat',
        'map $uri → $chatty',
        'log_format combo',
        'server chat.example',
        'location /api/chat',
        'location /other',
      ],
    ],
    ['CHAT', ['upstream chat', 'map $uri → $chatty', 'server chat.example', 'location /api/chat']],
    ['loc oth', ['location /other']],
    ['zzz', []],
    ['if', []],
  ])('%s', (query, labels) => {
    expect(findInOutline(tree, query).map(({ item }) => item.label)).toEqual(labels);
  });

  it('finds items with what is around them', () => {
    expect(findInOutline(tree, 'locationapi').map(({ container }) => container)).toEqual([
      'server chat.example',
    ]);
    expect(findInOutline(tree, 'upstream').map(({ container }) => container)).toEqual(['']);
  });
});

it('whatever the text, names lie in their items, and items in the ones around them', () => {
  fc.assert(
    fc.property(brokenText, (text) => {
      const check = (items: readonly OutlineItem[], start: number, end: number): void => {
        for (const item of items) {
          expect(item.label).not.toBe('');
          expect([start, item.start, item.nameStart, item.nameEnd, item.end, end]).toEqual(
            [start, item.start, item.nameStart, item.nameEnd, item.end, end].toSorted((a, b) => a - b),
          );
          check(item.children, item.start, item.end);
        }
      };
      check(outline(text), 0, text.length);
    }),
    { numRuns: 500 },
  );
});
