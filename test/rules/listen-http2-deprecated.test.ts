import { rule } from '../../server/src/rules/listen-http2-deprecated';
import { testRule } from '../support/rule-tester';

const V1_24 = { major: 1, minor: 24, patch: 0 };
const V1_25_1 = { major: 1, minor: 25, patch: 1 };

/** A server with a certificate and the lines, and a location at the path that forwards handshakes. */
function server(lines: string, path = '/ws'): string {
  return `events {}
http {
    server {
        ${lines}
        ssl_certificate a.crt;
        ssl_certificate_key a.key;
        location ${path} {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
    }
}
`;
}

const PLAIN = `events {}
http { server { listen 50051 http2; location / { grpc_pass grpc://app; } } }
`;

testRule(rule, {
  valid: [
    { name: 'the directive', files: server('listen 443 ssl;\n        http2 on;') },
    { name: 'before 1.25.1, beside ssl', files: server('listen 443 ssl http2;'), version: V1_24 },
    { name: 'before 1.25.1, a port for gRPC', files: PLAIN, version: V1_24 },
    {
      name: 'before 1.25.1, where another server of the port says ssl',
      files: server('listen 8443 http2;').replace('http {', 'http { server { listen 8443 ssl; }'),
      version: V1_24,
    },
    {
      name: 'before 1.25.1, port 443 without ssl is another mistake',
      files: server('listen 443 http2;'),
      version: V1_24,
    },
    { name: 'a port of that name is none', files: server('listen http2:80;') },
  ],
  invalid: [
    {
      name: 'in 1.25.1 it is deprecated',
      files: server('listen 443 ssl «http2»;'),
      version: V1_25_1,
      severity: 'information',
      message: /^the "listen \.\.\. http2" directive is deprecated, use the "http2" directive instead: /,
      output: server('listen 443 ssl;\n        http2 on;'),
    },
    {
      name: 'two addresses, one mistake; an older nginx would refuse the directive',
      files: server('listen 443 ssl «http2» default_server;\n        listen [::]:443 http2 ssl;'),
      severity: 'information',
      kind: 'suggestion',
      output: server('listen 443 ssl default_server;\n        listen [::]:443 ssl;\n        http2 on;'),
    },
    {
      name: 'beside the directive',
      files: server('listen 443 ssl «http2»;\n        http2 on;'),
      severity: 'information',
      message: 'Remove the parameter.',
      output: server('listen 443 ssl;\n        http2 on;'),
    },
    {
      name: 'before 1.25.1 a port without TLS refuses every handshake',
      files: server('listen 80 «http2»;'),
      version: V1_24,
      severity: 'warning',
      message: /^Every WebSocket handshake fails on `listen 80`/,
      output: server('listen 80;'),
    },
    {
      name: 'a hint where nothing says WebSocket',
      files: 'events {}\nhttp { server { listen 80 «http2»; location / { proxy_pass http://app; } } }\n',
      version: V1_24,
      severity: 'hint',
      output: 'events {}\nhttp { server { listen 80; location / { proxy_pass http://app; } } }\n',
    },
  ],
});
