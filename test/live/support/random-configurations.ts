import type { Random } from './random';
import type { TableLines } from './table-lines';

/** Configurations at random, most of them right, and mistakes made in them at random. The same seed gives the same. */

const ANYWHERE = [
  'proxy_set_header Upgrade $http_upgrade',
  'proxy_set_header Connection "upgrade"',
  'proxy_set_header Host $host',
  'proxy_http_version 1.1',
  'proxy_read_timeout 1h',
  'proxy_buffering off',
  'proxy_buffers 8 16k',
  'proxy_buffer_size 16k',
  'proxy_busy_buffers_size 32k',
  'proxy_cache_bypass $http_upgrade',
  'proxy_cache pages',
  'proxy_hide_header X-Powered-By',
  'proxy_next_upstream error timeout http_502',
  'proxy_ignore_headers Set-Cookie Expires',
  'proxy_cache_valid 200 302 10m',
  'proxy_redirect off',
  'add_header X-Frame-Options DENY always',
  'client_max_body_size 10m',
  'keepalive_timeout 65 60',
  'sendfile on',
  'gzip on',
  'gzip_comp_level 5',
  'gzip_types text/css application/json',
  'error_page 500 502 503 /50x.html',
  'error_page 404 = @fallback',
  'root /var/www',
  'index index.html',
  'expires 30d',
  'limit_req zone=rate burst=5 nodelay',
  'limit_conn conns 10',
  'access_log off',
  'auth_basic "Members only"',
  'satisfy any',
  'allow 127.0.0.1',
  'deny all',
  'etag off',
  'default_type text/plain',
  'server_tokens off',
  'charset utf-8',
  'resolver 127.0.0.1 valid=30s',
  'tcp_nodelay on',
  'types { text/html html; }',
  'client_body_buffer_size 16k',
  'send_timeout 30s',
  'fastcgi_param A b',
  'fastcgi_buffers 8 16k',
  'open_file_cache max=100 inactive=20s',
];

const IN_HTTP = [
  'map $http_upgrade $connection_upgrade { default upgrade; "" close; }',
  'map $uri $target { default 0; ~^/a(?<rest>.*)$ 1; include /nowhere/*.map; }',
  'upstream chat { server 127.0.0.1:3000 weight=5; server 127.0.0.1:3001 backup; keepalive 8; }',
  'upstream other { ip_hash; server 127.0.0.1:4000 max_fails=3 fail_timeout=30s; }',
  'limit_req_zone $binary_remote_addr zone=rate:10m rate=5r/s',
  'limit_conn_zone $binary_remote_addr zone=conns:10m',
  'proxy_cache_path @DIR/cache levels=1:2 keys_zone=pages:10m inactive=60m',
  'log_format short "$remote_addr $request"',
  'geo $inside { default 0; 10.0.0.0/8 1; }',
  'split_clients $remote_addr $variant { 50% a; * b; }',
  'server_names_hash_bucket_size 128',
  'ssl_protocols TLSv1.2 TLSv1.3',
  'ssl_session_cache shared:tls:1m',
];

const IN_SERVER = [
  'server_name a.example b.example',
  'server_name ~^(?<sub>.+)\\.example$',
  'listen 127.0.0.1:18081',
  'listen [::1]:18080',
  'listen 127.0.0.1:18443 default_server',
  'rewrite ^/old/(.*)$ /new/$1 permanent',
  'set $room 1',
  'if ($http_user_agent ~* "bot") { return 403; }',
  'if ($host = "a.example") { rewrite ^ /x last; }',
  'return 301 https://$host$request_uri',
  'location @fallback { return 404; }',
  'location = /50x.html { root /usr/share/nginx/html; }',
  'ssl_session_timeout 1d',
  'large_client_header_buffers 4 16k',
  'client_header_timeout 10s',
];

const IN_LOCATION = [
  'proxy_pass http://127.0.0.1:3000',
  'proxy_pass http://chat',
  'proxy_pass http://chat/',
  'proxy_pass http://127.0.0.1:3000/api/',
  'proxy_pass $scheme://127.0.0.1:3000',
  'rewrite ^/api/(.*) /$1 break',
  'try_files $uri $uri/ /index.html',
  'try_files $uri =404',
  'if ($request_method = POST) { return 405; }',
  'limit_except GET { deny all; }',
  'return 200 "ok"',
  'alias /srv/files/',
  'internal',
  'fastcgi_pass 127.0.0.1:9000',
  'grpc_pass grpc://127.0.0.1:5000',
  'proxy_set_header Connection $connection_upgrade',
  'auth_request /auth',
  'auth_request_set $user $upstream_http_x_user',
  'mirror /mirror',
  'sub_filter a b',
];

const LOCATIONS = [
  '/',
  '/ws',
  '/api/',
  '= /exact',
  '^~ /static/',
  '~ \\.php$',
  '~* ^/room/(?<id>\\d+)',
  '/ws/deep',
  '@named',
];

/**
 * A main file: `events`, and an `http` with servers and locations; now and then `stream` and `mail`. Most of those made
 * of everyday lines are accepted.
 *
 * @param tables where lines come from, too: what the release has
 */
