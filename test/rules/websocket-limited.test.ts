import { rule } from '../../server/src/rules/websocket-limited';
import { testRule } from '../support/rule-tester';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 1h;';

/** A location that forwards the upgrade, and holds the lines. */
const ws = (lines: string, head = '/ws'): string =>
  `        location ${head} {\n            ${lines}\n            proxy_pass http://127.0.0.1:3000;\n            ${HEADERS}\n        }\n`;

function server(lines: string): string {
  return `events {}\nhttp {\n    server {\n        listen 80;\n${lines}    }\n}\n`;
}

testRule(rule, {
  valid: [
    {
      name: 'not meant for WebSocket, and no handshake comes so far',
      files: server(`        location /api { deny all; proxy_pass http://127.0.0.1:3000; }\n`),
    },
    { name: 'GET is among the methods', files: server(ws('limit_except GET { deny all; }')) },
    { name: 'other methods are limited to nothing', files: server(ws('limit_except POST { allow all; }')) },
    {
      name: 'a password for other methods',
      files: server(ws('limit_except POST { auth_basic a; auth_basic_user_file b; }')),
    },
    { name: 'some addresses are allowed', files: server(ws('allow 10.0.0.0/8; deny all;')) },
    { name: 'some addresses are refused', files: server(ws('deny 10.0.0.1;')) },
    {
      name: 'a password may be given instead',
      files: server(ws('satisfy any; deny all; auth_basic a; auth_basic_user_file b;')),
    },
    {
      name: 'too few headers for a browser: that is a condition of the verdict',
      files: server(`        max_headers 5;\n${ws('')}`),
      version: { major: 1, minor: 30, patch: 0 },
    },
    { name: 'a password', files: server(ws('auth_basic a; auth_basic_user_file b;')) },
    {
      name: 'a password in front of a group that is down as a whole',
      files: server(ws('auth_basic a; auth_basic_user_file b;').replace('127.0.0.1:3000', 'app')).replace(
        'http {',
        'http {\n    upstream app { server 127.0.0.1:3000 down; }',
      ),
    },
    {
      name: 'another location leads to the internal one',
      files: server(`${ws('internal;', '/ws')}        location /chat { rewrite ^ /ws last; }\n`),
    },
    {
      name: 'a page for an error leads to the internal one',
      files: server(`        error_page 418 = /ws;\n${ws('internal;', '/ws')}`),
    },
    {
      name: 'a path with a variable may lead to the internal one',
      files: server(`        location / { try_files $uri /w$is_args; }\n${ws('internal;', '/ws')}`),
    },
    {
      name: 'a subrequest leads to the internal one, whose headers come from a file for all',
      files: server(`        auth_request /auth;\n${ws('internal;', '/auth')}`),
    },
    {
      name: 'an internal one of which headers alone say that it is for WebSocket',
      files: server(ws('internal;', '/protected/')),
    },
    {
      name: 'a Referer may be missing',
      files: server(ws('valid_referers none server_names; if ($invalid_referer) { return 403; }')),
    },
    { name: 'referers that nothing asks for', files: server(ws('valid_referers server_names;')) },
    {
      name: 'not meant for WebSocket, though the server sets the headers for all',
      files: server(
        `        ${HEADERS}\n        location /api { deny all; proxy_pass http://127.0.0.1:3000; }\n`,
      ),
    },
    {
      name: 'an include that is not here may allow some',
      files: server(ws('include allowed.conf; deny all;')),
    },
  ],
  invalid: [
    {
      name: 'fewer headers than a handshake has',
      files: server(`        «max_headers 4»;\n${ws('')}`),
      version: { major: 1, minor: 30, patch: 0 },
      severity: 'warning',
      message: '`max_headers 4` answers more headers with 400',
      output: null,
    },
    {
      name: 'a subrequest that refuses everybody',
      files: server(`${ws('«auth_request /auth»;')}        location = /auth { return 401; }\n`),
      severity: 'warning',
      message: 'The subrequest of `auth_request` to /auth gets 401.',
      output: null,
    },
    {
      name: 'a part of a server',
      files: { '/srv/ws.conf': ws('«deny all»;') },
      severity: 'warning',
      output: null,
    },
    {
      name: 'GET is not among the methods',
      files: server(ws('«limit_except POST PUT» { deny all; }')),
      severity: 'warning',
      message:
        /^A handshake is a GET request, which `limit_except POST PUT` does not name: `deny all` refuses/,
      output: null,
    },
    {
      name: 'all addresses are refused',
      files: server(ws('«deny all»;')),
      severity: 'warning',
      message: '`deny all` refuses every handshake for this location with 403',
      output: null,
    },
    {
      name: 'all addresses are refused by the server',
      files: server(`        «deny all»;\n${ws('')}`),
      severity: 'warning',
      output: null,
    },
    {
      name: 'nothing leads to the internal one',
      files: server(`        location / { try_files $uri /index.html; }\n${ws('«internal»;')}`),
      severity: 'warning',
      message: '`internal` keeps every request from outside away: handshakes get 404',
      output: null,
    },
    {
      name: 'a Referer is asked for',
      files: server(ws('«valid_referers server_names *.example.com»; if ($invalid_referer) { return 403; }')),
      severity: 'warning',
      message: 'Add `none`',
      output: null,
    },
    {
      name: 'a Referer is asked for by the server, which redirects',
      files: server(
        `        «valid_referers blocked server_names»;\n        if ($invalid_referer) { return 302 /no.png; }\n${ws('')}`,
      ),
      severity: 'warning',
      output: null,
    },
    {
      name: 'weak intent',
      files: server('        location /chat { «deny all»; proxy_pass http://127.0.0.1:3000; }\n'),
      severity: 'information',
      output: null,
    },
    {
      name: 'the limit stands in an included file',
      files: {
        '/etc/nginx/nginx.conf': server(
          '        location /ws {\n            include closed.conf;\n            «proxy_pass http://127.0.0.1:3000»;\n        }\n',
        ),
        '/etc/nginx/closed.conf': 'deny all;\n',
      },
      severity: 'warning',
      output: null,
    },
  ],
});
