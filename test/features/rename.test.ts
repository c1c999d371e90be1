import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import { renamableAt, renameAt } from '../../server/src/features/rename';
import { withTexts } from '../../server/src/model/load';
import { buildConfiguration, type Configuration } from '../../server/src/model/configuration';
import { configurations } from '../support/arbitrary-text';
import { readMarkedFiles, readMarks } from '../support/marks';
import { closureOf } from '../support/memory-host';

const MAIN = '/etc/nginx/nginx.conf';

type Files = Readonly<Record<string, string>>;

/** Renames what stands at the `|`; gives the texts of all files, or the reason why not. */
async function rename(marked: Files | string, newName: string): Promise<Files | string> {
  const { files, asked } = readMarkedFiles(marked);
  const configuration = buildConfiguration(await closureOf(files));
  const result = renamed(configuration, asked.path, asked.offset, newName);
  return typeof result === 'string' ? result : textsOf(result);
}

function renamed(
  configuration: Configuration,
  path: string,
  offset: number,
  newName: string,
): Configuration | string {
  const file = configuration.closure.files.get(path);
  if (file === undefined) throw new Error(`There is no ${path}.`);
  const edits = renameAt(configuration, file, offset, newName);
  if ('reason' in edits) return edits.reason;
  return buildConfiguration(withTexts(configuration.closure, applyEdits(edits)));
}

function textsOf({ closure }: Configuration): Files {
  return Object.fromEntries([...closure.files.values()].map(({ path, text }) => [path, text]));
}

describe('what is renamed', () => {
  it('an upstream, in all files and wherever it stands', async () => {
    expect(
      await rename(
        {
          [MAIN]: 'events {} http { include conf.d/*.conf; map $uri $b { default chat; } }',
          '/etc/nginx/conf.d/a.conf':
            "server { location / { proxy_pass 'http://ch|at/x'; } location /b { proxy_pass http://$b; } }",
          '/etc/nginx/conf.d/b.conf': 'upstream chat { server 127.0.0.1:1; } # chat',
        },
        'talk-2',
      ),
    ).toEqual({
      [MAIN]: 'events {} http { include conf.d/*.conf; map $uri $b { default talk-2; } }',
      '/etc/nginx/conf.d/a.conf':
        "server { location / { proxy_pass 'http://talk-2/x'; } location /b { proxy_pass http://$b; } }",
      '/etc/nginx/conf.d/b.conf': 'upstream talk-2 { server 127.0.0.1:1; } # chat',
    });
  });

  it.each([
    ['$up', 'a variable with its sign'],
    ['${up}', 'a variable with braces'],
    ['up', 'a variable'],
  ])('%s for %s', async (newName) => {
    expect(
      await rename(
        'http { map $uri $a { default 1; } server { return 200 "\\"${|a}b$a-$a$host"; } }',
        newName,
      ),
    ).toEqual({
      [MAIN]: 'http { map $uri $up { default 1; } server { return 200 "\\"${up}b$up-$up$host"; } }',
    });
  });

  it('a named group with its back references', async () => {
    expect(
      await rename(
        String.raw`http { server { location ~ "^/(?<i|d>\d)\\\\\k<id>(?P=id)$" { return 200 $id; } } }`,
        'key',
      ),
    ).toEqual({
      [MAIN]: String.raw`http { server { location ~ "^/(?<key>\d)\\\\\k<key>(?P=key)$" { return 200 $key; } } }`,
    });
  });

  it('a named location, in its server alone', async () => {
    expect(
      await rename(
        'http { server { error_page 502 @|x; location @x { } } server { location @x { } } }',
        '@back-up',
      ),
    ).toEqual({
      [MAIN]: 'http { server { error_page 502 @back-up; location @back-up { } } server { location @x { } } }',
    });
  });

  it('a zone and a log format', async () => {
    const zone = 'http { limit_req_zone $uri zone=one:1m rate=1r/s; server { limit_req zone=o|ne; } }';
    expect(await rename(zone, 'two')).toEqual({
      [MAIN]: 'http { limit_req_zone $uri zone=two:1m rate=1r/s; server { limit_req zone=two; } }',
    });
    expect(await rename("http { log_format |m 'x'; access_log /a m; }", 'n')).toEqual({
      [MAIN]: "http { log_format n 'x'; access_log /a n; }",
    });
  });

  it('names as nginx takes them', async () => {
    expect(await rename('http { upstream |a { } }', '8081')).toEqual({
      [MAIN]: 'http { upstream 8081 { } }',
    });
    expect(await rename('http { limit_conn_zone $uri zone=|a:1m; }', 'a/b')).toEqual({
      [MAIN]: 'http { limit_conn_zone $uri zone=a/b:1m; }',
    });
  });

  it('upper and lower case alone', async () => {
    expect(await rename('http { upstream |a { } }', 'A')).toEqual({ [MAIN]: 'http { upstream A { } }' });
  });
});

