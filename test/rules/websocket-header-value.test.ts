import { rule } from '../../server/src/rules/websocket-header-value';
import { type InvalidCase, testRule } from '../support/rule-tester';

/** A location `/ws` with the given headers. */
function location(headers: string): string {
  return `events {}
http {
    server {
        location /ws {
            proxy_pass http://app;
            proxy_http_version 1.1;
            ${headers}
        }
    }
}
`;
}

/** A Connection that fails, and what becomes of it. */
function wrongConnection(value: string): InvalidCase {
  return {
    name: `Connection ${value}`,
    files: location(
      `proxy_set_header Upgrade $http_upgrade;\n            «proxy_set_header Connection ${value}»;`,
    ),
    severity: 'warning',
    message: '`Connection` has',
    output: location(
      'proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection "upgrade";',
    ),
  };
}

/** An Upgrade that fails, and what becomes of it. */
function wrongUpgrade(value: string): InvalidCase {
  return {
    name: `Upgrade ${value}`,
    files: location(`«proxy_set_header Upgrade ${value}»;\n            proxy_set_header Connection upgrade;`),
    severity: 'warning',
    message: '`Upgrade` has',
    output: location(
      'proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection upgrade;',
    ),
  };
}

const UPGRADE = 'proxy_set_header Upgrade $http_upgrade;';

testRule(rule, {
  valid: [
    ...[
      'Upgrade',
      '"keep-alive, Upgrade"',
      '"Upgrade, close"',
      '"upgrade "',
      '$http_connection',
      'UPGRADE',
    ].map((value) => ({
      name: `Connection ${value}`,
      files: location(`${UPGRADE} proxy_set_header Connection ${value};`),
    })),
    ...['websocket', '"WebSocket"', '$http_Upgrade', '"$http_upgrade, h2c"', '${http_upgrade}'].map(
      (value) => ({
        name: `Upgrade ${value}`,
        files: location(`proxy_set_header Upgrade ${value}; proxy_set_header Connection upgrade;`),
      }),
    ),
    {
      name: 'an empty line beside one that serves',
      files: location(`${UPGRADE} proxy_set_header Connection ""; proxy_set_header Connection upgrade;`),
    },
    {
      name: 'a Connection for keepalive where nothing is upgraded is another rule',
      files: location('proxy_set_header Connection "";'),
    },
    {
      name: 'a value that cannot be told',
      files: location(
        'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $upstream_http_x;',
      ),
    },
    {
      name: 'a map that is at fault is another rule',
      files: location('proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $cu;').replace(
        'http {',
        'http {\n    map $http_upgrade $cu { default close; }',
      ),
    },
  ],
  invalid: [
    {
      name: 'whatever back end is asked, and whoever lets the request through',
      files: {
        '/srv/ws.conf': `location /ws {
    if ($maintenance) { return 503; }
    proxy_pass $forward_scheme://$server:$port;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    «proxy_set_header Connection keep-alive»;
}
`,
      },
      severity: 'information',
      message: /keep-alive/,
      output: {
        '/srv/ws.conf': `location /ws {
    if ($maintenance) { return 503; }
    proxy_pass $forward_scheme://$server:$port;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
}
`,
      },
    },
    {
      name: 'Upgrade without a value, which nginx refuses',
      files: location('«proxy_set_header upgrade»;\n            proxy_set_header Connection upgrade;'),
      severity: 'warning',
      message: '`Upgrade` has',
      output: location(
        'proxy_set_header upgrade $http_upgrade;\n            proxy_set_header Connection upgrade;',
      ),
    },
    ...['close', 'keep-alive', '""', '$http_upgrade', '$connection', '"upgraded"'].map(wrongConnection),
    ...['""', 'h2c', '$http_connection', 'upgrade', '$http_upgarde'].map(wrongUpgrade),
    {
      name: 'Upgrade $connection_upgrade',
      files: location(
        '«proxy_set_header Upgrade $connection_upgrade»;\n            proxy_set_header Connection $connection_upgrade;',
      ).replace('http {', "http {\n    map $http_upgrade $connection_upgrade { default upgrade; '' close; }"),
      severity: 'warning',
      output: location(
        'proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection $connection_upgrade;',
      ).replace('http {', "http {\n    map $http_upgrade $connection_upgrade { default upgrade; '' close; }"),
    },
    {
      name: 'a name with a colon',
      files: location(`${UPGRADE}\n            «proxy_set_header Connection: upgrade»;`),
      severity: 'warning',
      message: 'with its colon, `Connection:` is another header',
      output: location(`${UPGRADE}\n            proxy_set_header Connection "upgrade";`),
    },
    {
      name: 'add_header in place of proxy_set_header',
      files: location(`${UPGRADE}\n            «add_header Connection "upgrade" always»;`),
      severity: 'warning',
      message: '`add_header Connection` goes to the client',
      output: location(`${UPGRADE}\n            proxy_set_header Connection "upgrade";`),
    },
    {
      name: 'a header of the server, used by two locations: one mistake',
      files: `events {}
http {
    server {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        «proxy_set_header Connection close»;
        location /ws { proxy_pass http://app; }
        location /cable { proxy_pass http://app; }
    }
}
`,
      severity: 'warning',
      output: `events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }

    server {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        location /ws { proxy_pass http://app; }
        location /cable { proxy_pass http://app; }
    }
}
`,
    },
    {
      name: 'a header of the server, used by a location that is not meant for WebSocket too: the location gets its own',
      files: `events {}
http {
    server {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection close;
        location /ws { «proxy_pass http://app»; }
        location / { «proxy_pass http://app»; }
    }
}
`,
      severity: ['warning', 'information'],
      output: `events {}
http {
    server {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection close;
        location /ws { proxy_pass http://app; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; }
        location / { proxy_pass http://app; }
    }
}
`,
    },
    {
      name: 'a header of an included file: the mark is on the proxy_pass, the fix is made there',
      files: {
        '/etc/nginx/nginx.conf': location('include ws.inc;').replace(
          'proxy_pass http://app',
          '«proxy_pass http://app»',
        ),
        '/etc/nginx/ws.inc': 'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection close;\n',
      },
      severity: 'warning',
      output: {
        '/etc/nginx/ws.inc':
          'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";\n',
      },
    },
  ],
});
