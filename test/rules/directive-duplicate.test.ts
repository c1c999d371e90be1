import { rule } from '../../server/src/rules/directive-duplicate';
import { testRule } from '../support/rule-tester';

const inServer = (line: string): string => `events {}\nhttp {\n    server {\n        ${line}\n    }\n}\n`;

testRule(rule, {
  valid: [
    {
      name: 'one at each level',
      files: inServer('sendfile on;\n        location / {\n            sendfile on;\n        }'),
    },
    { name: 'several that nginx adds up', files: inServer('add_header A b;\n        add_header A b;') },
    {
      name: 'a prefix and an exact location of one name',
      files: inServer('location /a {\n        }\n        location = /a {\n        }'),
    },
  ],
  invalid: [
    {
      name: 'a directive',
      files: inServer('sendfile on;\n        «sendfile off»;'),
      severity: 'error',
      message: '"sendfile" directive is duplicate: nginx takes it once here.',
      output: null,
    },
    {
      name: 'a location',
      files: inServer('location /a {\n        }\n        «location ^~ /a» {\n        }'),
      severity: 'error',
      message: 'duplicate location "/a"',
      output: null,
    },
    {
      name: 'a listener',
      files: inServer('listen 80;\n        listen «*:80»;'),
      severity: 'error',
      message: 'a duplicate listen 0.0.0.0:80',
      output: null,
    },
    {
      name: 'what an included file has too',
      files: {
        '/etc/nginx/nginx.conf': inServer('include common.inc;\n        «sendfile off»;'),
        '/etc/nginx/common.inc': 'sendfile on;\n',
      },
      severity: 'error',
      output: null,
    },
  ],
});
