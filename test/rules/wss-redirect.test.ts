import { rule } from '../../server/src/rules/wss-redirect';
import { testRule } from '../support/rule-tester';

const WS =
  'proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 1h;';
const CERTIFICATE = 'ssl_certificate a.crt; ssl_certificate_key a.key;';

/** A server on port 80 that holds the lines, and one with TLS with a WebSocket location. */
function servers(plain: string, head = '/ws', listen = '443 ssl'): string {
  return `events {}
http {
    server {
        listen 80;
        server_name example.com;
        ${plain}
    }
    server {
        listen ${listen};
        server_name example.com;
        ${CERTIFICATE}
        location ${head} { ${WS} }
    }
}
`;
}

/** One server for both ports. */
function both(lines: string, head = '/ws'): string {
  return `events {}
http {
    server {
        listen 80;
        listen 443 ssl;
        server_name example.com;
        ${CERTIFICATE}
        ${lines}
        location ${head} { ${WS} }
    }
}
`;
}

testRule(rule, {
  valid: [
    { name: 'port 80 serves it too', files: both('') },
    { name: 'port 80 serves something else', files: servers('root /srv;') },
    {
      name: 'the redirect is for other paths',
      files: servers('location = / { return 301 https://$host/; }'),
    },
    {
      name: 'the redirect leads to another path without TLS',
      files: servers('return 301 http://www.example.com/;'),
    },
    {
      name: 'a proxy in front may have seen to it',
      files: servers('if ($http_x_forwarded_proto = "") { return 301 https://$host$request_uri; }'),
    },
    {
      name: 'TLS redirects too',
      files: both('return 301 https://www.example.com$request_uri;'),
    },
    {
      name: 'no location that is meant for WebSocket',
      files: both('if ($scheme = http) { return 301 https://$host$request_uri; }')
        .replace(WS, 'proxy_pass http://127.0.0.1:3000;')
        .replace('/ws', '/api'),
    },
    {
      name: 'another name is redirected',
      files: servers('return 301 https://$host$request_uri;')
        .replace('example.com', 'www.example.com')
        .replace('http {\n', 'http {\n    server { listen 80 default_server; root /srv; }\n'),
    },
    {
      name: 'an include that is not here may serve it',
      files: servers('include more.conf; return 301 https://$host$request_uri;'),
    },
  ],
  invalid: [
    {
      name: 'the whole of port 80',
      files: servers('«return 301 https://$host$request_uri»;'),
      severity: 'hint',
      message:
        '`return 301` sends ws:// handshakes to https://, and WebSocket clients do not follow redirects. Have them connect with wss://.',
      output: null,
    },
    {
      name: 'as certbot writes it',
      files: servers('if ($host = example.com) { «return 301 https://$host$request_uri»; } return 404;'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'to a server of another name, in front of a location of its own',
      files: servers(`«return 301 https://example.com$request_uri»; location /ws { ${WS} }`).replace(
        'server_name example.com',
        'server_name www.example.com',
      ),
      severity: 'hint',
      output: null,
    },
    {
      name: 'by a location',
      files: servers('location / { «return 308 https://$host$request_uri»; }'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'by a rewrite',
      files: servers('«rewrite ^ https://$server_name$request_uri? permanent»;'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'of the server for both',
      files: both('if ($scheme = http) { «return 301 https://$host$request_uri»; }'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'to another port',
      files: servers('«return 301 https://$host:8443$request_uri»;', '/ws', '8443 ssl'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'by the default server of the port, for a name that has no other',
      files: servers('«return 301 https://$host$request_uri»;').replace('example.com', '_'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'the headers are missing as well',
      files: servers('«return 301 https://$host$request_uri»;').replace(
        'proxy_set_header Upgrade $http_upgrade;',
        '',
      ),
      severity: 'hint',
      output: null,
    },
    {
      name: 'said once for several locations',
      files: servers('«return 301 https://$host$request_uri»;').replace(
        'location /ws',
        `location /socket.io/ { ${WS} } location /ws`,
      ),
      severity: 'hint',
      output: null,
    },
    {
      name: 'headers alone say that it is for WebSocket',
      files: servers('«return 301 https://$host$request_uri»;', '/api'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'servers in a file of their own',
      files: {
        '/srv/site.conf': servers('«return 301 https://$host$request_uri»;')
          .replace('events {}\nhttp {\n', '')
          .replace(/\}\n$/, ''),
      },
      severity: 'hint',
      output: null,
    },
  ],
});
