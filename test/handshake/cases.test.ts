import { describe, expect, it } from 'vitest';
import { routesOf } from '../../server/src/handshake/routes';
import { modelOf } from '../support/memory-host';
import { casesIn, handshakeIn, PASS, shownCase, UPGRADE } from './support';

const at = (location: string, http = ''): string => `${http} server { location / { ${location} } }`;
const BASIC = 'auth_basic realm; auth_basic_user_file f;';
/** Without a version: HTTP/1.0. */
const OLD =
  'proxy_pass http://back; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
const login = (auth: string, server = ''): string =>
  `server { ${server} location / { auth_request /auth; ${PASS} } location = /auth { ${auth} } }`;

/** Verdict and status, what it depends on, and each case of a handshake for `ws://localhost/`. */
type Row = readonly [name: string, http: string, verdict: string, conditions: string[], cases: string[]];

async function expectCases([, http, verdict, conditions, cases]: Row): Promise<void> {
  const found = await handshakeIn(http);
  expect(`${found.verdict} ${found.status}`).toBe(verdict);
  expect(found.conditions).toEqual(conditions);
  expect(found.cases.map(shownCase)).toEqual(cases);
}

describe('a login is a case each way', () => {
  it.each<Row>([
    [
      'auth_basic',
      at(BASIC + PASS),
      'depends 401',
      ['the client sends a password (otherwise 401)'],
      ['the client sends a password: passes 101', 'the client sends no password: blocked 401'],
    ],
    ['auth_basic off', at(`auth_basic off; ${PASS}`), 'passes 101', [], [': passes 101']],
    [
      'auth_basic without a file of users',
      at(`auth_basic realm; ${PASS}`),
      'passes 101',
      [],
      [': passes 101'],
    ],
    [
      'auth_basic, and a fault behind it',
      at(`${BASIC} proxy_pass http://back; proxy_http_version 1.1;`),
      'blocked 401',
      [],
      ['the client sends a password: blocked 426', 'the client sends no password: blocked 401'],
    ],
    [
      'auth_request',
      login('proxy_pass http://auth;'),
      'depends null',
      ['`/auth` answers 2xx (otherwise 401)'],
      ['`/auth` answers 2xx: passes 101', '`/auth` answers 401 or 403: blocked 401'],
    ],
    [
      'auth_request answered by code',
      login('content_by_lua_block { }'),
      'depends null',
      ['`/auth` answers 2xx (otherwise 401)'],
      ['`/auth` answers 2xx: passes 101', '`/auth` answers 401 or 403: blocked 401'],
    ],
    ['auth_request answered 204', login('return 204;'), 'passes 101', [], [': passes 101']],
    ['auth_request answered 403', login('return 403;'), 'blocked 403', [], [': blocked 403']],
    ['auth_request answered 404', login('return 404;'), 'blocked 500', [], [': blocked 500']],
    [
      'auth_request that carries the upgrade headers: it switches',
      `server { ${UPGRADE} location / { auth_request /auth; proxy_pass http://back; } location = /auth { proxy_pass http://auth; } }`,
      'blocked null',
      [],
      [': blocked null'],
    ],
  ])('%s', async (...row) => expectCases(row));

  it('and what fails whatever it says comes first', async () => {
    const model = await modelOf(
      `events {} http { ${login('proxy_pass http://auth;').replace(UPGRADE, 'proxy_http_version 1.1;')} }`,
    );
    const [route] = routesOf(model);
    expect(route?.verdict).toBe('blocked');
    expect(route?.because.map(({ id }) => id)).toEqual([
      'websocket-upgrade-missing',
      'websocket-upgrade-missing',
    ]);
    expect(route?.faults.map(({ condition }) => condition)).toEqual(['upgrade', 'connection']);
  });
});

