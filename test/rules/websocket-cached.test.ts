import { rule } from '../../server/src/rules/websocket-cached';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const CACHE = 'proxy_cache pages;';
const BYPASS = 'proxy_cache_bypass $http_upgrade;';
const PASS = '«proxy_pass http://app»';

testRule(rule, {
  valid: [
    { name: 'no cache', files: forwarding({ location: ['proxy_cache off;'] }) },
    { name: 'a bypass', files: forwarding({ location: [CACHE, BYPASS] }) },
    {
      name: 'a bypass by a map',
      files: forwarding({
        http: ["map $http_upgrade $skip { default 1; '' 0; }"],
        location: [CACHE, 'proxy_cache_bypass $cookie_a $skip;'],
      }),
    },
    {
      name: 'a bypass that only a request can tell',
      files: forwarding({ location: [CACHE, 'proxy_cache_bypass $arg_x;'] }),
    },
    {
      name: 'a key of its own',
      files: forwarding({ location: [CACHE, 'proxy_cache_key $request_uri$http_upgrade;'] }),
    },
    {
      name: 'a bypass in an include, perhaps',
      files: forwarding({ location: [CACHE, 'include gone.conf;'] }),
    },
    {
      name: 'a location without a sign of WebSocket',
      files: 'events {}\nhttp { server { location / { proxy_pass http://app; proxy_cache pages; } } }\n',
    },
  ],
  invalid: [
    {
      name: 'a cache',
      files: forwarding({ pass: PASS, location: [CACHE] }),
      severity: 'information',
      message: /^A handshake gets a page from the cache once its URL is in `proxy_cache pages`/,
      output: forwarding({
        pass: `proxy_pass http://app;\n            ${BYPASS.slice(0, -1)}`,
        location: [CACHE],
      }),
    },
    {
      name: 'a bypass for other requests',
      files: forwarding({ pass: PASS, location: [CACHE, 'proxy_cache_bypass $http_pragma "0";'] }),
      severity: 'information',
      output: forwarding({ location: [CACHE, 'proxy_cache_bypass $http_pragma "0" $http_upgrade;'] }),
    },
    {
      name: 'an inherited bypass is kept',
      files: forwarding({ server: [CACHE, 'proxy_cache_bypass $http_pragma;'], pass: PASS }),
      severity: 'information',
      output: forwarding({
        server: [CACHE, 'proxy_cache_bypass $http_pragma;'],
        pass: 'proxy_pass http://app;\n            proxy_cache_bypass $http_pragma $http_upgrade',
      }),
    },
    ...[
      { name: 'where headers are the only sign it is a hint', head: 'location /app' },
      { name: 'where headers of its own make a weak sign sure it is a hint', head: 'location /chat' },
    ].map(({ name, head }) => ({
      name,
      files: forwarding({ head, pass: PASS, location: [CACHE] }),
      severity: 'hint' as const,
      output: forwarding({
        head,
        pass: `proxy_pass http://app;\n            ${BYPASS.slice(0, -1)}`,
        location: [CACHE],
      }),
    })),
  ],
});
