import { t } from '../l10n';
import { placeOf } from '../model/configuration';
import { fileNameOf } from '../model/paths';
import type { Model } from '../model/model';
import type { Finding, Rule, RuleDocs } from './support/rule';

export const rule: Rule = {
  id: 'include-cycle',
  category: 'syntax',
  severity: 'warning',
  fix: 'none',
  check: { visits: 'configuration', run: check },
};

function* check(model: Model): Generator<Finding> {
  for (const { directive, cycle } of model.configuration.includeProblems) {
    if (cycle.length === 0) continue;
    const chain = cycle.map(({ path }) => fileNameOf(path)).join(' → ');
    yield {
      severity: 'warning',
      message: t`This file includes itself: ${chain}. nginx does not notice, and runs out of files or memory. Remove the include.`,
      place: placeOf(directive),
    };
  }
}

export const docs: RuleDocs = {
  what: 'A file includes itself, directly or through others.',
  why: 'nginx does not notice a cycle: it opens files until the system refuses, or crashes.',
  how: 'Remove the `include` that closes the cycle.',
  bad: `
include nginx.conf;
events {}
http {
}
`,
  good: `
include modules-enabled/*.conf;
events {}
http {
}
`,
  proof: [
    { sees: { runsOut: true } },
    {
      claim: 'through another file',
      text: { bad: [['nginx.conf', 'a.conf']] },
      files: { 'a.conf': 'include b.conf;\n', 'b.conf': 'include a.conf;\n' },
      good: 'good',
      sees: { runsOut: true },
    },
  ],
  sources: ['https://nginx.org/en/docs/ngx_core_module.html#include'],
};
