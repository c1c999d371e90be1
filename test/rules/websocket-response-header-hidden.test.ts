import { rule } from '../../server/src/rules/websocket-response-header-hidden';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

testRule(rule, {
  valid: [
    {
      name: 'other headers',
      files: forwarding({ location: ['proxy_hide_header X-Powered-By;', 'proxy_hide_header Connection;'] }),
    },
    {
      name: 'let through again',
      files: forwarding({ server: ['proxy_hide_header Upgrade;'], location: ['proxy_pass_header upgrade;'] }),
    },
    {
      name: 'perhaps let through in an include',
      files: forwarding({ server: ['proxy_hide_header Upgrade;'], location: ['include gone.conf;'] }),
    },
    {
      name: 'the headers that are hidden here replace those of the server',
      files: forwarding({ server: ['proxy_hide_header Upgrade;'], location: ['proxy_hide_header Server;'] }),
    },
  ],
  invalid: [
    {
      name: 'Upgrade',
      files: forwarding({ location: ['«proxy_hide_header UPGRADE»;'] }),
      severity: 'warning',
      message: '`proxy_hide_header Upgrade` takes `Upgrade` out of the answer',
      output: forwarding({}),
    },
    {
      name: 'Sec-WebSocket-Accept, weakly meant',
      files: forwarding({ head: 'location /chat', location: ['«proxy_hide_header Sec-WebSocket-Accept»;'] }),
      severity: 'warning',
      output: forwarding({ head: 'location /chat' }),
    },
    {
      name: 'hidden by the server: the location lets it through, and what it let through before',
      files: forwarding({ http: ['proxy_pass_header Server;'], server: ['«proxy_hide_header Upgrade»;'] }),
      severity: 'warning',
      output: forwarding({
        http: ['proxy_pass_header Server;'],
        server: ['proxy_hide_header Upgrade;'],
        pass: 'proxy_pass http://app;\n            proxy_pass_header Server;\n            proxy_pass_header Upgrade',
      }),
    },
    {
      name: 'the only one here, with others further out',
      files: forwarding({
        server: ['proxy_hide_header Upgrade;'],
        location: ['«proxy_hide_header Upgrade»;'],
      }),
      severity: 'warning',
      output: forwarding({
        server: ['proxy_hide_header Upgrade;'],
        pass: 'proxy_pass http://app;\n            proxy_pass_header Upgrade',
        location: ['proxy_hide_header Upgrade;'],
      }),
    },
    {
      name: 'a location without a sign of WebSocket',
      files:
        'events {}\nhttp { server { location / { proxy_pass http://app; «proxy_hide_header Upgrade»; } } }\n',
      severity: 'hint',
      output: 'events {}\nhttp { server { location / { proxy_pass http://app; } } }\n',
    },
  ],
});
