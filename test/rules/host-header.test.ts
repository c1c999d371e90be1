import { rule } from '../../server/src/rules/host-header';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const HOST = 'proxy_set_header Host $host;';
const CLIENT = 'proxy_set_header X-Real-IP $remote_addr;';
const PASS = '«proxy_pass http://app»';
const USUAL = ['proxy_set_header Upgrade $http_upgrade;', 'proxy_set_header Connection "upgrade";'];

/** A location of its own file, without the blocks around it. */
const fragment = (lines: string): string => `server {\n  location /ws {\n    ${lines}\n  }\n}\n`;

/** The location with a Host before its other headers. */
function mended(location: readonly string[], more: Parameters<typeof forwarding>[0] = {}): string {
  return forwarding({
    ...more,
    version: `proxy_http_version 1.1;\n            ${HOST.slice(0, -1)}`,
    location,
  });
}

testRule(rule, {
  valid: [
    ...['$host', '$http_host', 'chat.example', '""'].map((value) => ({
      name: `Host ${value}`,
      files: forwarding({ location: [`proxy_set_header Host ${value};`, CLIENT] }),
    })),
    ...['https://chat.example', 'http://$backend', 'http://{{ host }}'].map((target) => ({
      name: target,
      files: forwarding({ pass: `proxy_pass ${target}`, location: [CLIENT] }),
    })),
    {
      name: 'nothing is set: the upgrade is missing, that is one mistake',
      files: 'events {}\nhttp { server { location /ws { proxy_pass http://app; } } }\n',
    },
    {
      name: 'a location without a sign of WebSocket',
      files: `events {}\nhttp { server { location / { proxy_pass http://app; ${CLIENT} } } }\n`,
    },
    {
      name: 'lost together with the upgrade: that is one mistake',
      files: `events {}\nhttp { server { ${USUAL.join(' ')} ${HOST} location /ws { proxy_pass http://app; ${CLIENT} } } }\n`,
    },
    {
      name: '$host where one of the ports goes without saying',
      files: forwarding({ server: ['listen 8080;', 'listen 80;'], location: [HOST] }),
    },
    {
      name: '$host at a port that clients write, without a sign of WebSocket',
      files: `events {}\nhttp { server { listen 8080; location / { proxy_pass http://app; ${HOST} } } }\n`,
    },
    { name: 'an include may set it', files: forwarding({ location: [CLIENT, 'include gone.conf;'] }) },
    {
      name: 'a URL without the port, that $host does not lose',
      files: `events {} http { server { listen 80; listen 8443 ssl; ssl_certificate a; ssl_certificate_key a;
        location / { proxy_pass http://127.0.0.1:3000; ${USUAL.join(' ')} proxy_http_version 1.1; ${HOST} } } }`,
      urls: ['ws://localhost/ws'],
    },
  ],
  invalid: [
    {
      name: 'the name of a group goes out, with the upgrade headers alone',
      files: forwarding({ http: ['upstream app { server a.example; server b.example; }'], pass: PASS }),
      severity: 'information',
      message: 'The back end sees `app` as `Host`, the name of the `upstream`, not the name',
      output: mended([], { http: ['upstream app { server a.example; server b.example; }'] }),
    },
    {
      name: 'no header is set at all, and the name of a group goes out',
      files: `events {}
http {
    upstream app { server 10.0.0.1; }
    server {
        location /ws {
            «proxy_pass http://app»;
        }
    }
}
`,
      severity: 'hint',
      output: `events {}
http {
    upstream app { server 10.0.0.1; }
    server {
        location /ws {
            proxy_pass http://app;
            proxy_set_header Host $host;
        }
    }
}
`,
    },
    {
      name: '$host at a port that clients write',
      files: forwarding({ server: ['listen 8443;'], location: ['«proxy_set_header Host $host»;'] }),
      severity: 'hint',
      message: '`$http_host` has the port.',
      output: forwarding({ server: ['listen 8443;'], location: ['proxy_set_header Host $http_host;'] }),
    },
    {
      name: '$proxy_host at a port that clients write',
      files: forwarding({ server: ['listen 8443;'], location: ['«proxy_set_header Host $proxy_host»;'] }),
      severity: 'information',
      output: forwarding({ server: ['listen 8443;'], location: ['proxy_set_header Host $http_host;'] }),
    },
    {
      name: 'the address of the client is passed on, the name is not',
      files: forwarding({ pass: PASS, location: [CLIENT] }),
      severity: 'information',
      message: /^The back end sees the host of `proxy_pass` as `Host`/,
      output: mended([CLIENT]),
    },
    {
      name: 'the upgrade headers alone are a hint',
      files: forwarding({ pass: PASS }),
      severity: 'hint',
      output: mended([]),
    },
    {
      name: 'it is set further out, and lost',
      files: forwarding({ server: [HOST], pass: PASS }),
      severity: 'information',
      output: mended([], { server: [HOST] }),
    },
    {
      name: 'it is said so',
      files: forwarding({ location: ['«proxy_set_header Host $proxy_host»;'] }),
      severity: 'information',
      output: forwarding({ location: [HOST] }),
    },
    {
      name: 'the headers of the server: they are repeated',
      files: `events {}
http {
    server {
        ${USUAL.join('\n        ')}
        ${CLIENT}
        location /ws {
            «proxy_pass http://app»;
            proxy_http_version 1.1;
        }
    }
}
`,
      severity: 'information',
      output: `events {}
http {
    server {
        ${USUAL.join('\n        ')}
        ${CLIENT}
        location /ws {
            proxy_pass http://app;
            ${[HOST, ...USUAL, CLIENT].join('\n            ')}
            proxy_http_version 1.1;
        }
    }
}
`,
    },
    {
      name: 'a server of an upstream is no site, whatever its name',
      files: forwarding({
        http: ['upstream app { server a.internal; server b.internal; }'],
        pass: '«proxy_pass http://a.internal»',
        location: [CLIENT],
      }),
      severity: 'information',
      output: mended([CLIENT], {
        http: ['upstream app { server a.internal; server b.internal; }'],
        pass: 'proxy_pass http://a.internal',
      }),
    },
    {
      name: 'in a file with a server the http level may set it',
      files: fragment(`«proxy_pass http://app»; ${CLIENT}`),
      severity: 'hint',
      output: fragment(`proxy_pass http://app; ${HOST} ${CLIENT}`),
    },
    {
      name: 'somebody asks for its URL: with the upgrade headers alone, in a file with a server',
      files: fragment(`«proxy_pass http://127.0.0.1:3000»; proxy_http_version 1.1; ${USUAL.join(' ')}`),
      urls: ['ws://localhost/ws/room'],
      severity: 'information',
      output: fragment(
        `proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; ${HOST} ${USUAL.join(' ')}`,
      ),
    },
    {
      name: 'somebody asks for a URL with a port that $host loses',
      files: `events {} http { server { listen 80; listen 8443 ssl; ssl_certificate a; ssl_certificate_key a;
        location / { proxy_pass http://127.0.0.1:3000; ${USUAL.join(' ')} proxy_http_version 1.1; «${HOST.slice(0, -1)}»; } } }`,
      urls: ['wss://localhost:8443/ws'],
      severity: 'information',
      message: /`\$host` has no port/,
      output: `events {} http { server { listen 80; listen 8443 ssl; ssl_certificate a; ssl_certificate_key a;
        location / { proxy_pass http://127.0.0.1:3000; ${USUAL.join(' ')} proxy_http_version 1.1; proxy_set_header Host $http_host; } } }`,
    },
    {
      name: 'X-Forwarded-Host loses the port that Host has',
      files: `events {} http { server { listen 8443 ssl; ssl_certificate a; ssl_certificate_key a;
        location / { proxy_pass http://127.0.0.1:3000; ${USUAL.join(' ')} proxy_http_version 1.1; proxy_set_header Host $http_host;
        «proxy_set_header X-Forwarded-Host $host»; } } }`,
      urls: ['wss://localhost:8443/ws'],
      severity: 'information',
      message: 'compares `X-Forwarded-Host` with `Origin`',
      output: `events {} http { server { listen 8443 ssl; ssl_certificate a; ssl_certificate_key a;
        location / { proxy_pass http://127.0.0.1:3000; ${USUAL.join(' ')} proxy_http_version 1.1; proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Host $http_host; } } }`,
    },
    {
      name: 'of several X-Forwarded-Host the last is told',
      files: `events {} http { server { listen 8443 ssl; ssl_certificate a; ssl_certificate_key a;
        location / { proxy_pass http://127.0.0.1:3000; ${USUAL.join(' ')} proxy_http_version 1.1; proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Host $http_host; «proxy_set_header X-Forwarded-Host $host»; } } }`,
      urls: ['wss://localhost:8443/ws'],
      severity: 'information',
      output: `events {} http { server { listen 8443 ssl; ssl_certificate a; ssl_certificate_key a;
        location / { proxy_pass http://127.0.0.1:3000; ${USUAL.join(' ')} proxy_http_version 1.1; proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Host $http_host; } } }`,
    },
    {
      name: 'the documentation of the application asks for Host, in a file with a server',
      files: `server { listen 80; server_name grafana.example; location / { «proxy_pass http://127.0.0.1:3000»; proxy_http_version 1.1; ${USUAL.join(' ')} } }`,
      severity: 'information',
      output: `server { listen 80; server_name grafana.example; location / { proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; ${HOST} ${USUAL.join(' ')} } }`,
    },
    {
      name: 'somebody asks for its URL: over HTTP/1.0 it may reach the back end',
      files: `events {} http { server { location /ws { «proxy_pass http://127.0.0.1:3000»; ${USUAL.join(' ')} } } }`,
      urls: ['ws://localhost/ws'],
      severity: 'information',
      output: `events {} http { server { location /ws { proxy_pass http://127.0.0.1:3000; ${HOST} ${USUAL.join(' ')} } } }`,
    },
  ],
});
