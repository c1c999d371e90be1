import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, constantFrom, property } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateConfiguration } from '../bench/generated-configuration';
import { configurationWith, snippets } from '../support/snippets';
import { treeOf } from '../syntax/dump';
import { disagreements } from './agreement';
import { loadTokenizer, type ScopedText, type Tokenizer } from './tokenizer';

const root = join(import.meta.dirname, '../..');

let tokenizer: Tokenizer;

describe('grammar', testGrammar);

/**
 * The pieces of a text that a scope covers, neighbours on one line joined. A scope stands for those that begin with it:
 * `comment` for `comment.line.number-sign.nginx`.
 */
function covered(lines: readonly (readonly ScopedText[])[], scope: string): string[] {
  return lines.flatMap((line) => {
    const pieces: string[] = [];
    let open = false;
    for (const { text, scopes } of line) {
      const isIn = scopes.some((each) => each === scope || each.startsWith(`${scope}.`));
      if (isIn && open) pieces[pieces.length - 1] += text;
      else if (isIn) pieces.push(text);
      open = isIn;
    }
    return pieces;
  });
}

const inText = (text: string, scope: string): string[] => covered(tokenizer.lines(text), scope);

const DIRECTIVE = 'support.function.directive';
const BLOCK = 'storage.type.block';
const VARIABLE = 'variable.parameter';
const REGEX = 'string.regexp';

