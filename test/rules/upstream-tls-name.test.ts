import { rule } from '../../server/src/rules/upstream-tls-name';
import { testRule } from '../support/rule-tester';

/** A location that forwards handshakes to the target. */
function passingTo(target: string, lines = '', upstream = ''): string {
  return `events {}
http {
    ${upstream}
    server {
        location /ws {
            proxy_pass ${target};${lines}
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
    }
}
`;
}

const BY_NAME = 'upstream chat { server 10.0.0.1:443; server chat.example:443; }';
const BY_ADDRESS = 'upstream chat { server 10.0.0.1:443; server unix:/run/chat; }';

testRule(rule, {
  valid: [
    { name: 'plain HTTP', files: passingTo('http://chat.example') },
    ...['10.0.0.1:443', '[::1]:443', 'localhost:8443', 'unix:/run/chat:/', '{{ host }}'].map((host) => ({
      name: host,
      files: passingTo(`https://${host}`),
    })),
    { name: 'an upstream of addresses', files: passingTo('https://chat', '', BY_ADDRESS) },
    { name: 'it is on', files: passingTo('https://chat.example', ' proxy_ssl_server_name on;') },
    { name: 'it is off, and meant', files: passingTo('https://chat.example', ' proxy_ssl_server_name off;') },
    {
      name: 'it may be on in an include',
      files: passingTo('https://chat.example', ' include gone.conf;'),
    },
    {
      name: 'a file with a location, seen alone',
      files: 'location / { proxy_pass https://chat.example; }\n',
    },
  ],
  invalid: [
    {
      name: 'a name',
      files: passingTo('https://chat.example:8443/x').replace(/(proxy_pass [^;]*)/, '«$1»'),
      severity: 'information',
      message: 'Add `proxy_ssl_server_name on`.',
      output: passingTo('https://chat.example:8443/x', '\n            proxy_ssl_server_name on;'),
    },
    {
      name: 'an upstream: its own name would be sent',
      files: passingTo('https://chat', '', BY_NAME).replace(/(proxy_pass [^;]*)/, '«$1»'),
      severity: 'information',
      message: 'Add `proxy_ssl_server_name on` and `proxy_ssl_name chat.example`.',
      output: passingTo(
        'https://chat',
        '\n            proxy_ssl_server_name on;\n            proxy_ssl_name chat.example;',
        BY_NAME,
      ),
    },
    {
      name: 'in an `if`, where the directive may not stand',
      files:
        'events {}\nhttp {\n    server {\n        location / {\n            if ($http_upgrade) { «proxy_pass https://chat.example»; }\n        }\n    }\n}\n',
      severity: 'information',
      output:
        'events {}\nhttp {\n    server {\n        location / {\n            proxy_ssl_server_name on;\n            if ($http_upgrade) { proxy_pass https://chat.example; }\n        }\n    }\n}\n',
    },
  ],
});
