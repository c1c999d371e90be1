import { rule } from '../../server/src/rules/connection-hardcoded';
import { forwarding, usualMap } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const BY_MAP = 'proxy_set_header Connection $connection_upgrade';
const MARKED = '«proxy_set_header Connection "upgrade"»';

testRule(rule, {
  valid: [
    {
      name: 'a header of the server that the location replaces: it is sent with no request',
      files: forwarding({
        http: usualMap,
        server: ['proxy_set_header Connection "upgrade";'],
        head: 'location /',
        connection: 'proxy_set_header Host $host',
      }),
    },
    { name: 'a location for WebSocket alone, by its path', files: forwarding({ http: usualMap }) },
    { name: 'by a path that is a weak sign', files: forwarding({ head: 'location /api/chat' }) },
    ...['= /subscribe', '=/subscribe'].map((path) => ({
      name: `an exact path: ${path}`,
      files: forwarding({ head: `location ${path}` }),
    })),
    { name: 'a map', files: forwarding({ http: usualMap, head: 'location /', connection: BY_MAP }) },
    {
      name: 'no upgrade',
      files: forwarding({ head: 'location /', connection: 'proxy_set_header Connection close' }),
    },
    {
      name: 'no map is to be seen, and none can be inserted',
      files: 'location / {\n  proxy_pass http://app;\n  proxy_set_header Connection "upgrade";\n}\n',
    },
  ],
  invalid: [
    {
      name: 'everything passes here: the map that is there',
      files: forwarding({ http: usualMap, head: 'location /', connection: MARKED }),
      severity: 'information',
      message: /^Every request is sent as an upgrade: `Connection "upgrade"` is fixed/,
      output: forwarding({ http: usualMap, head: 'location /', connection: BY_MAP }),
    },
    {
      name: 'a map is inserted',
      files: forwarding({ head: 'location /', connection: MARKED }),
      severity: 'information',
      output: forwarding({ http: [...usualMap, ''], head: 'location /', connection: BY_MAP }),
    },
    {
      name: 'a map that upgrades ordinary requests is not used',
      files: forwarding({
        http: ['map $http_upgrade $connection_upgrade { default upgrade; }'],
        head: 'location /',
        connection: MARKED,
      }),
      severity: 'information',
      output: forwarding({
        http: [
          'map $http_upgrade $connection_upgrade { default upgrade; }',
          ...usualMap.map((line) => line.replace('$connection_upgrade', '$websocket_connection')),
          '',
        ],
        head: 'location /',
        connection: 'proxy_set_header Connection $websocket_connection',
      }),
    },
  ],
});
