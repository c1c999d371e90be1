import { describe, expect, it } from 'vitest';
import { expandGlob, matchesGlob } from '../../server/src/model/glob';
import { resolvePath } from '../../server/src/model/paths';
import { MemoryHost } from '../support/memory-host';

const NAMES = [
  'a',
  'abc',
  'a.conf',
  'b.conf',
  'B.conf',
  '.h.conf',
  'a[b',
  'a]c',
  'a-c',
  'a!c',
  'a^c',
  'x*y',
  '[ab]',
  '{a,b}',
  '@(a)',
  'd1',
];

describe('a pattern', () => {
  // As glob(3) of glibc answers in a directory with these names.
  it.each<[pattern: string, names: string]>([
    ['*.conf', 'B.conf a.conf b.conf'],
    ['**.conf', 'B.conf a.conf b.conf'],
    ['?.conf', 'B.conf a.conf b.conf'],
    ['?', 'a'],
    ['[ab].conf', 'a.conf b.conf'],
    ['[a-b].conf', 'a.conf b.conf'],
    ['[b-a].conf', ''],
    ['[!a].conf', 'B.conf b.conf'],
    ['[^a].conf', 'B.conf b.conf'],
    ['[]a]*', 'a a!c a-c a.conf a[b a]c a^c abc'],
    ['a[]]c', 'a]c'],
    ['a[^]]c', 'a!c a-c a^c abc'],
    ['a[!-]c', 'a!c a]c a^c abc'],
    ['a[a-z-]c', 'a-c abc'],
    ['[[:upper:]]*', 'B.conf'],
    ['[[:alpha:][:digit:]]?', 'd1'],
    ['a[b*', 'a[b'],
    ['*[b', 'a[b'],
    ['[a-', ''],
    ['{a,b}*', '{a,b}'],
    ['{a,b}.conf*', ''],
    ['@(a)*', '@(a)'],
    ['?(a)', '@(a)'],
    ['!(a)*', ''],
    ['x\\*y*', 'x*y'],
    ['\\[ab]*', '[ab]'],
    ['.h*', '.h.conf'],
    ['\\.h*', '.h.conf'],
    ['*h.conf', ''],
    ['?h.conf', ''],
    ['[.]h.conf', ''],
    ['*', '@(a) B.conf [ab] a a!c a-c a.conf a[b a]c a^c abc b.conf d1 x*y {a,b}'],
  ])('%s matches %s', (pattern, names) => {
    const matching = NAMES.filter((name) => matchesGlob(name, pattern));
    expect(matching.toSorted().join(' ')).toBe(names);
  });

  it('takes no time to speak of, whatever its stars', () => {
    expect(matchesGlob('a'.repeat(255), `${'*a'.repeat(60)}b`)).toBe(false);
    expect(matchesGlob('a'.repeat(255), '*a'.repeat(60))).toBe(true);
  });
});

const FILES = {
  '/etc/nginx/nginx.conf': '',
  '/etc/nginx/sites/b/app.conf': '',
  '/etc/nginx/sites/b/other.conf': '',
  '/etc/nginx/sites/a/app.conf': '',
  '/etc/nginx/sites/c/other.conf': '',
  '/etc/nginx/sites/.hidden/app.conf': '',
  '/etc/nginx/sites/a-file': '',
  '/srv/[id]/conf.d/x.conf': '',
  '/srv/i/conf.d/y.conf': '',
};

async function expanded(pattern: string, literal?: string): Promise<{ paths: string[]; listed: string[] }> {
  const listed: string[] = [];
  const note = (directory: string): unknown => listed.push(directory);
  const paths = await expandGlob(new MemoryHost(FILES), pattern, note, literal);
  return { paths, listed };
}

describe('expandGlob', () => {
  it.each<[pattern: string, paths: string[]]>([
    ['/etc/nginx/sites/*/*.conf', ['a/app.conf', 'b/app.conf', 'b/other.conf', 'c/other.conf']],
    // Only what is there: glob(3) looks.
    ['/etc/nginx/sites/*/app.conf', ['a/app.conf', 'b/app.conf']],
    ['/etc/nginx/sites/[ab]/app.conf', ['a/app.conf', 'b/app.conf']],
    ['/etc/nginx/sites/**/app.conf', ['a/app.conf', 'b/app.conf']],
    ['/etc/nginx/sites/.h*/app.conf', ['.hidden/app.conf']],
    ['/etc/nginx/none/*.conf', []],
    ['/etc/nginx/sites/a-file/*', []],
  ])('%s', async (pattern, expected) => {
    const { paths } = await expanded(pattern);
    expect(paths).toEqual(expected.map((path) => `/etc/nginx/sites/${path}`));
  });

  it('tells of each directory that it lists', async () => {
    expect((await expanded('/etc/nginx/sites/[ab]/*.conf')).listed).toEqual([
      '/etc/nginx/sites',
      '/etc/nginx/sites/b',
      '/etc/nginx/sites/a',
    ]);
    expect((await expanded('/none/*')).listed).toEqual(['/none']);
  });

  it('takes the directory of the configuration as it is named, as far as the pattern leads to it', async () => {
    const expected = ['/srv/[id]/conf.d/x.conf'];
    expect((await expanded('/srv/[id]/conf.d/*.conf', '/srv/[id]')).paths).toEqual(expected);
    expect((await expanded('/srv/[id]/conf.d/*.conf', '/srv/[id]/other')).paths).toEqual(expected);
    expect((await expanded('/srv/[id]/conf.d/*.conf')).paths).toEqual(['/srv/i/conf.d/y.conf']);
    expect((await expanded('/srv/[ix]/conf.d/*.conf', '/srv/[id]')).paths).toEqual(['/srv/i/conf.d/y.conf']);
  });

  it('refuses what nginx would not read as a word', async () => {
    expect((await expanded(`/etc/nginx/sites/${'['.repeat(1_000_000)}`)).paths).toEqual([]);
  });
});

describe('resolvePath', () => {
  it.each([
    ['/etc/nginx', 'a.conf', '/etc/nginx/a.conf'],
    ['/etc/nginx', './conf.d/../a.conf', '/etc/nginx/a.conf'],
    ['/etc/nginx', '../../../a.conf', '/a.conf'],
    ['/etc/nginx', '/a//b.conf', '/a/b.conf'],
    ['', 'a.conf', '/a.conf'],
    ['vscode-vfs://github/o/r', 'a.conf', 'vscode-vfs://github/o/r/a.conf'],
    ['vscode-vfs://github/o/r', '/a.conf', 'vscode-vfs://github/a.conf'],
    ['vscode-vfs://github/o/r', '../../../a.conf', 'vscode-vfs://github/a.conf'],
    ['/c:/nginx/conf', 'c:/nginx/mime.types', '/c:/nginx/mime.types'],
  ])('%s, %s: %s', (base, name, path) => {
    expect(resolvePath(base, name)).toBe(path);
  });
});
