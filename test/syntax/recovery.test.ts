import { describe, expect, it } from 'vitest';
import type { SyntaxErrorCode } from '../../server/src/syntax/errors';
import { dump, errorsOf, readMarks, treeOf } from './dump';

interface Case {
  readonly name: string;
  /** `«` and `»` around what is marked. */
  readonly text: string;
  /** One for each mark. */
  readonly codes: readonly SyntaxErrorCode[];
  readonly tree: string;
}

function check({ text: marked, codes, tree: expected }: Case): void {
  const { text, errors } = readMarks(marked, codes);
  const tree = treeOf(text);
  expect(errorsOf(tree)).toEqual(errors);
  expect(dump(tree)).toBe(expected);
}

describe('no semicolon is missing', () => {
  it.each([
    ['where a flag of rewrite stands alone', 'location / {\n  rewrite ^/a /b\n    break;\n}\n'],
    ['where it stands below the directive', 'location / {\n  rewrite ^/a /b\n  break;\n}\n'],
    ['where a parameter stands below the directive', 'server {\n  listen 80\n  default_server;\n}\n'],
  ])('%s', (_, text) => {
    expect(treeOf(text).errors).toEqual([]);
  });
});

describe('a missing semicolon', () => {
  it.each<Case>([
    {
      name: 'is seen by the directive on the next line, and marked on its own',
      text: 'server {\n  listen «80»\n  server_name a b;\n}\n',
      codes: ['missing-semicolon'],
      tree: 'server {\n  listen 80¦\n  server_name a b;\n}',
    },
    {
      name: 'is marked before the comment on its line',
      text: 'server {\n  listen «80»   # the usual\n\n  # and then\n  server_name a;\n}\n',
      codes: ['missing-semicolon'],
      tree: 'server {\n  listen 80¦\n  server_name a;\n}',
    },
    {
      name: 'in many lines is as many mistakes',
      text: 'server {\n  listen «80»\n  server_name «a»\n  root «/srv»\n}\n',
      codes: ['missing-semicolon', 'missing-semicolon', 'missing-semicolon'],
      tree: 'server {\n  listen 80¦\n  server_name a¦\n  root /srv¦\n}',
    },
    {
      name: 'before a block',
      text: 'server {\n  listen «80»\n  location / {\n    deny all;\n  }\n}\n',
      codes: ['missing-semicolon'],
      tree: 'server {\n  listen 80¦\n  location / {\n    deny all;\n  }\n}',
    },
    {
      name: 'before a brace',
      text: 'location / {\n  proxy_http_version «1.1»\n}\n',
      codes: ['missing-semicolon'],
      tree: 'location / {\n  proxy_http_version 1.1¦\n}',
    },
    {
      name: 'before a brace on the same line',
      text: 'location / { deny «all» }\nlocation /b {}',
      codes: ['missing-semicolon'],
      tree: 'location / {\n  deny all¦\n}\nlocation /b {}',
    },
    {
      name: 'after a quoted word, before a brace',
      text: 'location / { return 200 «"a"»}',
      codes: ['missing-semicolon'],
      tree: 'location / {\n  return 200 a¦\n}',
    },
    {
      name: 'at the end',
      text: 'events {}\nworker_processes «1»',
      codes: ['missing-semicolon'],
      tree: 'events {}\nworker_processes 1¦',
    },
    {
      name: 'at the end, after a comment',
      text: 'worker_processes «1» # ;\n',
      codes: ['missing-semicolon'],
      tree: 'worker_processes 1¦',
    },
    {
      name: 'after a name alone',
      text: 'location / {\n  «internal»\n}\n',
      codes: ['missing-semicolon'],
      tree: 'location / {\n  internal¦\n}',
    },
    {
      name: 'of the directive of a module that nobody knows',
      text: 'location / {\n  nchan_publisher_a «b»\n  nchan_other c;\n}\n',
      codes: ['missing-semicolon'],
      tree: 'location / {\n  nchan_publisher_a b¦\n  nchan_other c;\n}',
    },
    {
      name: 'at the end of an open block is one mistake: the brace may be there afterwards',
      text: 'server {\n  listen «80»',
      codes: ['missing-semicolon'],
      tree: 'server {\n  listen 80¦\n¦',
    },
  ])('$name', check);

  it.each<Case>([
    {
      name: 'a directive over several lines that begin with no name',
      text: 'gzip_types\n    text/css\n    application/json;\n',
      codes: [],
      tree: 'gzip_types text/css application/json;',
    },
    {
      name: 'a name of a directive with another number of arguments',
      text: 'server_name\n  a\n  internal b\n  c;\n',
      codes: [],
      tree: 'server_name a internal b c;',
    },
    {
      name: 'a quoted name of a directive',
      text: 'log_format a\n  "internal"\n  \'listen\';\n',
      codes: [],
      tree: 'log_format a internal listen;',
    },
    {
      name: 'an unknown name that is indented further',
      text: 'proxy_next_upstream error\n  http_500\n  invalid_header;\n',
      codes: [],
      tree: 'proxy_next_upstream error http_500 invalid_header;',
    },
  ])('is not: $name', check);
});

