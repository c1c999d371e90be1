import { t } from '../l10n';
import type { Model } from '../model/model';
import { refusalsFor } from './support/refusals';
import type { Finding, NginxCheck, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'directive-duplicate',
  category: 'syntax',
  severity: 'error',
  fix: 'none',
  check: { visits: 'configuration', run: (model, _routes, nginx) => check(model, nginx) },
};

function* check(model: Model, nginx: NginxCheck): Generator<Finding> {
  for (const { text, place } of refusalsFor('directive-duplicate', model, nginx)) {
    yield { severity: 'error', message: t`${text}: nginx takes it once here. Remove one of the two.`, place };
  }
}

export const docs: RuleDocs = {
  what: 'Something stands twice that nginx takes once: a directive of one block, a location, a listener, a default server.',
  why: 'nginx refuses to start, and says which one is the `duplicate`. An included file may hold the other one.',
  how: 'Remove one of the two.',
  bad: `
events {}
http {
    server {
        listen 80;
        client_max_body_size 1m;
        client_max_body_size 8m;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        client_max_body_size 8m;
    }
}
`,
  proof: [
    { sees: { refused: '"client_max_body_size" directive is duplicate', line: 6 } },
    {
      claim: 'an included file holds the other one',
      text: { bad: [['client_max_body_size 1m;', 'include limits.conf;']] },
      files: { 'limits.conf': 'client_max_body_size 1m;\n' },
      good: 'good',
      sees: { refused: '"client_max_body_size" directive is duplicate', line: 6 },
    },
    {
      claim: 'a location',
      text: { good: [['client_max_body_size 8m;', 'location /a {}\n        location /a {}']] },
      good: { good: [['client_max_body_size 8m;', 'location /a {}\n        location /b {}']] },
      sees: { refused: 'duplicate location "/a"', line: 6 },
    },
    {
      claim: 'a listener',
      text: { good: [['client_max_body_size 8m;', 'listen 80;']] },
      good: { good: [['client_max_body_size 8m;', 'listen 81;']] },
      sees: { refused: 'a duplicate listen 0.0.0.0:80', line: 5 },
    },
    {
      claim: 'a default server',
      text: {
        good: [
          ['server {', 'server { listen 80 default_server; server_name a; }\n    server {'],
          ['listen 80;', 'listen 80 default_server;'],
        ],
      },
      good: { good: [['server {', 'server { listen 80 default_server; server_name a; }\n    server {']] },
      sees: { refused: 'a duplicate default server for 0.0.0.0:80', line: 5 },
    },
  ],
  sources: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#location'],
};
