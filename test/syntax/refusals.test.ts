import { describe, expect, it } from 'vitest';
import { firstRefused } from '../../server/src/syntax/errors';
import { LineIndex } from '../../server/src/syntax/lines';
import { treeOf } from './dump';

/** The line on which nginx gives up for the syntax, null when it reads the whole text. */
function refusedOnLine(text: string): number | null {
  const refused = firstRefused(treeOf(text).errors);
  return refused === null ? null : new LineIndex(text).positionAt(refused.nginxOffset).line + 1;
}

const SERVER = 'events {}\nhttp {\nserver {\nlisten 127.0.0.1:19400;\n';
const LOCATION = `${SERVER}location / {\n`;
const END = '}\n}\n}\n';

/** What `nginx -t` said of these texts, the same in all versions from 1.22.1 to 1.31.4: the line of its message. */
describe('the place where nginx gives up', () => {
  it.each<[name: string, text: string, line: number]>([
    ['a missing semicolon before a brace', `${LOCATION}proxy_http_version 1.1\n${END}`, 7],
    ['a stray brace', 'events {}\n}\n', 2],
    ['a missing brace at the end', `${SERVER}}\n`, 6],
    ['a missing semicolon at the end', 'events {}\nworker_processes 1', 2],
    [
      'a quote that never closes',
      `${LOCATION}proxy_set_header Connection "upgrade;\nproxy_http_version 1.1;\n${END}`,
      11,
    ],
    ['a semicolon first', `${LOCATION};\n${END}`, 6],
    ['a brace first', `${LOCATION}{\n${END}`, 6],
    ['two semicolons', `${LOCATION}proxy_http_version 1.1;;\n${END}`, 6],
    ['a brace after a word', `${LOCATION}proxy_buffering on }\n${END}`, 6],
    ['text right after a quote', `${LOCATION}proxy_set_header Connection "upgrade"x;\n${END}`, 6],
    ['a comment that swallows the last brace', 'events {}\nhttp { # }', 2],
    ['one brace too many closes http early', `${SERVER}}\n}\n}\n`, 7],
    [
      'a quote that never closes, and 4,096 bytes',
      `${LOCATION}proxy_set_header Connection "upgrade;\n${'# filler\n'.repeat(500)}${END}`,
      6,
    ],
    ['a word of 4,096 bytes', `${LOCATION}proxy_set_header X ${'a'.repeat(4096)};\n${END}`, 6],
    [
      'a word of 4,096 bytes in fewer letters',
      `${LOCATION}proxy_set_header X ${'é'.repeat(2048)};\n${END}`,
      6,
    ],
    ['a quoted word of 4,095 bytes', `${LOCATION}proxy_set_header X "${'a'.repeat(4095)}";\n${END}`, 6],
    ['a comment of 4,096 bytes', `${LOCATION}#${'a'.repeat(4095)}\n${END}`, 6],
    ['a count in a pattern without quotes', `${SERVER}location ~ ^/a{2}$ {\n}\n\n}\n}\n`, 5],
    ['a block in a map', 'events {}\nhttp {\nmap $http_upgrade $c {\na {\n}\n}\n}\n', 4],
  ])('%s', (_, text, line) => {
    expect(refusedOnLine(text)).toBe(line);
  });

  it.each<[name: string, text: string]>([
    ['a missing semicolon before a line', `${LOCATION}proxy_buffering on\nproxy_http_version 1.1;\n${END}`],
    ['a missing semicolon in a map', "map $http_upgrade $c {\ndefault upgrade\n'' close;\n}\n"],
  ])('is not in the syntax: %s', (_, text) => {
    expect(refusedOnLine(text)).toBeNull();
    expect(treeOf(text).errors.map(({ code, nginxOffset }) => [code, nginxOffset])).toEqual([
      ['missing-semicolon', -1],
    ]);
  });

  it.each<[name: string, text: string]>([
    ['a word of 4,095 bytes', `${LOCATION}proxy_set_header X ${'a'.repeat(4095)};\n${END}`],
    ['a quoted word of 4,094 bytes', `${LOCATION}proxy_set_header X "${'a'.repeat(4094)}";\n${END}`],
    ['a comment of 4,095 bytes', `${LOCATION}#${'a'.repeat(4094)}\n${END}`],
    ['a word of 4,094 bytes in fewer letters', `${LOCATION}proxy_set_header X ${'é'.repeat(2047)};\n${END}`],
    [
      'a word of 4,092 bytes in pairs of units',
      `${LOCATION}proxy_set_header X ${'🔑'.repeat(1023)};\n${END}`,
    ],
    ['a parenthesis after a quote', `${LOCATION}if ($http_upgrade = "websocket") { set $a 1; }\n${END}`],
    ['a hash in a word', `${LOCATION}proxy_set_header X a#b;\n${END}`],
    ['a hash after a blank', `${LOCATION}proxy_set_header X a #b;\n;\n${END}`],
    [
      'CRLF',
      `${LOCATION}proxy_http_version 1.1;\nproxy_set_header Connection "upgrade";\n${END}`.replaceAll(
        '\n',
        '\r\n',
      ),
    ],
    ['CR alone', 'events {}\rhttp {}\r'],
    ['a NUL in a word', `${LOCATION}proxy_set_header X a\0b;\n${END}`],
    ['a tab and a form feed', `${LOCATION}proxy_set_header\tX\fY;\n${END}`],
    ['a no-break space', `${LOCATION}proxy_set_header\u00a0X y;\n${END}`],
    ['a variable in braces', `${LOCATION}proxy_set_header Connection \${http_connection};\n${END}`],
    [
      'a variable whose brace is missing',
      `${LOCATION}proxy_set_header Connection "\${http_connection";\n${END}`,
    ],
    ['a dollar alone', `${LOCATION}proxy_set_header Connection "$";\n${END}`],
    ['a brace in a quoted pattern', `${SERVER}location ~ "^/a{2}$" {\n}\n\n}\n}\n`],
    ['an escaped semicolon', `${LOCATION}proxy_set_header X a\\;b;\n${END}`],
    ['a backslash at the end of a line', `${LOCATION}proxy_set_header X \\\na;\n${END}`],
    ['a directive over lines', `${LOCATION}proxy_http_version\n\n3\n;\n${END}`],
    ['a quoted word over lines', `${LOCATION}proxy_set_header X "a\nb\nc";\nbogus;\n${END}`],
    ['typographic quotes', `${LOCATION}proxy_set_header Connection “upgrade”;\n${END}`],
    ['nothing', ''],
    ['a comment without a line end', '# c'],
    ['a quoted name', `${LOCATION}"proxy_http_version" 1.1;\n${END}`],
    ['an empty name', `${LOCATION}"" a;\n${END}`],
    ['a server outside of http', `${SERVER}}\n}\nserver {\n}\n`],
    ['a semicolon in a comment in a directive', `${LOCATION}proxy_set_header X # comment ; {\n y;\n${END}`],
    ['a condition without its parenthesis', `${LOCATION}if ($http_upgrade {\n}\n${END}`],
    ['a brace right after a word', `${SERVER}location /{\n}\n}\n}\n`],
    ['a brace right after a semicolon', `${SERVER}location / { proxy_buffering on;}\n}\n}\n`],
    ['a word right after a brace', `${SERVER}location / {}proxy_buffering on;\n}\n}\n`],
  ])('there is none: %s', (_, text) => {
    expect(treeOf(text).errors).toEqual([]);
  });
});

