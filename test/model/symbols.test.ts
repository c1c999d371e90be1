import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SymbolKind } from '../../server/src/model/mentions';
import { type Symbols, symbolsOf } from '../../server/src/model/symbols';
import { readMarkedFiles, readMarks } from '../support/marks';
import { modelOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

async function symbolsIn(files: Readonly<Record<string, string>> | string): Promise<Symbols> {
  return symbolsOf((await modelOf(files)).configuration);
}

/** The occurrences of the symbols of a kind and name, as `file:start-end role`, in the order of the files. */
function shown(symbols: Symbols, kind: SymbolKind, name: string): string[] {
  return symbols
    .named(kind, name)
    .flatMap(({ definitions, references }) => definitions.concat(references))
    .map(({ place: { file, start, end } }) => `${file.path}:${start}-${end}`)
    .toSorted();
}

/** Expects the occurrences of a name exactly at the marks. */
async function expectAt(
  kind: SymbolKind,
  name: string,
  marked: Readonly<Record<string, string>> | string,
): Promise<void> {
  const { files, marked: read } = readMarkedFiles(marked);
  const symbols = await symbolsIn(files);
  const expected = read.flatMap(([path, { ranges }]) =>
    ranges.map(({ start, end }) => `${path}:${start}-${end}`),
  );
  expect(shown(symbols, kind, name)).toEqual(expected.toSorted());
}

const http = (text: string): string => `events {}\nhttp {\n${text}\n}\n`;
const location = (text: string): string => http(`server { location / {\n${text}\n} }`);

describe('upstreams', () => {
  it('are found in whatever hands requests to them', () =>
    expectAt(
      'upstream',
      'chat',
      http(String.raw`
        upstream «Chat» { server 127.0.0.1:1; }
        upstream other { server 127.0.0.1:2; }
        server {
          location /a { proxy_pass http://«chat»; }
          location /b { proxy_pass "https://«CHAT»/path"; }
          location /c { proxy_pass http://«chat»$request_uri; }
          location /d { proxy_pass http://«chat»?a=b; }
          location /e { grpc_pass grpc://«chat»; }
          location /f { fastcgi_pass «chat»; }
          location /g { uwsgi_pass suwsgi://«chat»; }
          location /h { scgi_pass '«chat»'; }
          location /i { memcached_pass «chat»; }
          location /j { proxy_pass http://chat:80; }
          location /k { proxy_pass http://chat.example/chat; }
          location /l { proxy_pass http://chat$suffix; return 200 chat; }
        }`),
    ));

  it('of http and of stream are not the same', async () => {
    const text = `http { upstream a { } server { location / { proxy_pass http://a; } } }
stream { upstream a { } server { proxy_pass a; } }`;
    const symbols = await symbolsIn(text);
    const found = symbols.named('upstream', 'a');
    expect(
      found.map(({ part, definitions, references }) => [part, definitions.length, references.length]),
    ).toEqual([
      ['http', 1, 1],
      ['stream', 1, 1],
    ]);
  });

  it('are found in the values of the variable that a proxy_pass takes its host from', () =>
    expectAt(
      'upstream',
      'chat',
      http(`
        upstream «chat» { server 127.0.0.1:1; }
        map $http_upgrade $backend { default web; websocket «chat»; chat other; include other; }
        map $http_upgrade $title { default chat; }
        server {
          set $url http://«chat»/;
          set $name chat;
          location /a { proxy_pass http://$backend; }
          location /b { proxy_pass $url; }
        }`),
    ));

  it('without a block are none', async () => {
    const symbols = await symbolsIn(location('proxy_pass http://example.com;'));
    expect(symbols.all).toEqual([]);
  });
});

describe('named locations', () => {
  it('are found where nginx takes them', () =>
    expectAt(
      'named-location',
      'Back-1',
      http(`server {
        error_page 502 =200 "@«Back-1»";
        location / { try_files $uri @Back-1 @«Back-1»; return 200 @Back-1; }
        location /a { post_action @«Back-1»; error_page 404 @back-1; }
        location @«Back-1» { }
      }`),
    ));

  it('belong to their server', async () => {
    const one = 'location / { try_files /a @x; } location @x { }';
    const symbols = await symbolsIn(http(`server { ${one} } server { ${one} }`));
    const found = symbols.named('named-location', 'x');
    expect(found.map(({ definitions, references }) => [definitions.length, references.length])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('are one when both servers include what names them, or it stands above them', async () => {
    const server = 'server { include part; location @x { } }';
    const symbols = await symbolsIn({
      [MAIN]: http(`${server} ${server}`),
      '/etc/nginx/part': 'error_page 502 @x;',
    });
    const [found, ...others] = symbols.named('named-location', 'x');
    expect([found?.definitions.length, found?.references.length, others.length]).toEqual([2, 1, 0]);
    const above = await symbolsIn(
      http('error_page 502 @x; server { location @x { } } server { location @x { } }'),
    );
    expect(above.named('named-location', 'x').map(({ definitions }) => definitions.length)).toEqual([2]);
  });
});

describe('variables', () => {
  it('are found in words of every kind, and nowhere else', () =>
    expectAt(
      'variable',
      'up',
      http(String.raw`
        map $http_upgrade $«up» { default "a $«up»"; '' $up2; ~^$up b; $up c; }
        log_format main '$remote_addr "$«up»" \'$«up»\' \\$«up»\$«up»';
        # $up
        server {
          server_name ~^$up$ $upper;
          location ~ ^/$up$ { set $a "\"\t$«up»-\${«up»}-$$«up»$1up"; }
          location /$up { return 200 é$«Up»:$«UP»; }
          if ($«up» ~ "$up\|(a$)") { rewrite ^/$up /$«up»?$«up» last; }
          if ($a = $«up») { set $«up» 1; }
          content_by_lua_block { local a = "$up" }
          content_by_lua 'ngx.say("$up")';
        }`),
    ));

  it('are defined by the directives of nginx and of known modules', () =>
    expectAt(
      'variable',
      'v',
      http(String.raw`
        geo $«v» { default $v; }
        geo $remote_addr "$«v»" { default 1; }
        split_clients "$request_id" $«v» { * $v; }
        js_set $«v» module.function;
        auth_request_set $«v» $upstream_http_x;
        set_escape_uri $«v» $x;
        geoip2 a.mmdb { $«v» default=x country iso_code; }
        server { set_by_lua_block $«v» { return "$v" } set_by_lua $«v» 'return "$v"' $«v»; }`),
    ));

  it('are named groups of patterns too, with what the pattern says of them', () =>
    expectAt(
      'variable',
      'id',
      http(String.raw`
        map $uri $x { "~^\"\\\\(?<«id»>a)" $«id»; "~\\(?<id>b" 1; ~(?<idle>.) 1; (?<id>.) 2; }
        server {
          server_name "~^(?<«id»>\w+)\.example\.com$";
          location ~* ^/(?P<«ID»>\d+)/\k<«id»>(?P=«id»)\(?<id>$ { return 200 $«id»; }
          location ~^/(?'«id»'a(?&«id»)?)$ { rewrite (?<«id»>.) /$«id»; }
          if ($uri ~ "(?<=a)(?<!b)(?<«id»>.)") { return 403; }
        }`),
    ));

  it('of a template are none of nginx', async () => {
    const symbols = await symbolsIn({
      '/nginx.conf.template': 'http { server { listen ${PORT}; set $a "${NAME}${name}{{ x }}"; } }',
    });
    expect(symbols.all.map(({ name }) => name)).toEqual(['a', 'name']);
  });
});

it('zones and log formats have their names', async () => {
  const symbols = await symbolsIn(
    http(`
      limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s;
      limit_conn_zone $binary_remote_addr "zone=one:10m";
      proxy_cache_path /a keys_zone=one:1m;
      fastcgi_cache_path /b levels=1 keys_zone=one:1m;
      log_format one '$uri';
      server {
        limit_req zone=one burst=5; limit_conn one 1; proxy_cache one; fastcgi_cache one;
        access_log /a one buffer=1k; access_log off; proxy_cache off; access_log /b buffer=1k;
      }`),
  );
  const kinds = symbols.all.flatMap(({ kind, name, definitions, references }) =>
    name === 'one' ? [`${kind} ${definitions.length} ${references.length}`] : [],
  );
  expect(kinds).toEqual([
    'limit-req-zone 1 1',
    'limit-conn-zone 1 1',
    'cache-zone 1 1',
    'cache-zone 1 1',
    'log-format 1 1',
  ]);
  expect(symbols.named('log-format', 'off')).toEqual([]);
});

describe('across files', () => {
  it('each place is there once, however often its file is included', () =>
    expectAt('variable', 'connection_upgrade', {
      [MAIN]: http(
        'include maps; server { include proxy; } server { include proxy; location / { include proxy; } }',
      ),
      '/etc/nginx/maps': "map $http_upgrade $«connection_upgrade» { default upgrade; '' close; }",
      '/etc/nginx/proxy': 'proxy_set_header Connection $«connection_upgrade»;',
    }));

  it('files of our own have none', async () => {
    const symbols = await symbolsIn(location('include fastcgi_params;'));
    expect(symbols.all).toEqual([]);
  });
});

describe('at an offset', () => {
  it.each([
    ['before the sigil', 'return 200 a|$b$c', 'b'],
    ['between two', 'return 200 a$b|$c', 'c'],
    ['at the end', 'return 200 a$b$c|', 'c'],
    ['at a closing brace', 'return 200 ${b|}', 'b'],
    ['after a closing brace', 'return 200 ${b}|', 'b'],
    ['nowhere', 'return 20|0 $b', null],
  ])('%s', async (_, marked, expected) => {
    const { text, offsets } = readMarks(location(`${marked};`));
    const { configuration } = await modelOf(text);
    const found = symbolsOf(configuration).at(configuration.closure.main, offsets[0] ?? -1);
    expect(found?.symbol.name ?? null).toBe(expected);
  });
});

describe('whatever the text', () => {
  const piece = fc.constantFrom(
    ...'http { server { location } map $a ${b} "$c" \' " ; ~ @x upstream proxy_pass http://u error_page if ( ) (?<n>.) \\ \n # set'.split(
      ' ',
    ),
  );

  it('the places are in it, name what they say, and do not overlap', () =>
    fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const text = pieces.join(' ');
        const { configuration } = await modelOf(text);
        let last = 0;
        for (const { place, outer, symbol } of symbolsOf(configuration).in(configuration.closure.main)) {
          expect(outer.start).toBeGreaterThanOrEqual(last);
          expect(place.start).toBeGreaterThanOrEqual(outer.start);
          expect(place.end).toBeLessThanOrEqual(outer.end);
          const written = text.slice(place.start, place.end);
          const fold = symbol.kind === 'upstream' || symbol.kind === 'variable';
          expect(fold ? written.toLowerCase() : written).toBe(symbol.name);
          last = outer.end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    ));
});
