import { rule } from '../../server/src/rules/wss-plain-listener';
import { testRule } from '../support/rule-tester';

const WS =
  'proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 1h;';
const CERTIFICATE = 'ssl_certificate a.crt; ssl_certificate_key a.key;';

/** A server that holds the lines and a WebSocket location. */
const server = (lines: string, head = '/ws'): string =>
  `    server {\n        ${lines}\n        server_name example.com;\n        location ${head} { ${WS} }\n    }\n`;

const whole = (servers: string): string => `events {}\nhttp {\n${servers}}\n`;

/** A server with TLS. */
const tls = (lines: string, name = 'example.com'): string =>
  `    server {\n        listen 443 ssl;\n        server_name ${name};\n        ${CERTIFICATE}\n        ${lines}\n    }\n`;

testRule(rule, {
  valid: [
    { name: 'no TLS anywhere: something in front may see to it', files: whole(server('listen 80;')) },
    { name: 'another name has TLS', files: whole(server('listen 80;') + tls('root /srv;', 'other.example')) },
    { name: 'with TLS too', files: whole(server(`listen 80; listen 443 ssl; ${CERTIFICATE}`)) },
    { name: 'with TLS alone', files: whole(server(`listen 443 ssl; ${CERTIFICATE}`)) },
    {
      name: 'the server with TLS has the location too',
      files: whole(server('listen 80;') + tls(`location /ws { ${WS} }`)),
    },
    {
      name: 'another server makes the port speak TLS',
      files: whole(server(`listen 8443; ${CERTIFICATE}`) + tls('listen 8443 ssl;', 'other.example')),
    },
    {
      name: 'on port 443: listen-443-without-ssl speaks of it',
      files: whole(server(`listen 80; listen 443; ${CERTIFICATE}`)),
    },
    {
      name: 'for this machine alone',
      files: whole(server(`listen 127.0.0.1:8080; listen [::1]:8080; ${CERTIFICATE}`)),
    },
    {
      name: 'behind a proxy that says so',
      files: whole(server(`listen 80 proxy_protocol; ${CERTIFICATE}`)),
    },
    {
      name: 'port 80 redirects',
      files: whole(server('listen 80; return 301 https://$host$request_uri;') + tls('root /srv;')),
    },
    {
      name: 'what TLS leads to cannot be told',
      files: whole(server('listen 80;') + tls('include more.conf;')),
    },
    {
      name: 'no location that is meant for WebSocket',
      files: whole(
        server(`listen 80; ${CERTIFICATE}`, '/api').replace(WS, 'proxy_pass http://127.0.0.1:3000;'),
      ),
    },
    {
      name: 'the server around a fragment is not to be seen',
      files: { '/srv/ws.conf': `${CERTIFICATE} location /ws { ${WS} }\n` },
    },
  ],
  invalid: [
    {
      name: 'a certificate that is not in use',
      files: whole(server(`«listen 80»; ${CERTIFICATE}`)),
      severity: 'information',
      message:
        '`/ws` is on a port without TLS only, and pages that come over https:// can open wss:// only. The certificate here is not in use: add a `listen 443 ssl`.',
      output: whole(server(`listen 80; listen 443 ssl; ${CERTIFICATE}`)),
    },
    {
      name: 'on IPv6 too',
      files: whole(server(`«listen 80»;\n        listen [::]:80;\n        ${CERTIFICATE}`)),
      severity: 'information',
      output: whole(
        server(
          `listen 80;\n        listen [::]:80;\n        listen 443 ssl;\n        listen [::]:443 ssl;\n        ${CERTIFICATE}`,
        ),
      ),
    },
    {
      name: 'the certificate of http',
      files: whole(`    ${CERTIFICATE}\n${server('«listen 80»;')}`),
      severity: 'information',
      output: whole(`    ${CERTIFICATE}\n${server('listen 80;\n        listen 443 ssl;')}`),
    },
    {
      name: 'no listen to add another to',
      files: whole(server(CERTIFICATE).replace('server {', '«server» {')),
      severity: 'information',
      output: null,
    },
    {
      name: 'at an address of its own',
      files: whole(server(`«listen 10.0.0.1:80»; ${CERTIFICATE}`)),
      severity: 'information',
      output: null,
    },
    {
      name: 'TLS there would be TLS for a server without a certificate',
      files: whole(`${server(`«listen 80»; ${CERTIFICATE}`)}    server { listen 443; server_name b; }\n`),
      severity: 'information',
      output: null,
    },
    {
      name: 'the server with TLS does not serve it',
      files: whole(server('«listen 80»;') + tls('root /srv;')),
      severity: 'information',
      message: '`wss://example.com/ws` is not served: give the server with TLS the location too.',
      output: null,
    },
    {
      name: 'the server with TLS takes the path by another location',
      files: whole(server('«listen 80»;') + tls(`location / { ${WS} }`)),
      severity: 'information',
      message: 'Connect with `wss://example.com/ws`, which `location /` of the server with TLS takes.',
      output: null,
    },
    {
      name: 'the headers are missing there',
      files: whole(server('«listen 80»;') + tls('location / { proxy_pass http://127.0.0.1:3000; }')),
      severity: 'information',
      message: 'which `location /` of the server with TLS takes.',
      output: null,
    },
    {
      name: 'two locations of one server',
      files: whole(server(`«listen 80»; ${CERTIFICATE} location /wss { ${WS} }`)),
      severity: 'information',
      output: whole(server(`listen 80; listen 443 ssl; ${CERTIFICATE} location /wss { ${WS} }`)),
    },
    {
      name: 'headers alone say that it is for WebSocket',
      files: whole(server(`«listen 80»; ${CERTIFICATE}`, '/api')),
      severity: 'hint',
      output: whole(server(`listen 80; listen 443 ssl; ${CERTIFICATE}`, '/api')),
    },
  ],
});
