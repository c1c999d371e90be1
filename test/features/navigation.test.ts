import { describe, expect, it } from 'vitest';
import { definitionAt } from '../../server/src/features/definition';
import { includesIn } from '../../server/src/features/includes';
import { highlightsAt, referencesAt } from '../../server/src/features/references';
import type { Configuration, Place } from '../../server/src/model/configuration';
import type { SourceFile } from '../../server/src/model/source-file';
import { readMarkedFiles } from '../support/marks';
import { modelOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

interface Asked {
  readonly configuration: Configuration;
  readonly file: SourceFile;
  readonly offset: number;
  /** The marked places. */
  readonly marks: readonly string[];
}

/** Reads the marks of several files; `|` is where the question is asked. */
async function ask(marked: Readonly<Record<string, string>> | string): Promise<Asked> {
  const { files, marked: read, asked } = readMarkedFiles(marked);
  const { configuration } = await modelOf(files);
  const file = configuration.closure.files.get(asked.path);
  if (file === undefined) throw new Error('Nothing is asked.');
  const marks = read.flatMap(([path, { ranges }]) =>
    ranges.map(({ start, end }) => `${path}:${start}-${end}`),
  );
  return { configuration, file, offset: asked.offset, marks };
}

const shown = ({ file, start, end }: Place): string => `${file.path}:${start}-${end}`;

async function expectDefinition(marked: Readonly<Record<string, string>> | string): Promise<void> {
  const { configuration, file, offset, marks } = await ask(marked);
  const found = definitionAt(configuration, file, offset);
  expect(found?.targets.map(({ name }) => shown(name)) ?? []).toEqual(marks);
  for (const { whole, name } of found?.targets ?? []) {
    expect(name.start >= whole.start && name.end <= whole.end).toBe(true);
  }
}

describe('the definition', () => {
  it('of a host is its upstream, in another file', () =>
    expectDefinition({
      [MAIN]: 'events {} http { include conf.d/*.conf; }',
      '/etc/nginx/conf.d/upstreams.conf': 'upstream «chat» { server 127.0.0.1:1; }',
      '/etc/nginx/conf.d/web.conf': 'server { location / { proxy_pass http://ch|at/; } }',
    }));

  it('of a named location is the one of its server', () =>
    expectDefinition('http { server { location @x { } } server { error_page 502 |@x; location @«x» { } } }'));

  it('of a variable is all that gives it a value', () =>
    expectDefinition(
      'http { map $uri $«a» { default 1; } server { set $«a» 2; location ~ (?<«a»>.) { return 200 "x $|a"; } } }',
    ));

  it.each([
    ['a variable of nginx', 'http { server { return 200 $ho|st; } }'],
    ['a host that is no upstream', 'http { server { location / { proxy_pass http://exam|ple.com; } } }'],
    ['a word', 'http { serv|er { } }'],
    ['a comment', 'http { map $a $b { } # $|b\n}'],
    ['nothing', 'http { | }'],
  ])('of %s is none', async (_, marked) => {
    const { configuration, file, offset } = await ask(marked);
    expect(definitionAt(configuration, file, offset)).toBeNull();
  });

  it('of an include is its files, in the order nginx reads them', async () => {
    const { configuration, file, offset } = await ask({
      [MAIN]: 'events {} http { include "conf.d|/*.conf"; include missing; }',
      '/etc/nginx/conf.d/b.conf': '',
      '/etc/nginx/conf.d/a.conf': '',
    });
    const found = definitionAt(configuration, file, offset);
    expect(found?.targets.map(({ name }) => shown(name))).toEqual([
      '/etc/nginx/conf.d/a.conf:0-0',
      '/etc/nginx/conf.d/b.conf:0-0',
    ]);
    const { start = 0, end = 0 } = found?.origin ?? {};
    expect(file.text.slice(start, end)).toBe('conf.d/*.conf');
  });

  it('of an include that is not here, or is a stand-in, is none', async () => {
    const missing = await ask('http { include mis|sing; }');
    expect(definitionAt(missing.configuration, missing.file, missing.offset)).toBeNull();
    const standIn = await ask('http { include mime|.types; }');
    expect(definitionAt(standIn.configuration, standIn.file, standIn.offset)).toBeNull();
  });
});

describe('references', () => {
  it('are found in all files, each place once', async () => {
    const { configuration, file, offset, marks } = await ask({
      [MAIN]:
        'events {} http { map $uri $|a { default 1; } server { include s; } server { include s; return 200 $«A»; } }',
      '/etc/nginx/s': 'add_header X "$«a»";',
    });
    const found = referencesAt(configuration, file, offset, false).map(shown);
    expect(found.toSorted()).toEqual(marks.toSorted());
    expect(referencesAt(configuration, file, offset, true)).toHaveLength(3);
  });

  it('of variables of nginx are found too', async () => {
    const { configuration, file, offset, marks } = await ask('http { log_format a "$«host» $«ho|st»"; }');
    expect(referencesAt(configuration, file, offset, true).map(shown)).toEqual(marks);
  });

  it('of what is no name are none', async () => {
    const { configuration, file, offset } = await ask('ht|tp { }');
    expect(referencesAt(configuration, file, offset, true)).toEqual([]);
  });
});

it('highlights are those of the file, with what each does', async () => {
  const { configuration, file, offset } = await ask({
    [MAIN]: 'events {} http { set $a 1; return 200 ${a}$|a$b; include x; }',
    '/etc/nginx/x': 'return 200 $a;',
  });
  const found = highlightsAt(configuration, file, offset);
  expect(found.map(({ outer: { start, end }, role }) => [file.text.slice(start, end), role])).toEqual([
    ['$a', 'definition'],
    ['${a}', 'reference'],
    ['$a', 'reference'],
  ]);
});

it('links are on the paths of includes that bring in something', async () => {
  const { configuration, file } = await ask({
    [MAIN]: `events {} http { | include a; include 'dir/*.conf'; include missing; include mime.types; # include a;
      server { include "b c"; } map $a $b { include a; } }`,
    '/etc/nginx/a': '',
    '/etc/nginx/b c': '',
    '/etc/nginx/dir/x.conf': '',
    '/etc/nginx/dir/y.conf': '',
  });
  const links = includesIn(configuration.closure, file);
  expect(
    links.map(({ place, files }) => [file.text.slice(place.start, place.end), files.map(({ path }) => path)]),
  ).toEqual([
    ['a', ['/etc/nginx/a']],
    ['dir/*.conf', ['/etc/nginx/dir/x.conf', '/etc/nginx/dir/y.conf']],
    ['b c', ['/etc/nginx/b c']],
    ['a', ['/etc/nginx/a']],
  ]);
});
