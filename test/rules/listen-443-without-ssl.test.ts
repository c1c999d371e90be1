import { rule } from '../../server/src/rules/listen-443-without-ssl';
import { testRule } from '../support/rule-tester';

/** A server with a certificate and the lines. */
function server(lines: string): string {
  return `events {}
http {
    server {
        ${lines}
        ssl_certificate a.crt;
        ssl_certificate_key a.key;
    }
}
`;
}

/** Two servers with a certificate in http. */
function two(first: string, second: string): string {
  return `events {}
http {
    ssl_certificate a.crt;
    ssl_certificate_key a.key;
    server { ${first} server_name a.example; }
    server { ${second} server_name b.example; }
}
`;
}

testRule(rule, {
  valid: [
    {
      name: 'a site file alone: another site of the address may say it',
      files: 'server {\n    listen *:443;\n    ssl_certificate a.crt;\n    ssl_certificate_key a.key;\n}\n',
    },
    { name: 'both addresses speak TLS', files: server('listen 443 ssl; listen [::]:443 ssl;') },
    { name: 'another port', files: server('listen 8443;') },
    { name: 'no listen at all', files: server('') },
    { name: 'QUIC beside TLS', files: server('listen 443 quic; listen 443 ssl;') },
    { name: 'another server of the address says ssl', files: two('listen 443;', 'listen 443 ssl;') },
    { name: 'a template may fill ssl in', files: server('listen 443 {{ tls }};') },
    {
      name: 'a server of stream, seen alone',
      files: 'server {\n  listen 443;\n  ssl_preread on;\n  proxy_pass app:443;\n}\n',
    },
    { name: 'the old way', files: server('listen 443; ssl on;') },
    { name: 'an include that may say ssl for the address', files: server('include gone.conf; listen 443;') },
  ],
  invalid: [
    {
      name: 'no ssl anywhere',
      files: server('«listen 443 default_server»;'),
      severity: 'warning',
      message: /^wss:\/\/ fails: `listen 443` has no `ssl`.* Add `ssl`\.$/,
      output: server('listen 443 ssl default_server;'),
    },
    {
      name: 'IPv6 is an address of its own',
      files: server('listen 443 ssl; «listen [::]:443»;'),
      severity: 'warning',
      message: 'wss:// fails over IPv6:',
      output: server('listen 443 ssl; listen [::]:443 ssl;'),
    },
    {
      name: 'one address of two',
      files: server('listen 127.0.0.1:443 ssl; «listen 10.0.0.1:443»;'),
      severity: 'warning',
      message: 'wss:// fails to this address:',
      output: server('listen 127.0.0.1:443 ssl; listen 10.0.0.1:443 ssl;'),
    },
    {
      name: 'without a certificate ssl alone would not do',
      files: 'events {}\nhttp { server { «listen 443»; } }\n',
      severity: 'warning',
      message: 'Add `ssl`, and a certificate with its key.',
      output: null,
    },
    {
      name: 'another server of the address has no certificate',
      files: server('«listen 443»;').replace(
        'http {',
        'http { server { listen 8443; } server { «listen 443»; }',
      ),
      severity: 'warning',
      output: null,
    },
  ],
});
