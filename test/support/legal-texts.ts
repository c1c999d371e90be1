/** Where a text stands: the levels around it. */
type Level = 'main' | 'http' | 'server' | 'location';

/** A text that nginx takes, and that other parsers stumbled over. */
export interface LegalText {
  readonly name: string;
  readonly level: Level;
  readonly text: string;
  /** Whether it needs a module that nginx is not built with. */
  readonly foreign?: boolean;
}

const legal = (level: Level, name: string, text: string): LegalText => ({ level, name, text });

/**
 * What the change notes and the issues of other parsers for nginx tell of: each is proven with nginx itself in
 * test/live/legal-texts.test.ts.
 */
export const legalTexts: readonly LegalText[] = [
  legal('location', 'values in double quotes', 'add_header "X-A" "b c";\nroot "/srv";'),
  legal('server', 'a pattern of if in quotes', 'if ($request_uri ~ "^/(a|b){1,2};$") { return 403; }'),
  legal(
    'server',
    'a pattern of if in single quotes',
    "if ($http_user_agent ~* '(bot|spider) ') { return 403; }",
  ),
  legal(
    'http',
    'patterns as keys of a map',
    'map $uri $legal {\n~^/a(?<rest>.*)$ $rest;\n~*\\.(js|css)$ 1;\n"~^/b{2,3} c$" 2;\ndefault 0;\n}',
  ),
  legal(
    'server',
    'a pattern that ends with a dollar sign',
    'location ~ \\.php$ { return 204; }\nlocation ~* ^/(a|b)/?$ { return 204; }',
  ),
  legal(
    'server',
    'a pattern that ends with an equals sign',
    'if ($args ~ a=) { return 204; }\nlocation ~ b= { return 204; }',
  ),
  legal('server', 'a group with a dollar sign in quotes', 'if ($uri ~ "($)") { return 204; }'),
  legal(
    'server',
    'variables and captures in quotes',
    'location ~ ^/(.*)$ { return 200 "$1 ${host} $uri$1"; }',
  ),
  legal(
    'http',
    'comments in map, geo and types',
    'map $uri $legal { # a\n# b ; {\ndefault 1; # c }\n}\ngeo $there { # a\n127.0.0.1 1; # b\n# c\n}\ntypes {\n# a ;\ntext/html html; # b\n}',
  ),
  legal('server', 'an escaped parenthesis in quotes', 'if ($uri ~ "x\\)") { return 204; }'),
  legal(
    'server',
    'a parenthesis in quotes',
    'if ($uri = "a)") { return 204; }\nif ($uri ~ "^/\\(b\\)$") { return 204; }',
  ),
  legal(
    'server',
    'a parenthesis that touches the value',
    'if ( $host = a ) { return 204; }\nif ($host = b){ return 204; }\nif ($host) { return 204; }',
  ),
  legal('server', 'ampersands with variables', 'location /a { return 302 /b?x=$arg_x&y=$arg_y&z=${arg_z}; }'),
  legal(
    'server',
    'a number sign within a word',
    'location /a { return 302 /b#c; }\nlocation /a#b { return 204; }\nrewrite ^/x$ /y#z? redirect;',
  ),
  legal(
    'http',
    'words of a map as its values',
    'map $uri $legal {\nhostnames;\nvolatile;\ndefault default;\na include;\nb volatile;\nc hostnames;\n}\ngeo $there {\ndefault default;\n127.0.0.1 include;\n10.0.0.0/8 delete;\n}',
  ),
  legal(
    'server',
    'many equals signs in a URL',
    'location /a { return 301 https://example.com/?a=1&b=2==&c=$arg_c=; }\nrewrite ^/b$ /c?a=b=c&d=e last;',
  ),
  legal('server', 'an escaped opening parenthesis', 'if ($request_uri ~* \\(a\\)) { return 204; }'),
  legal(
    'location',
    'error_page in an if in a location',
    'if ($arg_a) { error_page 404 /x.html; return 404; }',
  ),
  legal(
    'location',
    'memcached_pass',
    'set $memcached_key "$uri?$args";\nmemcached_pass 127.0.0.1:11211;\nerror_page 404 502 504 = @none;',
  ),
  legal(
    'server',
    'a closing brace with a comment behind it',
    'location /a {\nreturn 204;\n} # managed by Certbot\nlocation /b { return 204; }# x',
  ),
  legal('server', 'a count in a quoted pattern', 'location ~ "^/\\d{3}(?:-[a-z]{1,2})?$" { return 204; }'),
  legal('main', 'an escaped semicolon', 'env LEGAL=a\\;b;'),
  legal(
    'http',
    'quotes in a log format over many lines',
    'log_format legal \'$remote_addr - "$request" \'\n  \'{"a": "$status", "b": {"c": 1}}\'\n  "it\'s";',
  ),
  legal(
    'http',
    'a key that is empty, hexadecimal or quoted',
    "map $uri $legal {\n'' a;\n\\x16\\x03\\x01 c;\n'd e' \"f;g\";\n}",
  ),
  legal(
    'server',
    'no blanks where none is needed',
    'location /a{return 204;}location =/b{return 204;}location ~^/c{return 204;}',
  ),
  legal('location', 'a directive over many lines', 'add_header\n  X-A # why\n  "a b"\n  always\n;'),
  legal(
    'http',
    'names that begin with a digit or end with a dot',
    'server { listen 127.0.0.1:1; server_name 1.example. *.example.com .example.org ~^www\\d+\\.(?<name>.+)$; return 204; }',
  ),
  legal('location', 'braces in quotes', 'return 200 "{\\"a\\": \\"$uri\\", \'b\': }{;#}";'),
  {
    ...legal(
      'location',
      'Lua',
      'content_by_lua_block {\n  local a = "}" -- }\n  local b = [[ } ]] ngx.say(a, b, { c = 1 })\n}',
    ),
    foreign: true,
  },
  { ...legal('location', 'Lua in quotes', 'content_by_lua \'ngx.say("a; b { $c }")\';'), foreign: true },
];

const INDENT: Readonly<Record<Level, (text: string) => string>> = {
  main: (text) => `${text}\nevents {\n}\nhttp {\n    server {\n        listen 127.0.0.1:1;\n    }\n}\n`,
  http: (text) => `events {\n}\nhttp {\n${text}\n}\n`,
  server: (text) => INDENT.http(`server {\nlisten 127.0.0.1:1;\n${text}\n}`),
  location: (text) => INDENT.server(`location / {\n${text}\n}\nlocation @none {\nreturn 404;\n}`),
};

/** The text in a whole configuration. */
export function configurationAround({ level, text }: LegalText): string {
  return INDENT[level](text);
}
