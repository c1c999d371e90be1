import { rule } from '../../server/src/rules/websocket-headers-overridden';
import { testRule } from '../support/rule-tester';

/** A server whose own level has the three directives. */
function server(location: string): string {
  return `events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
    server {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header X-Real-IP $remote_addr;
${location}
    }
}
`;
}

testRule(rule, {
  valid: [
    { name: 'nothing replaces them', files: server('        location /ws { proxy_pass http://app; }') },
    {
      name: 'they are repeated',
      files: server(
        '        location /ws { proxy_pass http://app; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }',
      ),
    },
    {
      name: 'there was nothing to lose',
      files:
        'events {}\nhttp {\n    server {\n        proxy_set_header X-A b;\n        location /ws { proxy_pass http://app; proxy_set_header Host $host; }\n    }\n}\n',
    },
    {
      name: 'what was lost did not work either',
      files:
        'events {}\nhttp {\n    server {\n        proxy_set_header Upgrade "";\n        proxy_set_header Connection close;\n        location /ws { proxy_pass http://app; proxy_set_header Host $host; }\n    }\n}\n',
    },
  ],
  invalid: [
    {
      name: 'one header of the location wipes them',
      files: server(`        location /ws {
            proxy_pass http://app;
            «proxy_set_header Host $host»; # for the app
        }`),
      severity: 'warning',
      message:
        'The back end never sees the upgrade: `proxy_set_header Host` at this level replaces the inherited `Upgrade` and `Connection`. Repeat them here.',
      output: server(`        location /ws {
            proxy_pass http://app;
            proxy_set_header Host $host; # for the app
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Real-IP $remote_addr;
        }`),
    },
    {
      name: 'one of the two is set again, the other is lost',
      files: server(`        location /app {
            proxy_pass http://app;
            «proxy_set_header Upgrade $http_upgrade»;
        }`),
      severity: 'warning',
      message: 'replaces the inherited `Connection`. Repeat it here.',
      output: server(`        location /app {
            proxy_pass http://app;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Real-IP $remote_addr;
        }`),
    },
    {
      name: 'no sign of WebSocket but the headers that are wiped',
      files: server(`        location / {
            proxy_pass http://app;
            «proxy_set_header Host $host»;
        }`),
      severity: 'information',
      output: server(`        location / {
            proxy_pass http://app;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Real-IP $remote_addr;
        }`),
    },
    {
      name: 'headers that help nobody, beside a server that is meant for WebSocket',
      files: `events {}
http {
    server {
        listen 80;
        location /ws { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }
    }
    server {
        listen 81;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection;
        location / { proxy_pass http://app; «proxy_set_header Host $host»; }
    }
}
`,
      severity: 'information',
      output: `events {}
http {
    server {
        listen 80;
        location /ws { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }
    }
    server {
        listen 81;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection;
        location / { proxy_pass http://app; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; }
    }
}
`,
    },
    {
      name: 'headers that another location gets: they were meant for that one',
      files: server(`        location /app { proxy_pass http://app; }
        location / {
            proxy_pass http://app;
            «proxy_set_header Host $host»;
        }`),
      severity: 'information',
      kind: 'suggestion',
      output: server(`        location /app { proxy_pass http://app; }
        location / {
            proxy_pass http://app;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Real-IP $remote_addr;
        }`),
    },
    {
      name: "Debian's proxy_params wipes them: the mark is on the proxy_pass, the lines come after the include",
      files: {
        '/etc/nginx/nginx.conf': server(`        location /ws {
            «proxy_pass http://app»;
            include proxy_params;
        }`),
        '/etc/nginx/proxy_params': 'proxy_set_header Host $http_host;\n',
      },
      severity: 'warning',
      message: '`proxy_set_header Host` at this level',
      output: server(`        location /ws {
            proxy_pass http://app;
            include proxy_params;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Real-IP $remote_addr;
        }`),
    },
    {
      name: 'the server wipes what http sets, for a location that is meant for WebSocket and one that is not',
      files: `events {}
http {
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    server {
        proxy_set_header Host $host;
        location /ws { «proxy_pass http://app»; }
        location / { «proxy_pass http://app»; }
    }
}
`,
      severity: ['warning', 'information'],
      output: `events {}
http {
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    server {
        proxy_set_header Host $host;
        location /ws { proxy_pass http://app; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }
        location / { proxy_pass http://app; }
    }
}
`,
    },
    {
      name: 'the server wipes what http sets, for two locations: all of them on request',
      files: `events {}
http {
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    server {
        proxy_set_header Host $host;
        location /ws { «proxy_pass http://app»; }
        location / { «proxy_pass http://app»; }
    }
}
`,
      severity: ['warning', 'information'],
      fix: 'Repeat the inherited headers for all locations around',
      kind: 'suggestion',
      output: `events {}
http {
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }

    server {
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        location /ws { proxy_pass http://app; }
        location / { proxy_pass http://app; }
    }
}
`,
    },
    {
      name: 'the server wipes what http sets, for all locations that there are: one mistake',
      files: `events {}
http {
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    server {
        «proxy_set_header Host $host»;
        location /ws { proxy_pass http://app; }
        location /socket.io/ { proxy_pass http://app; }
    }
}
`,
      severity: 'warning',
      output: `events {}
http {
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection upgrade;
    server {
        proxy_set_header Host $host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        location /ws { proxy_pass http://app; }
        location /socket.io/ { proxy_pass http://app; }
    }
}
`,
    },
  ],
});
