import { rule } from '../../server/src/rules/websocket-request-headers-dropped';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const V1_31_4 = { major: 1, minor: 31, patch: 4 };

testRule(rule, {
  valid: [
    { name: 'nothing is dropped', files: forwarding({ location: ['proxy_pass_request_headers on;'] }) },
    {
      name: 'the headers are set by hand',
      files: forwarding({
        location: [
          'proxy_pass_request_headers off;',
          'proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;',
          'proxy_set_header Sec-WebSocket-Version 13;',
        ],
      }),
    },
    {
      name: 'an extension is not needed',
      files: forwarding({ location: ['proxy_set_header Sec-WebSocket-Extensions "";'] }),
    },
    {
      name: 'nginx fills a blank Host in since 1.31.4',
      files: forwarding({ location: ['proxy_set_header Host "";'] }),
      version: V1_31_4,
    },
  ],
  invalid: [
    {
      name: 'all of them, at once',
      files: forwarding({ location: ['«proxy_pass_request_headers off»;'] }),
      severity: 'warning',
      message: "never sees the client's `Sec-WebSocket-Key` and `Sec-WebSocket-Version`",
      output: forwarding({ location: ['proxy_pass_request_headers on;'] }),
    },
    {
      name: 'dropped by the server: the location lets them pass',
      files: forwarding({ server: ['«proxy_pass_request_headers off»;'] }),
      severity: 'warning',
      output: forwarding({
        server: ['proxy_pass_request_headers off;'],
        pass: 'proxy_pass http://app;\n            proxy_pass_request_headers on',
      }),
    },
    {
      name: 'a blank key',
      files: forwarding({ location: ['«proxy_set_header Sec-WebSocket-Key ""»;'] }),
      severity: 'warning',
      message: '`Sec-WebSocket-Key` is blanked',
      output: forwarding({}),
    },
    {
      name: 'a blank key alone: without it the location would inherit other headers',
      files:
        'events {}\nhttp { server { location /ws { proxy_pass http://app; «proxy_set_header Sec-WebSocket-Key ""»; } } }\n',
      severity: 'warning',
      output:
        'events {}\nhttp { server { location /ws { proxy_pass http://app; proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key; } } }\n',
    },
    {
      name: 'another version',
      files: forwarding({ location: ['«proxy_set_header Sec-WebSocket-Version 8»; # old'] }),
      severity: 'warning',
      message: '`Sec-WebSocket-Version` is set to `8`',
      output: forwarding({ location: ['# old'] }),
    },
    {
      name: 'a blank Host',
      files: forwarding({ location: ['«proxy_set_header Host ""»;'] }),
      severity: 'warning',
      message: 'Set it to `$host`.',
      output: forwarding({ location: ['proxy_set_header Host $host;'] }),
    },
    {
      name: 'in an included file',
      files: {
        '/etc/nginx/nginx.conf': forwarding({ pass: '«proxy_pass http://app»', location: ['include more;'] }),
        '/etc/nginx/more': 'proxy_set_header Sec-WebSocket-Key "";\nproxy_buffering off;\n',
      },
      severity: 'warning',
      output: { '/etc/nginx/more': 'proxy_buffering off;\n' },
    },
  ],
});
