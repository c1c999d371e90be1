import { describe, expect, it } from 'vitest';
import { type VariableMap } from '../../server/src/model/variables';
import { modelOf } from '../support/memory-host';

async function mapsIn(
  files: Readonly<Record<string, string>> | string,
): Promise<ReadonlyMap<string, VariableMap>> {
  return (await modelOf(files)).maps;
}

async function mapIn(files: Readonly<Record<string, string>> | string): Promise<VariableMap> {
  const [map, ...others] = (await mapsIn(files)).values();
  if (map === undefined || others.length > 0) throw new Error('There is not one map.');
  return map;
}

describe('a map', () => {
  it('has a source, a name, entries and a default', async () => {
    const text = `http { map $http_upgrade $Connection_Upgrade {
      volatile;
      default upgrade;
      '' close;
      WebSocket "up grade";
      ~^h2c$ a;
      ~*^H2 $host;
    } }`;
    const { directive, ...map } = await mapIn(text);
    expect(directive.name).toBe('map');
    expect(map).toEqual({
      name: 'connection_upgrade',
      source: '$http_upgrade',
      otherwise: 'upgrade',
      hostnames: false,
      volatile: true,
      complete: true,
      entries: [
        { kind: 'exact', key: '', ignoreCase: true, hostname: false, value: 'close' },
        { kind: 'exact', key: 'websocket', ignoreCase: true, hostname: false, value: 'up grade' },
        { kind: 'regex', key: '^h2c$', ignoreCase: false, hostname: false, value: 'a' },
        { kind: 'regex', key: '^H2', ignoreCase: true, hostname: false, value: '$host' },
      ],
    });
  });

  it('takes a word after a backslash as it is', async () => {
    const { entries, otherwise, hostnames } = await mapIn(
      String.raw`http { map $a $b { \default 1; \include 2; \hostnames 3; \~x 4; \\y 5; } }`,
    );
    expect(entries.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'exact default',
      'exact include',
      'exact hostnames',
      'exact ~x',
      // nginx reads `\\` as one backslash, and the map takes that away.
      'exact y',
    ]);
    expect([otherwise, hostnames]).toEqual(['', false]);
  });

  it('knows hostnames', async () => {
    expect(await mapIn('http { map $host $a { hostnames; *.example.com 1; } }')).toMatchObject({
      hostnames: true,
      entries: [{ kind: 'exact', key: '*.example.com' }],
    });
  });

  it('takes entries from included files', async () => {
    const map = await mapIn({ '/nginx.conf': 'http { map $a $b { include x; c 3; } }', '/x': 'a 1; b 2;' });
    expect(map.entries.map(({ key, value }) => key + value)).toEqual(['a1', 'b2', 'c3']);
    expect(map.complete).toBe(true);
  });

  it.each([
    ['an include that does not resolve', { '/nginx.conf': 'http { map $a $b { include none; c 3; } }' }],
    ['a placeholder among the entries', { '/nginx.conf': 'http {\nmap $a $b {\n{{ entries }}\nc 3;\n}\n}' }],
    ['a placeholder as a key', { '/nginx.conf': 'http { map $a $b { {{ key }} 1; c 3; } }' }],
    ['a placeholder as the source', { '/nginx.conf': 'http { map {{ source }} $b { c 3; } }' }],
  ])('may have other entries: %s', async (_, files) => {
    const map = await mapIn(files);
    expect(map.complete).toBe(false);
    expect(map.entries.map(({ key }) => key)).toEqual(['c']);
  });

  it.each([
    ['in stream', 'events {} stream { map $a $b { c d; } }'],
    ['in stream, included', 'events {} stream { include x; }'],
    ['without a variable', 'http { map $a b { c d; } }'],
    ['without a block', 'http { map $a $b; }'],
  ])('is none of ours %s', async (_, text) => {
    expect([...(await mapsIn({ '/nginx.conf': text, '/x': 'map $a $b { c d; }' })).keys()]).toEqual([]);
  });

  it('of two with one name is the last', async () => {
    const maps = await mapsIn('http { map $a $x { default 1; } map $b $X { default 2; } }');
    expect([...maps.values()].map(({ source, otherwise }) => source + otherwise)).toEqual(['$b2']);
  });

  it('stands where it likes in http, and in a fragment', async () => {
    expect([
      ...(await mapsIn('http { server { proxy_set_header A $b; } map $a $b { c d; } }')).keys(),
    ]).toEqual(['b']);
    expect([...(await mapsIn({ '/conf.d/map.conf': 'map $a $b { c d; }' })).keys()]).toEqual(['b']);
  });
});

