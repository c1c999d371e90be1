import type { ExplainedCase } from '../handshake/explanation';
import { t } from '../l10n';
import { LONGEST, shortened } from './reason-text';

/** All of them, with the marks of code: `if the client sends a password (otherwise 401)`. */
export function conditionsText(conditions: readonly string[]): string {
  return t`if ${conditions.join(t(' and '))}`;
}

/**
 * `depends` in a few words, for lenses, rows and lists: `passes, if the client sends a password`. One line, without code
 * marks; only the first of several conditions that are too long together.
 */
export function shortConditionsText(cases: readonly ExplainedCase[]): string {
  const passing = cases.filter(({ verdict }) => verdict === 'passes');
  const conditions = [...new Set(passing.flatMap(({ when }) => when))].map((each) =>
    each.replaceAll('`', ''),
  );
  const all = conditions.join(t(' and '));
  const [first = ''] = conditions;
  const rest = conditions.length - 1;
  const isLong = all.length > LONGEST && rest > 0;
  return t`passes, if ${isLong ? t`${shortened(first)}, and ${rest} more` : shortened(all)}`;
}