function testGrammar(): void {
  beforeAll(async () => {
    tokenizer = await loadTokenizer();
  });

  describe('constructs', () => {
    it.each([
      // Directives, blocks, punctuation.
      ['proxy_pass http://chat;', DIRECTIVE, ['proxy_pass']],
      ['a_module.b-c 1; more_set_headers "X";', DIRECTIVE, ['a_module.b-c', 'more_set_headers']],
      ['server { listen 80; }', BLOCK, ['server']],
      ['events {} http { server{} }', BLOCK, ['events', 'http', 'server']],
      ['upstream chat { server a; }', 'entity.name.type.upstream', ['chat']],
      ['upstream chat { server a; }', BLOCK, ['upstream']],
      ['limit_except GET POST { deny all; }', BLOCK, ['limit_except']],
      ['server { listen 80; }', 'punctuation.section.block', ['{', '}']],
      ['listen 80;;', 'punctuation.terminator', [';;']],
      // Comments: a # in a word, in a string or in a regex is none.
      ['a b; # c; d', 'comment', ['# c; d']],
      ['a b#c "#d" e; #', 'comment', ['#']],
      ['location ~ a#b { }', 'comment', []],
      // Variables in and out of strings.
      ['set $a ${b}c$d;', VARIABLE, ['$a', '${b}', '$d']],
      ['set $a "$b-${c}d $1";', VARIABLE, ['$a', '$b', '${c}', '$1']],
      ["log_format m '$remote_addr $';", VARIABLE, ['$remote_addr']],
      ['proxy_pass http://$host:80$request_uri;', VARIABLE, ['$host', '$request_uri']],
      // Strings: a quote in the middle of a word is a character.
      ['set $a "b;c{";', 'string.quoted.double', ['"b;c{"']],
      ["set $a 'b\"c';", 'string.quoted.single', ["'b\"c'"]],
      ['set $a "b\\"c" d"e;', 'string.quoted', ['"b\\"c"']],
      ['set $a "b\\"c";', 'constant.character.escape', ['\\"']],
      ['proxy_pass http://a:1/b;', 'string.unquoted.url', ['http://a:1/b']],
      // Numbers with units.
      ['a 1 20 0.5 10k 1m 2G;', 'constant.numeric', ['1', '20', '0.5', '10k', '1m', '2G']],
      ['a 1h30m 500ms 7d 1M 2y 20%;', 'constant.numeric', ['1h30m', '500ms', '7d', '1M', '2y', '20%']],
      ['a 1h30m 500ms 10k 5r/s 20%;', 'keyword.other.unit', ['h', 'm', 'ms', 'k', 'r/s', '%']],
      ['a zone=b:10m rate=1r/s weight=5;', 'constant.numeric', ['10m', '1r/s', '5']],
      ['a 1a a1 v1.2 10mm /1;', 'constant.numeric', []],
      ['gzip on; sendfile off; a once;', 'constant.language.boolean', ['on', 'off']],
      // Addresses.
      ['listen 127.0.0.1:8080;', 'constant.numeric.address', ['127.0.0.1']],
      ['listen 127.0.0.1:8080;', 'constant.numeric.port', ['8080']],
      ['listen [::]:443 ssl;', 'constant.numeric.address', ['[::]']],
      ['listen [::]:443 ssl; listen *:80;', 'constant.numeric.port', ['443', '80']],
      ['listen 12345-12399;', 'constant.numeric.address', []],
      ['allow 10.0.0.0/8; deny 2001:db8::/32;', 'constant.numeric.address', ['10.0.0.0/8', '2001:db8::/32']],
      ['allow ::1; set_real_ip_from 1.2.3.4;', 'constant.numeric.address', ['::1', '1.2.3.4']],
      ['server unix:/run/a.sock weight=2;', 'keyword.other.unix', ['unix:']],
      ['server unix:/run/a.sock weight=2;', 'string.unquoted.path', ['/run/a.sock']],
      // Status codes.
      ['return 301 https://$host;', 'constant.numeric.status-code', ['301']],
      [
        'error_page 404 =200 /a; error_page 500 502 @b;',
        'constant.numeric.status-code',
        ['404', '200', '500', '502'],
      ],
      ['try_files $uri /a =404;', 'constant.numeric.status-code', ['404']],
      ['proxy_cache_valid 200 302 10m;', 'constant.numeric.status-code', ['200', '302']],
      ['listen 301; expires 404;', 'constant.numeric.status-code', []],
      // Locations.
      ['location /api/chat { }', 'string.unquoted.path', ['/api/chat']],
      ['location = /a { } location ^~ /b { }', 'keyword.operator.location', ['=', '^~']],
      [
        'location @error401 { } error_page 401 @error401;',
        'entity.name.function.location',
        ['@error401', '@error401'],
      ],
      // Regexes.
      ['location ~* \\.(gif|jpe?g)$ { }', REGEX, ['\\.(gif|jpe?g)$']],
      ['location ~ "^/a{2}/(?<n>\\d+)" { }', REGEX, ['"^/a{2}/(?<n>\\d+)"']],
      ['location ~^/a$ { }', REGEX, ['^/a$']],
      ['location ~ ^/(?<room>[a-z]+)$ { }', VARIABLE, ['room']],
      ['rewrite ^/api/(.*) /$1 break;', REGEX, ['^/api/(.*)']],
      ['rewrite "^/a b$" /c;', REGEX, ['"^/a b$"']],
      ['rewrite ^/api/(.*) /$1 break;', 'keyword.control.flag', ['break']],
      ['if ($a ~* ^(b|c)$) { }', REGEX, ['^(b|c)$']],
      ['if ($a !~ "b c") { }', REGEX, ['"b c"']],
      ['server_name ~^www\\d+\\.a$ "~^b{2}$" c;', REGEX, ['^www\\d+\\.a$', '"~^b{2}$"']],
      ['server_name ~^a$ "~^b$";', 'keyword.operator.regex', ['~', '~']],
      ['fastcgi_split_path_info ^(.+\\.php)(/.+)$;', REGEX, ['^(.+\\.php)(/.+)$']],
      ['location ~ [^/;}]+$ { }', 'constant.other.character-class.regexp', []],
      ['location ~ [^/.]+$ { }', 'constant.other.character-class.regexp', ['[^/.]']],
      ['location ~ a+b*?c{1,2} { }', 'keyword.operator.quantifier.regexp', ['+', '*?']],
      // Conditions.
      ['if ($a = b) { }', 'keyword.control.conditional', ['if']],
      ['if ($a != b) { } if (!-f $c) { }', 'keyword.operator', ['!=', '!-f']],
      ['return 403;', 'keyword.control.flow', ['return']],
    ])('%s: %s', (text, scope, expected) => {
      expect(inText(text, scope)).toEqual(expected);
    });

    it('the body of a map is data', () => {
      const text = [
        'map $http_upgrade $connection_upgrade {',
        '    default upgrade;',
        "    '' close;",
        '    ~*^web  $a;',
        '    "~^(?<n>[a-z]+)$" "b";',
        '    include more.map; # c',
        '    listen 80;',
        '}',
        'map ${a}b $c { default 1; }',
        'server { }',
      ].join('\n');
      expect(inText(text, BLOCK)).toEqual(['map', 'map', 'server']);
      expect(inText(text, DIRECTIVE)).toEqual([]);
      expect(inText(text, 'keyword.other.table')).toEqual(['default', 'include', 'default']);
      expect(inText(text, REGEX)).toEqual(['^web', '"~^(?<n>[a-z]+)$"']);
      expect(inText(text, 'keyword.operator.regex')).toEqual(['~*', '~']);
      expect(inText(text, VARIABLE)).toEqual([
        '$http_upgrade',
        '$connection_upgrade',
        '$a',
        'n',
        '${a}',
        '$c',
      ]);
      expect(inText(text, 'string.quoted')).toEqual(["''", '"b"']);
      expect(inText(text, 'comment')).toEqual(['# c']);
    });

    it('other tables are data too', () => {
      const text = [
        'geo $g { ranges; default 0; 127.0.0.0/8 1; 10.0.0.1-10.0.0.9 2; }',
        'split_clients $a $b { 0.5% one; * two; }',
        'num_map $a $b { server 1; default 2; }',
        'charset_map a b { 80 E282AC; }',
        'types { text/html html htm; }',
        'listen 80;',
      ].join('\n');
      expect(inText(text, BLOCK)).toEqual(['geo', 'split_clients', 'num_map', 'charset_map', 'types']);
      expect(inText(text, DIRECTIVE)).toEqual(['listen']);
      expect(inText(text, 'constant.numeric.address')).toEqual(['127.0.0.0/8']);
      expect(inText(text, 'constant.other.media-type')).toEqual(['text/html']);
      expect(inText(text, 'constant.numeric')).toContain('0.5%');
    });

    it('a block may open on a later line', () => {
      const text =
        'http\n{\nserver # c\n{\nlocation /a\n{\nif ($b)\n{\n}\n}\n}\nupstream d\n{\n}\n}\nworker_processes 1;';
      expect(inText(text, BLOCK)).toEqual(['http', 'server', 'location', 'upstream']);
      expect(inText(text, 'punctuation.section.block')).toHaveLength(10);
      expect(inText(text, DIRECTIVE)).toEqual(['worker_processes']);
    });

    it('arguments may go on over lines', () => {
      const text = 'log_format main "$a"\n    "$b"\n    c;\nserver_name a\n    b\n    *.c;\nlisten 80;';
      expect(inText(text, DIRECTIVE)).toEqual(['log_format', 'server_name', 'listen']);
    });

    it('a string may go on over lines', () => {
      const text = "add_header P \"default-src 'self';\n    img-src *;\n    script-src 'none'\";\nlisten 80;";
      expect(inText(text, 'string.quoted.double')).toEqual([
        "\"default-src 'self';",
        '    img-src *;',
        "    script-src 'none'\"",
      ]);
      expect(inText(text, DIRECTIVE)).toEqual(['add_header', 'listen']);
    });

    it('templates keep their placeholders', () => {
      const text = [
        '{% if tls %}',
        'listen {{ port }} ssl;',
        '{% endif %}',
        'server_name <%= name %>;',
        'proxy_pass http://${BACKEND}%%PATH%%;',
      ].join('\n');
      expect(inText(text, 'meta.template.expression')).toEqual([
        '{% if tls %}',
        '{{ port }}',
        '{% endif %}',
        '<%= name %>',
      ]);
      expect(inText(text, DIRECTIVE)).toEqual(['listen', 'server_name', 'proxy_pass']);
      expect(inText(text, VARIABLE)).toEqual([
        ' if tls ',
        ' port ',
        ' endif ',
        '= name ',
        '${BACKEND}%%PATH%%',
      ]);
      expect(inText(text, 'punctuation.section.block')).toEqual([]);
    });
  });

  describe('Lua', () => {
    const text = [
      'location /a {',
      '    content_by_lua_block {',
      '        local t = { b = { "}" }, c = 1 } -- }',
      '        --[[ }',
      '        } ]]',
      '        if t then return ngx.var.d end',
      '    }',
      '    access_by_lua_block { return }',
      '    set_by_lua_block $e { return "{" }',
      '    proxy_pass http://f;',
      '}',
      'server { }',
    ].join('\n');

    it('is embedded between the braces of its block, whatever braces it has', () => {
      expect(inText(text, 'meta.embedded.block.lua')).toEqual([
        '        local t = { b = { "}" }, c = 1 } -- }',
        '        --[[ }',
        '        } ]]',
        '        if t then return ngx.var.d end',
        '    ',
        ' return ',
        ' return "{" ',
      ]);
      expect(inText(text, BLOCK)).toEqual([
        'location',
        'content_by_lua_block',
        'access_by_lua_block',
        'set_by_lua_block',
        'server',
      ]);
      expect(inText(text, DIRECTIVE)).toEqual(['proxy_pass']);
      expect(tokenizer.depthAfter(text)).toBe(1);
    });

    it('has the scopes of Lua', () => {
      expect(inText(text, 'keyword.control.lua')).toEqual([
        'local',
        'if',
        'then',
        'return',
        'end',
        'return',
        'return',
      ]);
      expect(inText(text, 'string.quoted.lua')).toEqual(['"}"', '"{"']);
      expect(inText(text, 'comment')).toEqual(['-- }', '--[[ }', '        } ]]']);
    });

    it('ends with the file where its block has no end', () => {
      const open = 'init_by_lua_block {\n    local a = {\nserver { }';
      expect(inText(open, 'meta.embedded.block.lua').at(-1)).toBe('server { }');
    });

    it('in quotes is a string', () => {
      expect(inText('content_by_lua \'ngx.say("a;")\';\nlisten 80;', DIRECTIVE)).toEqual([
        'content_by_lua',
        'listen',
      ]);
    });
  });

  describe('broken text', () => {
    it.each([
      ['proxy_pass http://a\nproxy_http_version 1.1;', ['proxy_pass', 'proxy_http_version']],
      ['index a.html\nserver_name b;\nlisten 80;', ['index', 'server_name', 'listen']],
      ['listen 80\n\n    # c\n    server_name b;', ['listen', 'server_name']],
      ['gzip on\ninclude a.conf;', ['gzip', 'include']],
      ['listen', ['listen']],
    ])('a ; that is missing: %j', (text, expected) => {
      expect(inText(text, DIRECTIVE)).toEqual(expected);
    });

    it('a ; that is missing before a block', () => {
      const text =
        'server {\n    listen 80\n    location /a {\n        return 404\n    }\n    root /b;\n}\nhttp {\n}';
      expect(inText(text, BLOCK)).toEqual(['server', 'location', 'http']);
      expect(inText(text, DIRECTIVE)).toEqual(['listen', 'root']);
      expect(inText(text, 'punctuation.section.block')).toHaveLength(6);
      expect(tokenizer.depthAfter(text)).toBe(1);
    });

    it('a ; that is missing in a map', () => {
      const text = 'map $a $b {\n    default 1\n    c 2;\n}\nserver { }';
      expect(inText(text, BLOCK)).toEqual(['map', 'server']);
      expect(tokenizer.depthAfter(text)).toBe(1);
    });

    it.each([['"'], ["'"]])('a quote that never closes: %s', (quote) => {
      const text = [
        `proxy_set_header Connection ${quote}upgrade;`,
        'proxy_set_header Host $host;',
        'location /a {',
        '    proxy_pass http://b; # c',
        '}',
      ].join('\n');
      expect(inText(text, 'string.quoted')).toEqual([`${quote}upgrade;`]);
      expect(inText(text, DIRECTIVE)).toEqual(['proxy_set_header', 'proxy_set_header', 'proxy_pass']);
      expect(inText(text, BLOCK)).toEqual(['location']);
      expect(inText(text, 'comment')).toEqual(['# c']);
      expect(tokenizer.depthAfter(text)).toBe(1);
    });

    it('a brace too many, and one that is missing', () => {
      expect(inText('server { }\n}\nlisten 80;', DIRECTIVE)).toEqual(['listen']);
      expect(inText('server {\nlocation / {\n}\nlisten 80;', DIRECTIVE)).toEqual(['listen']);
    });
  });

  it('line endings make no difference', () => {
    const text = readFileSync(join(root, 'examples/nginx.conf'), 'utf8');
    const lines = tokenizer.lines(text);
    expect(tokenizer.lines(text.replaceAll('\n', '\r\n'))).toEqual(lines);
    expect(tokenizer.lines(text.replaceAll('\n', '\r'))).toEqual(lines);
  });

  describe('agrees with the parser', () => {
    const compare = (text: string, template = false) => {
      const tree = treeOf(text, template);
      expect(tree.errors).toEqual([]);
      return disagreements(tree, tokenizer.lines(text));
    };

    it('on the examples', () => {
      for (const name of ['nginx.conf', 'broken/nginx.conf']) {
        expect(compare(readFileSync(join(root, 'examples', name), 'utf8'))).toEqual([]);
      }
    });

    it.each(snippets)('on the snippet $prefix', (each) => {
      expect(compare(configurationWith(each))).toEqual([]);
    });

    it('on a long configuration', () => {
      const text = generateConfiguration(60_000, 7);
      expect(compare(text)).toEqual([]);
      expect(tokenizer.depthAfter(text)).toBe(1);
    });
  });

  it('takes any text, and loses no character of it', () => {
    const pieces = ['a', ' ', '\n', ';', '{', '}', '"', "'", '#', '$', '\\', '~', '(', ')', '{{', '%}', '='];
    const words = [
      'server',
      'location',
      'map',
      'if',
      'return',
      'rewrite',
      'types',
      'a_by_lua_block',
      'http://',
    ];
    assert(
      property(array(constantFrom(...pieces, ...words), { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const lines = tokenizer.lines(text).map((line) => line.map((piece) => piece.text).join(''));
        expect(lines.join('\n')).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
}
