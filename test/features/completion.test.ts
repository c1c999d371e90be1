import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionAt, withPaths } from '../../server/src/features/completion/completion';
import type { Completion, Entry } from '../../server/src/features/completion/entry';
import { isAllowedIn } from '../../server/src/features/support/contexts';
import type { SourceFile } from '../../server/src/model/source-file';
import type { Context } from '../../server/src/model/context';
import { directiveFacts } from '../../server/src/reference/directives';
import type { NginxVersion } from '../../server/src/reference/versions';
import { nginxTestOf } from '../../server/src/service';
import { brokenText } from '../support/broken-text';
import { analysisOf, modelOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

interface Place {
  readonly completion: Completion | null;
  /** The text without the marker. */
  readonly text: string;
  readonly offset: number;
}

/** Completes at the `|` of one of the files; one text alone is the main file. */
async function at(files: string | Record<string, string>, version?: NginxVersion): Promise<Place> {
  const all = typeof files === 'string' ? { [MAIN]: files } : files;
  const [path = '', marked = ''] = Object.entries(all).find(([, text]) => text.includes('|')) ?? [];
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const model = await modelOf({ ...all, [path]: text }, version);
  const file = model.configuration.closure.files.get(path);
  if (file === undefined) throw new Error(`${path} is not part of the configuration.`);
  return { completion: completionAt(model, file, offset), text, offset };
}

async function entries(
  files: string | Record<string, string>,
  version?: NginxVersion,
): Promise<readonly Entry[]> {
  return (await at(files, version)).completion?.entries ?? [];
}

async function labels(files: string | Record<string, string>, version?: NginxVersion): Promise<string[]> {
  return (await entries(files, version)).map(({ label }) => label);
}

/** The text after the entry of that label is inserted, as a snippet where `snippet` says so. */
async function inserted(marked: string, label: string, snippet = false): Promise<string> {
  const { completion, text } = await at(marked);
  const entry = completion?.entries.find((each) => each.label === label);
  if (completion === null || entry === undefined) throw new Error(`${label} is not offered.`);
  const insert = (snippet ? entry.snippet : undefined) ?? entry.insert ?? entry.label;
  return text.slice(0, completion.start) + insert + text.slice(completion.end);
}

function inServer(line: string): string {
  return `events {}\nhttp {\n    server {\n        ${line}\n    }\n}\n`;
}

function inLocation(line: string): string {
  return inServer(`location / {\n            ${line}\n        }`);
}

/** One line of a location, before and after. */
async function insertedIn(line: string, label: string, snippet = false): Promise<string> {
  const whole = await inserted(inLocation(line), label, snippet);
  return whole.slice(
    inLocation('|').indexOf('|'),
    whole.length - inLocation('').length + inLocation('|').indexOf('|'),
  );
}

describe('directives', () => {
  it('are those of the block at the place', async () => {
    const server = await labels(inServer('|'));
    expect(server).toEqual(
      expect.arrayContaining(['listen', 'server_name', 'location', 'proxy_set_header', 'include']),
    );
    expect(server).not.toContain('upstream');
    expect(server).not.toContain('proxy_pass');
    expect(await labels(inLocation('prox|'))).toContain('proxy_pass');
    expect(await labels('|')).toEqual(expect.arrayContaining(['events', 'http', 'user', 'server', 'listen']));
    expect(await labels('events {}\n|')).not.toContain('listen');
    expect(await labels('events {}\nstream { server { | } }')).toEqual(
      expect.arrayContaining(['proxy_pass', 'listen']),
    );
    expect(await labels('events {}\nstream { server { | } }')).not.toContain('location');
    expect(await labels('events {}\nhttp { upstream a { | } }')).toEqual(
      expect.arrayContaining(['server', 'ip_hash']),
    );
    expect(await labels(inLocation('if ($a) { | }'))).not.toContain('proxy_set_header');
  });

  it('of a file that is included in several places are those of all of them', async () => {
    const found = await labels({
      [MAIN]: 'events {}\nhttp { include a.conf; server { location / { include a.conf; } } }',
      '/etc/nginx/a.conf': '|',
    });
    expect(found).toEqual(expect.arrayContaining(['upstream', 'proxy_pass']));
    expect(found).not.toContain('server_name');
    expect(found).not.toContain('listen');
  });

  it('of a fragment are those of all contexts that fit what is there', async () => {
    const found = await labels({ '/etc/nginx/conf.d/a.conf': 'proxy_set_header Host $host;\nprox|' });
    expect(found).toEqual(expect.arrayContaining(['server', 'location', 'proxy_pass']));
    expect(found).not.toContain('events');
  });

  it.each([
    ['a word without its `;` before another', inServer('lis|\n        server_name a;')],
    ['a block without its brace', 'events {}\nhttp {\n    server {\n        lis|\n'],
    ['the line after one that lacks its `;`', inServer('server_name a\n        |')],
    ['the same with half a name', inServer('server_name a\n        lis|')],
    ['a word glued to a `;`', inServer('server_name a;li|')],
    ['a `}` too many before it', 'events {}\nhttp { server { } } }\nhttp { server { li| } }'],
  ])('are there in broken text: %s', async (_, text) => {
    expect(await labels(text)).toContain('listen');
  });

  it.each([
    ['comments', inServer('# lis|')],
    ['Lua', inLocation('content_by_lua_block { loc| }')],
    ['a quoted name', inServer('"lis|"')],
    ['placeholders', inServer('{{ lis| }}')],
    ['placeholders in a word', inLocation('proxy_pass http://{{ ho| }};')],
    ['what follows a quote that closes', inLocation('proxy_set_header "Host"|')],
  ])('are not in %s', async (_, text) => {
    expect(await labels(text)).toEqual([]);
  });

  it('replace the whole word, and nothing else', async () => {
    expect(await insertedIn('pro|xy', 'proxy_pass')).toBe('proxy_pass');
    expect(await insertedIn('pr|ox http://a;', 'proxy_pass')).toBe('proxy_pass http://a;');
    expect(await insertedIn('|', 'proxy_pass')).toBe('proxy_pass');
  });

  it('wait for their arguments, end with `;` where there are none, or open with braces', async () => {
    // The author types the `;` behind the argument: one that stood there already would make two.
    expect(await insertedIn('pro|', 'proxy_pass', true)).toBe('proxy_pass $0');
    expect(await insertedIn('pro|;', 'proxy_pass', true)).toBe('proxy_pass $0;');
    expect(await insertedIn('pro| http://a', 'proxy_pass', true)).toBe('proxy_pass http://a');
    expect(await insertedIn('int|', 'internal')).toBe('internal;');
    expect(await insertedIn('int|;', 'internal')).toBe('internal;');
    expect(await insertedIn('loc|', 'location', true)).toBe('location ${1:/path} {\n\t$0\n}');
    expect(await insertedIn('loc| /a {}', 'location', true)).toBe('location /a {}');
    expect(await inserted('events {}\nhttp { serv| }', 'server', true)).toBe(
      'events {}\nhttp { server {\n\t$0\n} }',
    );
    expect(await inserted('events {}\nhttp { serv| { } }', 'server', true)).toBe(
      'events {}\nhttp { server { } }',
    );
    expect(await inserted('events {}\nhttp { ma| }', 'map', true)).toContain(
      'map ${1:\\$source} ${2:\\$variable} {\n\t$0\n}',
    );
  });

  it('that most configurations have come first', async () => {
    const rankOf = async (text: string): Promise<(label: string) => number> => {
      const ranks = new Map((await entries(text)).map(({ label, rank }) => [label, rank ?? 5] as const));
      return (label) => ranks.get(label) ?? Number.NaN;
    };
    const location = await rankOf(inLocation('|'));
    expect(location('proxy_pass')).toBeLessThan(location('proxy_bind'));
    expect(location('proxy_set_header')).toBeLessThan(location('proxy_pass_trailers'));
    const server = await rankOf(inServer('|'));
    expect(server('listen')).toBeLessThan(server('absolute_redirect'));
  });

  it('that this nginx lacks come last and say so; those it has done away with are struck through', async () => {
    const old: NginxVersion = { major: 1, minor: 24, patch: 0 };
    const find = async (label: string, version?: NginxVersion): Promise<Entry | undefined> =>
      (await entries(inServer('|'), version)).find((entry) => entry.label === label);
    expect(await find('http2', old)).toMatchObject({ rank: 9, note: 'since 1.25.1, not in 1.24.0' });
    expect((await find('http2'))?.note).toBeUndefined();
    expect(await find('ssl')).toMatchObject({ rank: 9, note: 'removed in 1.25.1', deprecated: true });
    expect(await find('ssl', old)).toMatchObject({ note: 'obsolete', deprecated: true });
    expect(await find('http2_idle_timeout')).toMatchObject({ deprecated: true });
    expect(await find('more_set_headers')).toMatchObject({ rank: 6 });
    expect((await find('server_name'))?.deprecated).toBeUndefined();
  });

  it('of a map are its special words', async () => {
    expect(await labels('events {}\nhttp { map $a $b { | } }')).toEqual([
      'default',
      'hostnames',
      'volatile',
      'include',
    ]);
    expect(await labels('events {}\nhttp { types { | } }')).toEqual(['include']);
  });
});

describe('snippets', () => {
  const snippets = async (text: string): Promise<string[]> =>
    (await entries(text)).filter(({ kind }) => kind === 'snippet').map(({ label }) => label);

  it('stand where they fit, and nowhere else', async () => {
    expect(await snippets(inServer('ws-|'))).toContain('ws-location');
    expect(await snippets(inServer('ws-|'))).not.toContain('ws-server');
    expect(await snippets(inLocation('|'))).toEqual(['ws-directives']);
    expect(await snippets('events {}\nhttp {\n    |\n}\n')).toContain('ws-server');
    for (const none of [
      'events { | }',
      'events {}\nhttp { upstream a { ws-| } }',
      'events {}\nhttp { map $a $b { ws-| } }',
      inLocation('if ($a) { ws-| }'),
      inLocation('proxy_pass ws-|'),
      inLocation('ws-| on;'),
      'events {}\n|\nhttp {}\n',
    ])
      expect(await snippets(none)).toEqual([]);
  });

  it('of an empty file are the whole start', async () => {
    expect(await snippets('|')).toEqual(['ws-start']);
    expect(await snippets('\n ws-|\n')).toEqual(['ws-start']);
    expect((await entries('|')).find(({ label }) => label === 'ws-start')?.rank).toBe(0);
  });

  it('set Connection by the map, where there is one', async () => {
    const map = 'map $http_upgrade $connection_upgrade { default upgrade; }';
    const withMap = (text: string): string => text.replace('http {', `http { ${map}`);
    for (const label of ['ws-location', 'ws-signalr']) {
      expect(await inserted(inServer('ws-|'), label)).toContain('proxy_set_header Connection "Upgrade";');
      expect(await inserted(withMap(inServer('ws-|')), label)).toContain('Connection $connection_upgrade;');
    }
    const inHttp = 'events {}\nhttp {\n    ws-|\n}\n';
    expect(await snippets(inHttp)).toContain('ws-map');
    expect(await snippets(withMap(inHttp))).not.toContain('ws-map');
  });

  it('are what nginx takes there, with and without the map', async () => {
    const map = 'map $http_upgrade $connection_upgrade { default upgrade; }';
    const places = ['|', 'events {}\nhttp {\n|\n}\n', inServer('|'), inLocation('|')];
    for (const place of places.flatMap((each) => [each, each.replace('http {', `http { ${map}`)])) {
      for (const label of await snippets(place)) {
        const text = await inserted(place, label);
        const analysis = await analysisOf(text);
        expect([label, nginxTestOf(analysis), text.includes('|')]).toEqual([label, null, false]);
      }
    }
  });
});

describe('arguments', () => {
  it.each<[line: string, first: string[]]>([
    ['gzip |;', ['on', 'off']],
    ['gzip o|n;', ['on', 'off']],
    ['satisfy |', ['all', 'any']],
    ['proxy_http_version |;', ['1.0', '1.1', '2']],
    ['proxy_set_header |', ['Host', 'Upgrade', 'Connection', 'X-Real-IP']],
    ['proxy_set_header Up|', ['Host', 'Upgrade', 'Connection', 'X-Real-IP']],
    ['proxy_set_header Upgrade |;', ['$http_upgrade']],
    ['proxy_set_header upgrade |;', ['$http_upgrade']],
    ['proxy_set_header Connection |;', ['"upgrade"', '""']],
    ['proxy_set_header X-Forwarded-For |', ['$proxy_add_x_forwarded_for']],
    ['rewrite ^ / |', ['last', 'break', 'redirect', 'permanent']],
    ['return |', ['301', '302']],
    ['return 301 |', ['https://$host$request_uri']],
    ['error_log logs/error.log |', ['error', 'warn', 'notice', 'info', 'debug']],
    ['proxy_read_timeout |;', ['3600s', '60s']],
    ['try_files |', ['$uri', '$uri/']],
    ['proxy_pass |;', ['http://', 'https://']],
    ['expires |', ['modified', 'epoch', 'max', 'off']],
    ['limit_req |', ['zone=']],
    ['limit_req zone=a |', ['burst=', 'nodelay', 'delay=']],
    ['add_header Strict-Transport-Security |', ['"max-age=31536000" always']],
  ])('%s', async (line, first) => {
    const found = await labels(inLocation(line));
    expect(found.filter((label) => first.includes(label))).toEqual(first);
  });

  it('of listen are addresses, then its parameters', async () => {
    const found = await labels(inServer('listen |'));
    expect(found).toEqual(expect.arrayContaining(['80', '[::]:443', 'unix:']));
    const behind = await entries(inServer('listen 443 ssl |'));
    const names = behind.map(({ label }) => label);
    expect(names).toEqual(
      expect.arrayContaining(['default_server', 'proxy_protocol', 'backlog=', 'ipv6only=on']),
    );
    expect(names).not.toContain('ssl');
    expect(names).not.toContain('80');
    expect(behind.find(({ label }) => label === 'http2')).toMatchObject({ deprecated: true });
    const old = await entries(inServer('listen 443 ssl |'), { major: 1, minor: 24, patch: 0 });
    expect(old.find(({ label }) => label === 'http2')?.deprecated).toBeUndefined();
    expect(old.find(({ label }) => label === 'quic')).toMatchObject({ rank: 9 });
  });

  it('that came with a later release come last', async () => {
    const found = await entries(inLocation('proxy_http_version |'));
    expect(found.find(({ label }) => label === '2')).toMatchObject({
      rank: 9,
      note: 'since 1.29.4, not in 1.28.0',
    });
    const later = await entries(inLocation('proxy_http_version |'), { major: 1, minor: 29, patch: 4 });
    expect(later.find(({ label }) => label === '2')?.rank).toBeUndefined();
  });

  it('that are weak are struck through', async () => {
    const found = await entries(inServer('ssl_protocols TLSv1.2 |'));
    expect(found.map(({ label, deprecated }) => [label, deprecated ?? false])).toEqual([
      ['SSLv2', true],
      ['SSLv3', true],
      ['TLSv1', true],
      ['TLSv1.1', true],
      ['TLSv1.3', false],
    ]);
  });

  it('may be zones and formats of the configuration', async () => {
    const config = (line: string): string =>
      `events {}\nhttp { log_format mine "a"; limit_req_zone $host zone=one:1m rate=1r/s; server { ${line} } }`;
    expect(await labels(config('limit_req |'))).toEqual(['zone=one', 'zone=']);
    expect(await labels(config('access_log /a |'))).toEqual(['combined', 'mine']);
    expect(await labels(config('location / { return 200 a; } limit_conn |'))).not.toContain('one');
  });

  it('of Connection begin with the map that this configuration has', async () => {
    const map = 'map $http_upgrade $connection_upgrade { default upgrade; "" close; }';
    const text = `events {}\nhttp { ${map}\nserver { location / { proxy_set_header Connection | } } }`;
    expect(await labels(text)).toEqual(['$connection_upgrade', '"upgrade"', '""']);
    const other = text.replace('upgrade;', 'close;');
    expect(await labels(other)).not.toContain('$connection_upgrade');
  });

  it.each(['constructor |', 'toString h|', '__proto__ @|', 'unknown http://|', 'worker_processes |'])(
    'of what is no directive here are not known: %s',
    async (line) => {
      expect(await labels(inLocation(line))).toEqual([]);
    },
  );

  it('keep to the quotes that are there', async () => {
    expect(await insertedIn('proxy_set_header Connection "up|";', '"upgrade"')).toBe(
      'proxy_set_header Connection "upgrade";',
    );
    expect(await insertedIn("proxy_http_version '1|';", '1.1')).toBe("proxy_http_version '1.1';");
  });

  it('do not go on to the directives of the next lines', async () => {
    const found = await labels(inLocation('proxy_http_version |\n            proxy_pass http://a;'));
    expect(found).toEqual(['1.0', '1.1', '2']);
  });

  it('may stand on a line of their own, further right', async () => {
    expect(await labels(inLocation('proxy_http_version\n                |'))).toEqual(['1.0', '1.1', '2']);
  });
});

describe('variables', () => {
  const config = (line: string): string =>
    `events {}\nhttp {\n    map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n    geo $country { default a; }\n    server {\n        set $backEnd chat;\n        location ~ ^/(a)/(?<room>b)(?:c)[(] {\n            ${line}\n        }\n    }\n}\n`;

  it('are those of nginx, of the configuration, and captures', async () => {
    const found = await labels(config('proxy_set_header A $|;'));
    expect(found).toEqual(
      expect.arrayContaining([
        '$host',
        '$http_upgrade',
        '$arg_',
        '$cookie_',
        '$connection_upgrade',
        '$country',
      ]),
    );
    expect(found).toEqual(expect.arrayContaining(['$backEnd', '$room', '$1', '$2']));
    expect(found).not.toContain('$3');
    expect(found).not.toContain('$ssl_preread_server_name');
    expect(new Set(found).size).toBe(found.length);
  });

  it.each([
    ['after half a name', 'proxy_set_header A $ht|;', '$host', 'proxy_set_header A $host;'],
    ['in the middle of one', 'proxy_set_header A $ht|xx;', '$host', 'proxy_set_header A $host;'],
    ['within a string', 'proxy_set_header A "a $ht| b";', '$host', 'proxy_set_header A "a $host b";'],
    ['within a string without end', 'proxy_set_header A "a $ht|', '$host', 'proxy_set_header A "a $host'],
    ['in braces', 'proxy_set_header A "${ho|}b";', '$host', 'proxy_set_header A "${host}b";'],
    ['in braces without end', 'proxy_set_header A ${ho|;', '$host', 'proxy_set_header A ${host};'],
    [
      'beside another',
      'proxy_pass http://$host:$|/a;',
      '$server_port',
      'proxy_pass http://$host:$server_port/a;',
    ],
    ['in a condition', 'if ($ht|) {}', '$http_upgrade', 'if ($http_upgrade) {}'],
    ['of a family', 'return 200 $http_|;', '$http_upgrade', 'return 200 $http_upgrade;'],
  ])('%s', async (_, line, label, expected) => {
    expect(await insertedIn(line, label)).toBe(expected);
  });

  it('are compared with their braces', async () => {
    const found = await entries(config('proxy_set_header A ${ho|};'));
    expect(found.find(({ label }) => label === '$host')).toMatchObject({
      filter: '${host}',
      insert: '${host}',
    });
  });

  it.each(['location ~ a$| {}', 'rewrite a$| /;', 'if ($host ~ a$|) {}', 'server_name ~a$|;', '# $h|'])(
    'are not offered where a `$` ends a pattern: %s',
    async (line) => {
      expect((await labels(inServer(line))).filter((label) => label.startsWith('$'))).toEqual([]);
    },
  );

  it('are the values of a map, not its keys', async () => {
    expect(await labels('events {}\nhttp { map $a $b { x $| } }')).toContain('$host');
    expect(await labels('events {}\nhttp { map $a $b { $| } }')).toEqual([]);
  });

  it('of a stream server are its own', async () => {
    const found = await labels('events {}\nstream { server { listen 1; return $|; } }');
    expect(found).toContain('$ssl_preread_server_name');
    expect(found).not.toContain('$http_upgrade');
  });
});

describe('names', () => {
  const config = (line: string): string =>
    `events {}\nhttp {\n    upstream chat { server a; server b; }\n    upstream live { server c; }\n    server {\n        location @error401 { return 302 /; }\n        location / {\n            ${line}\n        }\n    }\n    server { location @other { return 404; } }\n}\n`;

  it('of upstreams stand behind the scheme', async () => {
    expect(await labels(config('proxy_pass http://|;'))).toEqual(['chat', 'live']);
    expect(await entries(config('proxy_pass http://c|'))).toMatchObject([
      { note: '2 servers' },
      { note: '1 server' },
    ]);
    expect(await inserted(config('proxy_pass http://c|h/a;'), 'chat')).toBe(
      config('proxy_pass http://chat/a;'),
    );
    expect(await inserted(config('proxy_pass "http://|";'), 'chat')).toBe(
      config('proxy_pass "http://chat";'),
    );
    expect(await labels(config('proxy_pass |'))).toEqual(
      expect.arrayContaining(['http://chat', 'https://live', 'http://']),
    );
    expect(await labels(config('fastcgi_pass |'))).toEqual(['chat', 'live']);
    expect(await labels(config('proxy_pass http://chat/|;'))).toEqual([]);
  });

  it('of locations stand behind `@`, those of the same server', async () => {
    expect(await labels(config('error_page 401 @|;'))).toEqual(['@error401']);
    expect(await labels(config('error_page 401 =@|;'))).toEqual(['@error401']);
    expect(await inserted(config('try_files $uri @err|;'), '@error401')).toBe(
      config('try_files $uri @error401;'),
    );
    expect(await labels(config('try_files $uri |'))).toContain('@error401');
  });
});

describe('files', () => {
  const files = (line: string): Record<string, string> => ({
    [MAIN]: `events {}\nhttp { ${line} }`,
    '/etc/nginx/conf.d/a.conf': '',
  });
  const names = [
    { name: 'conf.d', isDirectory: true },
    { name: 'mime.types', isDirectory: false },
    { name: 'a.conf', isDirectory: false },
    { name: '.hidden', isDirectory: false },
    { name: 'a b', isDirectory: false },
  ];

  it('are looked for beside the main file', async () => {
    const { completion } = await at(files('include |;'));
    expect(completion?.paths).toMatchObject({ directories: ['/etc/nginx'], globs: true });
    if (completion === null) return;
    expect(withPaths(completion, names).entries.map(({ label }) => label)).toEqual([
      '*.conf',
      'conf.d/',
      'mime.types',
      'a.conf',
    ]);
  });

  it.each([
    ['include conf.d/|;', '/etc/nginx/conf.d'],
    ['include "/etc/nginx/conf.d/a|";', '/etc/nginx/conf.d'],
    ['include ../x/|;', '/etc/x'],
    ['ssl_certificate /etc/ssl/|;', '/etc/ssl'],
    ['ssl_certificate_key certs/k|', '/etc/nginx/certs'],
    ['root /var/|', '/var'],
  ])('%s', async (line, directory) => {
    const { completion } = await at(files(line));
    expect(completion?.paths?.directories[0]).toBe(directory);
  });

  it('replace one part of the path', async () => {
    const { completion, text } = await at(files('include conf.d/a|b/c.conf;'));
    expect(text.slice(completion?.start, completion?.end)).toBe('ab');
  });

  it('beside a main file kept elsewhere stand for those of /etc/nginx', async () => {
    const { completion } = await at({
      '/home/me/nginx.conf': 'events {}\nhttp { include /etc/nginx/conf.d/|; }',
    });
    expect(completion?.paths?.directories).toEqual(['/etc/nginx/conf.d', '/home/me/conf.d']);
  });

  it('are not looked for where a pattern or a variable is', async () => {
    expect((await at(files('include */|;'))).completion?.paths ?? null).toBeNull();
    expect((await at(files('root $a/|;'))).completion?.paths ?? null).toBeNull();
    expect((await at(files('root html|;'))).completion?.paths ?? null).toBeNull();
  });
});

function isArgument(kind: Entry['kind']): boolean {
  return kind !== 'directive' && kind !== 'block';
}

const allowed = new Map<string, boolean>();

/** Whether the reference has such a directive in one of the contexts. */
function isAllowed(name: string, isBlock: boolean, contexts: readonly string[]): boolean {
  const key = `${name} ${isBlock} ${contexts.join()}`;
  const facts = (directiveFacts().get(name) ?? []).filter(({ kind }) => (kind === 'block') === isBlock);
  const known = allowed.get(key) ?? facts.some((fact) => isAllowedIn(fact, contexts as Context[]));
  allowed.set(key, known);
  return known;
}

describe('each context', () => {
  it.each<[context: string, text: string]>([
    ['main', 'events {}\n|'],
    ['events', 'events { | }'],
    ['http', 'events {}\nhttp { | }'],
    ['server', 'events {}\nhttp { server { | } }'],
    ['location', 'events {}\nhttp { server { location / { | } } }'],
    ['if in server', 'events {}\nhttp { server { if ($host) { | } } }'],
    ['if in location', 'events {}\nhttp { server { location / { if ($host) { | } } } }'],
    ['limit_except', 'events {}\nhttp { server { location / { limit_except GET { | } } } }'],
    ['upstream', 'events {}\nhttp { upstream a { | } }'],
    ['mail', 'events {}\nmail { | }'],
    ['mail server', 'events {}\nmail { server { | } }'],
    ['stream', 'events {}\nstream { | }'],
    ['stream server', 'events {}\nstream { server { | } }'],
    ['stream upstream', 'events {}\nstream { upstream a { | } }'],
  ])('offers what the rule about contexts takes, and all of it: %s', async (context, text) => {
    const found = (await entries(text)).filter(({ kind }) => !isArgument(kind));
    expect(found.length).toBeGreaterThan(4);
    const lines = found.map(({ label, kind }) => (kind === 'block' ? `${label} {}` : `${label};`));
    const { problems } = await analysisOf(text.replace('|', lines.join('\n')));
    const told = problems.filter(({ rule }) => rule === 'directive-context' || rule === 'unknown-directive');
    // What another release has, or a module of another author, says so in the list too.
    const elsewhere = new Set(
      found
        .filter(({ rank, note }) => rank === 9 || (rank === 6 && note !== undefined))
        .map(({ label }) => label),
    );
    const wrong = told
      .map(({ place }) => place.file.text.slice(place.start, place.end))
      .filter((name) => !elsewhere.has(name));
    expect(wrong).toEqual([]);
    const all = [...directiveFacts()].flatMap(([name, facts]) =>
      facts.some(({ contexts }) => contexts.includes(context)) ? [name] : [],
    );
    expect(new Set(found.map(({ label }) => label))).toEqual(new Set([...all, 'include']));
  });
});

it('is quick where blocks nest deep', async () => {
  const text = `events {}\nhttp { server { ${'location / { '.repeat(10_000)} proxy_set_header A $|`;
  expect(await labels(text)).toContain('$host');
});

describe('any text', () => {
  it('is completed without a fault, within the word at the place, by what nginx allows there', async () => {
    await fc.assert(
      fc.asyncProperty(brokenText, async (all) => {
        const model = await modelOf({ [MAIN]: all });
        const { main } = model.configuration.closure;
        for (let offset = 0; offset <= all.length; offset += 1)
          check(completionAt(model, main, offset), main, offset);
      }),
      { numRuns: 100 },
    );
  });

  function check(completion: Completion | null, { text: all }: SourceFile, offset: number): void {
    if (completion === null) return;
    const { start, end, entries: found, contexts } = completion;
    expect(start).toBeLessThanOrEqual(offset);
    expect(end).toBeGreaterThanOrEqual(offset);
    expect(all.slice(start, end)).not.toMatch(/\n/);
    const wrong = found.filter(
      ({ label, kind }) =>
        label === '' || !(isArgument(kind) || isAllowed(label, kind === 'block', contexts)),
    );
    expect(wrong).toEqual([]);
  }
});
