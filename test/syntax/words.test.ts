import { describe, expect, it } from 'vitest';
import { type Word, wordsOf } from '../../server/src/syntax/tree';
import { dump, errorsOf, tokensOf, treeOf, wordsIn } from './dump';

/** The words of the only directive of a text that has no error. */
function words(text: string): Word[] {
  const tree = treeOf(text);
  expect(errorsOf(tree)).toEqual([]);
  const [directive, ...others] = tree.directives;
  if (directive === undefined || others.length > 0) throw new Error('There must be one directive.');
  return wordsOf(tree, directive);
}

function values(text: string): string[] {
  return words(text).map(({ value }) => value);
}

describe('words', () => {
  it.each<[name: string, text: string, values: string[]]>([
    ['plain', 'a b c;', ['a', 'b', 'c']],
    ['over lines', 'a\n  b\r\n\tc\n;', ['a', 'b', 'c']],
    ['double quotes', 'a "b c; { } # d";', ['a', 'b c; { } # d']],
    ['single quotes', 'a \'b "c"\';', ['a', 'b "c"']],
    ['a line feed in quotes', 'a "b\nc";', ['a', 'b\nc']],
    ['no characters in quotes', `a "" '';`, ['a', '', '']],
    ['a quoted name', '"a" b;', ['a', 'b']],
    ['a quote within a word', `a b"c d'e;`, ['a', 'b"c', "d'e"]],
    ['a hash within a word', 'a b#c #d;\n;', ['a', 'b#c']],
    ['a closing brace within a word', 'a b}c;', ['a', 'b}c']],
    ['a parenthesis after a quote is a word', 'if ($a = "b") {}', ['if', '($a', '=', 'b', ')']],
    ['a variable', 'a $b x$c "$d";', ['a', '$b', 'x$c', '$d']],
    ['a variable in braces', 'a ${b} x${c}y "${d}";', ['a', '${b}', 'x${c}y', '${d}']],
    ['more than one brace after a dollar', 'a ${{b};', ['a', '${{b}']],
    ['a brace ends a word', 'location /{}', ['location', '/']],
    ['an end of a pattern', 'location ~ ^/a$ {}', ['location', '~', '^/a$']],
    ['typographic quotes are letters', 'a “b c”;', ['a', '“b', 'c”']],
    ['form feed and no-break space are letters', 'a b\fc d\u00a0e;', ['a', 'b\fc', 'd\u00a0e']],
    ['a NUL is a letter', 'a b\0c;', ['a', 'b\0c']],
    ['comments between words', 'a # b ; {\n c # d\n;', ['a', 'c']],
    ['letters of other scripts', 'a ключ 鍵 🔑;', ['a', 'ключ', '鍵', '🔑']],
  ])('%s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each<[name: string, text: string, values: string[]]>([
    ['an escaped quote', String.raw`a "b\"c" 'd\'e' f\"g;`, ['a', 'b"c', "d'e", 'f"g']],
    ['an escaped backslash', String.raw`a b\\c "d\\";`, ['a', String.raw`b\c`, 'd\\']],
    ['control characters', String.raw`a b\tc\rd\ne;`, ['a', 'b\tc\rd\ne']],
    [
      'any other backslash stays',
      String.raw`a \.php$ \d\w b\;c \{ \#;`,
      ['a', '\\.php$', '\\d\\w', 'b\\;c', '\\{', '\\#'],
    ],
    ['an escaped blank', String.raw`a b\ c;`, ['a', String.raw`b\ c`]],
    ['no line goes on after a backslash', 'a \\\nb;', ['a', '\\\nb']],
    ['a dollar before an escaped brace', String.raw`a $\{b;`, ['a', String.raw`$\{b`]],
    ['a backslash is the last character of a quoted word', String.raw`a "b\\" c;`, ['a', 'b\\', 'c']],
  ])('%s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('have their quotes and places', () => {
    const text = `a "b" 'c';`;
    expect(words(text)).toEqual([
      { value: 'a', start: 0, end: 1, quote: '' },
      { value: 'b', start: 2, end: 5, quote: '"' },
      { value: 'c', start: 6, end: 9, quote: "'" },
    ]);
  });
});

describe('tokens', () => {
  it('are everything, white space and comments too', () => {
    expect(tokensOf(treeOf('# c\r\na "b"{ }\n}'))).toEqual([
      'Comment # c\r',
      'a',
      'Quoted "b"',
      'OpenBrace {',
      'CloseBrace }',
      'CloseBrace }',
    ]);
  });

  it('of a comment without a line end', () => {
    expect(tokensOf(treeOf('a; # b'))).toEqual(['a', 'Semicolon ;', 'Comment # b']);
  });

  it('of an open quote leave the end of its directive alone', () => {
    expect(tokensOf(treeOf('a "b;\nc d;\n'))).toEqual([
      'a',
      'OpenQuoted "b',
      'Semicolon ;',
      'c',
      'd',
      'Semicolon ;',
    ]);
    expect(tokensOf(treeOf('a "b; # c\nd e;\n'))).toEqual([
      'a',
      'OpenQuoted "b',
      'Semicolon ;',
      'Comment # c',
      'd',
      'e',
      'Semicolon ;',
    ]);
    expect(tokensOf(treeOf('if ($a = "b) {\n}\n'))).toContain('OpenQuoted "b)');
  });
});