export function randomConfiguration(random: Random, tables: TableLines | null = null): string {
  const lines = ['events {', '    worker_connections 64;', '}', 'http {'];
  // Everything that a release has, now and then: most such files are refused soon.
  const drawn = random.below(2) === 0 ? tables : null;
  const put = (indent: string, items: readonly string[], count: number, context: string): void => {
    const seen = new Set<string>();
    for (let index = 0; index < count; index += 1) {
      const item = drawn !== null && random.below(3) === 0 ? drawn.line(random, context) : random.of(items);
      const [name = ''] = item.split(' ');
      const repeats =
        /^(?:add_header|proxy_set_header|map|upstream|location|allow|deny|if|rewrite|set|fastcgi_param)$/;
      if (seen.has(item) || (seen.has(name) && !repeats.test(name))) continue;
      seen.add(item).add(name);
      lines.push(`${indent}${item.endsWith('}') ? item : `${item};`}`);
    }
  };
  put('    ', IN_HTTP, random.below(10), 'http');
  put('    ', ANYWHERE, random.below(6), 'http');
  for (let server = 0; server <= random.below(3); server += 1) {
    lines.push('    server {', `        listen 127.0.0.1:${18080 + server};`);
    put('        ', IN_SERVER, random.below(5), 'server');
    put('        ', ANYWHERE, random.below(6), 'server');
    const names = new Set(Array.from({ length: random.below(5) }, () => random.of(LOCATIONS)));
    for (const name of names) {
      lines.push(`        location ${name} {`);
      put('            ', IN_LOCATION, random.below(4), 'location');
      put('            ', ANYWHERE, random.below(4), 'location');
      lines.push('        }');
    }
    lines.push('    }');
  }
  lines.push('}');
  if (drawn !== null && random.below(3) === 0) {
    lines.push('stream {');
    put('    ', IN_STREAM, random.below(3), 'stream');
    lines.push('    server {', '        listen 127.0.0.1:18090;', '        proxy_pass 127.0.0.1:1;');
    put('        ', IN_STREAM_SERVER, random.below(4), 'stream server');
    lines.push('    }', '}');
  }
  lines.push('');
  return lines.join('\n');
}

const IN_STREAM = [
  'upstream back { server 127.0.0.1:2 weight=2; least_conn; }',
  'map $remote_addr $way { default 1; }',
  'log_format flow "$remote_addr $protocol"',
  'resolver 127.0.0.1',
];

const IN_STREAM_SERVER = [
  'proxy_timeout 10m',
  'proxy_protocol on',
  'ssl_preread on',
  'access_log off',
  'allow 127.0.0.1',
  'preread_timeout 5s',
];

const PIECES = [
  '{',
  '}',
  ';',
  '"',
  "'",
  '$',
  '\\',
  '#',
  ' ',
  '\n',
  '(',
  ')',
  '=',
  '~',
  '@',
  '${',
  'x',
  '0',
  '-',
  '*',
  '\r\n',
  '/',
];
const VALUES = [
  'on',
  'off',
  'maybe',
  '0',
  '1',
  '-1',
  '99999',
  '10k',
  '5x',
  '1h',
  '$nothing',
  '$host',
  '"a b"',
  '/nowhere/x',
  '"',
  '~(',
  '127.0.0.1:99999',
  'ws://a',
  'default',
  '{}',
  '"${a"',
  '"${1}"',
  '$0',
  '$1',
  '600',
  '2',
];

/**
 * Makes one mistake, at random.
 *
 * @param tables where directives and variables that are out of place come from, too
 */
export function makeMistake(text: string, random: Random, tables: TableLines | null = null): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const put = (...replacement: string[]): string => lines.toSpliced(at, 1, ...replacement).join('\n');
  const tokens = [...text.matchAll(/[^\s;{}]+|[;{}]/g)];
  if (tokens.length === 0) return text + random.of(PIECES);
  const token = random.of(tokens);
  const replaceToken = (by: string): string =>
    text.slice(0, token.index) + by + text.slice(token.index + token[0].length);
  if (tables !== null && random.below(4) === 0) {
    return random.below(2) === 0
      ? put(line, `${tables.anyLine(random)};`)
      : replaceToken(tables.variable(random));
  }
  switch (random.below(14)) {
    case 0:
      return replaceToken('');
    case 1:
      return replaceToken(`${token[0]} ${token[0]}`);
    case 2:
      return replaceToken(random.of(VALUES));
    case 3:
      return replaceToken(random.of(tokens)[0]);
    case 4: {
      const offset = random.below(text.length);
      return text.slice(0, offset) + random.of(PIECES) + text.slice(offset);
    }
    case 5: {
      const offset = random.below(text.length);
      return text.slice(0, offset) + text.slice(offset + 1);
    }
    case 6:
      return put();
    case 7:
      return put(line, line);
    case 8:
      return put(lines[random.below(lines.length)] ?? '');
    case 9:
      return put(line.replace(/\S+/, (name) => swapLetters(name, random)));
    case 10: {
      const all = [...ANYWHERE, ...IN_HTTP, ...IN_SERVER, ...IN_LOCATION];
      const other = random.of(all);
      return put(line, other.endsWith('}') ? other : `${other};`);
    }
    case 11:
      return put(line.replace(/;$/, ` ${random.of(VALUES)};`));
    case 12:
      return put(line.replace(/\s\S+;$/, ` ${random.of(VALUES)};`));
    default:
      return replaceToken(swapLetters(token[0], random));
  }
}

function swapLetters(word: string, random: Random): string {
  const at = random.below(Math.max(1, word.length - 1));
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
}