describe('a variable', () => {
  it.each<[text: string, name: string]>([
    ['', 'host'],
    ['', 'http_anything'],
    ['', 'HTTP_Upgrade'],
    ['', 'arg_x'],
    ['', 'cookie_x'],
    ['', 'upstream_http_x'],
    ['', '1'],
    ['map $host $x { default 1; }', 'x'],
    ['map $host $X { default 1; }', 'x'],
    ['server { set $x 1; }', 'X'],
    ['server { location / { if ($host) { set $x 1; } } }', 'x'],
    ['geo $x { default 1; }', 'x'],
    ['geo $remote_addr $x { default 1; }', 'x'],
    ['split_clients "$remote_addr" $x { * 1; }', 'x'],
    ['server { auth_request_set $x $upstream_http_x; }', 'x'],
    ['js_set $x main.x;', 'x'],
    ['js_var $x 1;', 'x'],
    ['perl_set $x "sub { return 1; }";', 'x'],
    ['keyval $host $x zone=a;', 'x'],
    ['server { set_by_lua_block $x { return 1 } }', 'x'],
    ['server { location ~ ^/(?<x>.*)$ { } }', 'x'],
    ['server { server_name ~^(?P<x>.+)\\.example$; }', 'x'],
    ['server { location / { rewrite "^/(?\'x\'a)$" /$x; } }', 'x'],
    ['map $host $y { ~^(?<x>a) $x; }', 'x'],
    // These may define any name.
    ['server { set_md5 $x a; }', 'y'],
    ['geoip2 /a.mmdb { $x source=$remote_addr country iso_code; }', 'x'],
    ['server { auth_jwt_claim_set $x sub; }', 'x'],
  ])('with %j: $%s is defined', async (text, name) => {
    expect((await modelOf(`events {} http { ${text} }`)).variables.has(name)).toBe(true);
  });

  it.each<[text: string, name: string]>([
    ['', 'connection_upgrade'],
    ['map $host $connection_upgraded { default 1; }', 'connection_upgrade'],
    ['server { location ~ (?<=x)(?:y)(?!z) { } }', 'x'],
    // Neither of these is of the module whose names begin so.
    ['set_real_ip_from 10.0.0.0/8; real_ip_header X-Real-IP;', 'x'],
    ['more_set_headers "Server: x";', 'x'],
    ['server { set_by_lua_file $y a.lua; }', 'x'],
  ])('with %j: $%s is not', async (text, name) => {
    expect((await modelOf(`events {} http { ${text} }`)).variables.has(name)).toBe(false);
  });

  it('may be defined in what is not to be seen: the model says so', async () => {
    const unseen = async (files: Readonly<Record<string, string>>): Promise<boolean> =>
      (await modelOf(files)).hasUnseenParts;
    expect(await unseen({ '/nginx.conf': 'events {} http { server {} }' })).toBe(false);
    expect(await unseen({ '/nginx.conf': 'events {} http { include mime.types; }' })).toBe(false);
    expect(await unseen({ '/nginx.conf': 'events {} http { include none.conf; }' })).toBe(true);
    expect(await unseen({ '/nginx.conf': 'events {} http {\n{{ all }}\n}' })).toBe(true);
    expect(await unseen({ '/conf.d/a.conf': 'server {}' })).toBe(true);
  });
});
