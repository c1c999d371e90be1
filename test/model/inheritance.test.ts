import { describe, expect, it } from 'vitest';
import { effective, effectiveValue, ownDirectives, replaced } from '../../server/src/model/inheritance';
import { type Level, levelsWithin } from '../../server/src/model/levels';
import { assumedVersion, parseVersion } from '../../server/src/reference/versions';
import { modelOf } from '../support/memory-host';

/** The level that is marked with `set $here 1;` (in `limit_except`, where that may not stand: `deny here;`). */
async function marked(files: Readonly<Record<string, string>> | string): Promise<Level> {
  const { http } = await modelOf(files);
  const isMarked = (level: Level): boolean =>
    ownDirectives(level, 'set').some((set) => set.argument(0) === '$here') ||
    ownDirectives(level, 'deny').some((deny) => deny.argument(0) === 'here');
  const level = http === null ? undefined : [...levelsWithin(http)].find(isMarked);
  if (level === undefined) throw new Error('No level is marked.');
  return level;
}

/** What is in force there: the first arguments, the kind of the level that has them, and `?` when it is not certain. */
async function inForce(files: Readonly<Record<string, string>> | string, name: string): Promise<string> {
  const { directives, level, certain } = effective(await marked(files), name);
  const words = directives.map((directive) => directive.argument(0)).join(' ');
  return `${words}@${level?.kind ?? 'default'}${certain ? '' : '?'}`;
}

const HERE = 'set $here 1;';
const HEADERS = 'proxy_set_header A a; proxy_set_header B b;';

describe('headers are taken from one level only, the innermost that has any', () => {
  it.each<[text: string, expected: string]>([
    [`http { ${HEADERS} server { location / { ${HERE} } } }`, 'A B@http'],
    [`http { server { ${HEADERS} location / { ${HERE} } } }`, 'A B@server'],
    [`http { server { location / { ${HEADERS} ${HERE} } } }`, 'A B@location'],
    [`http { ${HEADERS} server { proxy_set_header C c; location / { ${HERE} } } }`, 'C@server'],
    [`http { ${HEADERS} server { location / { proxy_set_header C c; ${HERE} } } }`, 'C@location'],
    [`http { server { location / { ${HEADERS} location /a { ${HERE} } } } }`, 'A B@location'],
    [
      `http { server { location / { ${HEADERS} location /a { proxy_set_header C c; ${HERE} } } } }`,
      'C@location',
    ],
    // In the order of the file, wherever the blocks stand.
    [`http { server { proxy_set_header A a; location / { ${HERE} } proxy_set_header B b; } }`, 'A B@server'],
    // A neighbour's are nobody's.
    [`http { server { location /a { ${HEADERS} } location /b { ${HERE} } } }`, '@default'],
    [`http { server { ${HEADERS} } server { location / { ${HERE} } } }`, '@default'],
    // A named location is a location of the server.
    [`http { server { location / { ${HEADERS} } location @b { ${HERE} } } }`, '@default'],
    [`http { server { location / { ${HEADERS} if ($a) { ${HERE} } } } }`, 'A B@location'],
    [`http { server { location / { ${HEADERS} limit_except GET { deny here; } } } }`, 'A B@location'],
    [`http { server { ${HEADERS} if ($a) { ${HERE} } } }`, 'A B@server'],
  ])('%s', async (text, expected) => {
    expect(await inForce(text, 'proxy_set_header')).toBe(expected);
  });

  it('those of an include count as its own', async () => {
    const files = {
      '/nginx.conf': `http { ${HEADERS} server { location / { include x; ${HERE} } } }`,
      '/x': 'proxy_set_header C c;',
    };
    expect(await inForce(files, 'proxy_set_header')).toBe('C@location');
  });
});

describe('a single value is that of the nearest level', () => {
  it.each<[text: string, expected: string]>([
    [
      `http { proxy_http_version 1.0; server { proxy_http_version 1.1; location / { ${HERE} } } }`,
      '1.1@server',
    ],
    [`http { proxy_http_version 1.1; server { ${HEADERS} location / { ${HEADERS} ${HERE} } } }`, '1.1@http'],
    [`http { server { location / { ${HERE} } } }`, '@default'],
  ])('%s', async (text, expected) => {
    expect(await inForce(text, 'proxy_http_version')).toBe(expected);
  });
});

describe('what is not to be seen may say otherwise', () => {
  it.each<[text: string, expected: string]>([
    [`server { location / { ${HERE} } }`, '@default?'],
    [`server { ${HEADERS} location / { ${HERE} } }`, 'A B@server'],
    [`location / { ${HERE} }`, '@default?'],
    [`location / { ${HEADERS} ${HERE} }`, 'A B@location'],
    [`proxy_pass http://a; ${HEADERS} ${HERE}`, 'A B@location?'],
    [`http { ${HEADERS} server { include none; location / { ${HERE} } } }`, '@default?'],
    [`http { server { ${HEADERS} include none; location / { ${HERE} } } }`, 'A B@server?'],
    [`http { include none; server { ${HEADERS} location / { ${HERE} } } }`, 'A B@server'],
    [`http { server { ${HEADERS} location / { include mime.types; ${HERE} } } }`, 'A B@server'],
  ])('%s', async (text, expected) => {
    expect(await inForce(text, 'proxy_set_header')).toBe(expected);
  });
});

