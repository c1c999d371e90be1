import { describe, expect, it } from 'vitest';
import { dump, errorsOf, readMarks, tokensOf, treeOf } from './dump';

/** The errors of a text, if any, and its tree. */
function read(text: string): string {
  const tree = treeOf(text);
  return [...errorsOf(tree), dump(tree)].join('\n');
}

describe('Lua blocks', () => {
  it.each<[name: string, lua: string]>([
    ['nothing but a blank', ' '],
    ['nested braces', ' local t = { { 1 }, {} } '],
    ['braces in strings', ` ngx.say("}") ngx.say('{') ngx.say("\\"}") `],
    ['a long string', ' local s = [[ } ]] '],
    ['a long string of a level', ' local s = [==[ } ]] ]=] } ]==] '],
    ['an index is no long string', ' t[1] = { t[t[2]] } '],
    ['a comment', ' -- } {{ \n'],
    ['a long comment', ' --[[ } \n } ]] '],
    ['a long comment of a level', ' --[=[ } ]] } ]=] '],
    ['an apostrophe in a comment', " -- don't\n"],
    ['a string that does not close on its line is none', ' x = "{\n } y = 1 '],
    ['what nginx would take for its own', ' # ; "} x = 1 " ; '],
    ['many quotes on one line', ` x = "a" .. 'b' .. "c'd" .. 'e"f' `],
  ])('hold %s', (_, lua) => {
    expect(read(`location / {content_by_lua_block {${lua}}deny all;}`)).toBe(
      `location / {\n  content_by_lua_block { lua ${JSON.stringify(lua)} }\n  deny all;\n}`,
    );
  });

  it('may be empty', () => {
    expect(read('content_by_lua_block {}')).toBe('content_by_lua_block {}');
  });

  it('may set a variable', () => {
    expect(read('set_by_lua_block $a { return "}" }')).toBe('set_by_lua_block $a { lua " return \\"}\\" " }');
  });

  it('may have a quoted name', () => {
    expect(read('"content_by_lua_block" { x("}") }')).toBe('content_by_lua_block { lua " x(\\"}\\") " }');
  });

  it.each(['content_by_lua_blcok', 'content_by_lua', 'content_byl_ua_block', 'access_by_lau_block'])(
    'may be misspelt: %s',
    (name) => {
      expect(read(`${name} { x("}") }`)).toBe(`${name} { lua " x(\\"}\\") " }`);
    },
  );

  it('are not what follows a forgotten `;`', () => {
    expect(read('access_by_lua_file a.lua\nlocation / { deny all; }')).not.toContain('lua "');
  });

  it('are known by the name, not by an argument', () => {
    expect(
      read('location /content_by_lua_block { deny all; }\nlocation = my_by_lua_block { deny all; }'),
    ).toBe('location /content_by_lua_block {\n  deny all;\n}\nlocation = my_by_lua_block {\n  deny all;\n}');
  });

  it('are known after a forgotten semicolon, too', () => {
    const tree = treeOf("set $a b\ncontent_by_lua_block {\n  -- don't; }\n  x({})\n}\ndeny all;\n");
    expect(errorsOf(tree)).toEqual(['missing-semicolon b @7']);
    expect(dump(tree)).toBe(
      'set $a b¦\ncontent_by_lua_block { lua "\\n  -- don\'t; }\\n  x({})\\n" }\ndeny all;',
    );
  });

  it('that end with the brace of another block are one error', () => {
    const { text, errors } = readMarks(
      'location / {\n  content_by_lua_block {\n    local t = {\n    x("don\'t")\n  }\n  deny all«;»\n}\nlocation /b {}\n',
      ['missing-close-brace'],
    );
    const tree = treeOf(text);
    expect(errorsOf(tree)).toEqual(errors);
    expect(dump(tree)).toBe(
      'location / {\n  content_by_lua_block { lua "\\n    local t = {\\n    x(\\"don\'t\\")\\n  }\\n  deny all;\\n" ¦\n}\nlocation /b {}',
    );
  });

  it('without an end are one error, and end where the indentation says', () => {
    const { text, errors } = readMarks(
      'location / {\n  content_by_lua_block «{»\n    x({{{"don\'t")\n  }\n  deny all;\n}\n',
      ['unclosed-lua'],
    );
    const tree = treeOf(text);
    expect(errorsOf(tree)).toEqual(errors);
    expect(dump(tree)).toBe(
      'location / {\n  content_by_lua_block { lua "\\n    x({{{\\"don\'t\\")\\n  " }\n  deny all;\n}',
    );
  });

  it('that end with the text are one error', () => {
    const tree = treeOf('location / { content_by_lua_block { x("a"');
    expect(tree.errors.map(({ code }) => code)).toEqual(['unclosed-lua']);
    expect(tokensOf(tree).at(-1)).toBe('Lua  x("a"');
  });

  it('that open a long string for good are one error', () => {
    const { text, errors } = readMarks(
      'location / {\n  content_by_lua_block «{»\n    x([==[ a ]=])\n  }\n}\n',
      ['unclosed-lua'],
    );
    expect(errorsOf(treeOf(text))).toEqual(errors);
  });
});

describe('blocks of entries', () => {
  it.each<[text: string, expected: string]>([
    [
      "map $http_upgrade $connection_upgrade {\n  default upgrade;\n  '' close;\n}",
      'map $http_upgrade $connection_upgrade {\n  default upgrade;\n  "" close;\n}',
    ],
    [
      'geo $a {\n  default 0;\n  127.0.0.1 2;\n  ranges;\n}',
      'geo $a {\n  default 0;\n  127.0.0.1 2;\n  ranges;\n}',
    ],
    // `server` and the like are no directives here, even at the start of a line.
    ['types {\n  text/html html\n    server;\n}', 'types {\n  text/html html server;\n}'],
    ['match a {\n  status\n  return 200;\n}', 'match a {\n  status return 200;\n}'],
    ['split_clients $a $b {\n  1%\n  server;\n  * x;\n}', 'split_clients $a $b {\n  1% server;\n  * x;\n}'],
    ['geoip2 a.mmdb {\n  $a source=$b\n  server;\n}', 'geoip2 a.mmdb {\n  $a source=$b server;\n}'],
    ['charset_map koi8-r utf-8 {\n  80 E282AC;\n}', 'charset_map koi8-r utf-8 {\n  80 E282AC;\n}'],
  ])('%j', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    'map $a $b',
    'num_map $a $b',
    'geo $a',
    'types',
    'split_clients $a $b',
    'charset_map a b',
    'match a',
    'geoip2 a.mmdb',
  ])('of %s hold no block', (head) => {
    const { text, errors } = readMarks(`${head} {\n  x «{»\n  }\n}\n`, ['unexpected-open-brace']);
    expect(errorsOf(treeOf(text))).toEqual(errors);
  });

  it('of two words show a missing semicolon', () => {
    const tree = treeOf("map $http_upgrade $c {\n  default upgrade\n  '' close;\n}\n");
    expect(errorsOf(tree)).toEqual(['missing-semicolon upgrade @33']);
    expect(dump(tree)).toBe('map $http_upgrade $c {\n  default upgrade¦\n  "" close;\n}');
  });

  it('that are not closed end before what cannot be in them', () => {
    const tree = treeOf('http {\n  map $a $b {\n    default x;\n\n  server {\n    listen 80;\n  }\n}\n');
    expect(errorsOf(tree)).toEqual(['missing-close-brace ; @34']);
    expect(dump(tree)).toBe('http {\n  map $a $b {\n    default x;\n  ¦\n  server {\n    listen 80;\n  }\n}');
  });
});