describe('a tree', () => {
  it('nests', () => {
    const tree = treeOf('http{server{listen 80;}server{}}');
    expect(dump(tree)).toBe('http {\n  server {\n    listen 80;\n  }\n  server {}\n}');
    const [http] = tree.directives;
    const server = http?.children?.[0];
    expect(http?.parent).toBeNull();
    expect(server?.parent).toBe(http);
    expect(server?.children?.[0]?.parent).toBe(server);
  });

  it('goes on after a block on the same line', () => {
    expect(dump(treeOf('location / {}proxy_buffering on;'))).toBe('location / {}\nproxy_buffering on;');
    expect(dump(treeOf('location / { proxy_buffering on;}'))).toBe('location / {\n  proxy_buffering on;\n}');
  });

  it.each(['', ' \t\r\n', '# only a comment', '#'])('of %j is empty', (text) => {
    const tree = treeOf(text);
    expect(tree.directives).toEqual([]);
    expect(tree.errors).toEqual([]);
  });

  it('keeps CRLF, and takes CR alone for white space', () => {
    expect(dump(treeOf('events {}\r\nhttp {\r\n  root "a";\r\n}\r\n'))).toBe(
      'events {}\nhttp {\n  root a;\n}',
    );
    expect(dump(treeOf('events {}\rhttp {}\r'))).toBe('events {}\nhttp {}');
  });
});

/** Legal text that broke other parsers. */
describe('legal text', () => {
  it.each([
    'log_format main "$remote_addr [$time_local] \\"$request\\"";',
    `log_format json escape=json '{"a":"$b","c":{"d":$e}}';`,
    'if ($http_user_agent ~* "(curl|wget)") { return 403; }',
    'if ($uri ~ "^/a{2,3}(b)$") { return 403; }',
    'if ($uri ~ "x\\)") { return 403; }',
    'if ($request_uri ~ "($)") { return 403; }',
    String.raw`if ($uri ~ \(a\)) { return 403; }`,
    'if ($arg_a = "b)") { return 403; }',
    'if (-f $request_filename) { break; }',
    'map $uri $a { ~^/b/(?<c>[^/]+)$ $c; "~*^/d{2}" e; default ""; }',
    'map $uri $a { # one\n  /b 1; # two\n  # three\n}',
    'geo $a { default 0; ranges; 10.0.0.0-10.0.0.255 1; include geo.conf; }',
    'types { text/html html htm; # the usual\n  text/css css; }',
    'map $a $b { default include; volatile; hostnames; *.example.com 1; }',
    'location ~ \\.php$ { }',
    'location ~ ^/a= { }',
    'location = / { }',
    'location ~* "\\.(?:js|css)$" { }',
    'rewrite ^/a$ https://example.com/?b=$1&c=$2#d=e permanent;',
    'return 301 https://$host/a?b=c=d&e=$args;',
    'rewrite ^/(.*)$ /index.php?q=$1&$args? last;',
    "add_header Content-Security-Policy \"default-src 'self'; img-src *; frame-src 'none'\" always;",
    'add_header Set-Cookie "NSREDIRECT=$scheme://$http_host$request_uri;Path=/";',
    'env OPENSSL_CONF=/etc/a\\;b;',
    'set $a "${b}c";',
    'set $a b}c;',
    'proxy_set_header X "a\n b";',
    'proxy_pass http://$a:$b$request_uri;',
    'server_name ~^(?<a>\\w+)\\.example\\.com$ .example.com "" _;',
    'split_clients "${remote_addr}AAA" $a { 0.5% .one; * ""; }',
    'try_files $uri $uri/ @b;',
    'gzip_types\n  text/css\n  application/json\n  ;',
    'proxy_next_upstream\n    error\n    timeout\n    http_500;',
    'ssl_ciphers\n"A:\nB";',
    'if ($a) { set $b "1"; } if ($c) { set $b "${b}2"; }',
    'perl_set $a \'sub { return "{"; }\';',
    'content_by_lua \'ngx.say("}")\';',
    'location / {return 200 "ok";}location /b {return 204;}',
    '"location" "/a b" { "return" "204"; }',
  ])('%s', (text) => {
    expect(errorsOf(treeOf(text))).toEqual([]);
  });

  it('keeps the words of those whole', () => {
    expect(wordsIn(treeOf('rewrite ^/a$ https://e.com/?b=$1&c=$2#d permanent;'))).toEqual([
      'rewrite',
      '^/a$',
      'https://e.com/?b=$1&c=$2#d',
      'permanent',
    ]);
    expect(wordsIn(treeOf('if ($a = "b)") { break; }'))).toEqual(['if', '($a', '=', 'b)', ')', 'break']);
  });
});
