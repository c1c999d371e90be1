import { translateRegex } from '../model/regex';

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
  const regex = translateRegex(pattern, ignoreCase);
  if (regex === null) return 'unknown';
  const match = regex.exec(subject);
  if (match === null) return null;
  const named = Object.entries(match.groups ?? {}).map(
    ([name, text]) => [name.toLowerCase(), text ?? ''] as const,
  );
  return { groups: match.map((group) => group ?? ''), named: new Map(named) };
}