describe('a brace', () => {
  it.each<Case>([
    {
      name: 'too many, at file level',
      text: 'events {}\n«}»\n',
      codes: ['stray-close-brace'],
      tree: 'events {}',
    },
    {
      name: 'too many, known by its indentation',
      text: 'http {\n  server {\n    listen 80;\n    «}»\n  }\n  server {\n  }\n}\n',
      codes: ['stray-close-brace'],
      tree: 'http {\n  server {\n    listen 80;\n  }\n  server {}\n}',
    },
    {
      name: 'too many, where nothing is indented: the first that closes nothing',
      text: 'http {\nserver {\nlisten 80;\n}\n}\n«}»\n',
      codes: ['stray-close-brace'],
      tree: 'http {\n  server {\n    listen 80;\n  }\n}',
    },
    {
      name: 'in place of a semicolon',
      text: 'location / {\n  proxy_buffering «on» }\n  deny all;\n}\n',
      codes: ['missing-semicolon'],
      tree: 'location / {\n  proxy_buffering on¦\n  deny all;\n}',
    },
    {
      name: 'missing at the end',
      text: 'http {\n  server {\n    listen 80;\n  «}»\n',
      codes: ['missing-close-brace'],
      tree: 'http {\n  server {\n    listen 80;\n  }\n¦',
    },
    {
      name: 'missing, known by the indentation of its brother',
      text: 'server {\n  location / {\n    deny all«;»\n\n  # the other\n  location /b {\n    deny all;\n  }\n}\n',
      codes: ['missing-close-brace'],
      tree: 'server {\n  location / {\n    deny all;\n  ¦\n  location /b {\n    deny all;\n  }\n}',
    },
    {
      name: 'missing, known by the brace of its parent',
      text: 'http {\n\tserver {\n\t\tlisten 80«;»\n}\n',
      codes: ['missing-close-brace'],
      tree: 'http {\n  server {\n    listen 80;\n  ¦\n}',
    },
    {
      name: 'missing after nothing',
      text: 'http {\n  server «{»\n}\n',
      codes: ['missing-close-brace'],
      tree: 'http {\n  server {¦\n}',
    },
    {
      name: 'missing, in a server whose locations stand as far left as it',
      text: 'http {\n  server {\n    listen 80;\n\n  location / {\n    deny all«;»\n\n  location /b {\n    deny all;\n  }\n  }\n}\n',
      codes: ['missing-close-brace'],
      tree: 'http {\n  server {\n    listen 80;\n    location / {\n      deny all;\n    ¦\n    location /b {\n      deny all;\n    }\n  }\n}',
    },
    {
      name: 'missing twice in one place is marked once',
      text: 'http {\n  server {\n    location / {\n      deny all«;»\n}\n',
      codes: ['missing-close-brace'],
      tree: 'http {\n  server {\n    location / {\n      deny all;\n    ¦\n  ¦\n}',
    },
    {
      name: 'missing twice in two places',
      text: 'server {\n  location /a {\n    deny all«;»\n  location /b {\n    deny all«;»\n  location /c {\n    deny all;\n  }\n}\n',
      codes: ['missing-close-brace', 'missing-close-brace'],
      tree: 'server {\n  location /a {\n    deny all;\n  ¦\n  location /b {\n    deny all;\n  ¦\n  location /c {\n    deny all;\n  }\n}',
    },
    {
      name: 'missing, where the rest is indented carelessly',
      text: 'server {\n  location / {\n    deny all;\n    }\n   if ($a) {\n      break;\n        }\n  location /b {\n    deny all«;»\n}\n',
      codes: ['missing-close-brace'],
      tree: 'server {\n  location / {\n    deny all;\n  }\n  if ($a) {\n    break;\n  }\n  location /b {\n    deny all;\n  ¦\n}',
    },
    {
      name: 'missing in one line',
      text: 'http { server { listen 80; «}»',
      codes: ['missing-close-brace'],
      tree: 'http {\n  server {\n    listen 80;\n  }\n¦',
    },
    {
      name: 'that opens nothing, with its counterpart',
      text: '«{»\n  a;\n}\nb;',
      codes: ['unexpected-open-brace'],
      tree: ' {\n  a;\n}\nb;',
    },
    {
      name: 'that opens nothing, without one',
      text: 'server {\n  location / {\n    «{»\n    deny all;\n  }\n}\n',
      codes: ['unexpected-open-brace'],
      tree: 'server {\n  location / {\n    deny all;\n  }\n}',
    },
    {
      name: 'twice',
      text: 'location / { «{»\n  deny all;\n}\n',
      codes: ['unexpected-open-brace'],
      tree: 'location / {\n  deny all;\n}',
    },
  ])('$name', check);
});

