/** Whether PCRE would compile a pattern, as far as can be said without PCRE. */

/** What PCRE says of a pattern that does not compile, and where it stopped. */
export interface PatternFault {
  readonly reason: string;
  /** Offset in the pattern; its length for the end. */
  readonly at: number;
}

/**
 * Finds what certainly does not compile: a group or a class without end, a `)` too many, a repetition of nothing, a
 * backslash at the end. Null says that nothing was found, not that the pattern is right.
 */
export function patternFault(pattern: string): PatternFault | null {
  // In these modes other rules hold, and what a named character or a verb is takes more than this.
  if (/\(\?[a-zA-Z^-]*x|\(\*|\\[QEN]/.test(pattern)) return null;
  let depth = 0;
  /** Whether what stands before can be repeated, and whether it is itself a repetition. */
  let repeatable = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    switch (character) {
      case '\\':
        if (at + 1 === pattern.length) return { reason: '\\ at end of pattern', at: pattern.length };
        at += 1;
        repeatable = true;
        break;
      case '[': {
        const end = classEnd(pattern, at);
        if (end === -1) return { reason: 'missing terminating ] for character class', at: pattern.length };
        at = end;
        repeatable = true;
        break;
      }
      case '(': {
        if (pattern.startsWith('(?#', at)) {
          const end = pattern.indexOf(')', at);
          if (end === -1) return { reason: 'missing ) after (?# comment', at: pattern.length };
          at = end;
          break;
        }
        depth += 1;
        repeatable = false;
        const opening =
          /^\(\?(?:[:|>=!]|<[=!]|P?<\w+>|'\w+'|P?[=>]\w+|&\w+|R|[+-]?\d+|[a-zA-Z^-]*[:)])?/.exec(
            pattern.slice(at, at + 128),
          );
        if (opening !== null) {
          at += opening[0].length - 1;
          if (opening[0].endsWith(')')) depth -= 1;
        }
        break;
      }
      case ')':
        if (depth === 0) return { reason: 'unmatched closing parenthesis', at };
        depth -= 1;
        repeatable = true;
        break;
      case '|':
        repeatable = false;
        break;
      case '*':
      case '+':
      case '?': {
        if (!repeatable) return { reason: 'quantifier does not follow a repeatable item', at: at + 1 };
        if (/[?+]/.test(pattern.charAt(at + 1))) at += 1;
        repeatable = false;
        break;
      }
      case '{': {
        const repeat = /^\{(\d+)(?:,(\d*))?\}/.exec(pattern.slice(at, at + 32));
        if (repeat === null) {
          repeatable = true;
          break;
        }
        const [whole, least = '', most = ''] = repeat;
        at += whole.length - 1;
        if (Number(least) > 65535 || Number(most) > 65535)
          return { reason: 'number too big in {} quantifier', at };
        if (most !== '' && Number(most) < Number(least))
          return { reason: 'numbers out of order in {} quantifier', at: at + 1 };
        if (!repeatable) return { reason: 'quantifier does not follow a repeatable item', at: at + 1 };
        if (/[?+]/.test(pattern.charAt(at + 1))) at += 1;
        repeatable = false;
        break;
      }
      default:
        // `^*` is odd, but PCRE takes it.
        repeatable = true;
    }
  }
  return depth > 0 ? { reason: 'missing closing parenthesis', at: pattern.length } : null;
}

/** Offset of the `]` that ends the class which begins at `start`, or -1. */
function classEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern.charAt(at) === '^') at += 1;
  if (pattern.charAt(at) === ']') at += 1;
  for (; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '[' && /^\[[:.=]/.test(pattern.slice(at, at + 2))) {
      const end = pattern.indexOf(`${pattern.charAt(at + 1)}]`, at + 2);
      if (end !== -1) at = end + 1;
    } else if (character === ']') return at;
  }
  return -1;
}

/** Names of the groups of a pattern, in order. */
export function groupNames(pattern: string): string[] {
  if (!pattern.includes('(?')) return [];
  return [...pattern.matchAll(/\(\?P?<(\w+)>|\(\?'(\w+)'/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** The number of groups that capture. */
export function captureCount(pattern: string): number {
  return [...pattern.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?(?:P?<\w|')/gs)].filter(([text]) =>
    text.startsWith('('),
  ).length;
}
