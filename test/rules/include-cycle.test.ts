import { rule } from '../../server/src/rules/include-cycle';
import { testRule } from '../support/rule-tester';

testRule(rule, {
  valid: [
    {
      name: 'one file in two places is no cycle',
      files: {
        '/srv/nginx.conf': 'events {} http { include a; server { include a; } }',
        '/srv/a': '# nothing\n',
      },
    },
    { name: 'no include', files: 'events {}\n' },
  ],
  invalid: [
    {
      name: 'a file includes itself',
      files: 'events {}\nhttp {\n    «include nginx.conf»;\n}\n',
      severity: 'warning',
      message: 'nginx.conf → nginx.conf',
      output: null,
    },
    {
      name: 'through another',
      files: {
        '/srv/nginx.conf': 'events {}\nhttp {\n    include a;\n}\n',
        '/srv/a': 'include b;\n',
        '/srv/b': '«include a»;\n',
      },
      severity: 'warning',
      output: null,
    },
  ],
});
