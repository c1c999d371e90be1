import { describe, expect, it } from 'vitest';
import { explain } from '../../server/src/service';
import { routesOf, valueForAny } from '../../server/src/handshake/routes';
import { bareText, isOpaque, knownText, sampleText, type Value } from '../../server/src/handshake/value';
import { analysisOf, modelOf } from '../support/memory-host';

type Files = Readonly<Record<string, string>>;

/**
 * What a value comes to where the request of the last location ends, for a client that sends no more than it must:
 * with a `~` before it where another may send something else, `?` for what code decides.
 */
async function valueIn(text: string | Files, value: string): Promise<string> {
  const route = routesOf(await modelOf(text)).at(-1);
  if (route === undefined) throw new Error('There is no route.');
  return shown(route.valueOf(value));
}

function shown(value: Value): string {
  if (isOpaque(value)) return '?';
  return knownText(value) ?? `~${bareText(value) ?? sampleText(value)}`;
}

const PASS = 'proxy_pass http://a;';

/** `$x` in a location, after what stands in http. */
const inHttp = (http: string): string => `http { ${http} server { location / { ${PASS} } } }`;
/** A location of a server. */
const inServer = (server: string, location: string): string =>
  `http { map $http_upgrade $m { default map; } server { ${server} location / { ${location} ${PASS} } } }`;