describe('of several mistakes', () => {
  it.each<[name: string, text: string, line: number]>([
    // The quote swallows the rest of the text, the stray brace with it.
    ['an open quote comes before what it swallows', 'a "b;\nc;\n}\n', 4],
    // The missing brace is marked above, but nginx only misses it at the end.
    [
      'a missing semicolon comes before a brace that is missing in the end',
      'server {\n  location / {\n    deny all;\n  location /b {\n    deny all\n  }\n}\n',
      6,
    ],
    ['a stray semicolon comes before the end', 'server {\n  deny all;;\n', 2],
    [
      'a map that is not closed fails at the next block',
      'http {\n  map $a $b {\n    c d;\n  server {\n  }\n}\n',
      4,
    ],
    ['a quote that runs into the next one fails there', 'a "b;\nc "d";\n}\n', 2],
    [
      'a semicolon and a brace that are missing in one place are one error',
      'http {\n  map $a $b {\n    c d\n\n  server {\n    listen 80;\n  }\n}\n',
      5,
    ],
    ['a brace between words', "log_format a 'b'\n}\n'c';\n", 2],
    ['an unclosed Lua block swallows the rest', 'content_by_lua_block {\n  a({{\n}\nb c\n}\n;;\n', 7],
  ])('%s', (_, text, line) => {
    expect(refusedOnLine(text)).toBe(line);
  });
});
