import { t } from '../l10n';
import type { Model } from '../model/model';
import { argumentsIn, directiveFacts, type DirectiveFact } from '../reference/directives';
import { refusalsFor, weightOf } from './support/refusals';
import type { Finding, NginxCheck, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'argument-count',
  category: 'syntax',
  severity: 'error',
  fix: 'none',
  check: { visits: 'configuration', run: (model, _routes, nginx) => check(model, nginx) },
};

function* check(model: Model, nginx: NginxCheck): Generator<Finding> {
  for (const refusal of refusalsFor('argument-count', model, nginx)) {
    const { text, place, directive, context } = refusal;
    const { severity, note } = weightOf(refusal, nginx);
    const facts = directiveFacts().get(directive?.name ?? '') ?? [];
    const here = facts.filter(({ contexts }) => context !== null && contexts.includes(context));
    const counts = new Set(
      (here.length > 0 ? here : facts).map((fact) => allowed(argumentsIn(fact, model.version))),
    );
    const [only] = counts;
    const has = (directive?.words.length ?? 1) - 1;
    const reason = counts.size === 1 ? t`it takes ${only}, and has ${has}` : t`it has ${has}`;
    yield { severity, message: t`${text}: ${reason}.${note}`, place };
  }
}

function allowed(args: DirectiveFact['args']): string {
  if ('min' in args) return t`${args.min} or more`;
  const last = args.at(-1);
  if (args.length <= 1) return last === 0 || last === undefined ? 'none' : `${last}`;
  return t`${args.slice(0, -1).join(', ')} or ${last}`;
}

export const docs: RuleDocs = {
  what: 'A directive has more or fewer arguments than nginx takes.',
  why:
    'nginx refuses to start: `invalid number of arguments`. Where a `;` is missing, the next line counts as ' +
    'arguments too. A value with spaces needs quotes.',
  how: 'Give as many arguments as the directive takes.',
  bad: `
events {}
http {
    server {
        listen 80;
        add_header X-Greeting Hello, World and all;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
        add_header X-Greeting "Hello, World and all";
    }
}
`,
  proof: [
    { sees: { refused: 'invalid number of arguments in "add_header" directive', line: 5 } },
    {
      claim: 'a missing `;` makes the next line arguments, which `syntax` tells',
      text: { bad: [['Hello, World and all;', 'Hello\n        add_header X-Other World;']] },
      finds: false,
      sees: { refused: 'invalid number of arguments in "add_header" directive', line: 6 },
    },
  ],
  sources: ['https://nginx.org/en/docs/beginners_guide.html#conf_structure'],
};
