import { rule } from '../../server/src/rules/request-header-duplicate';
import { parseVersion } from '../../server/src/reference/versions';
import { forwarding, usualMap } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

const last = parseVersion('1.31.4') ?? undefined;
const HOST = 'proxy_set_header Host $host;';

testRule(rule, {
  valid: [
    { name: 'each once', files: forwarding({ location: [HOST] }) },
    {
      name: 'an empty one',
      files: forwarding({ location: [HOST, 'proxy_set_header Host "";', 'proxy_set_header Upgrade "";'] }),
    },
    {
      name: 'of an outer level, which is replaced',
      files: forwarding({ server: [HOST], location: ['proxy_set_header Host $http_host;'] }),
    },
    {
      name: 'another header, which may be a list',
      files: forwarding({
        location: [
          HOST,
          'proxy_set_header X-Forwarded-For $remote_addr;',
          'proxy_set_header X-Forwarded-For a;',
        ],
      }),
    },
    {
      name: 'one of the two is empty for a handshake',
      files: forwarding({
        http: ["map $http_upgrade $ordinary { default ''; '' close; }"],
        location: ['proxy_set_header Connection $ordinary;'],
      }),
    },
    {
      name: 'the last Host is the only one',
      files: forwarding({ location: [HOST, 'proxy_set_header Host $http_host;'] }),
      ...(last === undefined ? {} : { version: last }),
    },
    {
      name: 'none of the values works: that is told',
      files: forwarding({
        connection: 'proxy_set_header Connection close',
        location: [HOST, 'proxy_set_header Connection keep-alive;'],
      }),
    },
    {
      name: 'branches of a template',
      files: forwarding({
        location: ['{% if a %}', HOST, '{% else %}', 'proxy_set_header Host $http_host;', '{% endif %}'],
      }),
    },
  ],
  invalid: [
    {
      name: 'Host with two values: the second goes',
      files: forwarding({
        location: ['proxy_set_header Host $http_host;', '«proxy_set_header Host $host»;'],
      }),
      severity: 'warning',
      message:
        '`Host` is set more than once, and nginx sends each line: a back end must answer 400 to that (RFC 9112). Remove this one.',
      output: forwarding({ location: ['proxy_set_header Host $http_host;'] }),
    },
    {
      name: 'the Host that the client asked for stays',
      files: forwarding({ location: ['«proxy_set_header Host $proxy_host»;', HOST] }),
      severity: 'warning',
      message: 'Remove this one.',
      output: forwarding({ location: [HOST] }),
    },
    {
      name: 'Host where WebSocket has no sign',
      files: forwarding({
        head: 'location /a',
        upgrade: 'proxy_buffering off',
        connection: HOST.slice(0, -1),
        location: [`«${HOST.slice(0, -1)}»;`],
      }),
      severity: 'hint',
      output: forwarding({
        head: 'location /a',
        upgrade: 'proxy_buffering off',
        connection: HOST.slice(0, -1),
      }),
    },
    {
      name: 'the value that works stays',
      files: forwarding({
        location: [HOST],
        connection: '«proxy_set_header Connection close»;\n            proxy_set_header Connection "upgrade"',
      }),
      severity: 'warning',
      message: '`Connection` is set more than once',
      output: forwarding({ location: [HOST] }),
    },
    {
      name: 'three lines, in capitals',
      files: forwarding({
        location: [
          HOST,
          '«proxy_set_header UPGRADE websocket»;',
          '«proxy_set_header upgrade $http_upgrade»;',
        ],
      }),
      severity: 'warning',
      output: forwarding({ location: [HOST, 'proxy_set_header upgrade $http_upgrade;'] }),
    },
    {
      name: 'once in an included file',
      files: {
        '/etc/nginx/nginx.conf': forwarding({
          http: usualMap,
          connection: '«proxy_set_header Connection $connection_upgrade»',
          location: [HOST, 'include proxy.inc;'],
        }),
        '/etc/nginx/proxy.inc': 'proxy_set_header Connection $connection_upgrade;\n',
      },
      severity: 'warning',
      output: forwarding({ http: usualMap, location: [HOST, 'include proxy.inc;'] }).replace(
        /\n *proxy_set_header Connection .*/,
        '',
      ),
    },
    {
      name: 'in two included files: neither is to be changed for one location',
      files: {
        '/etc/nginx/nginx.conf': forwarding({
          pass: '«proxy_pass http://app»',
          location: ['include a.inc;', 'include b.inc;'],
        }),
        '/etc/nginx/a.inc': `${HOST}\n`,
        '/etc/nginx/b.inc': `${HOST}\n`,
      },
      severity: 'warning',
      output: null,
    },
    {
      name: 'of the server, for all its locations',
      files: forwarding({
        server: [
          HOST,
          `«${HOST.slice(0, -1)}»;`,
          'proxy_set_header Upgrade $http_upgrade;',
          'proxy_set_header Connection "upgrade";',
        ],
        upgrade: '# websocket',
        connection: 'proxy_buffering off',
      }),
      severity: 'warning',
      output: forwarding({
        server: [HOST, 'proxy_set_header Upgrade $http_upgrade;', 'proxy_set_header Connection "upgrade";'],
        upgrade: '# websocket',
        connection: 'proxy_buffering off',
      }),
    },
    {
      name: 'no value is surely right',
      files: forwarding({
        location: [HOST],
        connection:
          'proxy_set_header Connection $cookie_a$arg_a-;\n            «proxy_set_header Connection $arg_b-»',
      }),
      severity: 'warning',
      output: forwarding({ location: [HOST], connection: 'proxy_set_header Connection $cookie_a$arg_a-' }),
      kind: 'suggestion',
    },
  ],
});
