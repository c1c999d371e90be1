import { assumedVersion } from '../../server/src/reference/versions';
import { rule } from '../../server/src/rules/argument-count';
import { testRule } from '../support/rule-tester';

const inUpstream = (line: string): string =>
  `events {}\nhttp {\n    upstream a {\n        server 127.0.0.1;\n        ${line}\n    }\n}\n`;
const inServer = (line: string): string => `events {}\nhttp {\n    server {\n        ${line}\n    }\n}\n`;

testRule(rule, {
  valid: [
    { name: 'as many as it takes', files: inServer('listen 80 ssl reuseport;') },
    { name: 'what may be filled in', files: { '/etc/nginx/nginx.conf.j2': inServer('listen {{ ports }};') } },
    { name: 'what its author forgot to end', files: inServer('keepalive_timeout 5m\n        listen 80;') },
  ],
  invalid: [
    {
      name: 'too many',
      files: inServer('«keepalive_timeout 5 minutes and more»;'),
      severity: 'error',
      message: 'invalid number of arguments in "keepalive_timeout" directive: it takes 1 or 2, and has 4.',
      output: null,
    },
    {
      name: 'more than the release takes',
      files: inUpstream('«keepalive 32 local»;'),
      version: assumedVersion,
      severity: 'error',
      message: 'invalid number of arguments in "keepalive" directive: it takes 1, and has 2.',
      output: null,
    },
    {
      name: 'as many as the newest stable release takes, where no version is set',
      files: inUpstream('«keepalive 32 local»;'),
      versionFrom: 'assumed',
      severity: 'hint',
      message: 'it takes 1, and has 2. nginx 1.30 takes it.',
      output: null,
    },
    {
      name: 'too few',
      files: inServer('«proxy_set_header Upgrade»;'),
      severity: 'error',
      message: 'invalid number of arguments in "proxy_set_header" directive: it takes 2, and has 1.',
      output: null,
    },
  ],
});