describe('addresses', () => {
  it.each<Row>([
    [
      'named ones alone are let in',
      at(`allow 10.0.0.0/8; deny all; ${PASS}`),
      'depends null',
      ["the client's address is one that `allow` names (otherwise 403)"],
      [
        "the client's address is one that `allow` names: passes 101",
        "the client's address is none that `allow` names: blocked 403",
      ],
    ],
    [
      'some of them are not',
      at(`deny 10.0.0.1; allow 10.0.0.0/8; deny all; ${PASS}`),
      'depends null',
      ["the client's address is one that `allow` names (otherwise 403)"],
      [
        "the client's address is one that `allow` names: passes 101",
        "the client's address is none that `allow` names: blocked 403",
      ],
    ],
    ['nobody', at(`deny all; ${PASS}`), 'blocked 403', [], [': blocked 403']],
    [
      'what follows all is not reached',
      at(`allow all; deny 10.0.0.1; ${PASS}`),
      'passes 101',
      [],
      [': passes 101'],
    ],
    ['named ones are shut out', at(`deny 10.0.0.1; ${PASS}`), 'passes 101', [], [': passes 101']],
    [
      'the list of the location takes the place of that of the server',
      `server { deny all; location / { allow all; ${PASS} } }`,
      'passes 101',
      [],
      [': passes 101'],
    ],
    [
      'or a password: satisfy any',
      at(`satisfy any; allow 10.0.0.0/8; deny all; ${BASIC} ${PASS}`),
      'depends null',
      ["the client's address is one that `allow` names, or the client sends a password (otherwise 401)"],
      [
        "the client's address is one that `allow` names, or the client sends a password: passes 101",
        "the client's address is none that `allow` names & the client sends no password: blocked 401",
      ],
    ],
    [
      'and a password: satisfy all',
      at(`allow 10.0.0.0/8; deny all; ${BASIC} ${PASS}`),
      'depends null',
      [
        "the client's address is one that `allow` names (otherwise 403)",
        'the client sends a password (otherwise 401)',
      ],
      [
        "the client's address is one that `allow` names & the client sends a password: passes 101",
        "the client's address is one that `allow` names & the client sends no password: blocked 401",
        "the client's address is none that `allow` names: blocked 403",
      ],
    ],
    [
      'one of $remote_addr is turned away',
      at(`if ($remote_addr = 10.0.0.1) { return 403; } ${PASS}`),
      'passes 101',
      [],
      [': passes 101'],
    ],
    [
      'geo lets named ones in',
      at(`if ($office = 0) { return 403; } ${PASS}`, 'geo $office { default 0; 10.0.0.0/8 1; }'),
      'depends null',
      ['`$office` is "1" (otherwise 403)'],
      ['`$office` is "1": passes 101', '`$office` is "0": blocked 403'],
    ],
    [
      'geo shuts named ones out',
      at(`if ($bad) { return 403; } ${PASS}`, 'geo $bad { default 0; 10.0.0.0/8 1; 11.0.0.0/8 1; }'),
      'passes 101',
      [],
      [': passes 101'],
    ],
    [
      'split_clients',
      at(
        'proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c;',
        'split_clients $remote_addr $c { 50% upgrade; * close; }',
      ),
      'depends null',
      ['`$c` is "upgrade" (otherwise 400)'],
      ['`$c` is "upgrade": passes 101', '`$c` is "close": blocked 400'],
    ],
    [
      'split_clients among back ends that all serve',
      at(
        `proxy_pass http://$b; ${UPGRADE}`,
        'upstream a { server 10.1.1.1; } upstream b { server 10.1.1.2; } split_clients $remote_addr $b { 50% a; * b; }',
      ),
      'passes 101',
      [],
      [': passes 101'],
    ],
  ])('%s', async (...row) => expectCases(row));

  it('that are shut out are a step where the ways part', async () => {
    const { because } = await handshakeIn(at(`deny 10.0.0.1; ${PASS}`));
    expect(because.map(({ id, step, message }) => [id, step, message]).slice(2, 5)).toEqual([
      [null, 'location', '`location /`'],
      [null, 'client', "A handshake is blocked where the client's address is one that `deny` names."],
      [null, 'request', 'The request goes to `proxy_pass http://back`.'],
    ]);
    const place = because[3]?.place;
    expect(place?.file.text.slice(place.start, place.end)).toBe('deny 10.0.0.1');
  });
});

