import { describe, expect, it } from 'vitest';
import { routesOf } from '../../server/src/handshake/routes';
import { modelOf } from '../support/memory-host';
import { PASS, shownCase, UPGRADE } from './support';

/**
 * Where the paths of one location lead to in the next server: the status that each location there answers, with the
 * words of its case.
 */
async function reached(from: string, to: string, locations: string): Promise<string[]> {
  const model = await modelOf(`events {} http {
    server { listen 8080; location ${from} { proxy_pass http://127.0.0.1:81${to}; ${UPGRADE} } }
    server { listen 81; ${locations} } }`);
  const [route] = routesOf(model);
  return (route?.cases.all ?? []).map(shownCase).toSorted();
}

const answer = (location: string, status: number): string => `location ${location} { return ${status}; }`;
const OTHER = 'no other location takes the path';

describe('a path of which the beginning is known leads to each location that it may', () => {
  it.each<[name: string, from: string, to: string, locations: string, expected: string[]]>([
    ['one', '/ws/', '', answer('/', 410), [': blocked 410']],
    ['none: files are served', '/ws/', '', answer('/other', 410), [': blocked null']],
    [
      'all below it, and its own',
      '/ws/',
      '',
      answer('/', 410) + answer('/ws/a/', 411) + answer('= /ws/b', 412) + answer('/other', 413),
      [
        `${OTHER}: blocked 410`,
        'the path begins with `/ws/a/`: blocked 411',
        'the path is `/ws/b`: blocked 412',
      ],
    ],
    [
      'with the path of proxy_pass in the place of that of the location',
      '/ws/',
      '/inner/',
      answer('/ws/a', 410) + answer('/inner/', 411) + answer('/inner/a', 412),
      [`${OTHER}: blocked 411`, 'the path begins with `/inner/a`: blocked 412'],
    ],
    [
      'one of an exact location is one',
      '= /ws',
      '',
      answer('/', 410) + answer('/ws', 411) + answer('/ws/a', 412),
      [': blocked 411'],
    ],
    [
      'a longer one goes before a shorter',
      '/',
      '',
      answer('/', 410) + answer('/a', 411) + answer('/a/b', 412),
      [
        `${OTHER}: blocked 410`,
        'the path begins with `/a/b`: blocked 412',
        'the path begins with `/a`: blocked 411',
      ],
    ],
    [
      'nested ones too',
      '/',
      '',
      `location / { return 410; } location /a { location /a/b { return 412; } return 411; }`,
      [
        `${OTHER}: blocked 410`,
        'the path begins with `/a/b`: blocked 412',
        'the path begins with `/a`: blocked 411',
      ],
    ],
    [
      'a pattern that matches whatever follows',
      '/ws/',
      '',
      answer('/', 410) + answer('~ ^/ws/', 411),
      [': blocked 411'],
    ],
    [
      'a pattern that never matches',
      '/ws/',
      '',
      answer('/', 410) + answer('~ ^/api', 411),
      [': blocked 410'],
    ],
    [
      '^~ goes before a pattern',
      '/ws/',
      '',
      answer('^~ /ws/', 410) + answer('~ ^/ws/', 411),
      [': blocked 410'],
    ],
    [
      'a pattern that may match',
      '/ws/',
      '',
      answer('/', 410) + answer(String.raw`~ \.php$`, 411),
      [
        String.raw`the path does not match ${'`'}\.php$${'`'}: blocked 410`,
        String.raw`the path matches ${'`'}\.php$${'`'}: blocked 411`,
      ],
    ],
  ])('%s', async (_, from, to, locations, expected) => {
    expect(await reached(from, to, locations)).toEqual(expected);
  });

  it('and the path without the slash of one with a back end is redirected', async () => {
    expect(await reached('/', '', `location / { return 410; } location /a/ { ${PASS} }`)).toEqual([
      `${OTHER}: blocked 410`,
      'the path begins with `/a/`: passes 101',
      'the path is `/a`: blocked 301',
    ]);
  });

  it('of too many locations cannot be told', async () => {
    const many = Array.from({ length: 501 }, (_, index) => answer(`/a${index}`, 410)).join('');
    expect(await reached('/', '', many)).toEqual([': opaque null']);
    expect(await reached('/b', '', many + answer('/', 411))).toEqual([': blocked 411']);
  });
});

describe('a rewrite within a location', () => {
  const cases = async (server: string): Promise<string[]> => {
    const model = await modelOf(`events {} http { server { ${server} } }`);
    return (routesOf(model)[0]?.cases.all ?? []).map(shownCase);
  };

  it('leads on with what the pattern captures', async () => {
    expect(
      await cases(
        `location /api/ { rewrite ^/api/(.*)$ /$1 last; proxy_pass http://back; } location /ws { ${PASS} } location / { return 410; }`,
      ),
    ).toEqual(expect.arrayContaining(['the path begins with `/ws`: passes 101']));
  });

  it('with break stays', async () => {
    expect(
      await cases(`location /api/ { rewrite ^/api/(.*)$ /$1 break; ${PASS} } location /ws { return 410; }`),
    ).toEqual([': passes 101']);
  });
});
