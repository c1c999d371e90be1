import { rule } from '../../server/src/rules/websocket-proxy-variable';
import { forwarding } from '../support/forwarding';
import { testRule } from '../support/rule-tester';

/** A location that passes to the target after the line. */
function passingTo(target: string, before = 'proxy_buffering off;', server: readonly string[] = []): string {
  return forwarding({ server, pass: `${before}\n            proxy_pass ${target}` });
}

/** The same with the `proxy_pass` marked. */
function marked(target: string, before?: string, server?: readonly string[]): string {
  return passingTo(target, before, server).replace(/(proxy_pass [^;]*)/, '«$1»');
}

testRule(rule, {
  valid: [
    { name: 'no variable', files: passingTo('http://chat.example') },
    { name: 'a resolver', files: passingTo('http://chat.example$request_uri', 'resolver 10.0.0.1;') },
    { name: 'a resolver of the server', files: passingTo('http://$host', '', ['resolver 10.0.0.1;']) },
    { name: 'an address', files: passingTo('$backend', 'set $backend http://10.0.0.1:3000;') },
    { name: 'an address of IPv6', files: passingTo('http://[::1]:3000$request_uri') },
    { name: 'a socket', files: passingTo('http://unix:/run/app:$request_uri') },
    {
      name: 'an upstream',
      files: passingTo('http://$backend', 'set $backend APP;').replace(
        'http {',
        'http {\n    upstream app { server a; }',
      ),
    },
    {
      name: 'a host that another proxy_pass names',
      files: passingTo('http://app$request_uri', '', ['location /x { proxy_pass http://app:80; }']),
    },
    { name: 'a value that only a request can tell', files: passingTo('http://$arg_host') },
    { name: 'the host of the client, which may be an address', files: passingTo('http://$host:3000') },
    { name: 'a value that a template fills in', files: passingTo('http://{{ host }}$request_uri') },
    {
      name: 'an include that may have the resolver',
      files: passingTo('http://app$uri', 'include gone.conf;'),
    },
    { name: 'a fragment', files: 'server { location /ws { proxy_pass http://app$request_uri; } }\n' },
    {
      name: 'the host of the client, where nothing says WebSocket',
      files: 'events {}\nhttp { server { location / { proxy_pass http://$host; } } }\n',
    },
  ],
  invalid: [
    {
      name: 'a name in a variable',
      files: marked('$backend', 'set $backend http://Chat.example:3000;'),
      severity: 'error',
      message: /^no resolver defined to resolve chat\.example: requests get 502/,
      output: null,
    },
    {
      name: 'a variable after the host is enough',
      files: marked('http://localhost:3000$request_uri'),
      severity: 'error',
      message: 'no resolver defined to resolve localhost',
      output: null,
    },
    {
      name: 'a variable before the path',
      files: marked('http://$name/ws/$1', 'set $name app;'),
      severity: 'error',
      output: null,
    },
    {
      name: 'another port is another upstream',
      files: marked('http://app:81$request_uri').replace(
        'location',
        'location /x { proxy_pass http://app; }\n        location',
      ),
      severity: 'error',
      output: null,
    },
    {
      name: 'the name that clients ask for',
      files: marked('http://$host:3000', undefined, ['server_name a.example;']),
      severity: 'error',
      message: 'to resolve a.example',
      output: null,
    },
    {
      name: 'a name of which the request has a part',
      files: marked('http://$arg_room.example:3000'),
      severity: 'warning',
      message: 'to resolve the host of `http://$arg_room.example:3000`',
      output: null,
    },
  ],
});