describe('headers that a client may send', () => {
  it.each<Row>([
    [
      'Origin, in a map',
      at(
        'proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c;',
        'map $http_origin $c { https://a.example upgrade; default close; }',
      ),
      'depends 400',
      ['`$http_origin` is "https://a.example" (otherwise 400)'],
      [
        '`$http_origin` is "https://a.example": passes 101',
        '`$http_origin` gets the default of `map $c`: blocked 400',
      ],
    ],
    [
      'Origin, in a pattern of a map: what matches is not empty',
      at(
        `if ($o = "") { return 403; } ${PASS}`,
        String.raw`map $http_origin $o { ~*\.example$ $http_origin; default ""; }`,
      ),
      'depends 403',
      [String.raw`${'`$http_origin`'} matches ${'`'}~*\.example$${'`'} (otherwise 403)`],
      [
        String.raw`${'`$http_origin`'} matches ${'`'}~*\.example$${'`'}: passes 101`,
        '`$http_origin` gets the default of `map $o`: blocked 403',
      ],
    ],
    [
      'Origin, in two maps that ask for the same: no case mixes them',
      at(
        `if ($a != $b) { return 403; } ${PASS}`,
        'map $http_origin $a { https://x 1; default 0; } map $http_origin $b { https://x 1; default 0; }',
      ),
      'passes 101',
      [],
      [': passes 101'],
    ],
    [
      'a cookie',
      at(`if ($cookie_session = "") { return 401; } ${PASS}`),
      'depends 401',
      ['`$cookie_session` is not empty (otherwise 401)'],
      ['`$cookie_session` is empty: blocked 401', '`$cookie_session` is not empty: passes 101'],
    ],
    [
      'Authorization',
      at(`if ($http_authorization !~ ^Bearer) { return 401; } ${PASS}`),
      'depends 401',
      ['`$http_authorization` begins with `Bearer` (otherwise 401)'],
      [
        '`$http_authorization` begins with `Bearer`: passes 101',
        '`$http_authorization` does not begin with `Bearer`: blocked 401',
      ],
    ],
    [
      'a subprotocol',
      at(`if ($http_sec_websocket_protocol = mqtt) { return 400; } ${PASS}`),
      'depends 101',
      ['`$http_sec_websocket_protocol` is not "mqtt" (otherwise 400)'],
      [
        '`$http_sec_websocket_protocol` is "mqtt": blocked 400',
        '`$http_sec_websocket_protocol` is not "mqtt": passes 101',
      ],
    ],
    [
      'robots, by User-Agent: they are shut out',
      at(`if ($http_user_agent ~* (bot|spider)) { return 403; } ${PASS}`),
      'passes 101',
      [],
      [': passes 101'],
    ],
    [
      'one program alone, by User-Agent',
      at(`if ($http_user_agent !~ app) { return 403; } ${PASS}`),
      'depends 403',
      ['`$http_user_agent` matches `app` (otherwise 403)'],
      [
        '`$http_user_agent` matches `app`: passes 101',
        '`$http_user_agent` does not match `app`: blocked 403',
      ],
    ],
    // These a client never sends.
    [
      'Referer',
      at(`valid_referers a.example; if ($invalid_referer) { return 403; } ${PASS}`),
      'blocked 403',
      [],
      [': blocked 403'],
    ],
    [
      'an extension',
      at(`if ($http_sec_websocket_extensions) { return 400; } ${PASS}`),
      'passes 101',
      [],
      [': passes 101'],
    ],
  ])('%s', async (...row) => expectCases(row));
});

it('a subprotocol that is asked for has to reach the back end', async () => {
  const http = (more: string): string =>
    `map $http_sec_websocket_protocol $ok { chat 1; }
    server { location / { if ($ok = 1) { ${PASS} ${more} } } }`;
  const ends = async (more: string): Promise<string | undefined> =>
    (await handshakeIn(http(more))).cases
      .filter(({ status }) => status === 101)
      .map(({ verdict, steps }) => `${verdict} ${steps.flatMap(({ id }) => id ?? []).join()}`)[0];
  expect(await ends('')).toBe('passes ');
  expect(await ends('proxy_set_header Sec-WebSocket-Protocol other;')).toBe('passes ');
  expect(await ends('proxy_set_header Sec-WebSocket-Protocol "";')).toBe(
    'blocked websocket-request-headers-dropped',
  );
});

describe('HTTP/1.0 to the back end', () => {
  const cases = [
    'the back end accepts HTTP/1.0: passes 101',
    'the back end accepts HTTP/1.1 only: blocked 400',
  ];

  it('is a case each way, until HTTP/1.1 is the default', async () => {
    expect(await casesIn(at(OLD), 'ws://localhost/', '1.29.6')).toEqual(cases);
    expect(await casesIn(at(OLD), 'ws://localhost/', '1.29.7')).toEqual([': passes 101']);
  });

  it('behind a login is one more', async () => {
    const { conditions, cases: all, status } = await handshakeIn(at(BASIC + OLD));
    expect(all.map(shownCase)).toEqual([
      'the client sends a password & the back end accepts HTTP/1.0: passes 101',
      'the client sends a password & the back end accepts HTTP/1.1 only: blocked 400',
      'the client sends no password: blocked 401',
    ]);
    expect(conditions).toEqual([
      'the client sends a password (otherwise 401)',
      'the back end accepts HTTP/1.0 (otherwise 400)',
    ]);
    expect(status).toBe(401);
  });

  it('is no case beside another fault', async () => {
    expect(await casesIn(at('proxy_pass http://back; proxy_set_header Upgrade $http_upgrade;'))).toEqual([
      ': blocked 400',
    ]);
  });

  it('is a reason of the route, a login is none', async () => {
    const [route] = routesOf(await modelOf(`events {} http { ${at(BASIC + OLD)} }`));
    expect([route?.verdict, route?.faults.map(({ condition }) => condition)]).toEqual([
      'depends',
      ['http-version'],
    ]);
    const [known] = routesOf(await modelOf(`events {} http { ${at(BASIC + PASS)} }`));
    expect([known?.verdict, known?.reasons]).toEqual(['depends', []]);
  });
});

