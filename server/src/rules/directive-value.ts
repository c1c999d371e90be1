import { t } from '../l10n';
import type { Model } from '../model/model';
import { mayTakeOtherwise } from '../nginx-test/fork-values';
import { valueWords } from '../reference/value-words';
import { refusalsFor, weightOf } from './support/refusals';
import type { Finding, NginxCheck, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'directive-value',
  category: 'syntax',
  severity: 'error',
  fix: 'none',
  check: { visits: 'configuration', run: (model, _routes, nginx) => check(model, nginx) },
};

function* check(model: Model, nginx: NginxCheck): Generator<Finding> {
  for (const refusal of refusalsFor('directive-value', model, nginx)) {
    const { text, place, directive } = refusal;
    const { severity, note } = weightOf(refusal, nginx);
    const words = text.startsWith('invalid value "') ? valueWords(directive?.name ?? '')?.words : undefined;
    const advice =
      words === undefined || note !== ''
        ? ''
        : t` It is one of ${[...words].map((word) => `\`${word}\``).join(', ')}.`;
    const isOpen = mayTakeOtherwise(nginx.fork, directive);
    const other = isOpen ? t` ${nginx.fork} may take it.` : '';
    yield { severity: isOpen ? 'hint' : severity, message: `${text}.${advice}${other}${note}`, place };
  }
}

export const docs: RuleDocs = {
  what: 'A directive has a value that nginx does not take.',
  why: 'nginx refuses to start. The message is its own.',
  how: 'Write a value that the documentation of the directive names.',
  bad: `
events {}
http {
    server {
        listen 80;
        keepalive_timeout 5 minutes;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        keepalive_timeout 5m;
    }
}
`,
  proof: [{ sees: { refused: '"keepalive_timeout" directive invalid value', line: 5 } }],
  sources: [
    'https://nginx.org/en/docs/syntax.html',
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout',
  ],
};
