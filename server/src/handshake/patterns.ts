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
  const regex = regexOf(pattern, ignoreCase);
  const match = regex === null ? 'unknown' : regex.match(subject);
  if (match === null || match === 'unknown') return match;
  // Variables compare without case.
  const named = [...match.named].map(([name, text]) => [name.toLowerCase(), text] as const);
  return { groups: match.groups, named: new Map(named) };
}

/** Whether a pattern may match a text of which the beginning is known. @param start in bytes, one character each */
export function mayMatchBeginning(pattern: string, ignoreCase: boolean, start: string): boolean {
  return regexOf(pattern, ignoreCase)?.mayMatchBeginning(start) !== false;
}

/** Whether a pattern matches each text that begins so. @param start in bytes, one character each */
export function surelyMatchesBeginning(pattern: string, ignoreCase: boolean, start: string): boolean {
  return regexOf(pattern, ignoreCase)?.surelyMatchesBeginning(start) === true;
}

function regexOf(pattern: string, ignoreCase: boolean): CompiledRegex | null {
  return (ignoreCase ? insensitive : sensitive).get(pattern);
}

/**
 * Each pattern is matched often: those compiled last are kept, as long as they are no larger together than 20,000 of
 * the usual size. Lists of unwanted robots have some thousands.
 */
const ROOM = 10_000_000;
const USUAL_SIZE = 500;

class Kept {
  private readonly regexes = new Map<string, CompiledRegex | null>();
  private room = ROOM;

  constructor(private readonly ignoreCase: boolean) {}

  get(pattern: string): CompiledRegex | null {
    let regex = this.regexes.get(pattern);
    if (regex === undefined) {
      regex = compileRegex(pattern, this.ignoreCase);
      this.room -= USUAL_SIZE + (regex?.size ?? 0);
      if (this.room < 0) {
        this.regexes.clear();
        this.room = ROOM;
      }
      this.regexes.set(pattern, regex);
    }
    return regex;
  }
}

const sensitive = new Kept(false);
const insensitive = new Kept(true);
