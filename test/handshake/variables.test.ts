import { describe, expect, it } from 'vitest';
import { valueAt } from '../../server/src/handshake/routes';
import { isOpaque, knownText, sampleText, type Value } from '../../server/src/handshake/value';
import { type Level, levelsWithin } from '../../server/src/model/levels';
import { modelOf } from '../support/memory-host';

type Files = Readonly<Record<string, string>>;

/** What a value comes to in the innermost location: a sample with a `~` before it where it is open, `?` for what code decides. */
async function valueIn(
  text: string | Files,
  value: string,
  kind: Level['kind'] = 'location',
): Promise<string> {
  const model = await modelOf(text);
  const levels = model.http === null ? [] : [...levelsWithin(model.http)];
  const level = levels.findLast((each) => each.kind === kind);
  if (level === undefined) throw new Error(`There is no ${kind}.`);
  return shown(valueAt(model, level, value));
}

function shown(value: Value): string {
  if (isOpaque(value)) return '?';
  return knownText(value) ?? `~${sampleText(value)}`;
}

/** `$x` in a location, after what stands in http. */
const inHttp = (http: string): string => `http { ${http} server { location / { } } }`;
/** A location of a server. */
const inServer = (server: string, location: string): string =>
  `http { map $http_upgrade $m { default map; } server { ${server} location / { ${location} } } }`;