it('tells which headers a level has replaced', async () => {
  const text = `http { proxy_set_header A a; server { ${HEADERS} location / { location /a { proxy_set_header C c; ${HERE} } } } }`;
  const level = await marked(text);
  expect(replaced(level, 'proxy_set_header').map((each) => each.argument(0))).toEqual(['A', 'B']);
  expect(replaced(level, 'proxy_hide_header')).toEqual([]);
});

it('gives the same answers at every depth', async () => {
  const depth = 100;
  const blocks = Array.from({ length: depth }, (_, index) => {
    const own = index === 10 ? 'proxy_set_header X x;' : index === 60 ? 'proxy_set_header Y y;' : '';
    return `location /${index} { ${own}`;
  });
  const { http } = await modelOf(`http { ${HEADERS} server { ${blocks.join(' ')} ${'}'.repeat(depth)} } }`);
  if (http === null) throw new Error('There is no http.');
  const levels = [...levelsWithin(http)].filter(({ kind }) => kind === 'location');
  // From the inside out, and then again, with what the first round has left behind.
  for (const order of [levels.toReversed(), levels]) {
    const names = order.map((level) => effective(level, 'proxy_set_header').directives.at(-1)?.argument(0));
    const expected = levels.map((_, index) => (index < 10 ? 'B' : index < 60 ? 'X' : 'Y'));
    expect(names).toEqual(order === levels ? expected : expected.toReversed());
    expect(order.map((level) => effective(level, 'proxy_method').level)).toEqual(levels.map(() => null));
  }
});

