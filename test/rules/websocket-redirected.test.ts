import { rule } from '../../server/src/rules/websocket-redirected';
import { testRule } from '../support/rule-tester';

const HEADERS = `            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
`;

/** A location that forwards the upgrade. */
const ws = (head = '/ws', own = '', target = 'http://127.0.0.1:3000'): string =>
  `        location ${head} {\n${own}            proxy_pass ${target};\n${HEADERS}        }\n`;

/** A configuration with one server on port 80 that holds the lines, indented as they are. */
function server(lines: string, rest = ''): string {
  return `events {}\nhttp {\n    server {\n        listen 80;\n        server_name example.com;\n${lines}    }\n${rest}}\n`;
}

const TLS = `    server {
        listen 443 ssl;
        server_name example.com;
        ssl_certificate a.crt;
        ssl_certificate_key a.key;
${ws()}    }
`;

const THROUGH = `        if ($http_upgrade ~* ^websocket$) {
            break;
        }

`;

testRule(rule, {
  valid: [
    {
      name: 'not meant for WebSocket, and no handshake comes so far',
      files: server(
        `        return 301 /home;\n        location /api { proxy_pass http://127.0.0.1:3000; }\n`,
      ),
    },
    { name: 'nothing redirects', files: server(ws()) },
    {
      name: 'the redirect is for other paths',
      files: server(`        location / { return 301 /home; }\n${ws()}`),
    },
    {
      name: 'the redirect to https of a server without the location',
      files: server('        return 301 https://$host$request_uri;\n', TLS),
    },
    {
      name: 'the redirect to https of a server that has the location too: wss-redirect speaks of it',
      files: server(`        return 301 https://$host$request_uri;\n${ws()}`, TLS),
    },
    {
      name: 'the redirect of certbot to a server in another file',
      files: {
        '/srv/site.conf': `server {\n    listen 80;\n    server_name example.com;\n    if ($host = example.com) { return 301 https://$host$request_uri; }\n${ws()}}\n`,
      },
    },
    {
      name: 'http to https on a server that speaks both',
      files: server(
        `        listen 443 ssl;\n        ssl_certificate a.crt;\n        ssl_certificate_key a.key;\n        if ($scheme = http) { return 301 https://$host$request_uri; }\n${ws()}`,
      ),
    },
    {
      name: 'a proxy in front says that it was https',
      files: server(
        `        if ($http_x_forwarded_proto != "https") { return 301 https://$host$request_uri; }\n${ws()}`,
      ),
    },
    {
      name: 'one of several names is redirected',
      files: server(
        `        server_name www.example.com;\n        if ($host = www.example.com) { return 301 http://example.com$request_uri; }\n${ws()}`,
      ),
    },
    {
      name: 'those without a session are sent to the login',
      files: server(ws('/ws', '            if ($cookie_session = "") { return 302 /login; }\n')),
    },
    {
      name: 'no location that is meant for WebSocket, though the server sets the headers for all',
      files: server(
        `${HEADERS}        return 301 /home;\n        location /api { proxy_pass http://127.0.0.1:3000; }\n`,
      ),
    },
    {
      name: 'a location that answers with a redirect itself and has no back end',
      files: server('        location /ws { return 301 /websocket; }\n'),
    },
    {
      name: 'an include that is not here may let handshakes through',
      files: server(`        include first.conf;\n        return 301 /home;\n${ws()}`),
    },
    {
      name: 'a path without a slash has no other',
      files: server(ws('/ws')),
    },
    {
      name: 'the path without the slash has a location',
      files: server(`${ws('/ws/')}${ws('= /ws')}`),
    },
    {
      name: 'libraries ask for the path as it is',
      files: server(ws('/socket.io/')),
    },
    {
      name: 'all other paths have a location, but the slash is missing before that',
      files: server(`        location / { root /srv; }\n        location /ws { root /srv; }\n${ws('/ws/')}`),
    },
  ],
  invalid: [
    {
      name: 'a page for maintenance, unless a file is there',
      files: server(`        if (!-f /srv/live) { «return 302 /maintenance.html»; }\n${ws()}`),
      severity: 'warning',
      output: server(
        `        if ($http_upgrade ~* ^websocket$) {\n            break;\n        }\n\n        if (!-f /srv/live) { return 302 /maintenance.html; }\n${ws()}`,
      ),
    },
    {
      name: 'a part of a server',
      files: { '/srv/ws.conf': `«return 301 /home»;\n${ws()}` },
      severity: 'warning',
      output: {
        '/srv/ws.conf': `if ($http_upgrade ~* ^websocket$) {\n    break;\n}\n\nreturn 301 /home;\n${ws()}`,
      },
    },
    {
      name: 'a slash is added to every path: others come through',
      files: server(`        «rewrite ^/(.*[^/])$ /$1/ permanent»;\n${ws()}`),
      severity: 'hint',
      message: 'redirects a handshake for just `/ws`',
      output: server(`${THROUGH}        rewrite ^/(.*[^/])$ /$1/ permanent;\n${ws()}`),
    },
    {
      name: 'the whole server redirects to https, and nothing speaks TLS',
      files: server(`        «return 301 https://$host$request_uri»;\n${ws()}`),
      severity: 'warning',
      message: 'Give the server for https:// the location, and connect with wss://.',
      output: null,
    },
    {
      name: 'the server with TLS has no back end for the path',
      files: server(`        «return 301 https://$host$request_uri»;\n${ws()}`, TLS.replace('/ws', '/other')),
      severity: 'warning',
      output: null,
    },
    {
      name: 'in an if that is true for handshakes',
      files: server(
        ws(
          '/ws',
          '            if ($request_method = GET) {\n                «return 302 /home»;\n            }\n',
        ),
      ),
      severity: 'warning',
      message: '`return 302` redirects handshakes',
      output: server(
        ws(
          '/ws',
          '            if ($http_upgrade ~* ^websocket$) {\n                break;\n            }\n\n            if ($request_method = GET) {\n                return 302 /home;\n            }\n',
        ),
      ),
    },
    {
      name: 'the same redirect stops two locations',
      files: server(`        «return 301 /home»;\n${ws('/ws')}${ws('/wss')}`),
      severity: 'warning',
      output: server(`${THROUGH}        return 301 /home;\n${ws('/ws')}${ws('/wss')}`),
    },
    {
      name: 'a pattern that begins with plain characters',
      files: server(`        «return 301 /home»;\n${ws('~ ^/ws/(?<room>\\d+|x)')}`),
      severity: 'warning',
      output: server(`${THROUGH}        return 301 /home;\n${ws('~ ^/ws/(?<room>\\d+|x)')}`),
    },
    {
      name: 'weak intent',
      files: server(
        '        «return 301 /home»;\n        location /chat { proxy_pass http://127.0.0.1:3000; }\n',
      ),
      severity: 'information',
      output: server(
        `${THROUGH}        return 301 /home;\n        location /chat { proxy_pass http://127.0.0.1:3000; }\n`,
      ),
    },
    {
      name: 'the path of the location alone is redirected',
      files: server(`        «rewrite ^/ws$ /ws/ permanent»;\n${ws('/ws')}`),
      severity: 'hint',
      output: server(`${THROUGH}        rewrite ^/ws$ /ws/ permanent;\n${ws('/ws')}`),
    },
    {
      name: 'the path that a library asks for is redirected',
      files: server(`        «rewrite ^(.*)/$ $1 permanent»;\n${ws('/socket.io/')}`),
      severity: 'warning',
      output: server(`${THROUGH}        rewrite ^(.*)/$ $1 permanent;\n${ws('/socket.io/')}`),
    },
    {
      name: 'to https:// of a name that no server here has',
      files: server(`        «return 301 https://other.example$request_uri»;\n${ws()}`, TLS),
      severity: 'warning',
      output: null,
    },
    {
      name: 'the redirect stands in an included file',
      files: {
        '/etc/nginx/nginx.conf': server(
          `        include redirect.conf;\n        location /ws {\n            «proxy_pass http://127.0.0.1:3000»;\n        }\n`,
        ),
        '/etc/nginx/redirect.conf': 'return 301 /home;\n',
      },
      severity: 'warning',
      output: {
        '/etc/nginx/redirect.conf':
          'if ($http_upgrade ~* ^websocket$) {\n    break;\n}\n\nreturn 301 /home;\n',
      },
    },
    {
      name: 'the path asked for without its slash',
      files: server(ws('/ws/').replace('location /ws/', '«location /ws/»')),
      severity: 'information',
      message: 'A handshake for `/ws` is sent to `/ws/` with 301',
      output: server(
        `        location = /ws {\n            rewrite ^ /ws/ last;\n        }\n\n${ws('/ws/')}`,
      ),
    },
    {
      name: 'the path without its slash, where headers alone say that it is for WebSocket',
      files: server(ws('/api/').replace('location /api/', '«location /api/»')),
      severity: 'hint',
      output: server(
        `        location = /api {\n            rewrite ^ /api/ last;\n        }\n\n${ws('/api/')}`,
      ),
    },
    {
      name: 'a path below which clients ask',
      files: server(ws('/api/live/').replace('location /api/live/', '«location /api/live/»')),
      severity: 'hint',
      output: server(
        `        location = /api/live {\n            rewrite ^ /api/live/ last;\n        }\n\n${ws('/api/live/')}`,
      ),
    },
    {
      name: 'no place for a location without the slash',
      files: server(
        `        location /a {\n${ws('/a/ws/').replace('location /a/ws/', '«location /a/ws/»')}        }\n`,
      ),
      severity: 'information',
      output: null,
    },
  ],
});
