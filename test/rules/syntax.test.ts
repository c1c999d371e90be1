import { rule } from '../../server/src/rules/syntax';
import { testRule } from '../support/rule-tester';

testRule(rule, {
  valid: [
    { name: 'well-formed', files: 'events {}\nhttp { server { return 200 "a;b{}"; } }\n' },
    { name: 'an empty file', files: '' },
    {
      name: 'control characters in a comment and in quotes',
      files: 'events {}\n# \0 \f\nhttp { log_format x "\u001B[1m$host\u001B[0m"; }\n',
    },
    {
      name: 'arguments over several lines',
      files: 'events {}\nhttp {\n    gzip_types\n        text/css\n        text/plain;\n}\n',
    },
    {
      name: 'placeholders of a template',
      files: { '/srv/nginx.conf.j2': 'events {}\n{% if x %}\nhttp {\n  {{ body }}\n}\n{% endif %}\n' },
    },
  ],
  invalid: [
    {
      name: 'a conflict: one finding',
      files:
        'events {}\nhttp {\n«<<<<<<< HEAD»\n    sendfile on;\n=======\n    sendfile off;\n>>>>>>> main\n}\n',
      severity: 'error',
      message: 'A merge conflict is not resolved here',
      output: null,
    },
    {
      name: 'comments with slashes',
      files: "events {}\nhttp {\n    «// don't {»\n    sendfile on;\n}\n",
      severity: 'error',
      message: 'comments begin with `#`',
      output: "events {}\nhttp {\n    # don't {\n    sendfile on;\n}\n",
    },
    {
      name: 'control characters: one finding, whatever else is wrong with them',
      files: 'events {}\nhttp { server { return 204; } }\n«\0»ÿþ\0\n}; "\0" {\nlisten\n',
      severity: 'error',
      message: 'A control character stands here (U+0000), which no configuration has',
      output: null,
    },
    {
      name: 'control characters behind a mistake of another kind',
      files:
        'events {}\nhttp {\n    server {\n        listen «80»\n        root /srv;\n    }\n}\n«\u0001»\u0002 \u0003\n',
      severity: ['error', 'error'],
      message: 'The directive `listen` is not ended',
      output:
        'events {}\nhttp {\n    server {\n        listen 80;\n        root /srv;\n    }\n}\n\u0001\u0002 \u0003\n',
    },
    {
      name: 'a control character that nginx takes',
      files: 'events {}\nhttp { server { add_header X a«\u0001»b; } }\n',
      severity: 'warning',
      output: null,
    },
    {
      name: 'a byte order mark',
      files: '«\uFEFF»events {}\nhttp { server { return 204; } }\n',
      severity: 'error',
      kind: 'safe',
      message:
        'begins with a byte order mark (bytes EF BB BF), which nginx takes for a part of the first word',
      output: 'events {}\nhttp { server { return 204; } }\n',
    },
    {
      name: 'a byte order mark before a comment',
      files: '«\uFEFF»# The main file.\nevents {}\nhttp { server { return 204; } }\n',
      severity: 'error',
      kind: 'safe',
      output: '# The main file.\nevents {}\nhttp { server { return 204; } }\n',
    },
    {
      name: 'a byte order mark in a file of entries, which nginx does not refuse',
      files: {
        '/etc/nginx/nginx.conf':
          "events {}\nhttp {\n    map $http_upgrade $connection_upgrade {\n        include entries.map;\n        '' close;\n    }\n    server { return 204; }\n}\n",
        '/etc/nginx/entries.map': '«\uFEFF»websocket upgrade;\n',
      },
      severity: 'warning',
      kind: 'safe',
      output: 'websocket upgrade;\n',
    },
    {
      name: 'a missing semicolon after a byte order mark',
      files: '«\uFEFF»user «www»\nworker_processes 2;\nevents {}\n',
      severity: ['error', 'error'],
      kind: 'safe',
      output: 'user www\nworker_processes 2;\nevents {}\n',
    },
    {
      name: 'a missing semicolon behind a placeholder of two lines',
      files: {
        '/etc/nginx/conf.d/a.conf.j2': 'server {\n  listen {{ port\n    «or 80 }}»\n  server_name a;\n}\n',
      },
      severity: 'error',
      message: 'The directive `listen` is not ended',
      output: 'server {\n  listen {{ port\n    or 80 }};\n  server_name a;\n}\n',
    },
    {
      name: 'a missing semicolon, seen by the next directive',
      files: 'events {}\nhttp {\n    server {\n        listen «80»\n        server_name a;\n    }\n}\n',
      severity: 'error',
      message: 'The directive `listen` is not ended',
      output: 'events {}\nhttp {\n    server {\n        listen 80;\n        server_name a;\n    }\n}\n',
    },
    {
      name: 'a missing semicolon that nginx does not notice',
      files: 'events {}\nhttp {\n    server {\n        server_name «a»\n        root /srv;\n    }\n}\n',
      severity: 'warning',
      output: 'events {}\nhttp {\n    server {\n        server_name a;\n        root /srv;\n    }\n}\n',
    },
    {
      name: 'a missing semicolon before a brace',
      files: 'events {}\nhttp {\n    server {\n        listen «80»\n    }\n}\n',
      severity: 'error',
      output: 'events {}\nhttp {\n    server {\n        listen 80;\n    }\n}\n',
    },
    {
      name: 'an open quote',
      files: 'events {}\nhttp {\n    add_header X «"a»;\n    add_header Y "b";\n}\n',
      severity: 'error',
      output: null,
    },
    {
      name: 'a missing opening brace',
      files:
        'events {}\nhttp {\n    server {\n        location «/»\n            deny all;\n        }\n    }\n}\n',
      severity: 'error',
      message: 'The block is not opened',
      output:
        'events {}\nhttp {\n    server {\n        location / {\n            deny all;\n        }\n    }\n}\n',
    },
    {
      name: 'a count in a pattern without quotes',
      files: 'events {}\nhttp {\n    server {\n        location ~ «^/"a\\d{2}$» {\n        }\n    }\n}\n',
      severity: 'error',
      output: 'events {}\nhttp {\n    server {\n        location ~ "^/\\"a\\d{2}$" {\n        }\n    }\n}\n',
    },
    { name: 'a stray brace', files: 'events {}\n«}»\n', severity: 'error', output: null },
    {
      name: 'a missing brace',
      files: 'events {}\nhttp {\n    server {\n        listen 80«;»\n}\n',
      severity: 'error',
      output: null,
    },
    { name: 'a stray semicolon', files: 'events {}«;»\n', severity: 'error', output: null },
  ],
});
