import { describe, expect, it } from 'vitest';
import { handshake } from '../../server/src/handshake/handshake';
import { type Route, routesOf } from '../../server/src/handshake/routes';
import { knownText } from '../../server/src/handshake/value';
import type { Model } from '../../server/src/model/model';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { modelOf } from '../support/memory-host';

type Files = string | Readonly<Record<string, string>>;

async function routesIn(files: Files, version = '1.28.0'): Promise<readonly Route[]> {
  return routesOf(await modelOf(files, versionOf(version)));
}

async function routeIn(files: Files, version?: string): Promise<Route> {
  const [route, ...others] = await routesIn(files, version);
  if (route === undefined || others.length > 0) throw new Error('There is not one route.');
  return route;
}

function versionOf(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is no version.`);
  return version;
}

/** Verdict and status, then each fault: the condition, the id, and the first argument of the directive at fault. */
function shown({ verdict, status, faults }: Route): string {
  const each = faults.map(
    ({ condition, id, directive }) =>
      `${condition} ${id} ${directive === null ? '-' : directive.argument(0)}`,
  );
  return [`${verdict} ${status}`, ...each].join('; ');
}

const MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }";
const VERSION = 'proxy_http_version 1.1;';
const UPGRADE = 'proxy_set_header Upgrade $http_upgrade;';
const CONNECTION = 'proxy_set_header Connection upgrade;';

const location = (body: string, http = ''): string =>
  `events {} http { ${http} server { location / { proxy_pass http://a; ${body} } } }`;

describe('routes', () => {
  it('are found in locations, nested ones and limit_except, in order: one for a location', async () => {
    const routes = await routesIn(`http { server {
      location /a { proxy_pass http://a; location /a/b { proxy_pass http://b; } if ($x) { proxy_pass http://c; } }
      location /d { limit_except GET { proxy_pass http://d; } }
      location @e { proxy_pass http://e; }
      location /f { location /f/g { } }
    } server { location / { proxy_pass http://h; } } }`);
    expect(routes.map(({ proxyPass, level }) => `${proxyPass.argument(0)} ${level.kind}`)).toEqual([
      'http://a location',
      'http://b location',
      'http://d limit_except',
      'http://e location',
      'http://h location',
    ]);
    expect(routes.map(({ location: { block } }) => block?.argument(0))).toEqual([
      '/a',
      '/a/b',
      '/d',
      '@e',
      '/',
    ]);
  });

  it('are none of a server, of stream, or without an argument', async () => {
    expect(await routesIn('http { server { proxy_pass http://a; location / { proxy_pass; } } }')).toEqual([]);
    expect(await routesIn('events {} stream { server { listen 1; proxy_pass a; } }')).toEqual([]);
  });

  it('of an if alone is one, that of its location', async () => {
    const route = await routeIn(
      'http { server { location /a { if ($arg_x) { proxy_pass http://a; } if ($arg_y) { proxy_pass http://b; } } } }',
    );
    expect([route.proxyPass.argument(0), route.level.kind]).toEqual(['http://a', 'if']);
    expect(route.location.block?.argument(0)).toBe('/a');
  });

  it('of a second proxy_pass there is none', async () => {
    const route = await routeIn(
      'http { server { location / { proxy_pass http://a; proxy_pass http://b; } } }',
    );
    expect(route.proxyPass.argument(0)).toBe('http://a');
  });

  it('of an included location are as many as its includes', async () => {
    const routes = await routesIn({
      '/nginx.conf': `events {} http { server { include ws; } server { ${VERSION} ${UPGRADE} ${CONNECTION} include ws; } }`,
      '/ws': 'location /ws { proxy_pass http://a; }',
    });
    expect(routes.map(({ verdict }) => verdict)).toEqual(['blocked', 'passes']);
    expect(routes[0]?.proxyPass.node).toBe(routes[1]?.proxyPass.node);
  });
});

describe('the verdict', () => {
  it.each<[name: string, text: string, expected: string]>([
    ['all is there', location(VERSION + UPGRADE + CONNECTION), 'passes 101'],
    [
      'nothing is there',
      location(''),
      'blocked 426; upgrade websocket-upgrade-missing -; connection websocket-upgrade-missing -; http-version websocket-upgrade-missing -',
    ],
    [
      'only HTTP/1.1 is missing',
      location(UPGRADE + CONNECTION),
      'depends 400; http-version websocket-upgrade-missing -',
    ],
    [
      'HTTP/1.0 in so many words',
      location(`${UPGRADE + CONNECTION} proxy_http_version 1.0;`),
      'depends 400; http-version websocket-http-version 1.0',
    ],
    [
      'only Connection is missing',
      location(VERSION + UPGRADE),
      'blocked 400; connection websocket-upgrade-missing -',
    ],
    [
      'Connection has a wrong value',
      location(`${VERSION + UPGRADE} proxy_set_header Connection close;`),
      'blocked 400; connection websocket-header-value Connection',
    ],
    [
      'a Connection for keepalive, and no Upgrade: only missing',
      location(`${VERSION} proxy_set_header Connection "";`),
      'blocked 426; upgrade websocket-upgrade-missing -; connection websocket-upgrade-missing Connection',
    ],
    [
      'Upgrade has a wrong value',
      location(`${VERSION + CONNECTION} proxy_set_header Upgrade h2c;`),
      'blocked 426; upgrade websocket-header-value Upgrade',
    ],
    [
      'names with a colon',
      location(`${VERSION} proxy_set_header Upgrade: websocket; proxy_set_header Connection: upgrade;`),
      'blocked 426; upgrade websocket-header-value Upgrade:; connection websocket-header-value Connection:',
    ],
    [
      'add_header instead',
      location(`${VERSION} add_header Upgrade $http_upgrade; add_header Connection upgrade;`),
      'blocked 426; upgrade websocket-header-value Upgrade; connection websocket-header-value Connection',
    ],
    [
      'a map that never gives upgrade',
      location(
        `${VERSION + UPGRADE} proxy_set_header Connection $c;`,
        'map $http_upgrade $c { default close; upgrade upgrade; }',
      ),
      'blocked 400; connection connection-map-incomplete Connection',
    ],
    [
      'a map',
      location(`${VERSION + UPGRADE} proxy_set_header Connection $connection_upgrade;`, MAP),
      'passes 101',
    ],
    [
      'a map that is not there: nginx does not start, so there is no status',
      location(`${VERSION + UPGRADE} proxy_set_header Connection $connection_upgrade;`),
      'blocked null; connection connection-map-missing Connection',
    ],
    [
      'the same when another header comes first',
      location(`${VERSION} proxy_set_header Connection $connection_upgrade;`),
      'blocked null; connection connection-map-missing Connection; upgrade websocket-upgrade-missing -',
    ],
    [
      'headers of the server, lost',
      `events {} http { server { ${VERSION + UPGRADE + CONNECTION} location / { proxy_pass http://a; proxy_set_header Host $host; } } }`,
      'blocked 426; upgrade websocket-headers-overridden Upgrade; connection websocket-headers-overridden Connection',
    ],
    [
      'Upgrade of the server, lost to a Connection that would not serve',
      `events {} http { server { ${VERSION + UPGRADE + CONNECTION} location / { proxy_pass http://a; proxy_set_header Connection close; } } }`,
      'blocked 426; upgrade websocket-headers-overridden Upgrade; connection websocket-header-value Connection',
    ],
    [
      'headers of the server that would not have served either, lost',
      `events {} http { server { ${VERSION} proxy_set_header Upgrade h2c; location / { proxy_pass http://a; proxy_set_header Host $host; } } }`,
      'blocked 426; upgrade websocket-upgrade-missing -; connection websocket-upgrade-missing -',
    ],
    [
      'the method',
      location(`${VERSION + UPGRADE + CONNECTION} proxy_method POST;`),
      'blocked 405; method websocket-method-or-body POST',
    ],
    [
      'the headers of the client dropped',
      location(`${VERSION + UPGRADE + CONNECTION} proxy_pass_request_headers off;`),
      'blocked 400; key websocket-request-headers-dropped off; websocket-version websocket-request-headers-dropped off',
    ],
    [
      'the key blanked',
      location(`${VERSION + UPGRADE + CONNECTION} proxy_set_header Sec-WebSocket-Key "";`),
      'blocked 400; key websocket-request-headers-dropped Sec-WebSocket-Key',
    ],
    [
      'a value that the client gives: nothing is wrong in every case',
      location(`${VERSION + UPGRADE} proxy_set_header Connection $arg_c;`),
      'depends 400',
    ],
    [
      'a value that code gives',
      location(`${VERSION + UPGRADE} set_by_lua $c "return 1"; proxy_set_header Connection $c;`),
      'unknown null',
    ],
    [
      'the same with another fault',
      location(`${VERSION} proxy_set_header Upgrade h2c; proxy_set_header Connection $arg_c;`),
      'blocked 426; upgrade websocket-header-value Upgrade',
    ],
    [
      'the same with a fault that comes later: the status is that of a client without the argument',
      location(`${VERSION + CONNECTION} proxy_set_header Upgrade $arg_u; proxy_set_header Host "";`),
      'blocked 426; host websocket-request-headers-dropped Host',
    ],
  ])('%s', async (_, text, expected) => {
    expect(shown(await routeIn(text))).toBe(expected);
  });

  it('of HTTP/2 to the back end is never good', async () => {
    const text = location(`${UPGRADE + CONNECTION} proxy_http_version 2;`);
    expect(shown(await routeIn(text, '1.29.4'))).toBe('blocked 502; http-version websocket-http-version 2');
    // Before, nginx does not start with it.
    expect(shown(await routeIn(text, '1.29.3'))).toBe('blocked null; http-version websocket-http-version 2');
    const bare = await routeIn(location('proxy_http_version 2;'), '1.30');
    expect([bare.verdict, bare.status]).toEqual(['blocked', 502]);
    const wrong = await routeIn(location(`${UPGRADE + CONNECTION} proxy_http_version 1.2;`));
    expect([wrong.verdict, wrong.status]).toEqual(['blocked', null]);
  });

  it('has its reasons where the directives are, or at the proxy_pass', async () => {
    const { because } = await routeIn(location(`${VERSION + UPGRADE} proxy_set_header Connection close;`));
    const { because: missing } = await routeIn(location(VERSION + UPGRADE));
    const text = ({ place }: (typeof because)[number]): string =>
      place?.file.text.slice(place.start, place.end) ?? '';
    expect(because.map(text)).toEqual(['proxy_set_header Connection close']);
    expect(missing.map(text)).toEqual(['proxy_pass http://a']);
    expect(because.map(({ id, message }) => [id, message])).toEqual([
      ['websocket-header-value', 'No `Connection: upgrade` reaches the back end.'],
    ]);
  });
});

describe('what is not to be seen is not judged', () => {
  const route = 'location / { proxy_pass http://a; }';

  it.each<[name: string, files: Files, place: string]>([
    ['an include in the location', location('include none;'), 'include none'],
    ['an include in the server', `events {} http { server { include none; ${route} } }`, 'include none'],
    ['an include in http', `events {} http { include none; server { ${route} } }`, 'include none'],
    [
      'an include around a nested location',
      'http { server { location / { include none; location /a { proxy_pass http://a; } } } }',
      'include none',
    ],
    ['a placeholder', { '/nginx.conf.j2': `http {\nserver {\n{{ all }}\n${route}\n}\n}\n` }, '{{ all }}'],
  ])('%s', async (_, files, place) => {
    const { verdict, status, faults, because } = await routeIn(files);
    expect([verdict, status, faults]).toEqual(['unknown', null, []]);
    expect(because.map(({ id, place: at }) => [id, at?.file.text.slice(at.start, at.end)])).toEqual([
      ['include-unresolved', place],
    ]);
  });

  it.each<[name: string, text: string]>([
    ['that is harmless', `events {} http { include mime.types; server { ${route} } }`],
    ['beside the server', `events {} http { server { include none; } server { ${route} } }`],
    ['in a location beside it', `events {} http { server { location /b { include none; } ${route} } }`],
    ['in main', `include none; events {} http { server { ${route} } }`],
  ])('an include %s hides nothing', async (_, text) => {
    expect((await routeIn(text)).verdict).toBe('blocked');
  });

  it('but a missing map may be in any file', async () => {
    const header = `${VERSION + UPGRADE} proxy_set_header Connection $connection_upgrade;`;
    const text = `events {} http { server { include none; } server { location / { proxy_pass http://a; ${header} } } }`;
    expect(shown(await routeIn(text))).toBe('unknown null');
  });

  it('of a fragment what it says itself is judged', async () => {
    const fragment = async (text: string): Promise<string> => shown(await routeIn({ '/srv/a.conf': text }));
    const all = VERSION + UPGRADE + CONNECTION;
    expect(await fragment(`location / { proxy_pass http://a; ${all} }`)).toBe('passes 101');
    expect(await fragment(`proxy_pass http://a; ${all}`)).toBe('passes 101');
    expect(await fragment(`proxy_pass http://a;`)).toBe('unknown null');
    expect(await fragment(`location / { proxy_pass http://a; }`)).toContain('blocked 426');
    expect(await fragment(`location / { proxy_pass http://a; proxy_set_header Host $host; }`)).toContain(
      'blocked 426',
    );
    expect(await fragment(`server { location / { proxy_pass http://a; } }`)).toContain('blocked 426');
  });

  it.each<[files: Files, message: string, place: string | null]>([
    [
      location(`${VERSION + UPGRADE} set_by_lua $c "return 1"; proxy_set_header Connection $c;`),
      'What `proxy_set_header Connection $c` comes to is known only when nginx runs.',
      'proxy_set_header Connection $c',
    ],
    [
      location(`${VERSION + UPGRADE + CONNECTION} set_by_lua $m "return 1"; proxy_method $m;`),
      'What reaches the back end is known only when nginx runs.',
      'proxy_pass http://a',
    ],
    [
      { '/srv/a.conf': 'proxy_pass http://a;' },
      'The levels around this part of a configuration are not here.',
      'proxy_pass http://a',
    ],
  ])('and says why: %j', async (files, message, place) => {
    const { verdict, because } = await routeIn(files);
    expect(verdict).toBe('unknown');
    expect(
      because.map((each) => [
        each.message,
        each.place?.file.text.slice(each.place.start, each.place.end) ?? null,
      ]),
    ).toEqual([[message, place]]);
  });

  it('of a configuration that was too large to read', async () => {
    const model = await modelOf(`events {} http { server { ${route} } }`);
    const truncated: Model = {
      ...model,
      configuration: { ...model.configuration, truncated: true },
      ask: (_name, _about, question) => question(truncated),
    };
    const [first] = routesOf(truncated);
    expect(first?.verdict).toBe('unknown');
    expect(first?.because.map(({ message }) => message)).toEqual([
      'The configuration is too large to read whole.',
    ]);
  });
});

describe('locations that share what is around them', () => {
  const verdicts = async (text: string): Promise<string> =>
    (await routesIn(text)).map(({ verdict }) => verdict).join(' ');
  const pass = 'proxy_pass http://a;';

  it('have the verdict of their server', async () => {
    const all = VERSION + UPGRADE + CONNECTION;
    expect(
      await verdicts(`events {} http {
        server { location /a { ${pass} } location /b { ${pass} } }
        server { ${all} location /a { ${pass} } location /b { ${pass} } location /c { ${pass} ${UPGRADE} } location /d { ${pass} } }
        server { location /a { ${pass} } location /b { ${pass} ${all} } location /c { ${pass} } } }`),
    ).toBe('blocked blocked passes passes blocked passes blocked passes blocked');
  });

  it('have that of the location around them, but not its set', async () => {
    const header = 'proxy_set_header Connection $c;';
    expect(
      await verdicts(`events {} http { server { set $c close;
        location /a { set $c upgrade; ${VERSION + UPGRADE + header} ${pass}
          location /a/a { ${pass} location /a/a/a { ${pass} } }
          location /a/b { set $c upgrade; ${pass} } } } }`),
    ).toBe('passes blocked blocked passes');
  });

  it('have not its add_header for a fault', async () => {
    const [outer, inner] = await routesIn(
      `events {} http { server { location /a { ${pass} ${VERSION} add_header Upgrade websocket; location /a/b { ${pass} } } } }`,
    );
    expect(outer?.faults[0]?.id).toBe('websocket-header-value');
    expect(inner?.faults[0]?.id).toBe('websocket-upgrade-missing');
  });

  it('in if and limit_except: as the location, but for its set', async () => {
    const text = (block: string): string =>
      `events {} http { server { set $c close; location / { set $c upgrade; ${VERSION + UPGRADE} proxy_set_header Connection $c; ${block} { ${pass} } } } }`;
    expect(await verdicts(text('if ($arg_a)'))).toBe('depends');
    expect((await routeIn(text('if ($arg_a)'))).cases.conditions).toEqual([
      '`$arg_a` is not empty (otherwise it is blocked)',
    ]);
    expect(await verdicts(text('limit_except POST'))).toBe('blocked');
  });
});

/** Each case: what it depends on, and how it ends. */
function casesOf({ cases }: Route): string[] {
  return cases.all.map(({ when, verdict, status }) => `${when.join(' & ')}: ${verdict} ${status}`);
}

describe('what depends on the client', () => {
  it.each<[name: string, text: string, conditions: string[], cases: string[]]>([
    [
      'an argument in Connection',
      location(`${VERSION + UPGRADE} proxy_set_header Connection $arg_c;`),
      ['`$arg_c` contains `upgrade` (otherwise 400)'],
      ['`$arg_c` contains `upgrade`: passes 101', '`$arg_c` does not contain `upgrade`: blocked 400'],
    ],
    [
      'a cookie in Connection',
      location(`${VERSION + UPGRADE} proxy_set_header Connection $cookie_c;`),
      ['`$cookie_c` contains `upgrade` (otherwise 400)'],
      ['`$cookie_c` contains `upgrade`: passes 101', '`$cookie_c` does not contain `upgrade`: blocked 400'],
    ],
    [
      'an argument for the method',
      location(`${VERSION + UPGRADE + CONNECTION} proxy_method $arg_m;`),
      ['`$arg_m` is "GET" (otherwise 405)'],
      ['`$arg_m` is "GET": passes 101', '`$arg_m` is not "GET": blocked 405'],
    ],
    [
      'an argument for the version of WebSocket',
      location(`${VERSION + UPGRADE + CONNECTION} proxy_set_header Sec-WebSocket-Version $arg_v;`),
      ['`$arg_v` is "13" (otherwise 426)'],
      ['`$arg_v` is "13": passes 101', '`$arg_v` is not "13": blocked 426'],
    ],
    [
      'HTTP/1.0 to the back end',
      location(UPGRADE + CONNECTION),
      ['the back end accepts HTTP/1.0 (otherwise 400)'],
      ['the back end accepts HTTP/1.0: passes 101', 'the back end accepts HTTP/1.1 only: blocked 400'],
    ],
    [
      'an if that only sets, and an if that answers',
      location(
        `if ($arg_log) { set $log 1; } if ($arg_key != s3) { return 403; } ${VERSION + UPGRADE + CONNECTION}`,
      ),
      ['`$arg_key` is "s3" (otherwise 403)'],
      ['`$arg_key` is "s3": passes 101', '`$arg_key` is not "s3": blocked 403'],
    ],
    [
      'a map of the argument',
      location(
        `${VERSION + UPGRADE} proxy_set_header Connection $c;`,
        'map $arg_mode $c { ws upgrade; socket Upgrade; default close; }',
      ),
      ['`$arg_mode` is "ws", or `$arg_mode` is "socket" (otherwise 400)'],
      [
        '`$arg_mode` is "ws", or `$arg_mode` is "socket": passes 101',
        '`$arg_mode` gets the default of `map $c`: blocked 400',
      ],
    ],
    [
      'another if of the location',
      location(`if ($arg_b) { proxy_pass http://b; } ${VERSION + UPGRADE + CONNECTION}`),
      [],
      [': passes 101'],
    ],
  ])('%s', async (_, text, conditions, cases) => {
    const route = await routeIn(text);
    expect(route.cases.conditions).toEqual(conditions);
    expect(casesOf(route)).toEqual(cases);
    expect(route.reasons.map(({ fault }) => fault?.condition)).toEqual(
      text === location(UPGRADE + CONNECTION) ? ['http-version'] : [],
    );
  });

  it('tells nothing of HTTP/1.0 at the page that a failed login leads to: it lacks more', async () => {
    const routes = await routesIn(
      `http { server { ${VERSION} location /ws { auth_request /login/check; error_page 401 = /login/page; ` +
        `proxy_pass http://app; ${UPGRADE + CONNECTION} } location /login/ { proxy_http_version 1.0; proxy_pass http://login; } } }`,
    );
    expect(routes[0]?.verdict).toBe('depends');
    expect(routes[0]?.reasons).toEqual([]);
  });

  it('does not take a path for one of a kind that it was taken not to be of', async () => {
    const routes = await routesIn(
      `http { server { ${VERSION} ${UPGRADE + CONNECTION} location = /a { proxy_pass http://10.0.0.1; } } ` +
        `server { server_name other.example; ${VERSION} location / { ` +
        `if ($uri ~ ^/(?<name>[^/]+)) { return 302 /; } proxy_pass http://127.0.0.1; ${UPGRADE + CONNECTION} } } }`,
    );
    // What does not match is `/`, and what the next server proxies is `/a`.
    expect(routes.map(({ verdict }) => verdict)).toEqual(['passes', 'blocked']);
  });

  it('is no condition where the verdict is the same either way', async () => {
    const route = await routeIn(
      location(
        `if ($arg_a) { set $c close; } ${VERSION} proxy_set_header Upgrade h2c; proxy_set_header Connection $c;`,
      ),
    );
    expect([route.verdict, route.cases.conditions]).toEqual(['blocked', []]);
  });

  it('of a name of the server that is a pattern: what it captures is open', async () => {
    const text = `events {} http { server { server_name ~^(?<sub>\\w+)\\.chat\\.example$; resolver 127.0.0.1;
      location / { proxy_pass http://$sub:3000; ${VERSION + UPGRADE + CONNECTION} } } }`;
    const route = await routeIn(text);
    expect([route.verdict, knownText(route.valueOf('$sub'))]).toEqual(['passes', null]);
  });

  it('of a map whose pattern captures: its value is open', async () => {
    const map = String.raw`map $host $backend { default other; ~^(?<sub>.+)\.example\.com$ ${'${sub}'}_x; }`;
    const route = await routeIn(
      `events {} http { ${map} server { resolver 127.0.0.1; location / { proxy_pass http://$backend; ${VERSION + UPGRADE + CONNECTION} } } }`,
    );
    expect(route.verdict).toBe('passes');
    expect(knownText(route.valueOf('$sub'))).toBeNull();
  });
});

it('gives a value for one who looks, though no reading tells what an `if` compares with', async () => {
  const tests = 'if ($request_method = $arg_x) { set $a b; } return 404;';
  const route = await routeIn(location(`${tests} proxy_set_header Upgrade $a;`));
  expect(route.request.named('upgrade').map(({ value }) => knownText(value))).toEqual([null]);
  expect(knownText(route.valueOf('$a'))).toBeNull();
});

describe('two lines of Host', () => {
  const files = location(
    `${VERSION} ${UPGRADE} ${CONNECTION} proxy_set_header Host $host; proxy_set_header HOST a;`,
  );

  it('get 400: a server must answer that', async () => {
    expect(shown(await routeIn(files))).toBe('blocked 400; host request-header-duplicate HOST');
  });

  it('are one from nginx 1.31.4 on, the last', async () => {
    const route = await routeIn(files, '1.31.4');
    expect(shown(route)).toBe('passes 101');
    expect(route.request.headers().filter(({ name }) => /^host$/i.test(name))).toEqual([
      expect.objectContaining({ name: 'HOST' }),
    ]);
  });

  it('are one where the other is empty', async () => {
    expect(shown(await routeIn(files.replace('Host $host', 'Host ""')))).toBe('passes 101');
  });

  it('may be of branches of a template', async () => {
    const branches = files.replace('Host $host;', 'Host $host;\n{% if a %}\n');
    expect((await routesIn(branches)).map(({ faults }) => faults)).toEqual([[]]);
  });
});

it('a location that logins ask is not meant by what a comment explains', async () => {
  const text = `http { server { location / { auth_request /auth; proxy_pass http://a; }
    # The login of the WebSocket below.
    location = /auth { proxy_pass http://login; } } }`;
  const strengths = (await routesIn(text)).map(({ intent }) => intent.strength);
  expect(strengths).toEqual(['none', 'none']);
});

it.each([
  ['a.example', 'depends 400'],
  // A URL with an address names no server to TLS, and the default one asks for no certificate.
  ['127.0.0.2', 'blocked 400'],
])('the certificate that a server requires is asked for under the name %s', async (name, expected) => {
  const text = `events {} http { ssl_certificate c; ssl_certificate_key k; server { listen 443 ssl; }
    server { listen 443 ssl; server_name ${name}; ssl_verify_client on; ssl_client_certificate c;
      location / { proxy_pass http://a; ${VERSION} ${UPGRADE} ${CONNECTION} } } }`;
  const { verdict, status } = await routeIn(text);
  expect(`${verdict} ${status}`).toBe(expected);
});

it.each(['127.0.0.1:$1', '127.0.0.1:30$1', '[::1]:$1'])('an address needs no resolver: %s', async (host) => {
  const text = `events {} http { server { listen 80;
    location ~ ^/port/([0-9]+)/ { proxy_pass http://${host}/ws; ${VERSION} ${UPGRADE} ${CONNECTION} } } }`;
  expect(shown(await routeIn(text))).toBe('passes 101');
  const { verdict } = handshake(await modelOf(text), 'ws://localhost/port/30/x');
  expect(verdict).toBe('passes');
});

it('a name with an open port needs one', async () => {
  const text = `events {} http { server { listen 80;
    location ~ ^/port/([0-9]+)/ { proxy_pass http://app:$1; ${VERSION} ${UPGRADE} ${CONNECTION} } } }`;
  expect((await routeIn(text)).verdict).toBe('blocked');
});

/** A route of a server without names, where no resolver is set. */
function passingTo(url: string, http = ''): string {
  return `events {} http { ${http} server { listen 80;
    location ~ ^/to/(.+)$ { proxy_pass ${url}; ${VERSION} ${UPGRADE} ${CONNECTION} } } }`;
}

it.each(['$server_addr:3000', '$remote_addr'])(
  'an address that a variable gives needs no resolver: %s',
  async (host) => {
    expect(shown(await routeIn(passingTo(`http://${host}`)))).toBe('passes 101');
  },
);

describe('a host that a request names, without a resolver', () => {
  it.each([
    ['http://$host:9000$request_uri', '$host'],
    ['http://10.0.0.$arg_n:80', '10.0.0.$arg_n'],
    ['http://[$arg_n]/x', '[$arg_n]'],
  ])('may be an address: %s', async (url, host) => {
    const { verdict, cases } = await routeIn(passingTo(url));
    expect([verdict, ...cases.conditions]).toEqual(['depends', `\`${host}\` is an address (otherwise 502)`]);
  });

  it('may be an upstream', async () => {
    const { cases } = await routeIn(passingTo('http://chat-$arg_n', 'upstream chat-1 { server a; }'));
    expect(cases.conditions).toEqual(['`chat-$arg_n` names an upstream (otherwise 502)']);
  });

  it.each(['http://$arg_n.example.com', 'http://chat-$arg_n:80/x'])('is neither: %s', async (url) => {
    expect((await routeIn(passingTo(url, 'upstream other { server a; }'))).verdict).toBe('blocked');
  });

  it('may be an address of this nginx, where the server is named so', async () => {
    const text = passingTo('http://$host')
      .replace('~ ^/to/(.+)$', '/to/')
      .replace('listen 80;', 'listen 80; server_name a.example 127.0.0.1;');
    const { cases } = await routeIn(text);
    expect(cases.all.map(({ when, verdict, status }) => `${when.join(', ')}: ${verdict} ${status}`)).toEqual([
      'the URL begins with `ws://a.example`: blocked 502',
      // It comes back again and again.
      'the URL begins with `ws://127.0.0.1`: blocked null',
    ]);
  });

  it('is a name of the server, where it has one', async () => {
    const text = passingTo('http://$host').replace('listen 80;', 'listen 80; server_name a.example;');
    expect((await routeIn(text)).verdict).toBe('blocked');
  });
});
