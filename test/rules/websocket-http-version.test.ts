import { rule } from '../../server/src/rules/websocket-http-version';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const V1_29_4 = { major: 1, minor: 29, patch: 4 };
const V1_31 = { major: 1, minor: 31, patch: 0 };

testRule(rule, {
  valid: [
    { name: '1.1', files: forwarding({}) },
    {
      name: 'the default of an old nginx is another rule',
      files: forwarding({ version: 'proxy_buffering off' }),
    },
    { name: 'a value that nginx does not know', files: forwarding({ version: 'proxy_http_version 1.2' }) },
    { name: 'a value of a template', files: forwarding({ version: 'proxy_http_version {{ v }}' }) },
    {
      name: 'a version of http that the location replaces',
      files: forwarding({ http: ['proxy_http_version 1.0;'] }),
    },
  ],
  invalid: [
    {
      name: '1.0 in the location',
      files: forwarding({ version: '«proxy_http_version 1.0»' }),
      severity: 'warning',
      message: 'over HTTP/1.0',
      output: forwarding({}),
    },
    {
      name: '1.0 where nothing says WebSocket: a hint, because the headers are missing too',
      files:
        'events {}\nhttp { server { location / { proxy_pass http://app; «proxy_http_version 1.0»; } } }\n',
      version: V1_31,
      severity: 'hint',
      output:
        'events {}\nhttp { server { location / { proxy_pass http://app; proxy_http_version 1.1; } } }\n',
    },
    {
      name: '1.0 of the server: one mistake',
      files: forwarding({
        server: ['«proxy_http_version 1.0»;', 'location /cable { proxy_pass http://app; }'],
        version: 'proxy_buffering off',
      }),
      severity: 'warning',
      output: forwarding({
        server: ['proxy_http_version 1.1;', 'location /cable { proxy_pass http://app; }'],
        version: 'proxy_buffering off',
      }),
    },
    {
      name: '2 before nginx knew it',
      files: forwarding({ version: '«proxy_http_version 2»' }),
      severity: 'error',
      message: /^invalid value "2": nginx refuses to start/,
      output: forwarding({}),
    },
    {
      name: '2 where no version is set: the nginx that runs starts with it',
      files: forwarding({ version: '«proxy_http_version 2»' }),
      versionFrom: 'assumed',
      severity: 'warning',
      message:
        'no upgrade goes over `proxy_http_version 2`, which is refused before nginx 1.29.4. Write `1.1`.',
      output: forwarding({}),
    },
    {
      name: '2 since',
      files: forwarding({ version: '«proxy_http_version 2»' }),
      version: V1_29_4,
      severity: 'warning',
      message: 'no upgrade goes over `proxy_http_version 2`',
      output: forwarding({}),
    },
    {
      name: '2 of the server stays for the others',
      files: forwarding({
        server: ['proxy_http_version 2;'],
        pass: '«proxy_pass http://app»',
        version: 'proxy_buffering off',
      }),
      version: V1_29_4,
      severity: 'warning',
      output: forwarding({
        server: ['proxy_http_version 2;'],
        pass: 'proxy_pass http://app;\n            proxy_http_version 1.1',
        version: 'proxy_buffering off',
      }),
    },
  ],
});
