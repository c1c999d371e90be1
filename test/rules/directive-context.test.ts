import { rule } from '../../server/src/rules/directive-context';
import { testRule } from '../support/rule-tester';

testRule(rule, {
  valid: [
    {
      name: 'each where it belongs',
      files: 'events {}\nhttp {\n    server {\n        location / {\n        }\n    }\n}\n',
    },
    {
      name: 'a fragment, of which nobody sees the surroundings',
      files: { '/etc/nginx/snippets/a.conf': 'proxy_pass http://a;\nlisten 80;\n' },
    },
    {
      name: 'what a template defines, to be written elsewhere',
      files: {
        '/etc/nginx/nginx.conf.tmpl':
          'events {}\nhttp {\n}\n{{ define "a" }}\nproxy_pass http://a;\nlocation / {\n}\n{{ end }}\n',
      },
    },
    {
      name: 'a server of stream that stands alone',
      files: {
        '/etc/nginx/streams/dns.conf':
          'server {\n    listen 53 udp;\n    proxy_responses 1;\n    proxy_pass dns;\n}\n',
      },
    },
    {
      name: 'what one part that a server may be of takes',
      files: {
        '/etc/nginx/parts/a.conf':
          'server {\n    listen 25;\n    proxy_timeout 5s;\n    smtp_auth none;\n}\n',
      },
    },
    {
      name: 'what a brace too many has thrown out of its block',
      files: 'events {}\nhttp {\n    server {\n        }\n        listen 80;\n    }\n}\n',
    },
  ],
  invalid: [
    {
      name: 'a server whose part nobody sees, where no part takes it',
      files: {
        '/etc/nginx/conf.d/a.conf':
          'upstream a {\n    server b;\n    «worker_processes» 2;\n}\nserver {\n    listen 80;\n    «events» {\n    }\n}\n',
      },
      severity: 'error',
      message: /directive is not allowed here: it belongs in the main level\.$/,
      output: null,
    },
    {
      name: 'beside a server, which http alone takes',
      files: {
        '/etc/nginx/conf.d/a.conf':
          'map $a $b {\n}\nserver {\n    location / {\n    }\n}\n«location» /ws {\n    proxy_pass http://a;\n}\n«proxy_pass» http://a;\n',
      },
      severity: 'error',
      message: /directive is not allowed here: it belongs in/,
      output: null,
    },
    {
      name: 'a map in a server',
      files: 'events {}\nhttp {\n    server {\n        «map» $a $b {\n        }\n    }\n}\n',
      severity: 'error',
      message: /^"map" directive is not allowed here: it belongs in `http` or `stream`\.$/,
      output: null,
    },
    {
      name: 'in each block of its own, what is in it goes on being read',
      files:
        'events {}\nhttp {\n    «location» / {\n        «listen» 80;\n        proxy_pass http://127.0.0.1;\n    }\n}\n',
      severity: 'error',
      output: null,
    },
    {
      name: 'within a fragment that is a whole server',
      files: { '/etc/nginx/conf.d/a.conf': 'server {\n    location / {\n        «listen» 80;\n    }\n}\n' },
      severity: 'error',
      message: '"listen" directive is not allowed here',
      output: null,
    },
  ],
});
