import type { Rule, RuleDocs } from './support/rule';

/** Its findings are made in `support/suppression.ts`, where suppressions are applied: only there is known which are unused. */
export const rule: Rule = {
  id: 'suppression-unused',
  category: 'syntax',
  severity: 'information',
  fix: 'none',
  check: { visits: 'configuration', run: () => [] },
};

export const docs: RuleDocs = {
  what: 'A comment silences a rule that has nothing to say there, or that does not exist.',
  why: 'Such a comment hides the next real finding.',
  how: 'Remove the name of the rule, or the whole comment.',
  bad: `
events {}
http {
    # nginx-websocket-disable-next-line websocket-upgrade-missing -- no longer so
    server {
        listen 80;
    }
}
`,
  good: `
events {}
http {
    server {
        listen 80;
    }
}
`,
  proof: [],
  sources: ['https://nginx.org/en/docs/http/websocket.html'],
};
