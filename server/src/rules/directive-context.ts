import { t } from '../l10n';
import type { Model } from '../model/model';
import { contextsOf } from '../reference/directives';
import { refusalsFor } from './support/refusals';
import type { Finding, NginxCheck, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'directive-context',
  category: 'syntax',
  severity: 'error',
  fix: 'none',
  check: { visits: 'configuration', run: (model, _routes, nginx) => check(model, nginx) },
};

function* check(model: Model, nginx: NginxCheck): Generator<Finding> {
  for (const { text, place, directive } of refusalsFor('directive-context', model, nginx)) {
    const contexts = [...new Set(contextsOf(directive?.name ?? ''))];
    yield { severity: 'error', message: t`${text}: it belongs in ${listed(contexts)}.`, place };
  }
}

function listed(contexts: readonly string[]): string {
  const all = contexts.map((context) => (context === 'main' ? t('the main level') : `\`${context}\``));
  const last = all.pop() ?? t('another block');
  return all.length === 0 ? last : t`${all.join(', ')} or ${last}`;
}

export const docs: RuleDocs = {
  what: 'A directive stands in a block in which nginx does not take it.',
  why: 'nginx refuses to start: `directive is not allowed here`. A `}` above it may stand too early.',
  how: 'Move the directive to a block that takes it.',
  bad: `
events {}
http {
    server {
        listen 80;
        map $uri $target {
            default /;
        }
    }
}
`,
  good: `
events {}
http {
    map $uri $target {
        default /;
    }
    server {
        listen 80;
    }
}
`,
  proof: [
    { sees: { refused: '"map" directive is not allowed here', line: 5 } },
    {
      claim: 'a `}` above it stands too early',
      text: 'events {}\nhttp {\n    server {\n        listen 80;\n    }\n    return 404;\n}\n',
      good: 'events {}\nhttp {\n    server {\n        listen 80;\n    return 404;\n    }\n}\n',
      sees: { refused: '"return" directive is not allowed here', line: 6 },
    },
  ],
  sources: ['https://nginx.org/en/docs/dirindex.html'],
};
