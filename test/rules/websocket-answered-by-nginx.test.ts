import { rule } from '../../server/src/rules/websocket-answered-by-nginx';
import { testRule } from '../support/rule-tester';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_read_timeout 1h;';
const PASS = `proxy_pass http://127.0.0.1:3000; ${HEADERS}`;

const server = (body: string): string => `events {} http { server { listen 80; ${body} } }`;

testRule(rule, {
  valid: [
    { name: 'what lets them through', files: server(`location /ws { ${PASS} }`) },
    {
      name: 'a return that depends on the client',
      files: server(`if ($arg_key != s) { return 403; } location /ws { ${PASS} }`),
    },
    {
      name: 'a location that is not meant for WebSocket',
      files: server(`return 503; location /api { proxy_pass http://a; }`),
    },
    {
      name: 'a redirect, of which another rule speaks',
      files: server(`return 301 /home; location = /ws { ${PASS} }`),
    },
    {
      name: 'a URL that passes',
      files: server(`location /ws { ${PASS} }`),
      urls: ['ws://localhost/ws'],
    },
    {
      name: 'a URL that another rule speaks of',
      files: server('location /chat { proxy_pass http://127.0.0.1:3000; }'),
      urls: ['ws://localhost/chat'],
    },
    {
      name: 'a login in front of what another rule speaks of',
      files: server(
        `location / { auth_request /auth; error_page 401 = @login; proxy_pass http://a; } ` +
          'location = /auth { proxy_pass http://b; } location @login { return 302 /login; }',
      ),
      urls: ['ws://localhost/chat'],
    },
    {
      name: 'a URL for which an include that is not here may bring a server',
      files: 'events {} http { include sites/there.conf; server { listen 80; } }',
      urls: ['ws://localhost:8080/ws'],
    },
    {
      name: 'a URL of another configuration, which the default server takes',
      files: 'events {} http { server { listen 80; server_name a.example *.b.example c.*; } }',
      urls: ['ws://d.example/ws', 'ws://b.example/ws', 'wss://d.example/ws'],
    },
    {
      name: 'a URL that is none',
      files: server(''),
      urls: ['localhost/ws'],
    },
    {
      name: 'a login service asked over HTTP/1.0, for the sake of a location that is meant for WebSocket',
      files: server(
        `location / { proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_pass http://a; }
         location ~ ^/live/ { proxy_set_header Connection upgrade; auth_request /auth; proxy_pass http://b; }`,
      ),
    },
  ],
  invalid: [
    {
      name: 'a return of the server',
      files: server(`«return 503»; location /ws { ${PASS} }`),
      severity: 'warning',
      message: /`return` answers 503/,
      output: null,
    },
    {
      name: 'a request that goes round in circles, where another reason is told elsewhere',
      files: server(
        'location ~ ^/(ws|live)/ { proxy_read_timeout 0; proxy_pass http://back; } ' +
          'location / { proxy_set_header Upgrade $http_upgrade; try_files $uri /app?$args; proxy_pass http://own; } ' +
          'location /app { proxy_set_header Upgrade $http_upgrade; «proxy_pass http://127.0.0.1:80»; }',
      ),
      severity: 'warning',
      message: /again and again/,
      output: null,
    },
    {
      name: 'what is told there at Information only, of a location within that may be meant',
      files: server(
        'location / { «internal»; proxy_pass http://back; proxy_set_header Upgrade websocket; ' +
          'location /api/chat/ { proxy_pass http://back; } }',
      ),
      severity: 'warning',
      message: /in every case\. `internal` keeps .* `Upgrade` is set/,
      output: null,
    },
    {
      name: 'variables that only the location around sets',
      files: server(`location /w { set $a app; location /w/ws { «proxy_pass http://$a:1»; ${HEADERS} } }`),
      severity: 'warning',
      message: /500/,
      output: null,
    },
    {
      name: 'a URL that no location takes',
      files: `events {} http { «server» { listen 80; location /chat/ { ${PASS} } } }`,
      urls: ['ws://localhost/ws'],
      severity: 'warning',
      message: /^Handshakes for ws:\/\/localhost\/ws fail\. No location takes `\/ws`, and files are served/,
      output: null,
    },
    {
      name: 'a URL that a location of files takes: the one that it comes to first',
      files: server(`«location /app» { try_files $uri /index.html; } location /websockify { ${PASS} }`),
      urls: ['ws://localhost/app/websockify'],
      severity: 'warning',
      message: /Files are served here/,
      output: null,
    },
    {
      name: 'a URL whose location has headers and no back end',
      files: server(`location / { ${PASS} } «location /http-ws» { ${HEADERS} root /srv; }`),
      urls: ['ws://localhost/http-ws'],
      severity: 'warning',
      message: /Files are served here/,
      output: null,
    },
    {
      name: 'a URL that lacks the slash of a location',
      files: server('«location /comms/» { proxy_pass http://127.0.0.1:3000; }'),
      urls: ['ws://localhost/comms'],
      severity: 'warning',
      message: /\/comms is redirected to \/comms\//,
      output: null,
    },
    ...['ws://x.b.example/ws', 'ws://c.example/ws', 'ws://d.example/ws'].map((url) => ({
      name: `${url}, which a server of that name takes`,
      files: 'events {} http { «server» { listen 80; server_name *.b.example c.* .d.example; } }',
      urls: [url],
      severity: 'warning' as const,
      output: null,
    })),
    {
      name: 'a URL of a server whose name stands for all',
      files: 'events {} http { «server» { listen 80; server_name _; } }',
      urls: ['ws://d.example/ws'],
      severity: 'warning',
      output: null,
    },
    {
      name: 'a URL whose port nobody listens on: the server of its name',
      files:
        'events {} http { server { listen 80; server_name a.example; } server { «listen 80»; server_name b.example; } }',
      urls: ['wss://b.example/'],
      severity: 'warning',
      message: /No server listens on port 443 for b\.example\. Add `listen 443 ssl` and a certificate/,
      output: null,
    },
  ],
});
