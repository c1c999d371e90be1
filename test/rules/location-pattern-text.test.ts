import { rule } from '../../server/src/rules/location-pattern-text';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

/** A WebSocket location with that head, as `location /ws`, marked or not. */
function at(head: string, pass = 'proxy_pass http://app'): string {
  return forwarding({ head, pass });
}

testRule(rule, {
  valid: [
    'location ~ ^/ws/(a|b)$',
    'location ~* \\.php$',
    'location /foo.php',
    'location /C++',
    'location = /a+b',
    'location /wiki/Foo_(bar)',
    'location /_next/pages/[slug]',
    'location /pages/[foo-bar]',
    'location /$metadata/ws',
    'location /what?',
    'location /~user/',
    'location /a^b',
    'location @a|b',
  ].map((head) => ({ name: head, files: at(head) })),
  invalid: [
    {
      name: 'a choice',
      files: at('«location /(ws|chat)»'),
      severity: 'warning',
      message:
        '`location /(ws|chat)` takes only paths in which `|` stands as it is written: without `~` nginx matches plain ' +
        'text. Write `location ~ ^/(ws|chat)`. This is meant for WebSocket: ',
      output: at('location ~ ^/(ws|chat)'),
    },
    {
      name: 'anything but a slash',
      files: at('«location /rooms/[^/]+/ws»'),
      severity: 'warning',
      message: '`[^/]+` stands as it is written',
      output: at('location ~ ^/rooms/[^/]+/ws'),
    },
    {
      name: 'a class of characters',
      files: at('«location /ws/[0-9]+/a»'),
      severity: 'warning',
      output: at('location ~ ^/ws/[0-9]+/a'),
    },
    {
      name: 'an escaped dot',
      files: at('«location ^~ /socket\\.io»'),
      severity: 'warning',
      output: at('location ~ ^/socket\\.io'),
    },
    {
      name: 'the end of a pattern, in a quoted exact location',
      files: at('«location = "/ws$"»'),
      severity: 'warning',
      output: null,
    },
    {
      name: 'its beginning and its end, behind =',
      files: at('«location = ^/ws$»'),
      severity: 'warning',
      output: at('location ~ ^/ws$'),
    },
    {
      name: 'an optional slash',
      files: at('«location /ws/?»'),
      severity: 'warning',
      output: at('location ~ ^/ws/?'),
    },
    {
      name: 'a glob at the end',
      files: at('«location /ws/*»'),
      severity: 'warning',
      message: 'Write `location /ws`.',
      output: at('location /ws'),
    },
    {
      name: 'a glob at the end of an exact location',
      files: at('«location =/ws*»'),
      severity: 'warning',
      output: at('location /ws'),
    },
    {
      name: 'a pattern for all that follows, behind ^~',
      files: at('«location ^~ /push/(.*)»', 'proxy_pass http://app/'),
      severity: 'warning',
      output: at('location ^~ /push/', 'proxy_pass http://app/'),
    },
    {
      name: 'a prefix that would redirect handshakes',
      files: at('«location /ws/*»', 'proxy_pass http://app/'),
      severity: 'warning',
      output: null,
    },
    {
      name: 'a pattern whose capture is used',
      files: at('«location /ws/(.*)»', 'proxy_pass http://10.0.0.1:3000/$1'),
      severity: 'warning',
      output: at('location ~ ^/ws/(.*)', 'proxy_pass http://10.0.0.1:3000/$1'),
    },
    {
      name: 'a glob between',
      files: at('«location /rooms/*/ws»'),
      severity: 'warning',
      output: at('location ~ ^/rooms/[^/]*/ws$'),
    },
    {
      name: 'a pattern in which nginx takes no path behind the host',
      files: at('«location /ws/(a|b)»', 'proxy_pass http://app/'),
      severity: 'warning',
      output: null,
    },
    {
      name: 'another location has the prefix',
      files: at('«location /ws/*»').replace(
        '    server {\n',
        '    server {\n        location /ws { return 404; }\n',
      ),
      severity: 'warning',
      output: null,
    },
    {
      name: 'not meant for WebSocket',
      files: 'http { server { «location *.php» { root /a; } } }\nevents {}\n',
      severity: 'information',
      output: 'http { server { location ~ \\.php$ { root /a; } } }\nevents {}\n',
    },
    {
      name: 'in a fragment',
      files: '«location /files/.*» { root /a; }\n',
      severity: 'information',
      output: 'location /files/ { root /a; }\n',
    },
  ],
});
