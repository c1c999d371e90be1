import { bytesOf } from './bytes';
import { mayMatchBeginning, surelyMatchesBeginning } from './pattern/beginnings';
import { execute } from './pattern/matcher';
import { parsePattern } from './pattern/parser';
import { compile } from './pattern/program';

/** nginx reads no longer words. */
const LONGEST_PATTERN = 4096;

/** What has taken so many steps is kept: one text is asked about in each case of a handshake. */
const SLOW = 10_000;
const MOST_SLOW = 100;

/** A pattern of PCRE, ready to be matched. */
export interface CompiledRegex {
  /**
   * @param subject in bytes, one character each
   * @returns null when it does not match; `unknown` where that takes too long to find out, and PCRE may give up
   */
  match(subject: string): RegexMatch | null | 'unknown';
  /** Whether it may match a text that begins so. @param start in bytes, one character each */
  mayMatchBeginning(start: string): boolean;
  /** Whether it matches each text that begins so. @param start in bytes, one character each */
  surelyMatchesBeginning(start: string): boolean;
  /** How many numbers it keeps. */
  readonly size: number;
}

/** What a pattern has matched. */
interface RegexMatch {
  /** The texts of `$0`, `$1`, …; '' for a group that took no part in the match. */
  readonly groups: readonly string[];
  /** Named groups, names as written. */
  readonly named: ReadonlyMap<string, string>;
}

/**
 * Compiles a pattern as nginx has PCRE do it: bytes, no flags but `ignoreCase`.
 *
 * @returns null for what PCRE would refuse, for what is not known here (`parsePattern`), and for what repeats so much
 *   that it is too large: then nothing is known of what it matches
 */
export function compileRegex(pattern: string, ignoreCase: boolean): CompiledRegex | null {
  const bytes = bytesOf(pattern);
  const parsed = bytes.length > LONGEST_PATTERN ? null : parsePattern(bytes, ignoreCase);
  const program = parsed === null ? null : compile(parsed);
  if (parsed === null || program === null) return null;
  const slow = new Map<string, RegexMatch | null | 'unknown'>();
  const match = (subject: string): RegexMatch | null | 'unknown' => {
    const known = slow.get(subject);
    if (known !== undefined) return known;
    const { found, steps } = execute(program, subject);
    const result = found === null || found === 'unknown' ? found : textsOf(found, subject, parsed.names);
    if (steps > SLOW) {
      if (slow.size === MOST_SLOW) slow.clear();
      slow.set(subject, result);
    }
    return result;
  };
  return {
    match,
    mayMatchBeginning: (start) => mayMatchBeginning(program, start),
    surelyMatchesBeginning: (start) => surelyMatchesBeginning(program, start),
    size: program.code.length,
  };
}

function textsOf(places: Int32Array, subject: string, names: ReadonlyMap<string, number>): RegexMatch {
  const groups = Array.from({ length: places.length / 2 }, (_, group) => {
    const start = places[2 * group] ?? -1;
    return start === -1 ? '' : subject.slice(start, places[2 * group + 1]);
  });
  const named = [...names].map(([name, group]) => [name, groups[group] ?? ''] as const);
  return { groups, named: new Map(named) };
}
