import { rule } from '../../server/src/rules/rewrite-no-match';
import { testRule } from '../support/rule-tester';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 1h;';

/** A server with a WebSocket location that holds the lines. */
function location(head: string, lines: string, rest = ''): string {
  return `events {}
http {
    server {
        listen 80;
        location ${head} {
            ${lines}
            proxy_pass http://127.0.0.1:3000;
            ${HEADERS}
        }
${rest}    }
}
`;
}

testRule(rule, {
  valid: [
    { name: 'what follows is optional', files: location('/ws', 'rewrite ^/ws/?(.*) /$1 break;') },
    { name: 'the location ends with the slash', files: location('/ws/', 'rewrite ^/ws/(.*) /$1 break;') },
    { name: 'without the slash', files: location('/ws', 'rewrite ^/ws(.*) /app$1 break;') },
    {
      name: 'another rewrite has the path itself',
      files: location('/ws', 'rewrite ^/ws$ / break; rewrite ^/ws/(.*) /$1 break;'),
    },
    {
      name: 'a rewrite for some paths',
      files: location('/ws', 'rewrite ^/ws/room/(\\d+)$ /$1 break;'),
    },
    {
      name: 'another location has the path itself',
      files: location('/ws', 'rewrite ^/ws/(.*) /$1 break;', '        location = /ws { return 404; }\n'),
    },
    {
      name: 'a rewrite before it changes the path',
      files: location('/ws', 'rewrite ^ /api/; rewrite ^/api/(.*) /$1 break;'),
    },
    { name: 'it is not run', files: location('/ws', 'break; rewrite ^/api/(.*) /$1 break;') },
    { name: 'not tied to the beginning', files: location('/ws', 'rewrite /api/(.*) /$1 break;') },
    { name: 'one of several beginnings', files: location('/ws', 'rewrite ^/api/(.*)|^/ws(.*) /$1$2 break;') },
    { name: 'case does not matter to it', files: location('/ws', 'rewrite (?i)^/WS/?(.*) /$1 break;') },
    { name: 'a pattern that cannot be told', files: location('= /ws', 'rewrite ^/(?R)w /a break;') },
    {
      name: 'the location of all paths',
      files: location('/', '# websocket\n rewrite ^/(.+) /app/$1 break;'),
    },
    { name: 'a location with a pattern', files: location('~ ^/ws', 'rewrite ^/ws/(.*) /$1 break;') },
    {
      name: 'not meant for WebSocket',
      files:
        'events {}\nhttp {\n    server {\n        location /api { rewrite ^/api/(.*) /$1 break; proxy_pass http://a; }\n    }\n}\n',
    },
    {
      name: 'the server around a fragment may have a location for the path',
      files: {
        '/srv/ws.conf': `location /ws { rewrite ^/ws/(.*) /$1 break; proxy_pass http://a; ${HEADERS} }\n`,
      },
    },
    {
      name: 'an include that is not here may have another rewrite',
      files: location('/ws', 'include rewrites.conf; rewrite ^/ws/(.*) /$1 break;'),
    },
    {
      name: 'a template fills it in',
      files: {
        '/srv/nginx.conf.template': location('/ws', 'rewrite ^/${PREFIX}/(.*) /$1 break;'),
      },
    },
  ],
  invalid: [
    {
      name: 'the path of the location itself is missed',
      files: location('/api/chat', '# websocket\n            «rewrite ^/api/chat/(.*) /$1 break»;'),
      severity: 'information',
      message:
        '`rewrite ^/api/chat/(.*)` does not match `/api/chat` itself: a handshake for just that path goes to the back end unchanged.',
      output: location('/api/chat', '# websocket\n            rewrite ^/api/chat(?:/(.*))?$ /$1 break;'),
    },
    {
      name: 'in quotes, to the end',
      files: location('/ws', '«rewrite "^/ws/(.*)$" /$1 break»;'),
      severity: 'information',
      output: location('/ws', 'rewrite "^/ws(?:/(.*))?$" /$1 break;'),
    },
    {
      name: 'something must follow the slash',
      files: location('/ws/', '«rewrite ^/ws/(.+) /$1 break»;'),
      severity: 'information',
      message: 'does not match `/ws/` itself',
      output: location('/ws/', 'rewrite ^/ws/(.*)$ /$1 break;'),
    },
    {
      name: 'what follows is used in another way',
      files: location('/ws', '«rewrite ^/ws/(\\w)(.*) /$2/$1 break»;'),
      severity: 'information',
      output: null,
    },
    {
      name: 'the new path would be empty',
      files: location('/ws', '«rewrite ^/ws/(.*) $1 break»;'),
      severity: 'information',
      output: null,
    },
    {
      name: 'it can never match',
      files: location('/ws', '«rewrite ^/api/ws/(.*) /$1 break»;'),
      severity: 'information',
      message:
        '`rewrite ^/api/ws/(.*)` never matches: every path here begins with `/ws`. Correct the pattern.',
      output: null,
    },
    {
      name: 'it can never match the only path',
      files: location('= /ws', '«rewrite ^/ws/(.*) /$1 break»;'),
      severity: 'information',
      message: 'the only path here is `/ws`',
      output: null,
    },
    {
      name: 'of two rewrites the one that never matches',
      files: location('/ws', '«rewrite ^/was(.*) /$1 break»; rewrite ^/ws(.*) /a$1 break;', ''),
      severity: 'information',
      output: null,
    },
    {
      name: 'headers alone say that it is for WebSocket',
      files: location('/api', '«rewrite ^/api/(.*) /$1 break»;'),
      severity: 'hint',
      output: location('/api', 'rewrite ^/api(?:/(.*))?$ /$1 break;'),
    },
    {
      name: 'in an included file',
      files: {
        '/etc/nginx/nginx.conf': location('/ws', 'include strip.conf;').replace(
          'proxy_pass http://127.0.0.1:3000',
          '«proxy_pass http://127.0.0.1:3000»',
        ),
        '/etc/nginx/strip.conf': 'rewrite ^/ws/(.*) /$1 break;\n',
      },
      severity: 'information',
      output: { '/etc/nginx/strip.conf': 'rewrite ^/ws(?:/(.*))?$ /$1 break;\n' },
    },
  ],
});
