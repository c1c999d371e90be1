import * as fc from 'fast-check';

const piece = fc.constantFrom(
  'http',
  'server',
  'location',
  'map',
  'upstream',
  'if',
  'events',
  '{',
  '}',
  ';',
  ' ',
  '\n',
  '    ',
  '"',
  "'",
  '\\',
  '$',
  '${',
  '$host',
  '@',
  '@a',
  '/',
  '#',
  '~',
  '(',
  ')',
  'proxy_pass',
  'http://',
  'proxy_set_header',
  'Connection',
  'listen',
  'constructor',
  'ssl',
  'prox',
  'include',
  'conf.d/',
  'content_by_lua_block',
  '{{',
  '}}',
  '=',
  'gzip',
  'on',
  'rewrite',
  'é',
);

/** Text of pieces of configurations, put together without sense; half of the time within a location. */
export const brokenText: fc.Arbitrary<string> = fc
  .tuple(fc.array(piece, { maxLength: 40 }), fc.boolean())
  .map(([pieces, isInLocation]) => {
    const text = pieces.join('');
    return isInLocation ? `events {}\nhttp { server { location / { ${text}` : text;
  });
