import { closest, distance } from 'fastest-levenshtein';
import { directiveFacts } from './directives';
import { moduleOf } from './third-party';

/** With more differences than this another name is meant. */
const DISTANCE_LIMIT = 2;

/** The directive of nginx that a name was meant to be, where nobody knows the name and it is close to one; else null. */
export function meantDirective(name: string, context: string): string | null {
  if (directiveFacts().has(name)) return null;
  const key = `${context} ${name}`;
  let meant = found.get(key);
  if (meant === undefined) {
    meant = moduleOf(name) === null ? nearDirective(name, context) : null;
    if (found.size >= KEPT) found.clear();
    found.set(key, meant);
  }
  return meant;
}

/** Those asked for last are kept: a name is looked for at every level. */
const KEPT = 1000;
const found = new Map<string, string | null>();

/** Whether nobody knows a directive of that name, nor one that it was meant to be: what it does is in its code. */
export function isUnheardOf(name: string, context: string): boolean {
  return (
    /^[a-z]\w*$/i.test(name) &&
    !directiveFacts().has(name) &&
    moduleOf(name) === null &&
    meantDirective(name, context) === null
  );
}

/**
 * The name allowed in a context that is nearest to another, or null.
 *
 * @param context `unknown` for any
 */
export function nearDirective(name: string, context: string): string | null {
  if (name.length < 4 || name.length > 64) return null;
  const allowed = namesIn(context);
  const swapped = withTwoSwapped(name.toLowerCase(), allowed);
  if (swapped !== null) return swapped;
  const near = allowed.length === 0 ? '' : closest(name.toLowerCase(), allowed);
  const limit = name.length < 8 ? 1 : DISTANCE_LIMIT;
  return near !== '' && distance(name.toLowerCase(), near) <= limit ? near : null;
}

/** The name that two letters in the wrong order make of another: one mistake, though it is two differences. */
function withTwoSwapped(name: string, allowed: readonly string[]): string | null {
  return allowed.find((each) => each.length === name.length && isSwapped(each, name)) ?? null;
}

function isSwapped(one: string, other: string): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2);
}

function namesIn(context: string): readonly string[] {
  const known = names.get(context);
  if (known !== undefined) return known;
  const allowed: string[] = [];
  for (const [name, facts] of directiveFacts()) {
    const isThere = facts.some(
      (fact) =>
        fact.thirdParty === null &&
        (context === 'unknown' || fact.contexts.includes(context) || fact.contexts.includes('any')),
    );
    if (isThere) allowed.push(name);
  }
  names.set(context, allowed);
  return allowed;
}

const names = new Map<string, readonly string[]>();
