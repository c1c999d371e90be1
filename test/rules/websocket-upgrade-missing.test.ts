import { rule } from '../../server/src/rules/websocket-upgrade-missing';
import { testRule } from '../support/rule-tester';

/** A configuration with one server that holds the lines, indented as they are. */
function server(lines: string, http = ''): string {
  return `events {}\nhttp {\n${http}    server {\n        listen 80;\n${lines}    }\n}\n`;
}

const MAP =
  "    map $http_upgrade $connection_upgrade {\n        default upgrade;\n        '' close;\n    }\n\n";
const nginx1297 = { major: 1, minor: 29, patch: 7 };

testRule(rule, {
  valid: [
    {
      name: 'all three are there',
      files: server(`
        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
`),
    },
    {
      name: 'all three are inherited',
      files: server(`
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        location /ws { proxy_pass http://app; }
`),
    },
    {
      name: 'HTTP/1.1 is the default since 1.29.7',
      version: nginx1297,
      files: server(`
        location /ws {
            proxy_pass http://app;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
`),
    },
    { name: 'nothing is proxied', files: server('        location /ws { root /srv; }\n') },
    {
      name: 'an include that is not here may hold them',
      files: server(
        '        location /ws {\n            include proxy.conf;\n            proxy_pass http://app;\n        }\n',
      ),
    },
    {
      name: 'an include around it that is not here may hold them',
      files: server('        include proxy.conf;\n        location /ws { proxy_pass http://app; }\n'),
    },
    {
      name: 'what is around a part of a location may hold them',
      files: { '/srv/app.conf': 'proxy_pass http://app;\n# websocket\n' },
    },
    {
      name: 'an outer level holds them but another has replaced them: that is another rule',
      files: server(
        '        proxy_set_header Host $host;\n        location /ws { proxy_pass http://app; }\n',
        '    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n',
      ),
    },
  ],
  invalid: [
    {
      name: 'an application that asks for Host, where no header is set',
      files:
        'events {}\nhttp {\n    server {\n        location / {\n            «proxy_pass http://grafana:3000»;\n        }\n    }\n}\n',
      severity: 'warning',
      message: 'Add the three directives, and `proxy_set_header Host $http_host`.',
      output:
        "events {}\nhttp {\n    map $http_upgrade $connection_upgrade {\n        default upgrade;\n        '' close;\n    }\n\n    server {\n        location / {\n            proxy_pass http://grafana:3000;\n            proxy_http_version 1.1;\n            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection $connection_upgrade;\n            proxy_set_header Host $http_host;\n        }\n    }\n}\n",
    },
    {
      name: 'HTTP/1.0 is told where a map that is elsewhere decides, too',
      files: {
        '/srv/site.conf': `server {
    location /ws {
        «proxy_pass http://app»;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
    }
}
`,
      },
      severity: 'information',
      message: /over HTTP\/1\.0/,
      output: {
        '/srv/site.conf': `server {
    location /ws {
        proxy_pass http://app;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
    }
}
`,
      },
    },
    {
      name: 'a fragment: nothing is taken to be set around it, and the message says so',
      files: {
        '/srv/a.conf': 'server {\n    location /ws {\n        «proxy_pass http://a»;\n    }\n}\n',
      },
      severity: 'warning',
      message:
        'neither `Upgrade` nor `Connection: upgrade` and is asked over HTTP/1.0, unless nginx.conf sets it. Add the three directives.',
      output: `server {
    location /ws {
        proxy_pass http://a;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
    }
}
`,
    },
    {
      name: 'a path that says ws: the literal serves',
      files: server('        location /ws {\n            «proxy_pass http://app»;\n        }\n'),
      severity: 'warning',
      message:
        'neither `Upgrade` nor `Connection: upgrade` and is asked over HTTP/1.0. Add the three directives.',
      output: server(`        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
`),
    },
    {
      name: 'the same with a map, on request',
      fix: 'Forward the WebSocket upgrade, with `map $http_upgrade $connection_upgrade`',
      kind: 'suggestion',
      files: server('        location /ws {\n            «proxy_pass http://app»;\n        }\n'),
      severity: 'warning',
      output: server(
        `        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
        }
`,
        MAP,
      ),
    },
    {
      name: 'a map that is there is used',
      files: server('        location /ws {\n            «proxy_pass http://app»;\n        }\n', MAP),
      severity: 'warning',
      output: server(
        `        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
        }
`,
        MAP,
      ),
    },
    {
      name: 'a comment says websocket: a map is inserted, the lines stand under the comment',
      files: server(`        location /app {
            «proxy_pass http://app»;
            # enable websocket
            proxy_set_header Host $host; # as asked
        }
`),
      severity: 'warning',
      output: server(
        `        location /app {
            proxy_pass http://app;
            # enable websocket
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Host $host; # as asked
        }
`,
        MAP,
      ),
    },
    {
      name: 'a word that hints at it',
      files: server(
        '        location /notifications {\n            «proxy_pass http://app»;\n        }\n',
        MAP,
      ),
      severity: 'information',
      output: server(
        `        location /notifications {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
        }
`,
        MAP,
      ),
    },
    {
      name: 'no sign of WebSocket at all',
      files: server('        location / {\n            «proxy_pass http://app»;\n        }\n', MAP),
      severity: 'hint',
      message: 'would fail here',
      output: server(
        `        location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
        }
`,
        MAP,
      ),
    },
    {
      name: 'the headers are there, HTTP/1.1 is not',
      files: server(`        location /ws {
            «proxy_pass http://app»;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
`),
      severity: 'warning',
      message: 'over HTTP/1.0',
      output: server(`        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
`),
    },
    {
      name: 'inherited headers are repeated, so that none is lost',
      files: server(`        proxy_set_header Host "$host";
        location /ws {
            «proxy_pass http://app»;
        }
`),
      severity: 'warning',
      output: server(`        proxy_set_header Host "$host";
        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header Host "$host";
        }
`),
    },
    {
      name: 'a Connection for keepalive gives way',
      files: server(`        location /ws {
            «proxy_pass http://app»;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
`),
      severity: 'warning',
      output: server(`        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
`),
    },
    {
      name: 'a block on one line',
      files: server('        location /ws { «proxy_pass http://app»; }\n'),
      severity: 'warning',
      output: server(
        '        location /ws { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; }\n',
      ),
    },
    {
      name: 'tabs and CRLF stay as they are',
      files:
        'events {}\r\nhttp {\r\n\tserver {\r\n\t\tlocation /ws {\r\n\t\t\t«proxy_pass http://app»; # the app\r\n\t\t}\r\n\t}\r\n}\r\n',
      severity: 'warning',
      output:
        'events {}\r\nhttp {\r\n\tserver {\r\n\t\tlocation /ws {\r\n\t\t\tproxy_pass http://app; # the app\r\n\t\t\tproxy_http_version 1.1;\r\n\t\t\tproxy_set_header Upgrade $http_upgrade;\r\n\t\t\tproxy_set_header Connection "upgrade";\r\n\t\t}\r\n\t}\r\n}\r\n',
    },
    {
      name: 'a proxy_pass in an if: the headers go to the location',
      files: server(`        location /ws {
            if ($arg_a) {
                «proxy_pass http://app»;
            }
        }
`),
      severity: 'warning',
      output: server(`        location /ws {
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            if ($arg_a) {
                proxy_pass http://app;
            }
        }
`),
    },
    {
      name: 'the location is in one file, http in another: both are edited',
      files: {
        '/etc/nginx/nginx.conf': 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n',
        '/etc/nginx/conf.d/app.conf':
          'server {\n  location /app {\n    # websocket\n    «proxy_pass http://app»;\n  }\n}\n',
      },
      severity: 'warning',
      output: {
        '/etc/nginx/conf.d/app.conf':
          'server {\n  location /app {\n    # websocket\n    proxy_pass http://app;\n    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection $connection_upgrade;\n  }\n}\n',
        '/etc/nginx/nginx.conf':
          "events {}\nhttp {\n  map $http_upgrade $connection_upgrade {\n    default upgrade;\n    '' close;\n  }\n\n  include conf.d/*.conf;\n}\n",
      },
    },
    {
      name: 'an included location, the same in every place',
      files: {
        '/etc/nginx/nginx.conf':
          'events {}\nhttp {\n    server { listen 80; include ws.inc; }\n    server { listen 81; include ws.inc; }\n}\n',
        '/etc/nginx/ws.inc': 'location /ws {\n    «proxy_pass http://app»;\n}\n',
      },
      severity: 'warning',
      output:
        'location /ws {\n    proxy_pass http://app;\n    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n}\n',
    },
    {
      name: 'an included location at fault in one place only: said where, and not mended',
      files: {
        '/etc/nginx/nginx.conf':
          'events {}\nhttp {\n    server { listen 80; include ws.inc; }\n    server {\n        listen 81;\n        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection upgrade;\n        include ws.inc;\n    }\n}\n',
        '/etc/nginx/ws.inc': 'location /ws {\n    «proxy_pass http://app»;\n}\n',
      },
      severity: 'warning',
      message: 'Where nginx.conf, line 3, includes it.',
      output: null,
    },
    {
      name: 'in a file with a whole server',
      files: {
        '/srv/app.conf': 'server {\n    location /ws {\n        «proxy_pass http://app»;\n    }\n}\n',
      },
      severity: 'warning',
      output:
        'server {\n    location /ws {\n        proxy_pass http://app;\n        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n    }\n}\n',
    },
    {
      name: 'in a fragment whose headers are its own',
      files: {
        '/srv/app.conf':
          'location /ws {\n    «proxy_pass http://app»;\n    proxy_set_header Host $host;\n}\n',
      },
      severity: 'warning',
      message:
        'neither `Upgrade` nor `Connection: upgrade` and is asked over HTTP/1.0, unless the server around it sets it. Add',
      output:
        'location /ws {\n    proxy_pass http://app;\n    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n    proxy_set_header Host $host;\n}\n',
    },
    {
      name: "Debian's proxy_params, wherever it is, sets four headers and none for WebSocket",
      files: server(`        location /ws {
            «proxy_pass http://app»;
            include proxy_params;
        }
`),
      severity: 'warning',
      output: server(`        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            include proxy_params;
        }
`),
    },
    {
      name: "with 1.29.7 the map keeps other requests' connections alive",
      version: nginx1297,
      files: server(
        '        location /app {\n            # websocket\n            «proxy_pass http://app»;\n        }\n',
      ),
      severity: 'warning',
      output: server(
        `        location /app {
            # websocket
            proxy_pass http://app;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
        }
`,
        MAP.replace('close', "''"),
      ),
    },
  ],
});
