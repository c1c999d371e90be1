import { rule } from '../../server/src/rules/websocket-sticky';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

/** A location that leads to an upstream with the lines. */
function toUpstream(lines: readonly string[], head = 'location /socket.io/', name = 'upstream app'): string {
  return forwarding({ http: [`${name} {`, ...lines.map((line) => `    ${line}`), '}'], head });
}

const TWO = ['server 10.0.0.1;', 'server 10.0.0.2;'];
const MARKED = '«upstream app»';

testRule(rule, {
  valid: [
    ...['ip_hash;', 'hash $remote_addr consistent;', 'sticky cookie srv;'].map((method) => ({
      name: method,
      files: toUpstream([method, ...TWO]),
    })),
    { name: 'one server', files: toUpstream(['server 10.0.0.1;']) },
    {
      name: 'the others only stand in',
      files: toUpstream(['server 10.0.0.1;', 'server 10.0.0.2 backup;', 'server 10.0.0.3 down;']),
    },
    { name: 'another path', files: toUpstream(TWO, 'location /ws') },
    { name: 'servers that are not to be seen', files: toUpstream([...TWO, 'include gone.conf;']) },
    {
      name: 'a URL of another protocol',
      files: toUpstream(TWO, 'location /'),
      urls: ['ws://localhost/ws?path=/socket.io/'],
    },
    {
      name: 'an application, by its name alone',
      files: toUpstream(TWO, 'location /', 'upstream kuma').replace('//app', '//kuma'),
    },
    { name: 'no upstream', files: forwarding({ head: 'location /socket.io/' }) },
  ],
  invalid: [
    {
      name: 'a URL of the protocol, which a location for all takes',
      files: toUpstream(TWO, 'location /', MARKED),
      urls: ['ws://localhost/signalr/connect?transport=webSockets'],
      severity: 'information',
      message: 'Clients of `signalr` fail',
      output: toUpstream(['ip_hash;', ...TWO], 'location /'),
    },
    {
      name: 'an application whose path does not name the protocol',
      files: toUpstream(
        ['server a:8080;', 'server b:8080;'],
        'location /',
        '«upstream signalrservers»',
      ).replace('//app', '//signalrservers'),
      severity: 'information',
      message: 'Clients of `signalr` fail',
      output: toUpstream(
        ['ip_hash;', 'server a:8080;', 'server b:8080;'],
        'location /',
        'upstream signalrservers',
      ).replace('//app', '//signalrservers'),
    },
    {
      name: 'an application that speaks the protocol',
      files: toUpstream(['server a:3001;', 'server b:3001;'], 'location /', '«upstream uptime-kuma»').replace(
        '//app',
        '//uptime-kuma',
      ),
      severity: 'information',
      message: 'Clients of `socket.io` fail',
      output: toUpstream(
        ['ip_hash;', 'server a:3001;', 'server b:3001;'],
        'location /',
        'upstream uptime-kuma',
      ).replace('//app', '//uptime-kuma'),
    },
    {
      name: 'two servers in turn',
      files: toUpstream([...TWO, 'keepalive 8;'], undefined, MARKED),
      severity: 'information',
      message: 'go to 2 servers in turn',
      output: toUpstream(['ip_hash;', ...TWO, 'keepalive 8;']),
    },
    {
      name: 'another method',
      files: toUpstream(['least_conn;', ...TWO], 'location ~ ^/api/signalr/', MARKED),
      severity: 'information',
      output: toUpstream(['ip_hash;', ...TWO], 'location ~ ^/api/signalr/'),
    },
    {
      name: 'a cookie, from nginx 1.29.6 on',
      files: toUpstream(['least_conn;', ...TWO], undefined, MARKED),
      version: { major: 1, minor: 29, patch: 6 },
      severity: 'information',
      message: 'Add `ip_hash`, or `sticky cookie`, to `upstream app`.',
      fix: 'Send each client to the same server (`sticky cookie`)',
      output: toUpstream(['least_conn;', 'sticky cookie srv_id path=/;', ...TWO]),
    },
    {
      name: 'a cookie, where ip_hash is refused beside backup',
      files: toUpstream([...TWO, 'server 10.0.0.3 backup;'], undefined, MARKED),
      version: { major: 1, minor: 30, patch: 0 },
      severity: 'information',
      output: toUpstream(['sticky cookie srv_id path=/;', ...TWO, 'server 10.0.0.3 backup;']),
    },
    {
      name: 'nginx refuses backup beside ip_hash',
      files: toUpstream([...TWO, 'server 10.0.0.3 backup;'], 'location /sockjs', MARKED),
      severity: 'information',
      output: null,
    },
    {
      name: 'an upstream of another file is mended there',
      files: {
        '/etc/nginx/nginx.conf': forwarding({
          http: ['include up.conf;'],
          head: 'location /socket.io/',
          pass: '«proxy_pass http://app»',
        }),
        '/etc/nginx/up.conf': 'upstream app {\n  server a;\n  server b;\n}\n',
      },
      severity: 'information',
      output: { '/etc/nginx/up.conf': 'upstream app {\n  ip_hash;\n  server a;\n  server b;\n}\n' },
    },
  ],
});