describe('a missing opening brace', () => {
  it.each<Case>([
    {
      name: 'is seen by the indentation',
      text: 'server {\n  location «/»\n    deny all;\n  }\n  location /b {\n  }\n}\n',
      codes: ['missing-open-brace'],
      tree: 'server {\n  location / {\n    deny all;\n  }\n  location /b {}\n}',
    },
    {
      name: 'of entries',
      text: 'http {\n  map $a «$b»\n    default c;\n    d e;\n  }\n}\n',
      codes: ['missing-open-brace'],
      tree: 'http {\n  map $a $b {\n    default c;\n    d e;\n  }\n}',
    },
    {
      name: 'of an empty block',
      text: '«events»\n}\nhttp {\n}\n',
      codes: ['missing-open-brace'],
      tree: 'events {}\nhttp {}',
    },
  ])('$name', check);
});

describe('a count in a pattern without quotes', () => {
  it.each<Case>([
    {
      name: 'of a location',
      text: 'server {\n  location ~ «^/a{2}$» {\n    deny all;\n  }\n}\n',
      codes: ['unquoted-brace'],
      tree: 'server {\n  location ~ "^/a{2}$" {\n    deny all;\n  }\n}',
    },
    {
      name: 'of a rewrite, twice',
      text: 'rewrite «^/(\\d{4})/(\\d{1,2})/(\\w{3,})$» /x;\n',
      codes: ['unquoted-brace'],
      tree: 'rewrite "^/(\\\\d{4})/(\\\\d{1,2})/(\\\\w{3,})$" /x;',
    },
    {
      name: 'but not in quotes',
      text: 'location ~ "^/a{2}$" {}',
      codes: [],
      tree: 'location ~ "^/a{2}$" {}',
    },
    { name: 'but not a block', text: 'a b{2 c;}', codes: [], tree: 'a b {\n  2 c;\n}' },
  ])('$name', check);
});

describe('a semicolon', () => {
  it.each<Case>([
    { name: 'first', text: '«;»\na;', codes: ['unexpected-semicolon'], tree: 'a;' },
    { name: 'twice', text: 'a;«;»', codes: ['unexpected-semicolon'], tree: 'a;' },
    { name: 'after a block', text: 'a {}«;»', codes: ['unexpected-semicolon'], tree: 'a {}' },
  ])('$name', check);
});

describe('a quote', () => {
  it.each<Case>([
    {
      name: 'that never closes ends with its line',
      text: 'location / {\n  add_header A «"b»;\n  deny all;\n}\n',
      codes: ['open-quote'],
      tree: 'location / {\n  add_header A b;\n  deny all;\n}',
    },
    {
      name: 'that is closed by the next one that opens',
      text: 'add_header A «"b»;\nadd_header C "d";\nadd_header E "f";\n',
      codes: ['open-quote'],
      tree: 'add_header A b;\nadd_header C d;\nadd_header E f;',
    },
    {
      name: 'open before a block',
      text: 'if ($a = «"b)» {\n  return 403;\n}\nadd_header C "d";\n',
      codes: ['open-quote'],
      tree: 'if ($a = b) {\n  return 403;\n}\nadd_header C d;',
    },
    {
      name: 'open before a comment',
      text: 'add_header A «"b»; # c\nadd_header D "e";\n',
      codes: ['open-quote'],
      tree: 'add_header A b;\nadd_header D e;',
    },
    {
      name: 'open, with a hash in what it quotes',
      text: 'add_header A «"b #fff»;\nadd_header D "e";\n',
      codes: ['open-quote'],
      tree: 'add_header A "b #fff";\nadd_header D e;',
    },
    {
      name: 'open on a line without a semicolon',
      text: 'add_header A «"b»\nadd_header D "e";\n',
      codes: ['open-quote'],
      tree: 'add_header A b¦\nadd_header D e;',
    },
    {
      name: 'of many lines that never closes ends before what ends its directive',
      text: 'location / {\n  content_by_lua «\'»\n    say("a");\n  ;\n  deny all;\n}\n',
      codes: ['open-quote'],
      tree: 'location / {\n  content_by_lua "\\n    say(\\"a\\");";\n  deny all;\n}',
    },
    {
      name: 'with text right after it',
      text: 'add_header A «"b"»c;',
      codes: ['text-after-quote'],
      tree: 'add_header A b c;',
    },
    {
      name: 'with another right after it',
      text: 'add_header A «"b"»"c d" e;\nroot "f";',
      codes: ['text-after-quote'],
      tree: 'add_header A b "\\"c" "d\\"" e;\nroot f;',
    },
    {
      name: 'within quotes',
      text: 'add_header A «"b "»c" d";\nroot "e";',
      codes: ['text-after-quote'],
      tree: 'add_header A "b " "c\\"" "d\\"";\nroot e;',
    },
    {
      name: 'one too many at the end',
      text: `add_header A «"b"»";\nroot "e";`,
      codes: ['text-after-quote'],
      tree: 'add_header A b "\\"";\nroot e;',
    },
    { name: 'alone', text: '«"»', codes: ['open-quote'], tree: '""¦' },
    { name: 'alone before a semicolon', text: '«"»;', codes: ['open-quote'], tree: '"";' },
  ])('$name', check);
});
