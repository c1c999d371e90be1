import * as fc from 'fast-check';

const PIECES = [
  'http',
  'server',
  'server_name',
  'a.example',
  'listen 443 ssl',
  'location',
  '@x',
  '/a',
  '~ ^/(?<n>.)$',
  'map $a $b',
  'set $b "c $a"',
  'upstream u',
  'proxy_pass http://u',
  'error_page 502 @x',
  'include x',
  'log_format f',
  'if ($a ~ "b")',
  'content_by_lua_block',
  '# region',
  '# endregion',
  '# comment',
  '$b',
  '${b}',
  '"',
  "'",
  '\\',
  '(',
  ')',
  '{',
  '}',
  '{',
  '}',
  ';',
  ';',
  '\n',
  '\n',
  '\r\n',
  '\t',
  'é😀',
];

/** Texts that look like configurations, most of them broken. */
export const brokenText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ maxLength: 4 })), {
    maxLength: 60,
  })
  .chain((pieces) => fc.constantFrom(' ', '\n', '').map((separator) => pieces.join(separator)));

interface Names {
  readonly upstream: string;
  readonly variable: string;
  readonly location: string;
}

const name = (letters: string): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters.split('')), minLength: 1, maxLength: 6 });

/** A configuration of several files that uses an upstream, a variable of a map and a named location of these names. */
export const configurations: fc.Arbitrary<Names & { readonly files: Readonly<Record<string, string>> }> = fc
  .record({
    upstream: name('pqr'),
    variable: name('xyz'),
    location: name('klm'),
    uses: fc.array(fc.nat(6), { maxLength: 8 }),
    split: fc.boolean(),
  })
  .map(({ upstream, variable, location, uses, split }) => {
    const lines = [
      `proxy_pass http://${upstream};`,
      `proxy_pass "http://${upstream}/a";`,
      `add_header A "\\"$${variable}\\" \${${variable}}$${variable}-${variable}";`,
      `error_page 502 @${location};`,
      `try_files ${location} '@${location}';`,
      `return 200 ${upstream}${variable}${location}; # $${variable} @${location}`,
      `if ($${variable} ~ "^${variable}$") { rewrite ^ /$${variable}; }`,
    ];
    const body = uses
      .map((use, index) => `    location /${index} {\n        ${lines[use] ?? ''}\n    }\n`)
      .join('');
    const definitions = `upstream ${upstream} { server 127.0.0.1:1; }\nmap $uri $${variable} { default 1; ~(?<group>.) $group; }\n`;
    const server = `server {\n${body}    location @${location} { return 204; }\n}\n`;
    const files = split
      ? {
          '/etc/nginx/nginx.conf': 'events {}\nhttp {\n    include conf.d/*.conf;\n}\n',
          '/etc/nginx/conf.d/a.conf': server,
          '/etc/nginx/conf.d/b.conf': definitions,
        }
      : { '/etc/nginx/nginx.conf': `events {}\nhttp {\n${definitions}${server}}\n` };
    return { upstream, variable, location, files };
  });
