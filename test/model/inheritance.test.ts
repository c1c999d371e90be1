import { describe, expect, it } from 'vitest';
import { effective, ownDirectives, replaced } from '../../server/src/model/inheritance';
import { type Level, levelsWithin } from '../../server/src/model/levels';
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
