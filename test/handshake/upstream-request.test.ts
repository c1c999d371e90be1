import { describe, expect, it } from 'vitest';
import { Assumptions } from '../../server/src/handshake/assumptions';
import { withoutAsking } from '../../server/src/handshake/choices';
import { valuesAt } from '../../server/src/handshake/routes';
import { strictChecks } from '../../server/src/handshake/strict-backend';
import { type UpstreamRequest, upstreamRequest } from '../../server/src/handshake/upstream-request';
import { isOpaque, known, knownText, opaque, sampleText } from '../../server/src/handshake/value';
import { levelsWithin } from '../../server/src/model/levels';
import { type NginxVersion, parseVersion } from '../../server/src/reference/versions';
import { modelOf } from '../support/memory-host';

function versionOf(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is no version.`);
  return version;
}

/** The request of the innermost location. */
async function requestOf(
  files: string | Readonly<Record<string, string>>,
  version = '1.28.0',
): Promise<UpstreamRequest> {
  const model = await modelOf(files, versionOf(version));
  const levels = model.http === null ? [] : [...levelsWithin(model.http)];
  const level = levels.findLast(({ kind }) => kind === 'location');
  if (level === undefined) throw new Error('There is no location.');
  return upstreamRequest(level, valuesAt(model, level));
}

const location = (body: string): string => `http { server { location / { proxy_pass http://a; ${body} } } }`;

function headersOf({ headers }: UpstreamRequest): string[] {
  return headers().map(({ name, value }) => `${name}: ${isOpaque(value) ? '?' : sampleText(value) || '~'}`);
}

it('has a value that nothing tells as it is written', async () => {
  const ifs = 'if ($set_a = "$arg_x") { set $kept upgrade; } if ($request_method != GET) { return 405; }';
  const { headers } = await requestOf(location(`${ifs} proxy_set_header Connection $kept;`));
  expect(
    headers()
      .filter(({ value }) => isOpaque(value))
      .map(({ name }) => name),
  ).toEqual(['Connection']);
});

const CLIENT = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'];

describe('the headers, in the order of the wire', () => {
  it.each<[version: string, body: string, headers: readonly string[]]>([
    ['1.22.1', '', ['Host: backend', 'Connection: close', ...CLIENT]],
    ['1.29.7', '', ['Host: backend', ...CLIENT]],
    ['1.31.4', '', ['Host: backend', ...CLIENT]],
    // As measured with 1.22.1: what is set goes first.
    [
      '1.22.1',
      'proxy_set_header X-A 1; proxy_set_header Host h; proxy_set_header Upgrade $http_upgrade;',
      ['X-A: 1', 'Host: h', 'Upgrade: websocket', 'Connection: close', ...CLIENT],
    ],
    [
      '1.22.1',
      'proxy_set_header X-A 1; proxy_set_header Connection upgrade;',
      ['X-A: 1', 'Connection: upgrade', 'Host: backend', ...CLIENT],
    ],
    [
      '1.31.4',
      'proxy_set_header X-A 1; proxy_set_header Connection upgrade; proxy_set_header HOST h;',
      ['HOST: h', 'X-A: 1', 'Connection: upgrade', ...CLIENT],
    ],
    [
      '1.29.7',
      'proxy_set_header sec-websocket-key k;',
      ['sec-websocket-key: k', 'Host: backend', CLIENT[1] ?? ''],
    ],
    // Empty: not sent, and the client's is not passed on.
    ['1.29.7', 'proxy_set_header Sec-WebSocket-Key "";', ['Host: backend', CLIENT[1] ?? '']],
    ['1.29.7', 'proxy_set_header X $http_origin;', ['X: ~', 'Host: backend', ...CLIENT]],
    // Every one that is not empty is sent.
    [
      '1.29.7',
      'proxy_set_header Connection ""; proxy_set_header Connection close; proxy_set_header connection upgrade;',
      ['Connection: close', 'connection: upgrade', 'Host: backend', ...CLIENT],
    ],
    ['1.29.7', 'proxy_set_header Upgrade: websocket;', ['Upgrade:: websocket', 'Host: backend', ...CLIENT]],
    ['1.29.7', 'proxy_set_header X $arg_x;', ['X: ~', 'Host: backend', ...CLIENT]],
    ['1.29.7', 'proxy_pass_request_headers off;', ['Host: backend']],
    ['1.29.7', 'proxy_pass_request_headers OFF;', ['Host: backend']],
    ['1.29.7', 'proxy_pass_request_headers on;', ['Host: backend', ...CLIENT]],
    ['1.28.0', 'proxy_set_header Host "";', ['Connection: close', ...CLIENT]],
    ['1.31.3', 'proxy_set_header Host "";', [...CLIENT]],
    ['1.31.4', 'proxy_set_header Host "";', ['Host: backend', ...CLIENT]],
    ['1.31.4', 'proxy_set_header Host $http_origin;', ['Host: backend', ...CLIENT]],
    // Only with HTTP/1.1 is an empty Host filled in.
    ['1.31.4', 'proxy_set_header Host ""; proxy_http_version 1.0;', [...CLIENT]],
  ])('%s: %s', async (version, body, headers) => {
    expect(headersOf(await requestOf(location(body), version))).toEqual(headers);
  });

  it('keep the directives that set them', async () => {
    const { headers, set } = await requestOf(location('proxy_set_header A a;'));
    expect(headers().map(({ directive }) => directive?.argument(0) ?? null)).toEqual([
      'A',
      null,
      null,
      null,
      null,
    ]);
    expect(set.level?.kind).toBe('location');
  });
});

describe('the version', () => {
  it.each<[version: string, body: string, expected: string]>([
    ['1.28.3', '', '1.0'],
    ['1.29.6', '', '1.0'],
    ['1.29.7', '', '1.1'],
    ['1.30', '', '1.1'],
    ['1.31.4', 'proxy_http_version 1.0;', '1.0'],
    ['1.22.1', 'proxy_http_version 1.1;', '1.1'],
    ['1.29.4', 'proxy_http_version 2;', '2'],
  ])('%s: %s', async (version, body, expected) => {
    const request = await requestOf(location(body), version);
    expect(request.version.value).toBe(expected);
    expect(request.version.certain).toBe(true);
  });

  it('is not certain where a template fills it in, or where it may be set out of sight', async () => {
    const certain = async (files: Readonly<Record<string, string>>): Promise<boolean> =>
      (await requestOf(files)).version.certain;
    expect(await certain({ '/nginx.conf': location('proxy_http_version {{ version }};') })).toBe(false);
    expect(await certain({ '/nginx.conf.template': location('proxy_http_version ${VERSION};') })).toBe(false);
    expect(await certain({ '/a.conf': 'proxy_pass http://a;' })).toBe(false);
    // What is around whole blocks is taken to set none.
    expect(await certain({ '/a.conf': 'server { location / { } }' })).toBe(true);
    expect(await certain({ '/a.conf': 'server { location / { proxy_http_version 1.1; } }' })).toBe(true);
    // Twice on one level is refused: one that is seen is the one.
    expect(await certain({ '/a.conf': 'proxy_pass http://a; proxy_http_version 1.1;' })).toBe(true);
  });
});

it('the method is GET, or what proxy_method says', async () => {
  const method = async (body: string): Promise<unknown> => (await requestOf(location(body))).method;
  expect(await method('')).toEqual(known('GET'));
  expect(await method('proxy_method POST;')).toEqual(known('POST'));
  expect(await method('proxy_method $request_method;')).toEqual(known('GET'));
  expect(await method('proxy_method $upstream_method;')).toEqual([opaque('$upstream_method')]);
});

it('a value that a template fills in is unknown', async () => {
  const upgrade = async (path: string, value: string): Promise<'code' | 'open' | 'known'> => {
    const { headers } = await requestOf({ [path]: location(`proxy_set_header Upgrade ${value};`) });
    const sent = headers().find(({ name }) => name === 'Upgrade')?.value ?? [];
    return isOpaque(sent) ? 'code' : knownText(sent) === null ? 'open' : 'known';
  };
  expect(await upgrade('/nginx.conf', '{{ upgrade }}')).toBe('code');
  expect(await upgrade('/nginx.conf.erb', '<%= upgrade %>')).toBe('code');
  expect(await upgrade('/nginx.conf', '%%UPGRADE%%')).toBe('code');
  expect(await upgrade('/nginx.conf.template', '${CONNECTION}')).toBe('code');
  // That is a variable of nginx: of the serial number of the connection.
  expect(await upgrade('/nginx.conf', '${CONNECTION}')).toBe('open');
  expect(await upgrade('/nginx.conf.template', '${http_upgrade}')).toBe('known');
});

it('the headers are all to be seen up to the blocks of the file, or may be others', async () => {
  const complete = async (text: string): Promise<boolean> => (await requestOf({ '/a.conf': text })).complete;
  expect(await complete('http { server { location / { } } }')).toBe(true);
  // What is around whole blocks is taken to set none.
  expect(await complete('server { location / { } }')).toBe(true);
  expect(await complete('location / { }')).toBe(true);
  expect(await complete('location / { proxy_set_header A a; }')).toBe(true);
  expect(await complete('proxy_pass http://a; proxy_set_header A a; location /a { }')).toBe(false);
});

const checksOf = (request: UpstreamRequest): ReturnType<typeof strictChecks> =>
  strictChecks(request, new Assumptions(withoutAsking, []));

describe('the strict back end', () => {
  const good =
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

  it.each<[body: string, expected: string]>([
    ['', ''],
    ['proxy_method POST;', 'method no 405'],
    ['proxy_method $from_code;', 'method unknown 405'],
    ['proxy_set_header Sec-WebSocket-Key "";', 'key no 400'],
    ['proxy_set_header Sec-WebSocket-Key short;', 'key no 400'],
    ['proxy_set_header Sec-WebSocket-Key $from_code;', 'key unknown 400'],
    ['proxy_set_header Sec-WebSocket-Key " $http_sec_websocket_key ";', ''],
    // Two lines are one list, which is no key.
    [
      'proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key; proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;',
      'key no 400',
    ],
    ['proxy_set_header Sec-WebSocket-Version 8;', 'websocket-version no 426'],
    ['proxy_set_header Sec-WebSocket-Version "";', 'websocket-version no 426'],
    ['proxy_set_header Host "";', 'host no 400'],
    ['proxy_set_header Host $from_code;', 'host unknown 400'],
    ['proxy_set_header Host $host;', ''],
  ])('with %j', async (body, expected) => {
    const checks = checksOf(await requestOf(location(good + body)));
    const unmet = checks.filter(({ met }) => met !== 'yes');
    expect(unmet.map(({ condition, met, status }) => `${condition} ${met} ${status}`).join(', ')).toBe(
      expected,
    );
  });

  it.each<[values: readonly string[], expected: string]>([
    [['upgrade'], 'yes'],
    [['UpGrade'], 'yes'],
    [['"keep-alive, Upgrade"'], 'yes'],
    [['"upgrade "'], 'yes'],
    [['",upgrade,"'], 'yes'],
    [['close', 'upgrade'], 'yes'],
    [['$from_code', 'upgrade'], 'yes'],
    [['"upgrade; q=1"'], 'no'],
    [['"keep-alive upgrade"'], 'no'],
    [['upgraded'], 'no'],
    [['$http_upgrade'], 'no'],
    [['""'], 'no'],
    [['$from_code'], 'unknown'],
    [['close', '$from_code'], 'unknown'],
    // No host is called that.
    [['$host'], 'no'],
  ])('looks for the token upgrade in %j', async (values, expected) => {
    const lines = values.map((value) => `proxy_set_header Connection ${value};`).join(' ');
    const check = checksOf(await requestOf(location(lines))).find(
      ({ condition }) => condition === 'connection',
    );
    expect(check?.met).toBe(expected);
  });

  it('asks in the order of RFC 6455', async () => {
    const checks = checksOf(await requestOf(location('')));
    expect(checks.map(({ condition, status }) => `${condition} ${status}`)).toEqual([
      'method 405',
      'upgrade 426',
      'connection 400',
      'request-line 400',
      'http-version 400',
      'host 400',
      'key 400',
      'websocket-version 426',
    ]);
  });

  it('does not miss what may be set out of sight', async () => {
    const met = async (text: string): Promise<string> =>
      checksOf(await requestOf({ '/a.conf': text }))
        .map((check) => check.met)
        .join(' ');
    expect(await met('proxy_pass http://a;')).toBe('yes unknown unknown yes unknown yes yes yes');
    expect(await met('location / { proxy_pass http://a; }')).toBe('yes no no yes no yes yes yes');
    expect(await met('server { location / { proxy_pass http://a; } }')).toBe('yes no no yes no yes yes yes');
  });
});