describe('a value during the handshake', () => {
  it.each<[value: string, expected: string]>([
    ['upgrade', 'upgrade'],
    ['', ''],
    ['$http_upgrade', 'websocket'],
    ['$HTTP_Upgrade', 'websocket'],
    ['${http_connection}', 'Upgrade'],
    ['$http_sec_websocket_version', '13'],
    ['$http_sec_websocket_key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ['$http_origin', ''],
    ['$http_referer$http_cookie$http_authorization', ''],
    ['$http_sec_websocket_protocol$http_sec_websocket_extensions', ''],
    ['$http_sec-websocket-key', '-websocket-key'],
    ['$request_method', 'GET'],
    ['$server_protocol', 'HTTP/1.1'],
    ['$connection', '1'],
    ['"$http_upgrade, h2c"', '"websocket, h2c"'],
    ['$host', '~localhost'],
    ['$http_host:$server_port', '~localhost:80'],
    ['$arg_upgrade', '?'],
    ['$1', '?'],
    ['$nobody_knows', '?'],
    ['a$', 'a$'],
  ])('%s: %s', async (value, expected) => {
    expect(await valueIn('http { server { location / { } } }', value)).toBe(expected);
  });
});

describe('a map', () => {
  it.each<[map: string, expected: string]>([
    ["map $http_upgrade $x { default upgrade; '' close; }", 'upgrade'],
    ["map $http_origin $x { default upgrade; '' close; }", 'close'],
    ['map $http_upgrade $x { WebSocket upgrade; }', 'upgrade'],
    ['map $http_upgrade $x { h2c upgrade; }', ''],
    ['map $http_upgrade $x { ~^web upgrade; }', 'upgrade'],
    ['map $http_upgrade $x { ~^WEB upgrade; default no; }', 'no'],
    ['map $http_upgrade $x { ~*^WEB upgrade; default no; }', 'upgrade'],
    // An exact key goes before any pattern, and the patterns in their order.
    ['map $http_upgrade $x { ~.* a; websocket b; }', 'b'],
    ['map $http_upgrade $x { ~^w a; ~t$ b; }', 'a'],
    // Patterns are not tried on an empty value.
    ['map $http_origin $x { ~.* a; default b; }', 'b'],
    ["map $http_origin $x { ~.* a; '' b; }", 'b'],
    ['map $http_upgrade $x { default $http_upgrade; }', 'websocket'],
    [
      'map $http_upgrade $x { default "$http_upgrade, $y"; } map $http_connection $y { default Y; }',
      'websocket, Y',
    ],
    ['map "$http_connection/$http_upgrade" $x { Upgrade/websocket both; }', 'both'],
    ['map fixed $x { fixed upgrade; }', 'upgrade'],
    [String.raw`map default $x { \default upgrade; default no; }`, 'upgrade'],
    // Of two the last is in force.
    ['map $http_upgrade $x { default a; } map $http_upgrade $x { default b; }', 'b'],
    // What cannot be told.
    ['map $http_upgrade $x { hostnames; default upgrade; }', 'upgrade'],
    ['map $host $x { default upgrade; }', '?'],
    ['map $arg_x $x { default upgrade; }', '?'],
    ['map $http_upgrade $x { ~^(web)socket$ $1; }', '?'],
    ['map $http_upgrade $x { ~^(?<kind>web)socket$ $kind; }', '?'],
    ['map $http_upgrade $x { ~(a+)+ a; default b; }', '?'],
    // ... unless it does not matter.
    ['map $http_upgrade $x { ~(a+)+ a; websocket b; }', 'b'],
    ['map $http_upgrade $x { ~(a+)+ a; }  map $http_origin $y { ~(a+)+ a; default b; }', '?'],
    ['map $http_origin $x { ~(a+)+ a; default b; }', 'b'],
    ['map $http_upgrade $x { include none; default b; }', '?'],
    ['map $http_upgrade $x { include none; websocket b; }', 'b'],
    ['map $http_upgrade $x { default {{ value }}; }', '?'],
    ['map $x $x { default a; }', '?'],
    ['map $y $x { default a; } map $x $y { default b; }', '?'],
  ])('%s: %s', async (map, expected) => {
    expect(await valueIn(inHttp(map), '$x')).toBe(expected);
  });

  it('of maps that multiply each other is given up', async () => {
    const maps = Array.from(
      { length: 30 },
      (_, index) => `map $http_upgrade $x${index} { default "${`$x${index + 1}`.repeat(10)}"; }`,
    );
    expect(await valueIn(inHttp(`${maps.join('\n')} map $http_origin $x30 { default ''; }`), '$x0')).toBe(
      '?',
    );
  });

  it('that grows without end is given up', async () => {
    const long = 'a'.repeat(4000);
    const map = `map $http_upgrade $x { default "${'$y'.repeat(100)}"; } map $http_upgrade $y { default ${long}; }`;
    expect(await valueIn(inHttp(map), '$x')).toBe('?');
  });
});

describe('a variable of set', () => {
  it.each<[name: string, server: string, location: string, expected: string]>([
    ['of the location', '', 'set $x upgrade;', 'upgrade'],
    ['of the server', 'set $x upgrade;', '', 'upgrade'],
    ['of both: that of the location', 'set $x a;', 'set $x upgrade;', 'upgrade'],
    ['twice: the last', '', 'set $x a; set $x upgrade;', 'upgrade'],
    ['with other letters', '', 'set $X upgrade;', 'upgrade'],
    ['after its use', '', 'proxy_set_header A $x; set $x upgrade;', 'upgrade'],
    ['from another', 'set $y upgrade;', 'set $x "a $y";', 'a upgrade'],
    ['from a map', '', 'set $x $m;', 'map'],
    ['of the server, from what the location sets anew', 'set $y a; set $z $y;', 'set $y b; set $x $z;', '?'],
    ['of the name of a map', '', 'set $m upgrade; set $x $m;', '?'],
    // It may or may not have run.
    ['in an if', '', 'set $x a; if ($arg_a) { set $x b; }', '?'],
    ['in an if of the server', 'if ($arg_a) { set $x b; }', '', '?'],
    ['in an if of the server, then in the location', 'if ($arg_a) { set $x b; }', 'set $x a;', 'a'],
    ['after break', '', 'break; set $x upgrade;', '?'],
    ['after rewrite … last', '', 'rewrite ^/a /b last; set $x upgrade;', '?'],
    ['after an if with break', '', 'if ($arg_a) { break; } set $x upgrade;', '?'],
    ['before break', '', 'set $x upgrade; break;', 'upgrade'],
    ['after a rewrite that goes on', '', 'rewrite ^/a /b; set $x upgrade;', 'upgrade'],
    // The order of these matters.
    ['from itself', '', 'set $x a; set $x "$x, upgrade";', '?'],
    ['from one that is set later', '', 'set $x $y; set $y upgrade;', '?'],
    ['nowhere', '', '', '?'],
  ])('%s', async (_, server, location, expected) => {
    expect(await valueIn(inServer(server, location), '$x')).toBe(expected);
  });

  it('goes before a map of its name', async () => {
    expect(await valueIn(inServer('', 'set $m upgrade;'), '$m')).toBe('upgrade');
    expect(await valueIn(inServer('', ''), '$m')).toBe('map');
  });

  it('is not inherited by a nested location', async () => {
    const text = 'http { server { location / { set $x upgrade; location /a { } } } }';
    expect(await valueIn(text, '$x')).toBe('?');
    const both = 'http { server { set $x server; location / { set $x upgrade; location /a { } } } }';
    expect(await valueIn(both, '$x')).toBe('server');
  });

  it('of the location has not run in its limit_except, that of the server has', async () => {
    const text =
      'http { server { set $y server; location / { set $x upgrade; limit_except POST { deny all; } } } }';
    expect(await valueIn(text, '$x', 'limit_except')).toBe('?');
    expect(await valueIn(text, '$y', 'limit_except')).toBe('server');
  });

  it('of the location has run in an if there', async () => {
    const text = 'http { server { location / { set $x upgrade; if ($arg_a) { proxy_pass http://a; } } } }';
    expect(await valueIn(text, '$x', 'if')).toBe('upgrade');
  });

  it('as the source of a map is not followed: a map keeps the value that it had first', async () => {
    const text = `http { map $x $y { a upgrade; } server { set $x b; set $z $y; location / { set $x a; } } }`;
    expect(await valueIn(text, '$y')).toBe('?');
  });
});
