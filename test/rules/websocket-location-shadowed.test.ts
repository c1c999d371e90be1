import { rule } from '../../server/src/rules/websocket-location-shadowed';
import { testRule } from '../support/rule-tester';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 1h;';

/** A location that forwards the upgrade. */
const ws = (head = '/ws', own = ''): string =>
  `        location ${head} { proxy_pass http://127.0.0.1:3000; ${HEADERS}${own} }\n`;

const marked = (head: string, own = ''): string =>
  ws(head, own).replace(`location ${head}`, `«location ${head}»`);

/** A location that serves files. */
const files = (head: string): string => `        location ${head} { root /srv; }\n`;

function server(lines: string): string {
  return `events {}\nhttp {\n    server {\n        listen 80;\n${lines}    }\n}\n`;
}

testRule(rule, {
  valid: [
    { name: 'the prefix alone', files: server(ws()) },
    {
      name: 'patterns for other paths',
      files: server(`${ws('/socket.io/')}${files('~* \\.(?:js|css|php)$')}`),
    },
    { name: 'a prefix that keeps patterns away', files: server(`${ws('^~ /ws')}${files('~ ^/[a-z]+')}`) },
    { name: 'an exact location goes before patterns', files: server(`${ws('= /ws')}${files('~ ^/[a-z]+')}`) },
    { name: 'a longer prefix takes other paths', files: server(`${ws()}${files('/ws/pages')}`) },
    {
      name: 'the pattern forwards the upgrade too',
      files: server(`${ws()}${ws('~ ^/[a-z]+$')}`),
    },
    {
      name: 'the pattern is meant for WebSocket, and has a mistake of its own',
      files: server(`${ws()}        location ~ ^/ws { proxy_pass http://127.0.0.1:3000; }\n`),
    },
    {
      name: 'a pattern within the location',
      files: server(ws('/ws', ` location ~ ^/ws$ { proxy_pass http://127.0.0.1:3000; ${HEADERS} }`)),
    },
    {
      name: 'a pattern that cannot be told',
      files: server(`${ws()}${files('~ ^/(?R)w')}`),
    },
    {
      name: 'nobody opens a WebSocket at `/` itself, and what is below comes here',
      files: server(`${ws('/')}${files('= /')}`),
    },
    {
      name: 'not meant for WebSocket, though the server sets the headers for all',
      files: server(
        `        ${HEADERS}\n        location /api { proxy_pass http://a; }\n${files('~ ^/api')}`,
      ),
    },
    {
      name: 'the server around a fragment may have others',
      files: { '/srv/ws.conf': `${ws()}${files('~ ^/[a-z]+')}` },
    },
    {
      name: 'an include that is not here may have others',
      files: server(`        include more.conf;\n${ws()}${files('~ ^/[a-z]+')}`),
    },
    {
      name: 'another server has the name',
      files: `events {}\nhttp {\n    server { listen 80; location / { root /srv; } }\n    server {\n        listen 80;\n${ws()}    }\n}\n`,
    },
  ],
  invalid: [
    {
      name: 'a pattern',
      files: server(`${marked('/ws')}${files('~ ^/[a-z]+$')}`),
      severity: 'warning',
      message:
        'A handshake for `/ws` never comes here: `location ~ ^/[a-z]+$` matches it, and patterns go before prefixes, and answers 404. Write `location ^~ /ws`.',
      output: null,
    },
    {
      name: 'a pattern that refuses',
      files: server(`${marked('/ws/')}        location ~ /ws { return 403; }\n`),
      severity: 'warning',
      message: 'and answers 403',
      output: null,
    },
    {
      name: 'a pattern with a back end that does not upgrade',
      files: server(`${marked('/ws')}        location ~ ^/[a-z]+$ { fastcgi_pass a; }\n`),
      severity: 'warning',
      message: 'lets none through',
      output: null,
    },
    {
      name: 'an exact location, where a library asks for nothing else',
      files: server(`${marked('/socket.io/')}${files('= /socket.io/')}`),
      severity: 'warning',
      message: '`location = /socket.io/` is this very path, and lets none through',
      output: null,
    },
    {
      name: 'an exact location: the paths below come here',
      files: server(`${marked('/ws')}${files('= /ws')}`),
      severity: 'information',
      output: null,
    },
    {
      name: 'a pattern for paths that end with a slash: the paths below come here',
      files: server(`${marked('/ws/')}${files('~ /$')}`),
      severity: 'information',
      output: null,
    },
    {
      name: 'a pattern, of an earlier one',
      files: server(`${files('~ ^/w')}${marked('~ ^/ws/')}`),
      severity: 'warning',
      message:
        '`location ~ ^/w` is the first pattern that matches, and answers 404. Put this one in front of it.',
      output: null,
    },
    {
      name: 'a pattern, of a prefix that keeps patterns away',
      files: server(`${files('^~ /ws/')}${marked('~ ^/ws/(\\d+)?')}`),
      severity: 'warning',
      message: '`location ^~ /ws/` goes before patterns, as it is the longer prefix',
      output: null,
    },
    {
      name: 'weak intent',
      files: server(`        «location /chat» { proxy_pass http://a; }\n${files('~ ^/[a-z]+$')}`),
      severity: 'information',
      output: null,
    },
    {
      name: 'not meant for WebSocket, until somebody adds the headers',
      files: server(`        «location /api» { proxy_pass http://a; }\n${files('~ ^/api')}`),
      severity: 'hint',
      output: null,
    },
    {
      name: 'a redirect in the location that takes the path',
      files: server(`${marked('/ws')}        location ~ ^/[a-z]+$ { return 301 $uri/; }\n`),
      severity: 'warning',
      message: 'answers 301',
      output: null,
    },
  ],
});
