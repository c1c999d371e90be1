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
    yield { severity: 'error', message: `${text}: nginx takes it once here. Remove one of the two.`, place };
  }
}

export const docs: RuleDocs = {
  what: 'Something stands twice that nginx takes once: a directive of one block, a location, a listener, a default server.',
  why: 'nginx refuses to start: `directive is duplicate`. An included file may hold the other one.',
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
  sources: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#location'],
};
