import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formattingEdits, type FormattingStyle } from '../../server/src/features/formatting';
import { parseFile } from '../../server/src/model/load';
import { ALIGNED, checkFormatting, format, SPACES, TABS } from '../support/formatting';

describe('formatting', () => {
  it.each<[title: string, before: string, after: string, style?: FormattingStyle]>([
    [
      'leaves a byte order mark where it is',
      '\uFEFF  http {\nsendfile on;\n}\n',
      '\uFEFFhttp {\n    sendfile on;\n}\n',
    ],
    [
      'indents by blocks, one directive a line',
      'http{server{listen 80;location / {return 404;}}}',
      'http {\n    server {\n        listen 80;\n        location / {\n            return 404;\n        }\n    }\n}',
    ],
    [
      'indents with tabs',
      'http {\nserver {\n    listen 80;\n}\n}\n',
      'http {\n\tserver {\n\t\tlisten 80;\n\t}\n}\n',
      TABS,
    ],
    ['brings the brace to its directive', 'http\n{\n  gzip on ;\n}\n', 'http {\n    gzip on;\n}\n'],
    ['leaves an empty block', 'events {}\nevents { }\n', 'events {}\nevents { }\n'],
    [
      'keeps one blank line, and none at the ends of a block',
      'a 1;\n\n\n\nb {\n\n    c;\n\n}\n\n\n',
      'a 1;\n\nb {\n    c;\n}\n',
    ],
    [
      'keeps comments in their lines',
      'a { # one\n# two\n  b; # three\n# four\n} # five\n',
      'a { # one\n    # two\n    b; # three\n    # four\n} # five\n',
    ],
    [
      'keeps the column of comments behind directives',
      'a 1;     # one\nbcd 2;   # two\n',
      'a 1;     # one\nbcd 2;   # two\n',
    ],
    ['keeps aligned values', 'a {\n  b    1;\n  cdef 2;\n}\n', 'a {\n    b    1;\n    cdef 2;\n}\n'],
    [
      'moves lines that go on with their directive',
      "http {\nlog_format main '$a '\n                '$b';\n}\n",
      "http {\n    log_format main '$a '\n                    '$b';\n}\n",
    ],
    [
      'indents lines that go on at the margin',
      'http {\n    index a\n    b\nc;\n}\n',
      'http {\n    index a\n        b\n        c;\n}\n',
    ],
    ['keeps a semicolon on a line of its own', 'index a\n  b\n  ;\n', 'index a\n  b\n;\n'],
    [
      'keeps line ends',
      'a {\r\nb;\r\n\r\n\r\nc { d; }\r\n}\r\n',
      'a {\r\n    b;\r\n\r\n    c {\r\n        d;\r\n    }\r\n}\r\n',
    ],
    ['keeps line ends behind comments', 'a {\r\n# b\r\nc;\r\n}\r\n', 'a {\r\n    # b\r\n    c;\r\n}\r\n'],
    ['leaves quoted lines', "a {\nb 'one\n  two';\n}\n", "a {\n    b 'one\n  two';\n}\n"],
    [
      'leaves Lua',
      'location / {\ncontent_by_lua_block {\n  if a then\n b() end\n}\n}\n',
      'location / {\n    content_by_lua_block {\n  if a then\n b() end\n}\n}\n',
    ],
    ['keeps a file without a line end', 'a;', 'a;'],
    [
      'ends the file with a line end where that is wanted',
      'a;',
      'a;\n',
      { ...SPACES, insertFinalNewline: true },
    ],
    ['removes white space at the start and the end', '\n\n  a;\n   \n', 'a;\n'],
    ['leaves a text with errors', 'a {\n  b;\n', 'a {\n  b;\n'],
    ['leaves an empty text', '', ''],
    ['keeps a comment between words', 'a b # c\n  d;\n', 'a b # c\n  d;\n'],
    ['breaks before a brace after a comment', 'a # c\n   {\n}\n', 'a # c\n{\n}\n'],
    [
      'aligns the values of neighbours with one name',
      'a {\n  proxy_set_header Host $host;\n  proxy_set_header X-Real-IP  $remote_addr;\n\n  proxy_set_header A b;\n  gzip on;\n}\n',
      'a {\n    proxy_set_header Host      $host;\n    proxy_set_header X-Real-IP $remote_addr;\n\n    proxy_set_header A b;\n    gzip on;\n}\n',
      ALIGNED,
    ],
    [
      'aligns the entries of a charset_map',
      'charset_map a b {\n  80 E282AC;\n  095   96;\n}\n',
      'charset_map a b {\n    80  E282AC;\n    095 96;\n}\n',
      ALIGNED,
    ],
    [
      'aligns the entries of a map',
      "map $a $b {\n  default upgrade;\n  ''    close;\n}\n",
      "map $a $b {\n    default upgrade;\n    ''      close;\n}\n",
      ALIGNED,
    ],
  ])('%s', (_, before, after, style = SPACES) => {
    expect(format(before, style)).toBe(after);
    expect(format(after, style), 'formatted again').toBe(after);
  });

  // What other formatters were reported to break: ahmadalli/vscode-nginx-conf, raynigon/vscode-nginx-formatter,
  // hangxingliu/vscode-nginx-conf-hint, vasilevich/nginxbeautifier.
  it.each<[thread: string, text: string]>([
    [
      'ahmadalli#2, raynigon#207',
      'server {\n    listen 443 ssl; # managed by Certbot\n} # managed by Certbot\nserver {\n    listen 80;\n}\n',
    ],
    ['ahmadalli#4', 'server {\n    root /var/www/${server_name}/html;\n    set $a "${b}c";\n}\n'],
    ['raynigon#4', 'location ~ "^/\\d{3}/(\\w{2,5})$" {\n    return 404;\n}\n'],
    [
      'nginxbeautifier#30',
      'location / {\n    content_by_lua_block {\n        local a = { "}" } -- {\n    }\n}\n',
    ],
    ['raynigon#227', 'map $a $b {\n    "~^a{2}$"  1;\n    \\x00       2;\n    ~*\\.(js|css)$ 3;\n}\n'],
  ])('leaves what is in order: %s', (_, text) => {
    expect(parseFile('/nginx.conf', text).errors).toEqual([]);
    expect(format(text)).toBe(text);
  });

  it('changes the lines of a range alone: hangxingliu#133, ahmadalli#25', () => {
    const text = 'http {\nserver {\nlisten 80;\nserver_name a;\n}\n}\n';
    const start = text.indexOf('listen');
    expect(format(text, SPACES, { start, end: start + 3 })).toBe(
      'http {\nserver {\n        listen 80;\nserver_name a;\n}\n}\n',
    );
    const end = text.indexOf('server_name');
    expect(format(text, SPACES, { start, end }), 'a range that ends where a line begins').toBe(
      'http {\nserver {\n        listen 80;\nserver_name a;\n}\n}\n',
    );
  });

  it('takes all lines of a directive that goes on in the range', () => {
    const text = "http {\nlog_format main 'a'\n    'b'\n    'c';\ngzip on;\n}\n";
    const after = "http {\n    log_format main 'a'\n        'b'\n        'c';\ngzip on;\n}\n";
    for (const line of ["'b'", "'c'", 'log_format']) {
      const at = text.indexOf(line);
      expect(format(text, SPACES, { start: at, end: at })).toBe(after);
    }
  });

  it('leaves lines of a template, and what stands beside them, where they are', () => {
    const text = 'http {\n  {% for a in b %}\n    server {\n   listen {{ a }};\n    }\n  {% endfor %}\n}\n';
    expect(format(text, SPACES, undefined, '/a.j2')).toBe(
      'http {\n  {% for a in b %}\n    server {\n        listen {{ a }};\n    }\n  {% endfor %}\n}\n',
    );
  });

  it('leaves a text whose blocks nest too deep to be indented', () => {
    const text = `${'a {\n'.repeat(10_000)}${'}\n'.repeat(10_000)}`;
    expect(formattingEdits(parseFile('/nginx.conf', text), SPACES)).toEqual([]);
  });

  it('comes to an end with tabs where the indentation that stays is mixed', () => {
    const odd = '{{ lines }}\n \t index a\n\t\t\t b;\n';
    expect(format(odd, TABS, undefined, '/a.j2')).toBe('{{ lines }}\n \t index a\n \t \t\t b;\n');
    checkFormatting(odd, '/a.j2', TABS);
  });

  it('leaves a template whose branches share a brace', () => {
    const text = '{% if a %}\nserver {\n{% else %}\n  server {\n{% endif %}\nlisten 80;\n}\n';
    expect(format(text, SPACES, undefined, '/a.j2')).toBe(text);
  });

  it('makes no marker of a merge conflict of what is none', () => {
    for (const text of ['  <<<<<<< 80;', 'user a;\n  ======= b;\n', 'user a; >>>>>>> b;\n', '  =======\n;']) {
      checkFormatting(text, '/nginx.conf', SPACES);
    }
    expect(format('user a;\n   <<<<<<< 80;\n')).toBe('user a;\n   <<<<<<< 80;\n');
  });

  it('makes no byte order mark of the first word', () => {
    for (const text of ['\n\uFEFFhttp {}\n', '\n\n  \uFEFF a;\n', '\uFEFF\n\uFEFFa;\n'])
      checkFormatting(text, '/nginx.conf', SPACES);
  });

  it('touches no more than what changes', () => {
    const text = 'a {\n  b;\n    c;\n}\n';
    expect(formattingEdits(parseFile('/nginx.conf', text), SPACES)).toEqual([
      { start: 6, end: 6, newText: '  ' },
    ]);
  });
});

