import { type CompiledRegex, compileRegex } from '../model/regex';

/** What a pattern has matched. */
export interface Match {
  /** What `$0`, `$1`, … stand for; '' for a group that took no part. */
  readonly groups: readonly string[];
  /** Named groups, names in lower case. */
  readonly named: ReadonlyMap<string, string>;
}

/**
 * Whether a pattern of the configuration matches.
 *
 * @param subject in bytes, one character each
 * @returns null when it does not match, `unknown` when that cannot be told
 */
export function matchPattern(
  pattern: string,
  ignoreCase: boolean,
  subject: string,
): Match | null | 'unknown' {
  const regex = compiled(pattern, ignoreCase);
  const match = regex === null ? 'unknown' : regex.match(subject);
  if (match === null || match === 'unknown') return match;
  // Variables compare without case.
  const named = [...match.named].map(([name, text]) => [name.toLowerCase(), text] as const);
  return { groups: match.groups, named: new Map(named) };
}

/** Each pattern is matched often: those compiled last are kept. Lists of unwanted robots have some thousands of them. */
const KEPT = 20_000;
const sensitive = new Map<string, CompiledRegex | null>();
const insensitive = new Map<string, CompiledRegex | null>();

function compiled(pattern: string, ignoreCase: boolean): CompiledRegex | null {
  const kept = ignoreCase ? insensitive : sensitive;
  let regex = kept.get(pattern);
  if (regex === undefined) {
    regex = compileRegex(pattern, ignoreCase);
    if (kept.size >= KEPT) kept.clear();
    kept.set(pattern, regex);
  }
  return regex;
}
