import { rule } from '../../server/src/rules/connection-map-missing';
import { testRule } from '../support/rule-tester';

/** A server with one location that sets Connection to the value. */
function server(value: string, http = ''): string {
  return `events {}
http {
${http}    server {
        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            ${value}
        }
    }
}
`;
}

const MAP =
  "    map $http_upgrade $connection_upgrade {\n        default upgrade;\n        '' close;\n    }\n\n";

testRule(rule, {
  valid: [
    { name: 'the map is there', files: server('proxy_set_header Connection $connection_upgrade;', MAP) },
    {
      name: 'case does not matter',
      files: server('proxy_set_header Connection $Connection_Upgrade;', MAP),
    },
    { name: 'a variable of nginx', files: server('proxy_set_header Connection $http_connection;') },
    { name: 'a variable of set', files: server('set $cu upgrade; proxy_set_header Connection $cu;') },
    {
      name: 'it may be in an include that is not here',
      files: server('proxy_set_header Connection $connection_upgrade;', '    include maps.conf;\n'),
    },
    {
      name: 'it may be around a fragment',
      files: {
        '/srv/a.conf':
          'server { location /ws { proxy_pass http://a; proxy_set_header Connection $connection_upgrade; } }\n',
      },
    },
    {
      name: 'somebody asks for a URL, and an include may have the map',
      files: {
        '/srv/a.conf':
          'include gone.conf; server { location /ws { proxy_pass http://a; proxy_set_header Connection $connection_upgrade; } }\n',
      },
      urls: ['ws://localhost/ws'],
    },
    {
      name: 'without a server nginx does not look',
      files: 'events {}\nhttp {\n    proxy_set_header Connection $connection_upgrade;\n}\n',
    },
  ],
  invalid: [
    {
      name: 'the map is nowhere',
      files: server('«proxy_set_header Connection $connection_upgrade»;'),
      severity: 'error',
      message: 'unknown "connection_upgrade" variable',
      output: server('proxy_set_header Connection $connection_upgrade;', MAP),
    },
    {
      name: 'somebody asks for a URL, and the map may be around the file',
      files: {
        '/srv/a.conf':
          'server { location /ws { proxy_pass http://a; «proxy_set_header Connection $connection_upgrade»; } }\n',
      },
      urls: ['ws://localhost/ws'],
      severity: 'information',
      message: 'unless nginx.conf has `map $http_upgrade $connection_upgrade { … }`',
      output: null,
    },
    {
      name: 'any other name is given its map',
      files: server('«proxy_set_header Connection $cu»;'),
      severity: 'error',
      output: server('proxy_set_header Connection $cu;', MAP.replace('$connection_upgrade', '$cu')),
    },
    {
      name: 'a slip of the pen: the one that is there',
      files: server('«proxy_set_header Connection $connection_upgarde»;', MAP),
      severity: 'error',
      message: 'nothing defines `$connection_upgarde`. Did you mean `$connection_upgrade`?',
      output: server('proxy_set_header Connection $connection_upgrade;', MAP),
    },
    {
      name: 'a slip of the pen: another map is a suggestion',
      fix: 'Add `map $http_upgrade $connection_upgade`',
      kind: 'suggestion',
      files: server('«proxy_set_header Connection $connection_upgade»;', MAP),
      severity: 'error',
      output: server(
        'proxy_set_header Connection $connection_upgade;',
        MAP + MAP.replace('upgrade {', 'upgade {'),
      ),
    },
    {
      name: 'a slip of the pen in quotes and braces, beside other text',
      files: server('«proxy_set_header Connection "x, ${Connection_Upgade}"»;', MAP),
      severity: 'error',
      output: server('proxy_set_header Connection "x, ${connection_upgrade}";', MAP),
    },
    {
      name: 'a slip of the pen: a variable of set',
      files: server('set $socket_header upgrade; «proxy_set_header Connection $socket_heder»;'),
      severity: 'error',
      message: 'Did you mean `$socket_header`?',
      output: server('set $socket_header upgrade; proxy_set_header Connection $socket_header;'),
    },
    {
      name: "a slip of the pen: the client's own header",
      files: server('«proxy_set_header Connection $htp_connection»;'),
      severity: 'error',
      message: 'Did you mean `$http_connection`?',
      output: server('proxy_set_header Connection $http_connection;'),
    },
    {
      name: 'a near name that upgrades nothing is not meant',
      files: server(
        '«proxy_set_header Connection $connection_upgade»;',
        MAP.replace('default upgrade', 'default close'),
      ),
      severity: 'error',
      message: 'Add `map $http_upgrade $connection_upgade { … }` to http.',
      output: server(
        'proxy_set_header Connection $connection_upgade;',
        MAP.replace('default upgrade', 'default close') + MAP.replace('upgrade {', 'upgade {'),
      ),
    },
    {
      name: 'the nearest that works, though another is nearer',
      files: server(
        '«proxy_set_header Connection $connection_upgrad»;',
        `${MAP}    map $host $connection_upgrads { default x; }\n`,
      ),
      severity: 'error',
      message: 'Did you mean `$connection_upgrade`?',
      output: server(
        'proxy_set_header Connection $connection_upgrade;',
        `${MAP}    map $host $connection_upgrads { default x; }\n`,
      ),
    },
    {
      name: 'used twice: one mistake',
      files: server(
        '«proxy_set_header Connection $connection_upgrade»;\n        }\n        location /b {\n            proxy_pass http://app;\n            proxy_set_header Connection $connection_upgrade;',
      ),
      severity: 'error',
      output: server(
        'proxy_set_header Connection $connection_upgrade;\n        }\n        location /b {\n            proxy_pass http://app;\n            proxy_set_header Connection $connection_upgrade;',
        MAP,
      ),
    },
    {
      name: 'in a location that proxies nothing',
      files: server(
        'return 204;\n        }\n        location /x {\n            «proxy_set_header Connection $connection_upgrade»;',
      ),
      severity: 'error',
      output: server(
        'return 204;\n        }\n        location /x {\n            proxy_set_header Connection $connection_upgrade;',
        MAP,
      ),
    },
    {
      name: 'all on one line',
      files:
        'events {} http { server { location /ws { proxy_pass http://app; «proxy_set_header Connection $cu»; } } }\n',
      severity: 'error',
      output:
        "events {} http { map $http_upgrade $cu { default upgrade; '' close; } server { location /ws { proxy_pass http://app; proxy_set_header Connection $cu; } } }\n",
    },
  ],
});
