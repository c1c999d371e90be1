import { assumedVersion } from '../../server/src/reference/versions';
import { rule } from '../../server/src/rules/directive-value';
import { testRule } from '../support/rule-tester';

const inUpstream = (lines: string): string =>
  `events {}\nhttp {\n    upstream a {\n        server 127.0.0.1;\n        ${lines}\n    }\n}\n`;
const inServer = (line: string): string => `events {}\nhttp {\n    server {\n        ${line}\n    }\n}\n`;

testRule(rule, {
  valid: [
    { name: 'a value that nginx takes', files: inServer('keepalive_timeout 1h30m;') },
    { name: 'a host that only the machine knows', files: inServer('listen elsewhere.example:80;') },
    {
      name: 'what may be filled in',
      files: { '/etc/nginx/nginx.conf.j2': inServer('sendfile {{ sendfile }};') },
    },
    {
      name: 'a location in one whose name is filled in',
      files: {
        '/etc/nginx/nginx.conf.j2': inServer(
          'location {{ a }} {\n            location /b {\n            }\n        }',
        ),
      },
    },
    {
      name: 'a value of a fragment that one of several directives of that name takes',
      files: { '/etc/nginx/parts/a.conf': 'proxy_buffer_size 4k;\nproxy_timeout 5s;\n' },
    },
    {
      name: 'an upstream with an include that is not here',
      files: 'events {}\nhttp {\n    upstream a {\n        include servers.inc;\n    }\n}\n',
    },
  ],
  invalid: [
    {
      name: 'a value in a fragment that is wrong wherever it is included',
      files: {
        '/etc/nginx/snippets/a.conf':
          'gzip «onn»;\nssl_session_tickets «offn»;\nclient_max_body_size «10x»;\n',
      },
      severity: 'error',
      message: /invalid value/,
      output: null,
    },
    {
      name: 'a time',
      files: inServer('keepalive_timeout «5min»;'),
      severity: 'error',
      message: '"keepalive_timeout" directive invalid value.',
      output: null,
    },
    {
      name: 'a flag',
      files: inServer('sendfile «yes»;'),
      severity: 'error',
      message: 'invalid value "yes" in "sendfile" directive, it must be "on" or "off".',
      output: null,
    },
    {
      name: 'a word of several',
      files: inServer('satisfy «one»;'),
      severity: 'error',
      message: 'invalid value "one". It is one of `all`, `any`.',
      output: null,
    },
    {
      name: 'a location outside the one around it',
      files: inServer('location /a {\n            location «/b» {\n            }\n        }'),
      severity: 'error',
      message: 'location "/b" is outside location "/a".',
      output: null,
    },
    {
      name: 'buffers that do not fit one another',
      files: inServer('«proxy_buffer_size 128k»;'),
      severity: 'error',
      message:
        '"proxy_busy_buffers_size" must be less than the size of all "proxy_buffers" minus one buffer.',
      output: null,
    },
    {
      name: 'what the newest stable release takes, where no version is set',
      files: inUpstream('keepalive «0»;\n        server 127.0.0.1:2 «drain»;'),
      versionFrom: 'assumed',
      severity: 'hint',
      message: /^invalid value "0" in "keepalive" directive\. nginx 1\.30 takes it\.$/,
      output: null,
    },
    {
      name: 'the same where one is set',
      files: inUpstream('keepalive «0»;'),
      version: assumedVersion,
      severity: 'error',
      message: /^invalid value "0" in "keepalive" directive\.$/,
      output: null,
    },
    {
      name: 'what no release takes, where no version is set',
      files: inUpstream('keepalive «x»;'),
      versionFrom: 'assumed',
      severity: 'error',
      message: /^invalid value "x" in "keepalive" directive\.$/,
      output: null,
    },
    {
      name: 'each of several, not the first alone',
      files: inServer('tcp_nopush «maybe»;\n        tcp_nodelay «perhaps»;'),
      severity: 'error',
      output: null,
    },
  ],
});
