import { expect, it } from 'vitest';
import { rule } from '../../server/src/rules/server-name-conflict';
import { analysisOf } from '../support/memory-host';
import { testRule } from '../support/rule-tester';

/** A configuration with a server for each list of lines. */
function servers(...each: readonly string[]): string {
  return `events {}\nhttp {\n${each.map((lines) => `    server { ${lines} }\n`).join('')}}\n`;
}

testRule(rule, {
  valid: [
    { name: 'other ports', files: servers('listen 80; server_name a;', 'listen 81; server_name a;') },
    {
      name: 'other addresses',
      files: servers('listen 127.0.0.1:80; server_name a;', 'listen 80; server_name a;'),
    },
    { name: 'other names', files: servers('listen 80; server_name a;', 'listen 80; server_name b a.b;') },
    {
      name: 'wildcards',
      files: servers('listen 80; server_name a.b;', 'listen 80; server_name *.b a.*;'),
    },
    { name: 'patterns', files: servers('listen 80; server_name ~^a;', 'listen 80; server_name ~^a;') },
    { name: 'one server alone', files: servers('listen 80; server_name a a;') },
    {
      name: 'the name of the machine',
      files: servers('listen 80; server_name $hostname;', 'listen 80; server_name $hostname;'),
    },
    {
      name: 'a listen that is not here',
      files: servers('include listen.conf; server_name a;', 'listen 80; server_name a;'),
    },
    {
      name: 'branches of a template',
      files:
        'http {\n{% if a %}\nserver { listen 80; server_name a; }\n{% else %}\nserver { listen 80; server_name a; }\n{% endif %}\n}\nevents {}\n',
    },
    {
      name: 'the address of a name',
      files: servers('listen a.example:80; server_name a;', 'listen a.example:80; server_name a;'),
    },
    {
      name: 'TCP and UDP',
      files: servers(
        'listen 443 ssl; server_name a; ssl_certificate c; ssl_certificate_key k;',
        'listen 443 quic; server_name a; ssl_certificate c; ssl_certificate_key k;',
      ),
    },
  ],
  invalid: [
    {
      name: 'a name of several, in capitals',
      files: servers('listen 80; server_name a.example;', 'listen 80; server_name b.example «A.example»;'),
      severity: 'warning',
      message:
        'conflicting server name "a.example" on 0.0.0.0:80, ignored: another server has it there, and takes its requests.',
      output: null,
    },
    {
      name: 'on two addresses',
      files: servers(
        'listen 80; listen [::]:80; server_name a;',
        'listen *:80; listen [::]:80; server_name «a»;',
      ),
      severity: 'warning',
      message: 'on 0.0.0.0:80, ignored (and on [::]:80): ',
      output: null,
    },
    {
      name: 'no names',
      files: `events {}\nhttp {\n    server { listen 80; }\n    «server» { }\n}\n`,
      severity: 'warning',
      message: 'conflicting server name "" on 0.0.0.0:80, ignored',
      output: null,
    },
    {
      name: 'a Unix socket',
      files: servers('listen unix:/a; server_name a;', 'listen unix:/a; server_name «a»;'),
      severity: 'warning',
      message: 'on unix:/a, ignored',
      output: null,
    },
    {
      name: 'the second half of a name with a dot in front',
      files: servers('listen 80; server_name *.b;', 'listen 80; server_name «.b»;'),
      severity: 'warning',
      message: 'conflicting server name ".b" on',
      output: null,
    },
    {
      name: 'twice in one server beside another',
      files: servers('listen 80; server_name a «a»;', 'listen 80; server_name b;'),
      severity: 'information',
      message: 'its server has it already',
      output: null,
    },
    {
      name: 'in another file',
      files: {
        '/etc/nginx/nginx.conf': 'events {}\nhttp { include conf.d/*; }\n',
        '/etc/nginx/conf.d/a.conf': 'server { listen 80; server_name a; }\n',
        '/etc/nginx/conf.d/a.conf.bak': 'server { listen 80; server_name «a»; }\n',
      },
      severity: 'warning',
      output: null,
    },
    {
      name: 'in a fragment',
      files: 'server { listen 80; server_name a; }\nserver { listen 80; server_name «a»; }\n',
      severity: 'warning',
      output: null,
    },
  ],
});

it('leads to the name that is in force', async () => {
  const main = servers('listen 80; server_name b a;', 'listen 80; server_name a;');
  const { problems } = await analysisOf({ '/n/nginx.conf': main });
  const related = problems
    .filter((problem) => problem.rule === rule.id)
    .flatMap((problem) => problem.related);
  expect(related.map(({ place, message }) => [place.start, message])).toEqual([
    [main.indexOf('a;'), 'It is in force here.'],
  ]);
});
