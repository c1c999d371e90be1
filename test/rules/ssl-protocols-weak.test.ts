import { rule } from '../../server/src/rules/ssl-protocols-weak';
import { testRule } from '../support/rule-tester';

/** A server that speaks TLS, with the lines in it. */
function server(lines: string, listen = 'listen 443 ssl;'): string {
  return `events {}
http {
    server {
        ${listen}
        ssl_certificate a.crt;
        ssl_certificate_key a.key;
        ${lines}
    }
}
`;
}

/** The lines at http level, beside a server that speaks TLS. */
function atHttp(lines: string, more = ''): string {
  return server('', 'listen 443 ssl;').replace('http {', `http {\n    ${lines}${more}`);
}

testRule(rule, {
  valid: [
    { name: 'TLS 1.2 and 1.3', files: server('ssl_protocols TLSv1.2 TLSv1.3;') },
    { name: 'what nginx allows of itself', files: server('') },
    {
      name: 'as in a stock nginx.conf, where nothing speaks TLS',
      files: server('ssl_protocols TLSv1 TLSv1.1 TLSv1.2;', 'listen 80;'),
    },
    {
      name: 'a list of http that the TLS server replaces',
      files: server('ssl_protocols TLSv1.3;').replace('http {', 'http {\n    ssl_protocols TLSv1;'),
    },
    { name: 'a list that a template fills in', files: server('ssl_protocols {{ protocols }};') },
    {
      name: 'a stream',
      files: 'events {}\nstream { server { listen 1 ssl; ssl_protocols TLSv1; } }\n',
    },
  ],
  invalid: [
    {
      name: 'the usual list',
      files: server('ssl_protocols «TLSv1 TLSv1.1» TLSv1.2;'),
      severity: 'warning',
      message: '`TLSv1`, `TLSv1.1` can be broken',
      output: server('ssl_protocols TLSv1.2 TLSv1.3;'),
    },
    {
      name: 'a list with both that are good',
      files: server('ssl_protocols «TLSv1 TLSv1.1» TLSv1.2 TLSv1.3;'),
      severity: 'warning',
      output: server('ssl_protocols TLSv1.2 TLSv1.3;'),
    },
    {
      name: 'the usual list, for a version that does not know TLS 1.3',
      version: { major: 1, minor: 12, patch: 2 },
      files: server('ssl_protocols «TLSv1 TLSv1.1» TLSv1.2;'),
      severity: 'warning',
      message: 'Write `ssl_protocols TLSv1.2`.',
      output: server('ssl_protocols TLSv1.2;'),
    },
    {
      name: 'nothing is left, for a version that does not know TLS 1.3',
      version: { major: 1, minor: 12, patch: 2 },
      files: server('ssl_protocols «SSLv3»;'),
      severity: 'warning',
      output: server('ssl_protocols TLSv1.2;'),
    },
    {
      name: 'the first version that knows TLS 1.3',
      version: { major: 1, minor: 13, patch: 0 },
      files: server('ssl_protocols «TLSv1» TLSv1.2;'),
      severity: 'warning',
      output: server('ssl_protocols TLSv1.2 TLSv1.3;'),
    },
    {
      name: 'nothing is left',
      files: server('ssl_protocols «SSLv3»;'),
      severity: 'warning',
      output: server('ssl_protocols TLSv1.2 TLSv1.3;'),
    },
    {
      name: 'weak ones on both sides',
      files: server('ssl_protocols «SSLv2 TLSv1.3 TLSv1.1»;'),
      severity: 'warning',
      output: server('ssl_protocols TLSv1.3;'),
    },
    {
      name: 'at http level',
      files: atHttp('ssl_protocols «TLSv1» TLSv1.2;'),
      severity: 'warning',
      output: atHttp('ssl_protocols TLSv1.2 TLSv1.3;'),
    },
    {
      name: 'at http level where some servers are not to be seen',
      files: server('', 'listen 80;').replace(
        'http {',
        'http { include gone.conf; ssl_protocols «TLSv1» TLSv1.2;',
      ),
      severity: 'warning',
      output: server('', 'listen 80;').replace(
        'http {',
        'http { include gone.conf; ssl_protocols TLSv1.2 TLSv1.3;',
      ),
    },
    {
      name: 'a file of settings that many servers include',
      files: 'ssl_protocols «TLSv1» TLSv1.2;\nssl_ciphers HIGH;\n',
      severity: 'warning',
      output: 'ssl_protocols TLSv1.2 TLSv1.3;\nssl_ciphers HIGH;\n',
    },
  ],
});
