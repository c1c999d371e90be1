import { rule } from '../../server/src/rules/directive-duplicate';
import { testRule } from '../support/rule-tester';

const inServer = (line: string): string => `events {}\nhttp {\n    server {\n        ${line}\n    }\n}\n`;

testRule(rule, {
  valid: [
    {
      name: 'what a placeholder before the name switches on or off',
      files: {
        '/etc/nginx/apps.vhost': 'server {\n  listen {ip};\n  {tcp}root /a;\n  {unix}root /b;\n}\n',
      },
    },
    {
      name: 'one at each level',
      files: inServer('sendfile on;\n        location / {\n            sendfile on;\n        }'),
    },
    { name: 'several that nginx adds up', files: inServer('add_header A b;\n        add_header A b;') },
    {
      name: 'branches of a template',
      files: {
        '/srv/nginx.conf.j2': inServer(
          '{% if a %}sendfile on; listen 80;{% else %}sendfile off; listen 80;{% endif %}\n' +
            '        {% if not b %}\n        location /a { }\n        {% endif %}\n' +
            '        {% if b %}\n        location /a { }\n        {% endif %}',
        ),
      },
    },
    {
      name: 'conditions that may not hold together',
      files: {
        '/srv/nginx.conf.erb': inServer('<% if @a %>sendfile on;<% end %> <% if @b %>sendfile off;<% end %>'),
      },
    },
    {
      name: 'a prefix and an exact location of one name',
      files: inServer('location /a {\n        }\n        location = /a {\n        }'),
    },
  ],
  invalid: [
    {
      name: 'in one branch of a template',
      files: {
        '/srv/nginx.conf.j2': inServer(
          '{% if a %}\nsendfile on;\n«sendfile off»;\n{% else %}\naio off;\n{% endif %}',
        ),
      },
      severity: 'error',
      message: '"sendfile" directive is duplicate',
      output: null,
    },
    {
      name: 'in a branch and around it',
      files: { '/srv/nginx.conf.j2': inServer('listen 80;\n{% if a %}\nlisten «80»;\n{% endif %}') },
      severity: 'error',
      message: 'a duplicate listen 0.0.0.0:80',
      output: null,
    },
    {
      name: 'a directive',
      files: inServer('sendfile on;\n        «sendfile off»;'),
      severity: 'error',
      message: '"sendfile" directive is duplicate: nginx takes it once here.',
      output: null,
    },
    {
      name: 'a location',
      files: inServer('location /a {\n        }\n        «location ^~ /a» {\n        }'),
      severity: 'error',
      message: 'duplicate location "/a"',
      output: null,
    },
    {
      name: 'a listener',
      files: inServer('listen 80;\n        listen «*:80»;'),
      severity: 'error',
      message: 'a duplicate listen 0.0.0.0:80',
      output: null,
    },
    {
      name: 'what an included file has too',
      files: {
        '/etc/nginx/nginx.conf': inServer('include common.inc;\n        «sendfile off»;'),
        '/etc/nginx/common.inc': 'sendfile on;\n',
      },
      severity: 'error',
      output: null,
    },
  ],
});
