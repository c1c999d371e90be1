import { rule } from '../../server/src/rules/websocket-headers-unused';
import { testRule } from '../support/rule-tester';

const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
const PASS = 'proxy_pass http://127.0.0.1:3000;';

const server = (body: string): string => `events {} http { server { listen 80; ${body} } }`;

testRule(rule, {
  valid: [
    { name: 'a location with proxy_pass', files: server(`location /ws { ${PASS} ${HEADERS} }`) },
    { name: 'an if has it', files: server(`location /ws { ${HEADERS} if ($arg_a) { ${PASS} } }`) },
    {
      name: 'locations within inherit the headers',
      files: server(`location /ws { ${HEADERS} location /ws/a { ${PASS} } }`),
    },
    {
      name: 'headers beside a root: files are what it is for',
      files: server(`location / { root /var/www; ${HEADERS} }`),
    },
    {
      name: 'an include that is not here may have it',
      files: server(`location /ws { ${HEADERS} include back-end.conf; }`),
    },
    {
      name: 'a directive that nobody knows may have it',
      files: server(`location /ws { ${HEADERS} my_proxy a; }`),
    },
    { name: 'no upgrade', files: server('location /ws { proxy_set_header Host $host; }') },
    ...[
      'try_files /none @ws;',
      'error_page 418 = @ws; return 418;',
      'set $to @ws; try_files /none $to;',
      'try_files /none @$arg_to;',
      'my_exec @ws;',
      'content_by_lua_block { ngx.exec("@ws") }',
    ].map((line) => ({
      name: `a named location, and ${line}`,
      files: server(`location @ws { ${PASS} ${HEADERS} } location / { ${line} }`),
    })),
    {
      name: 'an error_page of http names it',
      files: `events {} http { error_page 404 = @ws; server { location @ws { ${PASS} ${HEADERS} } } }`,
    },
  ],
  invalid: [
    {
      name: 'no proxy_pass',
      files: server(`location / { ${PASS} } «location /http-ws» { ${HEADERS} proxy_read_timeout 512s; }`),
      severity: 'warning',
      message: /^Handshakes for `location \/http-ws` fail: it sets `Upgrade` and has no `proxy_pass`/,
      output: null,
    },
    {
      name: 'a named location that nothing names',
      files: server(`«location @ws» { ${PASS} ${HEADERS} } location / { ${PASS} }`),
      severity: 'information',
      message: /^Nothing leads to `location @ws`/,
      output: null,
    },
  ],
});
