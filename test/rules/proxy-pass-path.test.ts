import { rule } from '../../server/src/rules/proxy-pass-path';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

/** A WebSocket location with that name and that `proxy_pass`, marked or not. */
function at(name: string, pass: string, location: readonly string[] = []): string {
  return forwarding({
    head: `location ${name}`,
    pass,
    location: ['proxy_set_header Host $host;', ...location],
  });
}

/** A location of one path, where only the query may be lost. */
const query = (lines: string): string =>
  `events {} http { server { listen 80; location = /ws { ${lines} } } }`;

testRule(rule, {
  valid: [
    { name: 'no path', files: at('/talk', 'proxy_pass http://app') },
    { name: 'neither ends with a slash', files: at('/talk', 'proxy_pass http://app/v1') },
    { name: 'both do', files: at('/talk/', 'proxy_pass http://app/v1/') },
    { name: 'all paths', files: at('/', 'proxy_pass http://app/') },
    { name: 'a query', files: at('/talk/', 'proxy_pass http://app/v1?path=') },
    { name: 'a path with variables is sent whole', files: at('/talk/', 'proxy_pass http://app/v1$uri') },
    { name: 'one path alone', files: at('= /talk', 'proxy_pass http://app/') },
    {
      name: 'a path that is rewritten',
      files: at('/talk', 'proxy_pass http://app/', ['rewrite ^/talk/(.*) /$1 break;']),
    },
    {
      name: 'another location takes the paths below',
      files: at('/talk', 'proxy_pass http://app/').replace(
        '    server {\n',
        '    server {\n        location /talk/ { return 404; }\n',
      ),
    },
    {
      name: 'a directive that is not here may rewrite it',
      files: at('/talk', 'proxy_pass http://app/', ['include gone.conf;']),
    },
    ...['', '$uri?$args', '$request_uri', '$uri$is_args$args', '/x'].map((path) => ({
      name: `the query is sent: ${path}`,
      files: query(`proxy_pass http://127.0.0.1:3000${path};`),
      urls: ['ws://localhost/ws?id=1'],
    })),
    { name: 'Socket.IO', files: at('/socket.io/', 'proxy_pass http://app/socket.io/') },
    {
      name: 'a path that is there once',
      files: at('/', 'proxy_pass http://app:1880/ui/'),
      urls: ['ws://localhost/vendor/socket.io/', 'ws://localhost/uix/'],
    },
    { name: 'a capture is the host', files: at('~ ^/talk/(.*)$', 'proxy_pass http://$1') },
    { name: 'a path behind a variable host', files: at('/talk/', 'proxy_pass http://$app/talk/') },
    { name: 'no path behind one', files: at('/socket.io/', 'proxy_pass http://$app') },
    {
      name: 'the query is sent on beside captures',
      files: at('~ ^/talk/(.*)$', 'proxy_pass http://127.0.0.1:3000/$1?$args'),
    },
    {
      name: 'a variable may have the query',
      files: at('~ ^/talk/(.*)$', 'proxy_pass http://127.0.0.1:3000/$1$tail', ['set $tail $is_args$args;']),
    },
    {
      name: 'a URL without a query',
      files: query('proxy_pass http://127.0.0.1:3000$uri;'),
      urls: ['ws://localhost/ws'],
    },
  ],
  invalid: [
    {
      name: 'the slash of the location is missing',
      files: at('/talk', '«proxy_pass http://app/»'),
      severity: 'information',
      message:
        'The back end gets `//x` for `/talk/x`: what `location /talk` matches is replaced by `/`, and only one of the ' +
        'two ends with a slash. Write `location /talk/`.',
      output: at('/talk/', 'proxy_pass http://app/'),
    },
    {
      name: 'a slash too many',
      files: at('^~ /talk', '«proxy_pass "http://app/v1/"»'),
      severity: 'information',
      message: 'gets `/v1//x` for `/talk/x`',
      output: null,
    },
    {
      name: 'a slash too many, without quotes',
      files: at('^~ /talk', '«proxy_pass http://app/v1/»'),
      severity: 'information',
      message: 'Write `/v1`.',
      output: at('^~ /talk', 'proxy_pass http://app/v1'),
    },
    {
      name: 'the slash of the path is missing',
      files: at('/talk/', '«proxy_pass http://app/v1»'),
      severity: 'information',
      message: 'gets `/v1x` for `/talk/x`',
      output: at('/talk/', 'proxy_pass http://app/v1/'),
    },
    {
      name: 'all paths below one without a slash',
      files: at('/', '«proxy_pass http://app/v1»'),
      severity: 'information',
      message: 'gets `/v1x` for `/x`',
      output: at('/', 'proxy_pass http://app/v1/'),
    },
    {
      name: 'a path that clients open itself: with the slash it would be redirected',
      files: at('/ws', '«proxy_pass http://app/»'),
      severity: 'hint',
      output: null,
    },
    {
      name: 'not meant for WebSocket',
      files: 'http { server { location /a { «proxy_pass http://app/»; } } }\nevents {}\n',
      severity: 'hint',
      output: 'http { server { location /a/ { proxy_pass http://app/; } } }\nevents {}\n',
    },
    {
      name: 'the query is lost in a path with variables',
      files: query('«proxy_pass http://127.0.0.1:3000$uri»;'),
      urls: ['ws://localhost/ws', 'ws://localhost/ws?session_id=1'],
      severity: 'information',
      message:
        /^ws:\/\/localhost\/ws\?session_id=.* reaches the back end without its query: .*Add `\$is_args\$args`/,
      output: query('proxy_pass http://127.0.0.1:3000$uri$is_args$args;'),
    },
    {
      name: 'the query is lost by a rewrite',
      files: query('«rewrite ^ /other? break»; proxy_pass http://127.0.0.1:3000;'),
      urls: ['ws://localhost/ws?id=1'],
      severity: 'information',
      message: 'Remove the `?`.',
      output: query('rewrite ^ /other break; proxy_pass http://127.0.0.1:3000;'),
    },
    {
      name: 'the query is lost by a rewrite, whatever the URL is',
      files: query('«rewrite ^/ws$ /other? break»; proxy_pass http://127.0.0.1:3000;'),
      severity: 'information',
      message: 'A request reaches the back end without its query',
      output: query('rewrite ^/ws$ /other break; proxy_pass http://127.0.0.1:3000;'),
    },
    {
      name: 'the query is lost by rewrites of which one may be meant',
      files: query('rewrite ^/wss /a? break; rewrite ^ /other? break; «proxy_pass http://127.0.0.1:3000»;'),
      urls: ['ws://localhost/ws?id=1'],
      severity: 'information',
      output: null,
    },
    {
      name: 'what a pattern has captured has no query',
      files: at('~ ^/talk(/.*)$', '«proxy_pass http://127.0.0.1:3000$1»'),
      severity: 'information',
      message: /^A request reaches the back end without its query: .*Add `\$is_args\$args`/,
      output: at('~ ^/talk(/.*)$', 'proxy_pass http://127.0.0.1:3000$1$is_args$args'),
    },
    {
      name: 'what a pattern has captured by a name has none either',
      files: at('~ ^/talk/(?<room>.*)$', '«proxy_pass http://127.0.0.1:3000/x/$room»'),
      severity: 'information',
      output: at('~ ^/talk/(?<room>.*)$', 'proxy_pass http://127.0.0.1:3000/x/$room$is_args$args'),
    },
    {
      name: 'each request of Socket.IO has a query, which a path behind a variable host has not',
      files: at('/socket.io/', '«proxy_pass http://$app:3000/socket.io/»', ['set $app 127.0.0.1;']),
      severity: 'information',
      message: /^A request reaches the back end without its query: .*Add `\$is_args\$args`/,
      output: at('/socket.io/', 'proxy_pass http://$app:3000/socket.io/$is_args$args', [
        'set $app 127.0.0.1;',
      ]),
    },
    {
      name: 'Socket.IO answers at its own path alone',
      files: at('/socket.io/', '«proxy_pass http://app:3000/»'),
      severity: 'information',
      message: 'The back end gets `/` for `/socket.io/`',
      output: at('/socket.io/', 'proxy_pass http://app:3000'),
    },
    {
      name: 'Socket.IO, without the slash of the location',
      files: at('/socket.io', '«proxy_pass http://app:3000/»'),
      severity: 'information',
      message: 'The back end gets `/` for `/socket.io/`',
      output: at('/socket.io', 'proxy_pass http://app:3000'),
    },
    {
      name: 'a URL has the path of proxy_pass already',
      files: at('/', '«proxy_pass http://app:1880/ui/»'),
      urls: ['ws://localhost/ui/vendor/socket.io/'],
      severity: 'information',
      message: 'reaches the back end with `/ui/` twice',
      output: null,
    },
  ],
});