describe('cases of a route', () => {
  const routeCases = async (location: string): Promise<string[]> => {
    const [route] = routesOf(await modelOf(`events {} http { ${at(location)} }`));
    return route === undefined ? [] : [route.verdict, ...route.cases.all.map(shownCase)];
  };
  const returns = (count: number): string =>
    Array.from({ length: count }, (_, index) => `if ($arg_a = ${index}) { return ${400 + index}; }`).join(
      ' ',
    );

  it('that end alike are joined, with what they have in common apart', async () => {
    expect(
      await routeCases(
        `if ($arg_a) { return 403; } if ($arg_b = 1) { return 404; } if ($arg_b = 2) { return 404; } ${PASS}`,
      ),
    ).toEqual([
      'depends',
      '`$arg_a` is empty & `$arg_b` is "1": blocked 404',
      '`$arg_a` is empty & `$arg_b` is not "1" & `$arg_b` is "2": blocked 404',
      '`$arg_a` is empty & `$arg_b` is not "1" & `$arg_b` is not "2": passes 101',
      '`$arg_a` is not empty: blocked 403',
    ]);
    expect(
      await routeCases(
        `set $no ""; if ($arg_b = 1) { set $no 1; } if ($arg_b = 2) { set $no 1; } if ($no) { return 404; } ${PASS}`,
      ),
    ).toEqual([
      'depends',
      '`$arg_b` is "2", or `$arg_b` is "1": blocked 404',
      '`$arg_b` is not "2" & `$arg_b` is not "1": passes 101',
    ]);
  });

  it('of more alternatives than four name four', async () => {
    const sets = Array.from({ length: 6 }, (_, index) => `if ($arg_${index}) { set $no 1; }`).join(' ');
    const [, , blocked] = await routeCases(`${sets} if ($no) { return 404; } ${PASS}`);
    expect(blocked).toMatch(/^(?:.*, or ){4}one of 2 other ways: blocked 404$/);
  });

  it('are up to 64', async () => {
    expect(await routeCases(returns(63) + PASS)).toHaveLength(65);
    const [route] = routesOf(await modelOf(`events {} http { ${at(returns(64) + PASS)} }`));
    expect(route?.verdict).toBe('unknown');
    expect(route?.because.map(({ message }) => message)).toEqual([
      'What becomes of the handshake depends on too many things to tell.',
    ]);
  });

  it('are unknown where one of them is opaque', async () => {
    expect(await routeCases(`if ($arg_a) { content_by_lua_block { } } ${PASS}`)).toEqual([
      'unknown',
      '`$arg_a` is empty: passes 101',
      '`$arg_a` is not empty: opaque null',
    ]);
  });

  it('do not ask what no back end gets to know', async () => {
    expect(
      await routeCases(`set $skip $arg_a; if ($cookie_a) { set $skip 1; } proxy_cache_bypass $skip; ${PASS}`),
    ).toEqual(['passes', ': passes 101']);
  });
});

describe('a directive that nginx does not know', () => {
  it.each<Row>([
    [
      'may be a handler, when nobody knows it',
      at('screen_tunnel 127.0.0.1:5900;'),
      'unknown null',
      [],
      [': opaque null'],
    ],
    ['is none beside a handler', at(`screen_filter on; ${PASS}`), 'passes 101', [], [': passes 101']],
    ['is no handler at server level', `server { screen_filter on; }`, 'blocked null', [], [': blocked null']],
    [
      'is read as the one that was meant',
      at(PASS.replace('proxy_set_header Upgrade', 'proxy_set_iheader Upgrade')),
      'passes 101',
      [],
      [': passes 101'],
    ],
    [
      'is read so where it hands requests on',
      at(PASS.replace('proxy_pass', 'proxy_psas')),
      'passes 101',
      [],
      [': passes 101'],
    ],
  ])('%s', async (...row) => {
    await expectCases(row);
  });
});
