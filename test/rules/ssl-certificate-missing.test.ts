import { rule } from '../../server/src/rules/ssl-certificate-missing';
import { testRule } from '../support/rule-tester';

/** http with the servers. */
function http(...servers: readonly string[]): string {
  return `events {}\nhttp {\n${servers.map((each) => `    server {\n        ${each}\n    }\n`).join('')}}\n`;
}

const PAIR = 'ssl_certificate a.crt;\n        ssl_certificate_key a.key;';

testRule(rule, {
  valid: [
    { name: 'both', files: http(`listen 443 ssl; ${PAIR}`) },
    {
      name: 'both at http level',
      files: http('listen 443 ssl;').replace('http {', `http { ${PAIR}`),
    },
    { name: 'no TLS', files: http('listen 80;') },
    {
      name: 'a server that is not the default one takes the certificate of that',
      files: http(`listen 443 ssl; ${PAIR}`, 'listen 443 ssl; server_name b;'),
    },
    {
      name: 'the default one rejects handshakes',
      files: http('listen 443 ssl; ssl_reject_handshake on;', `listen 443 ssl; ${PAIR}`),
    },
    { name: 'an include may have it', files: http('listen 443 ssl; include gone.conf;') },
    {
      name: 'an include that is of TLS alone may have it',
      files: http('listen 443 ssl; include snippets/self-signed.conf;'),
    },
    {
      name: 'one at http level may',
      files: http('listen 443 ssl;').replace('http {', 'http { include ssl_intermediate.conf;'),
    },
    { name: 'the http level is not to be seen', files: 'server { listen 443 ssl; }\n' },
    {
      name: 'an include may have the default server',
      files: http('listen 443 ssl;').replace('http {', 'http { include gone.conf;'),
    },
    { name: 'a file with a syntax error', files: http('listen 443 ssl; root /x').replace('}\n}\n', '}\n') },
    { name: 'RSA and ECDSA', files: http(`listen 443 ssl; ${PAIR} ${PAIR}`) },
  ],
  invalid: [
    {
      name: 'no certificate: that of another server is suggested',
      files: http('«listen 443 ssl»;', `listen 8443 ssl;\n        ${PAIR}`),
      severity: 'error',
      message: /^no "ssl_certificate" is defined for the "listen \.\.\. ssl" directive: nginx refuses/,
      output: http(`listen 443 ssl;\n        ${PAIR}`, `listen 8443 ssl;\n        ${PAIR}`),
    },
    {
      name: 'nobody has one',
      files: http('«listen 443 ssl»; listen [::]:443 ssl;'),
      severity: 'error',
      output: null,
    },
    {
      name: 'a key alone is none',
      files: http('«listen 443 ssl»; ssl_certificate_key a.key;'),
      severity: 'error',
      output: null,
    },
    {
      name: 'the marked default server counts, not the first one',
      files: http(`listen 443 ssl; ${PAIR}`, '«listen 443 ssl default_server»;'),
      severity: 'error',
      output: http(`listen 443 ssl; ${PAIR}`, `listen 443 ssl default_server;\n        ${PAIR}`),
    },
    {
      name: 'where the default one rejects, every other server is looked at',
      files: http('listen 443 ssl; ssl_reject_handshake on;', '«listen 443 ssl»; server_name b;'),
      severity: 'error',
      output: null,
    },
    {
      name: 'QUIC',
      files: http('«listen 443 quic»;'),
      severity: 'error',
      message: 'for the "listen ... quic" directive',
      output: null,
    },
    {
      name: 'a certificate without a key, by certbot',
      files: http('listen 443 ssl;\n        «ssl_certificate /etc/letsencrypt/live/a/fullchain.pem»;'),
      severity: 'error',
      message:
        /^no "ssl_certificate_key" is defined for certificate "\/etc\/letsencrypt\/live\/a\/fullchain\.pem"/,
      output: http(
        'listen 443 ssl;\n        ssl_certificate /etc/letsencrypt/live/a/fullchain.pem;\n        ssl_certificate_key /etc/letsencrypt/live/a/privkey.pem;',
      ),
    },
    {
      name: 'several certificates without a key',
      severity: 'error',
      files: http(
        'listen 443 ssl; ssl_certificate a.crt; ssl_certificate_key a.key; ssl_certificate b.crt;\n        «ssl_certificate "c.crt"»;',
      ),
      output: http(
        'listen 443 ssl; ssl_certificate a.crt; ssl_certificate_key a.key; ssl_certificate b.crt;\n        ssl_certificate "c.crt";\n        ssl_certificate_key b.key;\n        ssl_certificate_key "c.key";',
      ),
    },
    {
      name: 'nginx wants the key even where nothing listens with ssl',
      files: http('listen 80;\n        «ssl_certificate a.crt»;'),
      severity: 'error',
      output: http('listen 80;\n        ssl_certificate a.crt;\n        ssl_certificate_key a.key;'),
    },
  ],
});
