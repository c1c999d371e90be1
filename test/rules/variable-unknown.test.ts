import { rule } from '../../server/src/rules/variable-unknown';
import { testRule } from '../support/rule-tester';

const inServer = (line: string): string => `events {}\nhttp {\n    server {\n        ${line}\n    }\n}\n`;

testRule(rule, {
  valid: [
    { name: 'a variable of nginx, whatever its case', files: inServer('return 200 $Request_URI;') },
    {
      name: 'a variable of a map, defined later',
      files: `${inServer('return 200 $a;').slice(0, -2)}    map $uri $a {\n    }\n}\n`,
    },
    {
      name: 'a group of a pattern',
      files: inServer('location ~ ^/(?<room>.+)$ {\n            return 200 $room;\n        }'),
    },
    { name: 'a capture', files: inServer('rewrite ^/(.)(.) /$1$12;') },
    {
      name: 'what a missing include may define',
      files: inServer('include maps.inc;\n        return 200 $nothing;'),
    },
    {
      name: 'what another rule tells of',
      files: inServer(
        'location / {\n            proxy_pass http://127.0.0.1;\n            proxy_set_header Connection $connection_upgrade;\n        }',
      ),
    },
    {
      name: 'a header at the level of http, and no server',
      files: 'events {}\nhttp {\n    proxy_set_header A $nothing;\n}\n',
    },
  ],
  invalid: [
    {
      name: 'a capture in braces: to nginx that is a name',
      files: inServer('rewrite ^/(.) «"/${1}"»;'),
      severity: 'error',
      message: 'unknown "1" variable: nginx refuses to start, because a capture takes no braces.',
      output: inServer('rewrite ^/(.) "/$1";'),
    },
    {
      name: 'a slip of the pen',
      files: inServer('return 200 «"$reqest_uri"»;'),
      severity: 'error',
      message: 'unknown "reqest_uri" variable: nginx refuses to start',
      output: inServer('return 200 "$request_uri";'),
    },
    {
      name: 'a variable that nothing defines',
      files: inServer('return 200 «$utterly_different»;'),
      severity: 'error',
      message: 'Define it, or correct its name.',
      output: null,
    },
    {
      name: 'a variable of a later release, while none is set',
      files: inServer('return 200 «$ssl_sigalgs»;'),
      severity: 'hint',
      message: 'nginx 1.28.0 does not have it: it came with 1.31.2.',
      output: null,
    },
    {
      name: 'a variable of the commercial nginx',
      files: inServer('return 200 «$upstream_queue_time»;'),
      severity: 'hint',
      message: 'it belongs to the commercial nginx, or to a module that this one does not have',
      output: null,
    },
    {
      name: 'a header that is sent on',
      files: inServer('location / {\n            proxy_set_header A «$utterly_different»;\n        }'),
      severity: 'error',
      output: null,
    },
  ],
});
