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
      name: 'variables that only the location around sets',
      files: server(`location /w { set $a app; location /w/ws { «proxy_pass http://$a:1»; ${HEADERS} } }`),
      severity: 'warning',
      message: /500/,
      output: null,
    },
  ],
});
