import { rule } from '../../server/src/rules/upstream-not-used';
import { testRule } from '../support/rule-tester';

/** An upstream and a location that proxies to a target. */
function configuration(upstream: string, target: string, http = ''): string {
  return `events {}
http {
    upstream ${upstream}
${http}    server {
        location /ws {
            proxy_pass ${target};
        }
    }
}
`;
}

testRule(rule, {
  valid: [
    {
      name: 'nearly its name in a file alone: another may have that upstream',
      files: 'upstream chats { server a; }\nserver { location / { proxy_pass http://chat; } }\n',
    },
    {
      name: 'an include of a file alone may use it',
      files: 'upstream chat { server a; }\nserver { include gone; location / { proxy_pass http://a; } }\n',
    },
    { name: 'it is used', files: configuration('chat { server chat-server; }', 'http://chat') },
    {
      name: 'it is used with a URI',
      files: configuration('chat { server chat-server; }', 'http://chat/socket?a=b'),
    },
    { name: 'case does not matter', files: configuration('chat { server chat-server; }', 'http://CHAT') },
    {
      name: 'it is used by a map',
      files: configuration(
        'chat { server chat-server; }',
        'http://chat-server',
        '    map $uri $b { default chat; }\n',
      ),
    },
    {
      name: 'another location uses it',
      files: configuration(
        'chat { server chat-server; }',
        'http://chat-server',
        '    server { location / { fastcgi_pass chat; } }\n',
      ),
    },
    {
      name: 'the host has nothing to do with it',
      files: configuration('chat { server 10.0.0.1; }', 'http://example.com'),
    },
    {
      name: 'another port of the same machine',
      files: configuration('chat { server 127.0.0.1:3000; }', 'http://127.0.0.1:8080'),
    },
    {
      name: 'short names are near by chance',
      files: configuration('app { server 10.0.0.1; }', 'http://api'),
    },
    {
      name: 'a variable may name it',
      files: configuration('chat { server chat-server; }', 'http://$backend'),
    },
    {
      name: 'an include that is not here may use it',
      files: configuration('chat { server chat-server; }', 'http://chat-server', '    include sites.conf;\n'),
    },
  ],
  invalid: [
    {
      name: 'its server in a file alone: another may use it',
      files: 'upstream pool { server a:1; }\nserver { location / { proxy_pass http://«a:1»; } }\n',
      severity: 'information',
      message: '`upstream pool` is not used in this file: `a:1` is not its name',
      output: 'upstream pool { server a:1; }\nserver { location / { proxy_pass http://pool; } }\n',
    },
    {
      name: 'the host is one of its servers',
      files: configuration('chat { server chat-server; }', 'http://«chat-server»'),
      severity: 'warning',
      message:
        /^`upstream chat` is not used: `chat-server` is not its name, so requests go to the server itself/,
      output: configuration('chat { server chat-server; }', 'http://chat'),
    },
    {
      name: 'host and port are one of its servers',
      files: configuration('chat { server 127.0.0.1:3000; }', '"http://«127.0.0.1:3000»/"'),
      severity: 'warning',
      output: configuration('chat { server 127.0.0.1:3000; }', '"http://chat/"'),
    },
    {
      name: 'nearly its name',
      files: configuration('chat_backend { server 10.0.0.1; }', 'http://«chat-backend»'),
      severity: 'warning',
      message: 'nginx looks the name up in DNS instead',
      output: configuration('chat_backend { server 10.0.0.1; }', 'http://chat_backend'),
    },
  ],
});
