import { describe, expect, it } from 'vitest';
import { buildModel } from '../../server/src/model/model';
import { nginxTest, type NginxOptions, refusalsOf } from '../../server/src/nginx-test/nginx-test';
import { readBuild } from '../../server/src/reference/builds';
import type { Fork } from '../../server/src/reference/forks';
import { parseVersion } from '../../server/src/reference/versions';
import { closureOf, modelOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

/** What nginx would say first, as `text @file:line`. */
async function first(
  files: string | Readonly<Record<string, string>>,
  { version = '1.28.0', ...options }: NginxOptions & { version?: string } = {},
): Promise<string | null> {
  const closure = await closureOf(typeof files === 'string' ? { [MAIN]: files } : files);
  const parsed = parseVersion(version);
  if (parsed === null) throw new Error(`${version} is no version.`);
  const model = buildModel(closure, parsed);
  const test = nginxTest(model, refusalsOf(model, options), options);
  if (test === null) return null;
  return test.file === null ? test.text : `${test.text} @${test.file.path}:${test.line}`;
}

/** All that nginx would refuse. */
async function refused(files: Readonly<Record<string, string>>): Promise<string[]> {
  return refusalsOf(await modelOf(files)).map(({ text }) => text);
}

const inServer = (lines: string): string => `events {}\nhttp {\nserver {\nlisten 80;\n${lines}\n}\n}\n`;

describe('order', () => {
  it('is that of reading: an early mistake comes before a later syntax error', async () => {
    expect(await first(inServer('sendfile maybe;\nlisten 81'))).toBe(
      `invalid value "maybe" in "sendfile" directive, it must be "on" or "off" @${MAIN}:5`,
    );
    expect(await first(inServer('listen 81;;\nsendfile maybe;'))).toBe(`unexpected ";" @${MAIN}:5`);
  });

  it('takes a byte order mark for a part of the first word', async () => {
    expect(await first('\uFEFFevents {}\n')).toBe(`unknown directive "\uFEFFevents" @${MAIN}:1`);
    expect(await first('\uFEFF# all\nevents {}\nhttp {}\n')).toBe(`unknown directive "\uFEFF#" @${MAIN}:2`);
    const included = { [MAIN]: inServer('include a.inc;'), '/etc/nginx/a.inc': '\uFEFFsendfile on;' };
    expect(await first(included)).toBe('unknown directive "\uFEFFsendfile" @/etc/nginx/a.inc:1');
  });

  it('reads an included file in its place', async () => {
    const files = (text: string): Record<string, string> => ({
      [MAIN]: inServer('include a.inc;\nsendfile maybe;'),
      '/etc/nginx/a.inc': text,
    });
    expect(await first(files('\nbogus on;\n'))).toBe('unknown directive "bogus" @/etc/nginx/a.inc:2');
    expect(await first(files('\nlocation / {\n'))).toBe(
      'unexpected end of file, expecting "}" @/etc/nginx/a.inc:3',
    );
    expect(await first(files('tcp_nodelay on;\n'))).toMatch(/^invalid value "maybe"/);
  });

  it('ends where an include leads back to a file around it', async () => {
    const files = (text: string): Record<string, string> => ({
      [MAIN]: inServer(`${text}\nsendfile maybe;`),
      '/etc/nginx/a.inc': 'add_header A b;\ninclude a.inc;\nbogus on;\n',
    });
    expect(await first(files('include a.inc;'))).toBe(null);
    expect(await first(files('sendfile perhaps;\ninclude a.inc;'))).toMatch(/^invalid value "perhaps"/);
  });

  it('comes to variables last', async () => {
    expect(await first(inServer('return 200 $nothing;\nlocation /a {\n}\nlocation /a {\n}'))).toBe(
      `duplicate location "/a" @${MAIN}:8`,
    );
    expect(await first(inServer('return 200 $nothing;'))).toBe('unknown "nothing" variable');
  });
});

describe('what cannot be known', () => {
  it('is not claimed: a missing include may define it', async () => {
    expect(await first(inServer('include missing.inc;\nreturn 200 $nothing;\nlimit_req zone=a;'))).toBeNull();
  });

  it('is not claimed of a template', async () => {
    expect(await first({ '/etc/nginx/nginx.conf.j2': inServer('bogus on;') })).toBeNull();
  });

  it('is not claimed of a fragment', async () => {
    expect(await first({ '/etc/nginx/conf.d/a.conf': 'server {\nbogus on;\n}\n' })).toBeNull();
  });

  const tooFew =
    '"proxy_busy_buffers_size" must be less than the size of all "proxy_buffers" minus one buffer';

  it.each<[text: string, expected: readonly string[]]>([
    ['proxy_buffers 4 8k; proxy_buffer_size 16k; location / {}', [tooFew]],
    ['proxy_buffers 4 8k; location / { proxy_buffer_size 16k; }', [tooFew]],
    // It may say how much may be busy.
    ['include missing.inc; proxy_buffers 4 8k; proxy_buffer_size 16k; location / {}', []],
    ['include missing.inc; proxy_buffers 4 8k; location / { proxy_buffer_size 16k; }', []],
    // Here it may not.
    ['proxy_buffers 4 8k; proxy_buffer_size 16k; location / { include missing.inc; }', [tooFew]],
  ])('is not claimed: what is missing may fit what is here: %s', async (text, expected) => {
    expect(await refused({ [MAIN]: inServer(text) })).toEqual(expected);
  });

  it('is not claimed: a placeholder may be the server of an upstream', async () => {
    const text = (line: string): string => `events {}\nhttp {\n upstream a {\n  ${line}\n }\n}\n`;
    expect(await refused({ '/etc/nginx/nginx.conf.j2': text('keepalive 2;') })).toEqual([
      'no servers are inside upstream',
    ]);
    expect(await refused({ '/etc/nginx/nginx.conf.j2': text('{{ servers }}') })).toEqual([]);
  });

  it('is claimed of a plain file that only looks like a template', async () => {
    expect(await first(inServer('server_name {{ name }};'))).toBe(
      `directive "server_name" is not terminated by ";" @${MAIN}:5`,
    );
  });

  it('is not claimed of names that a loaded module may bring, nor of those that people name', async () => {
    expect(await first(`load_module x.so;\n${inServer('bogus on;')}`)).toBeNull();
    expect(await first(inServer('bogus on;'), { extraDirectives: ['bogus'] })).toBeNull();
  });
});

describe('versions', () => {
  it.each([
    ['1.25.0', 'http2 on;', `unknown directive "http2" @${MAIN}:5`],
    ['1.25.1', 'http2 on;', null],
    ['1.25.0', 'ssl off;', null],
    ['1.25.1', 'ssl off;', `unknown directive "ssl" @${MAIN}:5`],
    ['1.29.3', 'proxy_http_version 2;', `invalid value "2" @${MAIN}:5`],
    ['1.29.4', 'proxy_http_version 2;', null],
    ['1.21.4', 'location ~ ( {\n}', `pcre_compile() failed: missing ) in "(" @${MAIN}:5`],
    ['1.21.5', 'location ~ ( {\n}', `pcre2_compile() failed: missing closing parenthesis in "(" @${MAIN}:5`],
  ])('%s: %s', async (version, line, expected) => {
    expect(await first(inServer(line), { version })).toBe(expected);
  });
});

it('takes stream and mail as built in, until one of them is loaded', async () => {
  expect(await first(inServer('starttls on;'))).toBe(`"starttls" directive is not allowed here @${MAIN}:5`);
  expect(await first(`load_module ngx_stream_module.so;\n${inServer('starttls on;')}`)).toBe(
    `unknown directive "starttls" @${MAIN}:6`,
  );
});

it('takes the first map for what sets the hash of maps', async () => {
  const text = (lines: string): string => `events {}\nhttp {\n${lines}\n}\n`;
  expect(await first(text('map_hash_max_size 64;\nmap $uri $a { }'))).toBeNull();
  expect(await first(text('map $uri $a { }\nmap_hash_max_size 64;'))).toBe(
    `"map_hash_max_size" directive is duplicate @${MAIN}:4`,
  );
});

it('has no words where nginx refuses without one', async () => {
  expect(await first(inServer('modern_browser msie;\nbogus on;'))).toBeNull();
  expect(await refused({ [MAIN]: inServer('modern_browser msie;') })).toEqual([
    'nginx refuses "modern_browser msie" without a version, and does not say so',
  ]);
});

it('knows the address of tunnel_pass, and that no free nginx starts a server slowly', async () => {
  const version = '1.31.4';
  expect(await first(inServer('location / { tunnel_pass 10; }'), { version })).toBe(
    `no port in upstream "10" @${MAIN}:5`,
  );
  expect(await first(inServer('location / { tunnel_pass; tunnel_pass $host:1; }'), { version })).toBe(
    `"tunnel_pass" directive is duplicate @${MAIN}:5`,
  );
  expect(await first(inServer('location / { tunnel_pass a:1; }'), { version })).toBeNull();
  expect(
    await first(inServer('} upstream u { server 127.0.0.1 slow_start=1s; } server {'), { version }),
  ).toBe(`invalid parameter "slow_start=1s" @${MAIN}:5`);
});

describe('programs made of nginx', () => {
  const of = (fork: Fork) => ({ version: '1.31.2', build: { fork, modules: null } });

  // What Angie 1.13.0 says of the same.
  it.each([
    ['acme example;', null],
    ['acme a b;', 'invalid number of arguments in "acme" directive'],
    ['docker_endpoint http://127.0.0.1;', '"docker_endpoint" directive is not allowed here'],
    ['add_header_inherit off;', 'unknown directive "add_header_inherit"'],
    [
      'api_config_files maybe;',
      'invalid value "maybe" in "api_config_files" directive, it must be "on" or "off"',
    ],
    ['location / { proxy_http_version 3; }', null],
    ['location /a /b { return 200; }', null],
    ['status_zone a;', null],
    ['session_log a;', 'unknown directive "session_log"'],
    // Its words.
    [
      'location ~ a { proxy_pass http://127.0.0.1/b; }',
      '"proxy_pass" cannot have URI part in a location specified with a regex, inside a named location, inside a ' +
        'combined location, inside an "if" statement, or inside a "limit_except" block',
    ],
    ['location = /a { location /a/b { } }', 'location "/a/b" cannot be inside exact match location "/a"'],
    ['location @a { location /b { } }', 'location "/b" cannot be inside named location "@a"'],
    ['location /a { location @b { } }', 'named location "@b" can occur on the server level only'],
    ['location @a { location @b { } }', 'named location "@b" can occur on the server level only'],
    ['location @a { alias /a; }', 'the "alias" directive cannot be used inside named or combined locations'],
    ['location /a { location /b { } }', 'location "/b" is outside location "/a"'],
    // One location may have several texts.
    ['location /a /b /c { location /b/d { } }', null],
    ['location =/a ~b { proxy_pass http://127.0.0.1; }', null],
    // Its variables, and those of nobody.
    ['return 200 $angie_version$acme_cert_a$upstream_transport;', null],
    ['return 200 $nope;', 'unknown "nope" variable'],
    ['return 200 $acme_cert;', 'unknown "acme_cert" variable'],
    // What it takes in its own way is not missing.
    ['proxy_cache a; } proxy_cache_path /b keys_zone=a:1m:file=/a; server {', null],
    ['} upstream u { server 127.0.0.1:1 sid=a; } server {', null],
    ['} upstream u { zone u 1m; } server {', null],
    [
      '} upstream u { server a.example resolve; } server {',
      'resolving names at run time requires shared memory zone configured for upstream "u"',
    ],
    ['} upstream u { } server {', 'no servers are inside upstream'],
  ])('Angie: %s', async (line, said) => {
    const text = await first(inServer(line), of('Angie'));
    expect(text?.replace(/ @.*/, '') ?? null).toBe(said);
  });

  it.each<[Fork, string]>([
    ['OpenResty', 'more_set_headers A;'],
    ['OpenResty', 'location / { content_by_lua_block { ngx.say(1) } }'],
    ['NGINX Plus', 'status_zone a;'],
    ['NGINX Plus', '} upstream u { server 127.0.0.1:1 slow_start=30s; } server {'],
    ['Tengine', 'location / { concat on; }'],
    ['Tengine', 'if ($arg_a > 1) { return 403; }'],
    ['Tengine', '} upstream u { server 127.0.0.1:1 id=a; } server {'],
    ['Tengine', '} limit_req_zone $host $uri zone=a:1m rate=1r/s; server {'],
    ['Tengine', '} upstream u { server 127.0.0.1:1; session_sticky cookie=a domain=b; } server {'],
    ['Tengine', 'return 200 $unix_time$base64_decode_a;'],
    ['Tengine', 'return 200 $agent; } user_agent $agent { greedy a; } server {'],
  ])('%s takes %s', async (fork, line) => {
    expect(await first(inServer(line), of(fork))).toBeNull();
  });

  // What Tengine 3.2.0 says of the same.
  it.each([
    [
      'location ~ a { proxy_pass http://127.0.0.1/b; }',
      /^"proxy_pass" cannot have URI part in location given by/,
    ],
    ['location = /a { location /a/b { } }', /^location "\/a\/b" cannot be inside the exact location "\/a" @/],
    ['proxy_buffering maybe;', /^invalid value "maybe" in "proxy_buffering" directive, it must be/],
    ['return 200 $nope;', /^unknown "nope" variable$/],
    ['http3 on;', /^unknown directive "http3" @/],
    ['nope on;', /^unknown directive "nope" @/],
  ])('Tengine: %s', async (line, said) => {
    expect(await first(inServer(line), of('Tengine'))).toMatch(said);
  });

  describe('Angie from 1.10 on', () => {
    const text = 'events {}\nhttp\n{\nserver {\nlisten 80;\nproxy_cache nope;\n}\n}\nstream {\nnope;\n}\n';

    it('tells of the line where a part begins what it finds in it, when all files are read', async () => {
      const wrong = text.replace('\nnope;\n', '\n');
      expect(await first(wrong, of('Angie'))).toBe(`"proxy_cache" zone "nope" is unknown @${MAIN}:3`);
      expect(await first(wrong, { ...of('Angie'), version: '1.27.4' })).toBe(
        `"proxy_cache" zone "nope" is unknown @${MAIN}:8`,
      );
      expect(await first(text, of('Angie'))).toBe(`unknown directive "nope" @${MAIN}:10`);
    });

    it('takes several http blocks for one', async () => {
      const two =
        'events {}\nhttp {\nserver { listen 80; limit_req zone=a; }\n}\nhttp {\nlimit_req_zone $host zone=a:1m rate=1r/s;\n}\n';
      expect(await first(two, of('Angie'))).toBeNull();
      expect(await first(two, of('Tengine'))).not.toBeNull();
      expect(await first(`pid a;\npid a;\n${two}`, of('Angie'))).toBe(
        `"pid" directive is duplicate @${MAIN}:2`,
      );
    });
  });
});

describe('modules that are built in, or not', () => {
  const build = (configured: string) => {
    const { version: _, ...rest } = readBuild(`nginx/1.28.0\nconfigure arguments: ${configured}`) ?? {
      version: null,
      fork: null,
      modules: null,
    };
    return { build: rest };
  };
  const inHttp = (line: string): string => `events {}\nhttp {\n${line}\n}\n`;

  it.each([
    ['--with-http_sub_module', 'sub_filter_once on;', null],
    ['', 'sub_filter_once on;', `unknown directive "sub_filter_once" @${MAIN}:3`],
    ['--with-http_geoip_module', 'geoip_country /x;', null],
    ['--with-http_geoip_module=dynamic', 'geoip_country /x;', `unknown directive "geoip_country" @${MAIN}:3`],
    ['--add-module=/x', 'anything on;', null],
  ])('%s: %s', async (configured, line, said) => {
    expect(await first(inHttp(line), build(configured))).toBe(said);
  });

  it('are those of stream and mail, too', async () => {
    expect(await first('events {}\nmail {}\n', build('--with-stream'))).toBe(
      `unknown directive "mail" @${MAIN}:2`,
    );
    expect(await first('events {}\nmail {}\n', build('--with-mail'))).toBeNull();
  });
});

describe('releases, by what their sources say', () => {
  const inHttp = (lines: string): string => `events {}\nhttp {\n${lines}\n}\n`;
  const inUpstream = (lines: string): string => inHttp(`upstream u {\nserver localhost;\n${lines}\n}`);
  const inStream = (lines: string): string => `events {}\nstream {\nserver {\nlisten 81;\n${lines}\n}\n}\n`;

  /** A text, the last release before a change and the first with it, and what nginx says of the line of the text. */
  const changes: readonly (readonly [string, string, string | null, string, string | null])[] = [
    [
      inStream('return 1;\nlisten 82 x;'),
      '1.25.4',
      'the invalid "x" parameter @6',
      '1.25.5',
      'invalid parameter "x" @6',
    ],
    [
      inStream('return 1;\nlisten 82 setfib=1;'),
      '1.25.4',
      'the invalid "setfib=1" parameter @6',
      '1.25.5',
      'invalid parameter "setfib=1" @6',
    ],
    [
      inStream('return 1;\nlisten 82 udp so_keepalive=on fastopen=5;'),
      '1.25.4',
      '"listen" directive "so_keepalive" parameter is incompatible with "udp" @6',
      '1.25.5',
      '"listen" directive "fastopen" parameter is incompatible with "udp" @6',
    ],
    [
      inStream('return 1;\nssl_certificate a;'),
      '1.25.4',
      null,
      '1.25.5',
      'no "ssl_certificate_key" is defined for certificate "a"',
    ],
    [inStream(''), '1.27.0', 'no handler for server @3', '1.27.1', null],
    // A module that is loaded may bring the handler.
    [`load_module x.so;\n${inStream('x_handler a;')}`, '1.27.0', null, '1.27.1', null],
    [
      inStream('return 1;\nlisten 82 multipath;'),
      '1.29.6',
      'invalid parameter "multipath" @6',
      '1.29.7',
      null,
    ],
    [
      inStream('return 1;\npass a:80;'),
      '1.25.4',
      'unknown directive "pass" @6',
      '1.25.5',
      '"pass" directive has no addresses @6',
    ],
    [
      inHttp('http2_recv_buffer_size 32;'),
      '1.25.2',
      '"http2_recv_buffer_size" directive value is too small @3',
      '1.25.3',
      null,
    ],
    [
      inServer('listen 81 quic deferred ssl;'),
      '1.25.3',
      '"listen" directive "ssl" parameter is incompatible with "quic" @5',
      '1.25.4',
      '"listen" directive "deferred" parameter is incompatible with "quic" @5',
    ],
    [inServer('proxy_store "";'), '1.27.2', null, '1.27.3', 'empty path @5'],
    [inServer('proxy_bind [::1];'), '1.27.2', 'invalid address "[::1]" @5', '1.27.3', null],
    [
      inServer('index a "";'),
      '1.29.1',
      'index "a" in "index" directive is invalid @5',
      '1.29.2',
      'index "" in "index" directive is invalid @5',
    ],
    [inUpstream('keepalive 0;'), '1.29.6', 'invalid value "0" in "keepalive" directive @5', '1.29.7', null],
    [
      inUpstream('keepalive 1 local;'),
      '1.29.6',
      'invalid number of arguments in "keepalive" directive @5',
      '1.29.7',
      null,
    ],
    [
      inUpstream('server a resolve;'),
      '1.27.2',
      'invalid parameter "resolve" @5',
      '1.27.3',
      `resolving names at run time requires upstream "u" in ${MAIN}:3 to be in shared memory`,
    ],
    [
      inUpstream('zone z 64k;\nserver a resolve;'),
      '1.27.2',
      'invalid parameter "resolve" @6',
      '1.27.3',
      'no resolver defined to resolve names at run time in upstream "u" @3',
    ],
    [
      inUpstream('zone z 64k;\nresolver 127.0.0.1;\nserver a resolve;'),
      '1.27.2',
      '"resolver" directive is not allowed here @6',
      '1.27.3',
      null,
    ],
    [
      inHttp('ssl_certificate_cache max=1 on;'),
      '1.27.3',
      'unknown directive "ssl_certificate_cache" @3',
      '1.27.4',
      'invalid parameter "on" @3',
    ],
    [
      inHttp('ssl_certificate_cache valid=1m;'),
      '1.27.3',
      'unknown directive "ssl_certificate_cache" @3',
      '1.27.4',
      '"ssl_certificate_cache" must have the "max" parameter @3',
    ],
    [
      inUpstream('sticky learn zone=z:1m create=$a lookup=$b;'),
      '1.29.5',
      'unknown directive "sticky" @5',
      '1.29.6',
      'unknown "a" variable',
    ],
    [
      inUpstream('sticky cookie a samesite=x;'),
      '1.29.5',
      'unknown directive "sticky" @5',
      '1.29.6',
      '"sticky" directive invalid "samesite" parameter value @5',
    ],
  ];

  it.each(changes)('%j: %s %j, %s %j', async (text, before, saidBefore, since, said) => {
    const withoutFile = async (version: string) =>
      (await first(text, { version }))?.replace(`@${MAIN}:`, '@') ?? null;
    expect(await withoutFile(before)).toBe(saidBefore);
    expect(await withoutFile(since)).toBe(said);
  });
});

describe('mail, as nginx 1.18.0 to 1.31.4 read it', () => {
  const server = 'listen 127.0.0.1:2525;\nprotocol smtp;';
  const inMail = (lines: string): string => `events {}\nmail {\nserver {\n${lines}\n}\n}\n`;

  it.each([
    ['listen 127.0.0.1:2525 x;', 'invalid parameter "x" @4'],
    ['listen 127.0.0.1:2525 fastopen=3;', 'invalid parameter "fastopen=3" @4'],
    ['listen 127.0.0.1:25;\nlisten 127.0.0.1:25;', 'duplicate "127.0.0.1:25" address and port pair @5'],
    ['protocol smtp;', 'no "listen" is defined for server @3'],
    ['protocol x;', 'unknown protocol "x" @4'],
    ['auth_http http://127.0.0.1:x;', 'invalid port in auth_http "127.0.0.1:x" @4'],
    ['listen 127.0.0.1:2525;', 'unknown mail protocol for server @3'],
    [server, 'no "auth_http" is defined for server @3'],
    ['listen 127.0.0.1:110;', 'no "auth_http" is defined for server @3'],
    [`${server}\nstarttls x;`, 'invalid value "x" @6'],
    [`${server}\nstarttls on;`, 'no "ssl_certificate" is defined for the "starttls" directive @6'],
    [
      `${server}\nlisten 127.0.0.1:465 ssl;\nssl_certificate a;`,
      'no "ssl_certificate_key" is defined for the "listen ... ssl" directive @6',
    ],
    [`${server}\nauth_http 127.0.0.1/auth;`, null],
  ])('%j: %j', async (lines, said) => {
    expect((await first(inMail(lines)))?.replace(`@${MAIN}:`, '@') ?? null).toBe(said);
  });
});

it('reads a file as deep as it likes', async () => {
  const open = 'location / {\n'.repeat(10_000);
  expect(await first(`events {}\nhttp {\nserver {\n${open}`)).toBe(
    `unexpected end of file, expecting "}" @${MAIN}:10004`,
  );
});