describe('effectiveValue', () => {
  /** Text, origin (`own`, `inherited` or `default`), the kind of the level, and `?` when it is not certain. */
  async function value(text: string, name: string, version = '1.28.0'): Promise<string> {
    const nginx = parseVersion(version) ?? assumedVersion;
    const found = effectiveValue(await marked(text), name, nginx);
    const { kind, level } = found.origin;
    const from = level === null ? kind : `${kind} ${level.kind}`;
    return `${found.text ?? '-'} (${from})${found.certain ? '' : '?'}`;
  }

  it.each<[name: string, text: string, expected: string]>([
    ['proxy_read_timeout', `http { server { location / { ${HERE} } } }`, '60s (default)'],
    [
      'proxy_read_timeout',
      `http { proxy_read_timeout 9s; server { location / { ${HERE} } } }`,
      '9s (inherited http)',
    ],
    [
      'proxy_read_timeout',
      `http { proxy_read_timeout 9s; server { location / { proxy_read_timeout "1m 5s"; ${HERE} } } }`,
      '1m 5s (own location)',
    ],
    // nginx refuses two; the one that it has read last would be in force.
    [
      'proxy_read_timeout',
      `http { server { proxy_read_timeout 1; proxy_read_timeout 2; ${HERE} } }`,
      '2 (own server)',
    ],
    ['proxy_read_timeout', `server { location / { ${HERE} } }`, '60s (default)?'],
    [
      'proxy_read_timeout',
      `server { proxy_read_timeout 9s; location / { ${HERE} } }`,
      '9s (inherited server)',
    ],
    [
      'proxy_set_header',
      `http { ${HEADERS} server { location / { ${HERE} } } }`,
      'A a\nB b (inherited http)',
    ],
    ['proxy_set_header', `http { server { ${HERE} } }`, 'Host $proxy_host\nConnection close (default)'],
    ['proxy_pass', `http { server { location / { ${HERE} } } }`, '- (default)'],
  ])('%s in %s', async (name, text, expected) => {
    expect(await value(text, name)).toBe(expected);
  });

  it('has the default of the release', async () => {
    const text = `http { server { location / { ${HERE} } } }`;
    expect(await value(text, 'proxy_http_version', '1.29.6')).toBe('1.0 (default)');
    expect(await value(text, 'proxy_http_version', '1.29.7')).toBe('1.1 (default)');
  });

  it.each<[name: string, lines: string, path: readonly number[], expected: string]>([
    ['proxy_buffer_size', 'stream { server { listen 1; } }', [0, 0], '16k (default)'],
    ['proxy_buffer_size', 'stream { proxy_buffer_size 8k; server { listen 1; } }', [0, 0], '8k (inherited)'],
    ['proxy_buffer_size', 'stream { proxy_buffer_size 8k; server { listen 1; } }', [0], '8k (own)'],
    ['proxy_buffer_size', 'proxy_buffer_size 8k; stream { server { listen 1; } }', [0, 0], '16k (default)'],
    ['proxy_timeout', 'mail { server { listen 1; } }', [0, 0], '24h (default)'],
    ['keepalive_timeout', 'http { keepalive_timeout 5; upstream a { server b; } }', [0, 0], '60s (default)'],
  ])('%s outside of the levels of http: %s', async (name, lines, path, expected) => {
    const { top, version } = await modelOf(lines);
    let level: Level | undefined = top;
    for (const index of path) level = level?.blocks[index];
    if (level === undefined) throw new Error('There is no such level.');
    const { text, origin } = effectiveValue(level, name, version);
    expect(`${text} (${origin.kind})`).toBe(expected);
  });

  describe('of what only if and limit_except inherit', () => {
    it.each<[text: string, expected: string]>([
      [`location / { proxy_pass http://a; ${HERE} }`, 'http://a (own location)'],
      [`location / { proxy_pass http://a; if ($b) { ${HERE} } }`, 'http://a (inherited location)'],
      [
        `location / { proxy_pass http://a; limit_except GET { deny here; } }`,
        'http://a (inherited location)',
      ],
      [`location / { proxy_pass http://a; location /b { ${HERE} } }`, '- (default)'],
      [`location / { proxy_pass http://a; location /b { if ($b) { ${HERE} } } }`, '- (default)'],
      [`location / { proxy_pass http://a; if ($b) { proxy_pass http://b; ${HERE} } }`, 'http://b (own if)'],
    ])('%s', async (text, expected) => {
      expect(await value(`http { server { ${text} } }`, 'proxy_pass')).toBe(expected);
    });
  });

  it('is not inherited at all of rewrite codes and try_files', async () => {
    const text = `http { server { return 404; try_files /a =404; location / { ${HERE} } } }`;
    expect(await value(text, 'return')).toBe('- (default)');
    expect(await value(text, 'try_files')).toBe('- (default)');
    expect(await value(`http { server { return 404; ${HERE} } }`, 'return')).toBe('404 (own server)');
    expect(await value(`http { server { location / { include none; ${HERE} } } }`, 'return')).toBe(
      '- (default)?',
    );
    expect(await value(`http { server { include none; location / { ${HERE} } } }`, 'return')).toBe(
      '- (default)',
    );
  });

  it('takes what is inherited together from one level', async () => {
    const access = `http { server { deny 1.1.1.1; location / { allow all; ${HERE} } } }`;
    expect(await value(access, 'deny')).toBe('all (own location)');
    const outer = `http { server { deny 1.1.1.1; allow all; location / { ${HERE} } } }`;
    expect(await value(outer, 'allow')).toBe('1.1.1.1\nall (inherited server)');
    const files = `http { server { root /a; location /b { alias /c; location /b/d { ${HERE} } } } }`;
    expect(await value(files, 'root')).toBe('/c (inherited location)');
  });

  describe('of add_header', () => {
    const add = (name: string): string => `add_header ${name} 1;`;
    it.each<[version: string, text: string, expected: string]>([
      ['1.29.2', `${add('A')} server { ${add('B')} ${HERE} }`, 'B 1 (own server)'],
      ['1.29.3', `${add('A')} server { ${add('B')} ${HERE} }`, 'B 1 (own server)'],
      [
        '1.29.3',
        `${add('A')} server { add_header_inherit merge; ${add('B')} ${HERE} }`,
        'B 1\nA 1 (own server)',
      ],
      ['1.29.2', `${add('A')} server { add_header_inherit merge; ${add('B')} ${HERE} }`, 'B 1 (own server)'],
      ['1.29.3', `${add('A')} server { add_header_inherit off; ${HERE} }`, '- (default)'],
      ['1.29.3', `${add('A')} server { add_header_inherit on; ${HERE} }`, 'A 1 (inherited http)'],
      // The setting is itself inherited.
      [
        '1.29.3',
        `add_header_inherit merge; ${add('A')} server { ${add('B')} location / { ${add('C')} ${HERE} } }`,
        'C 1\nB 1\nA 1 (own location)',
      ],
      [
        '1.29.3',
        `${add('A')} server { add_header_inherit off; ${add('B')} location / { ${HERE} } }`,
        '- (default)',
      ],
      [
        '1.29.3',
        `${add('A')} server { add_header_inherit off; ${add('B')} location / { add_header_inherit merge; ${HERE} } }`,
        'B 1 (inherited server)',
      ],
      [
        '1.29.3',
        `include none; server { add_header_inherit merge; ${add('B')} ${HERE} }`,
        'B 1 (own server)?',
      ],
      // What cannot be seen may add to it.
      ['1.29.3', `include none; server { ${add('B')} ${HERE} }`, 'B 1 (own server)?'],
      ['1.28.0', `include none; server { ${add('B')} ${HERE} }`, 'B 1 (own server)'],
    ])('%s: %s', async (version, text, expected) => {
      expect(await value(`http { ${text} }`, 'add_header', version)).toBe(expected);
    });
  });
});