describe('a value during the handshake', () => {
  it.each<[value: string, expected: string]>([
    ['upgrade', 'upgrade'],
    ['', ''],
    ['$http_upgrade', 'websocket'],
    ['$HTTP_Upgrade', 'websocket'],
    ['${http_connection}', 'Upgrade'],
    ['$http_sec_websocket_version', '13'],
    ['$http_sec_websocket_key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    // A client may send these, and need not.
    ['$http_origin', '~'],
    ['$http_cookie$http_authorization$http_user_agent', '~'],
    ['$http_sec_websocket_protocol', '~'],
    ['$cookie_session', '~'],
    ['$arg_upgrade', '~'],
    ['$args$is_args', '~'],
    // These it never sends.
    ['$http_referer$http_sec_websocket_extensions', ''],
    ['$content_length$http2$remote_user', ''],
    ['$http_sec-websocket-key', '-websocket-key'],
    ['$request_method', 'GET'],
    ['$server_protocol', 'HTTP/1.1'],
    ['$connection_requests', '1'],
    // Serial numbers, times and addresses differ from one to the next, and are never empty.
    ['$connection', '~$connection'],
    ['$remote_addr', '~127.0.0.1'],
    ['"$http_upgrade, h2c"', '"websocket, h2c"'],
    ['$host', '~localhost'],
    ['$http_host:$server_port', '~localhost:80'],
    ['$scheme:$https', 'http:'],
    ['$uri', '~/'],
    ['$request_uri', '~/'],
    ['$1', ''],
    ['$nobody_knows', '?'],
    ['a$', 'a$'],
  ])('%s: %s', async (value, expected) => {
    expect(await valueIn(inHttp(''), value)).toBe(expected);
  });
});

/** A map of ten times the next one, thirty deep; the last is empty. */
function multiplied(parameter: string): string {
  const maps = Array.from(
    { length: 30 },
    (_, index) => `map $http_upgrade $x${index} { ${parameter} default "${`$x${index + 1}`.repeat(10)}"; }`,
  );
  return `${maps.join('\n')} map $http_referer $x30 { ${parameter} default ''; }`;
}

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
    ['map $http_upgrade $x { hostnames; default upgrade; }', 'upgrade'],
    // Of a source that is open one value alone is known.
    ['map $host $x { default upgrade; }', 'upgrade'],
    ['map $arg_x $x { default upgrade; }', 'upgrade'],
    ['map $arg_x $x { a close; default upgrade; }', 'upgrade'],
    ["map $arg_x $x { '' upgrade; default close; }", 'upgrade'],
    // Captures of the pattern that has matched.
    ['map $http_upgrade $x { ~^(web)socket$ $1; }', 'web'],
    ['map $http_upgrade $x { ~^(?<kind>web)socket$ $kind; }', 'web'],
    // What cannot be told.
    ['map $http_upgrade $x { ~(?|a) a; default b; }', '?'],
    // ... unless it does not matter.
    ['map $http_upgrade $x { ~(?|a) a; websocket b; }', 'b'],
    ['map $http_upgrade $x { ~(?|a) a; }  map $http_origin $y { ~(?|a) a; default b; }', '?'],
    ['map $http_origin $x { ~(?|a) a; default b; }', 'b'],
    ['map $http_upgrade $x { include none; default b; }', '?'],
    ['map $http_upgrade $x { include none; websocket b; }', 'b'],
    ['map $http_upgrade $x { default {{ value }}; }', '?'],
    ['map $x $x { default a; }', '?'],
    ['map $y $x { default a; } map $x $y { default b; }', '?'],
  ])('%s: %s', async (map, expected) => {
    expect(await valueIn(inHttp(map), '$x')).toBe(expected);
  });

  it('of maps that multiply each other is looked up once', async () => {
    expect(await valueIn(inHttp(multiplied('')), '$x0')).toBe('');
  });

  it('of maps that multiply each other and keep no value is given up', async () => {
    expect(await valueIn(inHttp(multiplied('volatile;')), '$x0')).toBe('?');
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
    ['of the server, from what the location sets anew', 'set $y a; set $z $y;', 'set $y b; set $x $z;', 'a'],
    ['of the name of a map', '', 'set $m upgrade; set $x $m;', 'upgrade'],
    // A client that sends no more than it must sends no argument.
    ['in an if', '', 'set $x a; if ($arg_a) { set $x b; }', 'a'],
    ['in an if of the server', 'if ($arg_a) { set $x b; }', '', ''],
    ['in an if that is true', '', 'if ($http_upgrade) { set $x upgrade; }', 'upgrade'],
    ['in an if of the server, then in the location', 'if ($arg_a) { set $x b; }', 'set $x a;', 'a'],
    ['after break', '', 'break; set $x upgrade;', ''],
    ['after rewrite … last of another path', '', 'rewrite ^/a /b last; set $x upgrade;', 'upgrade'],
    ['after rewrite … break', '', 'rewrite ^/ /b break; set $x upgrade;', ''],
    ['after an if with break', '', 'if ($arg_a) { break; } set $x upgrade;', 'upgrade'],
    ['before break', '', 'set $x upgrade; break;', 'upgrade'],
    ['after a rewrite that goes on', '', 'rewrite ^/a /b; set $x upgrade;', 'upgrade'],
    // The order of these matters.
    ['from itself', '', 'set $x a; set $x "$x, upgrade";', 'a, upgrade'],
    ['from one that is set later', '', 'set $x $y; set $y upgrade;', ''],
    ['from a capture', '', 'rewrite ^/(.?) /up$1 break; set $x $1;', ''],
    ['from a capture of an if', '', 'if ($http_upgrade ~ "^(web)") { set $x $1; }', 'web'],
    // nginx does not start: what is missing may be in a module that we do not know.
    ['nowhere', '', '', '?'],
  ])('%s', async (_, server, location, expected) => {
    expect(await valueIn(inServer(server, location), '$x')).toBe(expected);
  });

  it('goes before a map of its name', async () => {
    expect(await valueIn(inServer('', 'set $m upgrade;'), '$m')).toBe('upgrade');
    expect(await valueIn(inServer('', ''), '$m')).toBe('map');
  });

  it('is not inherited by a nested location', async () => {
    const text = `http { server { location / { set $x upgrade; location /a { ${PASS} } } } }`;
    expect(await valueIn(text, '$x')).toBe('');
    const both = `http { server { set $x server; location / { set $x upgrade; location /a { ${PASS} } } } }`;
    expect(await valueIn(both, '$x')).toBe('server');
  });

  it('of the location has not run in its limit_except, that of the server has', async () => {
    const text = `http { server { set $y server; location / { set $x upgrade; limit_except POST { ${PASS} } } } }`;
    expect(await valueIn(text, '$x')).toBe('');
    expect(await valueIn(text, '$y')).toBe('server');
  });

  it('of the location has run in an if there', async () => {
    const text = `http { server { location / { set $x upgrade; if ($arg_a) { ${PASS} } } } }`;
    expect(await valueIn(text, '$x')).toBe('upgrade');
  });

  it('as the source of a map: the map keeps the value that it had first', async () => {
    const text = (parameter: string): string =>
      `http { map $x $y { ${parameter} a upgrade; } server { set $x b; set $z $y; location / { set $x a; ${PASS} } } }`;
    expect(await valueIn(text(''), '$y')).toBe('');
    expect(await valueIn(text('volatile;'), '$y')).toBe('upgrade');
  });
});

describe('a value for any handshake, wherever it stands', () => {
  it.each<[value: string, expected: string]>([
    ['$http_upgrade', 'websocket'],
    ['$m', 'upgrade'],
    ['$scheme', '~http'],
    // What only a location sets is not known here.
    ['$x', '?'],
  ])('%s: %s', async (value, expected) => {
    const model = await modelOf(
      "http { map $http_upgrade $m { default upgrade; '' close; } server { location / { set $x a; } } }",
    );
    if (model.http === null) throw new Error('There is no http.');
    expect(shown(valueForAny(model, model.http, value))).toBe(expected);
  });
});

it('captures stay those of the location where the client leads to a key without a pattern', async () => {
  const model = await analysisOf(`events {} http {
    map $http_origin $by_origin { ~*(E)XAMPLE$ 1; "" 1; }
    server { listen 80; location ~ ^/(.+)/$ { if ($by_origin != 1) { return 403; }
      proxy_pass http://10.0.0.1; proxy_set_header X-Captured $1; } } }`);
  const { upstreamRequest } = explain(model, 'ws://localhost/a/b/');
  expect(upstreamRequest?.headers).toContainEqual(['X-Captured', 'a/b']);
});