/** Texts of directives, blocks and comments with white space of all kinds between. */
const blank = fc.constantFrom('', ' ', '\n', '\r\n', '\t', ' \n\n\n  ', '  # c\n', '\n\n# c {\n');
const gap = fc.constantFrom(' ', '\n', '\t  ', ' # c;\n', '\r\n\r\n  ');
const word = fc.constantFrom(
  'a',
  'proxy_set_header',
  '$b',
  '"c d"',
  "'e\n  f'",
  '${g}h',
  '~^/[0-9]+$',
  '"~^\\d{3}$"',
  'i\\ j',
);
const simple = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), gap, blank)
  .map(([words, between, end]) => `${words.join(between)}${end.includes('#') ? ' ' : end};`);
const block = fc.letrec<{ node: string; list: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    simple,
    fc.tuple(word, blank, tie('list')).map(([name, b, list]) => `${name} ${b}{${list}}`),
  ),
  list: fc.array(fc.tuple(blank, tie('node'), blank), { maxLength: 5 }).map((parts) => parts.flat().join('')),
}));

describe('whatever is formatted', () => {
  const style = fc.record({
    tabSize: fc.integer({ min: 1, max: 8 }),
    insertSpaces: fc.boolean(),
    insertFinalNewline: fc.boolean(),
    values: fc.constantFrom('keep', 'align'),
  }) satisfies fc.Arbitrary<FormattingStyle>;

  it('has the same tokens, and is in order then', () => {
    let formatted = 0;
    const property = fc.property(block.list, style, (text, options) => {
      if (checkFormatting(text, '/nginx.conf', options)) formatted += 1;
    });
    fc.assert(property, { seed: 20261123, numRuns: 1000 });
    expect(formatted).toBeGreaterThan(300);
  });
});
