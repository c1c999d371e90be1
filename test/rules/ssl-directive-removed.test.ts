import { rule } from '../../server/src/rules/ssl-directive-removed';
import { testRule } from '../support/rule-tester';

const V1_14 = { major: 1, minor: 14, patch: 2 };
const V1_25_0 = { major: 1, minor: 25, patch: 0 };

/** A server with a certificate and the lines. */
function server(lines: string): string {
  return `events {}
http {
    server {
        ${lines}
        ssl_certificate a.crt;
        ssl_certificate_key a.key;
    }
}
`;
}

testRule(rule, {
  valid: [
    { name: 'before 1.15.0 it is as good as the other', files: server('ssl on;'), version: V1_14 },
    { name: 'other directives', files: server('ssl_session_tickets off;') },
    { name: 'in mail it is another directive', files: 'events {}\nmail { ssl on; }\n' },
  ],
  invalid: [
    {
      name: 'port 443 gets ssl, port 80 stays as it is meant',
      files: server('listen 80;\n        listen 443;\n        «ssl on»;'),
      severity: 'error',
      message: /^unknown directive "ssl": nginx refuses to start/,
      output: server('listen 80;\n        listen 443 ssl;').replace('        ssl_cert', '        ssl_cert'),
    },
    {
      name: 'no port 443: all of them',
      files: server('listen 8443 default_server;\n        «ssl on»; # old'),
      severity: 'error',
      output: server('listen 8443 ssl default_server;\n        # old'),
    },
    {
      name: 'ssl off is just removed',
      files: server('listen 80;\n        «ssl off»;'),
      severity: 'error',
      message: 'Remove it.',
      output: server('listen 80;'),
    },
    {
      name: 'nginx 1.25.0 warns',
      files: server('listen 443 ssl;\n        «ssl on»;'),
      version: V1_25_0,
      severity: 'information',
      message: /^the "ssl" directive is deprecated, use the "listen \.\.\. ssl" directive instead: /,
      output: server('listen 443 ssl;'),
    },
    {
      name: 'at http level, for all servers that do not say otherwise',
      files: `events {}
http {
    ssl_certificate a.crt;
    ssl_certificate_key a.key;
    «ssl on»;
    server { listen 443; }
    server { listen 8443; }
}
`,
      severity: 'error',
      output: `events {}
http {
    ssl_certificate a.crt;
    ssl_certificate_key a.key;
    server { listen 443 ssl; }
    server { listen 8443 ssl; }
}
`,
    },
    {
      name: 'without a certificate nginx would refuse the other way too',
      files: 'events {}\nhttp { server { listen 443; «ssl on»; } }\n',
      severity: 'error',
      output: null,
    },
  ],
});