describe('what is refused, and why', () => {
  it.each<[what: string, marked: string, newName: string, reason: RegExp]>([
    ['a variable of nginx', 'http { server { return 200 $ho|st; } }', 'x', /`\$host` is a variable of nginx/],
    ['one that is set, too', 'http { server { set $ar|gs 1; } }', 'x', /`\$args` is a variable of nginx/],
    [
      'a variable without a definition',
      'http { server { return 200 $no|pe; } }',
      'x',
      /Nothing .* defines `\$nope`/,
    ],
    [
      'a location without a definition',
      'http { server { error_page 502 @no|pe; } }',
      'x',
      /Nothing .* `@nope`/,
    ],
    ['a word', 'ht|tp { }', 'x', /can be renamed; this is none/],
    ['a comment', 'http { # $|a\n }', 'x', /can be renamed; this is none/],
    ['an empty name', 'http { upstream |a { } }', ' ', /at least one character/],
    ['a name of nginx', 'http { map $uri $|a { } }', 'host', /`\$host` is a variable of nginx/],
    [
      'a name with a prefix of nginx',
      'http { map $uri $|a { } }',
      'http_x',
      /`\$http_x` is a variable of nginx/,
    ],
    ['a name that is none', 'http { map $uri $|a { } }', 'a-b', /`a-b` is no name for a variable/],
    ['a name with a digit in front', 'http { map $uri $|a { } }', '1a', /`1a` is no name for a variable/],
    [
      'a long name of a group',
      'http { server { location ~ (?<|a>.) { } } }',
      'a'.repeat(33),
      /32 characters/,
    ],
    ['a name with a port', 'http { upstream |a { } }', 'a:80', /`a:80` is no name for an upstream/],
    ['an address', 'http { upstream |a { } }', '10.0.0.1', /reads as an address/],
    [
      'a blank in a location',
      'http { server { location @|a { } } }',
      'a b',
      /`@a b` is no name for a location/,
    ],
    ['a zone', 'http { limit_conn_zone $uri zone=|a:1m; }', 'a:b', /`a:b` is no name for a zone/],
    ['a format of nginx', 'http { log_format |a b; }', 'combined', /meaning of its own/],
    [
      'an upstream that is there',
      'http { upstream |a { } upstream B { } }',
      'b',
      /The upstream `b` is there already/,
    ],
    ['a variable that is there', 'http { map $uri $|a { } map $uri $B { } }', '$b', /`\$b` is there already/],
    [
      'a variable that is used only',
      'http { map $uri $|a { } server { return 200 $b; } }',
      'b',
      /is there already/,
    ],
    [
      'a location that is there',
      'http { server { location @|a { } location @b { } } }',
      'b',
      /`@b` would mean something else/,
    ],
    [
      'a host',
      'http { upstream |a { } server { location / { proxy_pass http://b.example; } } }',
      'b.example',
      /would mean something else/,
    ],
    [
      'Lua',
      'http { map $uri $|a { } server { content_by_lua_block { ngx.say(ngx.var.a) } } }',
      'b',
      /Lua in .*nginx\.conf uses `ngx\.var\.a`/,
    ],
    [
      'quoted Lua',
      `http { map $uri $|a { } server { content_by_lua 'ngx.say(ngx.var["a"])'; } }`,
      'b',
      /Lua in/,
    ],
  ])('%s', async (_, marked, newName, reason) => {
    expect(await rename(marked, newName)).toMatch(reason);
  });
});

it('what is asked for at first is the name without its sign', async () => {
  const { text, offsets } = readMarks('http { map $uri ${a} { } map $uri "|$bc" { } }');
  const configuration = buildConfiguration(await closureOf({ [MAIN]: text }));
  const found = renamableAt(configuration, configuration.closure.main, offsets[0] ?? -1);
  expect(found).toMatchObject({
    name: 'bc',
    place: { start: text.indexOf('bc'), end: text.indexOf('bc') + 2 },
  });
});

describe('whatever the configuration', () => {
  const kinds = fc.constantFrom('upstream' as const, 'variable' as const, 'location' as const);

  it('there and back gives the same text, and between them the old name is gone', () =>
    fc.assert(
      fc.asyncProperty(configurations, kinds, async (names, kind) => {
        const before = buildConfiguration(await closureOf(names.files));
        const sigil = { upstream: 'upstream ', variable: 'uri $', location: 'location @' }[kind];
        const old = names[kind];
        const place = placeOf(before, `${sigil}${old}`, old);
        const between = renamed(before, place.path, place.start, 'neu');
        if (typeof between === 'string') throw new Error(between);
        const back = renamed(between, place.path, placeOf(between, `${sigil}neu`, 'neu').start, old);
        if (typeof back === 'string') throw new Error(back);
        expect(textsOf(back)).toEqual(names.files);
        expect(textsOf(between)).not.toEqual(names.files);
      }),
    ));
});

function placeOf({ closure }: Configuration, text: string, part: string): { path: string; start: number } {
  for (const { path, text: all } of closure.files.values()) {
    const at = all.indexOf(text);
    if (at !== -1) return { path, start: at + text.length - part.length };
  }
  throw new Error(`${text} is nowhere.`);
}
