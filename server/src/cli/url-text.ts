import { conditionsText } from '../features/conditions-text';
import { hideInUrl } from '../values/secrets';
import type { JudgedUrl } from '../project/urls';
import { visible } from '../features/support/escape';

/** One line for what becomes of a URL: the verdict, what is expected where that differs, and the first reason. */
export function urlLine({ url, expect, explanation, isAsExpected }: JudgedUrl): string {
  const { verdict, status, because, conditions, error } = explanation;
  const reason =
    error ??
    (verdict === 'depends' ? conditionsText(conditions) : because.find(({ id }) => id !== null)?.message);
  const wanted = isAsExpected || expect === null ? '' : ` (expected: ${expect})`;
  const outcome = status === null || verdict === 'depends' ? verdict : `${verdict}, ${status}`;
  return visible(`${hideInUrl(url)}  ${outcome}${wanted}${reason === undefined ? '' : `: ${reason}`}`);
}
