import { beforeAll, describe, expect, it } from 'vitest';
import { type HandshakeCase, type HandshakeOutcomes, runHandshakeCases } from './harness/cases';
import { since } from './harness/release';

const headers = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
const version = 'proxy_http_version 1.1;';
const upgrade = `${version} ${headers}`;
const pass = 'proxy_pass http://@BACKEND;';
const proxied = (directives: string) => `location / { ${pass} ${directives} }`;

describe('handshakes through a real nginx', () => {
  /** Status, and whether a message was echoed: with the strict back end, then with the lenient one. */
  type Expected = readonly [strict: readonly [number, boolean], lenient: readonly [number, boolean]];
  interface MeasuredCase extends HandshakeCase {
    readonly expected: Expected;
    /** Where 1.29.7, which changed the defaults of proxy_pass, and later ones differ. */
    readonly since1297?: Expected;
  }
  const works: Expected = [
    [101, true],
    [101, true],
  ];
  const upgradeLost: Expected = [
    [426, false],
    [426, false],
  ];
  const connectionLost: Expected = [
    [400, false],
    [426, false],
  ];
  const http10: Expected = [
    [400, false],
    [101, true],
  ];
  const map = (body: string) => `map $http_upgrade $connection_upgrade { ${body} }`;
  const connection = (value: string) =>
    `${version} proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection ${value};`;

  // Ids, configurations and results of a measurement over 1.22.1, 1.28.3, 1.29.6, 1.29.7, 1.30.4 and 1.31.4.
  const cases: readonly MeasuredCase[] = [
    { id: 'A01', path: '/', server: proxied(upgrade), expected: works },
    {
      id: 'A02',
      path: '/',
      http: map("default upgrade; '' close;"),
      server: proxied(connection('$connection_upgrade')),
      expected: works,
    },
    { id: 'A03', path: '/', server: proxied(''), expected: upgradeLost },
    { id: 'A04', path: '/', server: proxied(headers), expected: http10, since1297: works },
    {
      id: 'A05',
      path: '/',
      server: proxied(`${version} proxy_set_header Connection "upgrade";`),
      expected: upgradeLost,
    },
    {
      id: 'A06',
      path: '/',
      server: proxied(`${version} proxy_set_header Upgrade $http_upgrade;`),
      expected: connectionLost,
    },
    { id: 'A07', path: '/', server: proxied(connection('close')), expected: connectionLost },
    { id: 'A08', path: '/', server: proxied(connection('""')), expected: connectionLost },
    { id: 'A10', path: '/', server: proxied(connection('"keep-alive, Upgrade"')), expected: works },
    {
      id: 'A13',
      path: '/',
      server: proxied(connection('$http_connection')),
      client: { headers: { Connection: 'keep-alive, Upgrade' } },
      expected: works,
    },
    { id: 'A14', path: '/', server: proxied(connection('$http_upgrade')), expected: connectionLost },
    {
      id: 'A20',
      path: '/',
      server: proxied(`${version} proxy_set_header Upgrade ""; proxy_set_header Connection "upgrade";`),
      expected: upgradeLost,
    },
    { id: 'A21', path: '/', server: proxied(`proxy_http_version 1.0; ${headers}`), expected: http10 },
    {
      id: 'A23',
      path: '/',
      http: map('default close; upgrade upgrade;'),
      server: proxied(connection('$connection_upgrade')),
      expected: connectionLost,
    },
    {
      id: 'A27',
      path: '/',
      server: proxied(`${connection('close')} proxy_set_header Connection "upgrade";`),
      expected: works,
    },
    {
      id: 'A28',
      path: '/',
      server: proxied(`${upgrade} proxy_set_header Upgrade $http_upgrade;`),
      expected: [
        [101, true],
        [400, false],
      ],
    },
    {
      id: 'A29',
      path: '/',
      server: proxied(`${upgrade} proxy_set_header Sec-WebSocket-Key "";`),
      expected: [
        [400, false],
        [400, false],
      ],
    },
    {
      id: 'A30',
      path: '/',
      server: proxied(`${upgrade} proxy_set_header Sec-WebSocket-Version "";`),
      expected: [
        [426, false],
        [400, false],
      ],
    },
    {
      id: 'A34',
      path: '/',
      server: proxied(
        `${version} proxy_set_header Upgrade: $http_upgrade; proxy_set_header Connection: "upgrade";`,
      ),
      expected: upgradeLost,
    },
    {
      id: 'A44',
      path: '/',
      server: proxied(`${version} add_header Upgrade $http_upgrade; add_header Connection "upgrade";`),
      expected: upgradeLost,
    },
    {
      id: 'A45',
      path: '/',
      server: proxied(`${upgrade} proxy_set_header Sec-WebSocket-Protocol "";`),
      client: { protocols: ['chat'] },
      expected: [
        [101, false],
        [101, false],
      ],
    },
    {
      id: 'A49',
      path: '/',
      server: proxied(
        `${version} proxy_set_header Upgrade $http_connection; proxy_set_header Connection "upgrade";`,
      ),
      expected: [
        [426, false],
        [400, false],
      ],
    },
    { id: 'B01', path: '/', http: upgrade, server: proxied(''), expected: works },
    { id: 'B02', path: '/', server: `${upgrade} ${proxied('')}`, expected: works },
    {
      id: 'B03',
      path: '/',
      server: `${upgrade} ${proxied('proxy_set_header Host $host;')}`,
      expected: upgradeLost,
    },
    {
      id: 'B05',
      path: '/',
      http: upgrade,
      server: `proxy_set_header X-Real-IP $remote_addr; ${proxied('')}`,
      expected: upgradeLost,
    },
    { id: 'B06', path: '/ws', server: `location / { ${upgrade} location /ws { ${pass} } }`, expected: works },
    {
      id: 'B07',
      path: '/ws',
      server: `location / { ${upgrade} location /ws { ${pass} proxy_set_header Host $host; } }`,
      expected: upgradeLost,
    },
    {
      id: 'B08',
      path: '/ws',
      server: `location / { ${pass} ${upgrade} location /ws { } }`,
      expected: [
        [404, false],
        [404, false],
      ],
    },
    {
      id: 'B11',
      path: '/',
      files: { 'ws_headers.conf': upgrade.replaceAll('; ', ';\n') },
      server: proxied('include @DIR/ws_headers.conf;'),
      expected: works,
    },
    {
      id: 'B12',
      path: '/',
      server: `${upgrade} ${proxied('proxy_set_header Upgrade $http_upgrade;')}`,
      expected: connectionLost,
    },
    { id: 'B13', path: '/', server: `${upgrade} ${proxied('proxy_http_version 1.0;')}`, expected: http10 },
    { id: 'B14', path: '/ws', server: `${proxied(upgrade)} location /ws { ${pass} }`, expected: upgradeLost },
    { id: 'B16', path: '/', server: proxied(`${upgrade} if ($http_x_none) { set $a 1; }`), expected: works },
  ];

  let outcomes: ReadonlyMap<string, HandshakeOutcomes>;
  beforeAll(async () => {
    outcomes = await runHandshakeCases(cases);
  });

  it.each(cases)('$id ends as measured', ({ id, expected, since1297 }) => {
    const outcome = outcomes.get(id);
    const seen = [outcome?.strict, outcome?.lenient].map((each) => [each?.status, each?.works]);
    expect(seen).toStrictEqual(since('1.29.7') ? (since1297 ?? expected) : expected);
  });

  it('says what reached the back end', () => {
    const saw = (id: string) => outcomes.get(id)?.strict.upstreamSaw;
    expect(saw('A01')).toStrictEqual(['GET / HTTP/1.1 host=@BACKEND conn=upgrade upg=websocket']);
    expect(saw('A27')).toStrictEqual(['GET / HTTP/1.1 host=@BACKEND conn=close, upgrade upg=websocket']);
    expect(saw('B13')).toStrictEqual(['GET / HTTP/1.0 host=@BACKEND conn=upgrade upg=websocket']);
    expect(saw('B08')).toStrictEqual([]);
  });

  it('finds the one configuration of many that nginx refuses, and tries the others', async () => {
    const mixed = await runHandshakeCases([
      { id: 'good', path: '/', server: proxied(upgrade) },
      { id: 'bad', path: '/', server: 'location / { proxy_pass ws://@BACKEND; }' },
      { id: 'good too', path: '/', server: proxied(upgrade) },
    ]);
    expect(mixed.get('bad')?.strict.refused).toBe('invalid URL prefix');
    expect([...mixed.values()].map(({ strict }) => strict.works)).toStrictEqual([true, false, true]);
  });

  it('makes an ordinary request before, or holds a tunnel open meanwhile, where a case wants it', async () => {
    const cached = 'proxy_cache z; proxy_cache_valid any 1m;';
    const tried = await runHandshakeCases([
      {
        id: 'E07',
        path: '/',
        http: 'proxy_cache_path @DIR/cache keys_zone=z:1m;',
        server: proxied(`${upgrade} ${cached}`),
        requestedOnceBefore: true,
      },
      {
        id: 'E39',
        path: '/',
        http: 'limit_conn_zone $server_port zone=lc:1m;',
        server: proxied(`${upgrade} limit_conn lc 1;`),
        oneHeldOpen: true,
      },
      {
        id: 'E21',
        path: '/',
        server: `location = /auth { ${pass} } ${proxied(`${upgrade} auth_request /auth;`)}`,
      },
    ]);
    expect([...tried.values()].map(({ strict }) => strict.status)).toStrictEqual([426, 503, 101]);
  });
});
