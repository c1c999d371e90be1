/** Whether PCRE would compile a pattern, as far as can be said without PCRE. */

/** What PCRE says of a pattern that does not compile, and where it stopped. */
export interface PatternFault {
  readonly reason: string;
  /** Offset in the pattern; its length for the end. */
  readonly at: number;
}

/** Escapes that match a place, not a character: there is nothing to repeat. */
const ASSERTION = /[bBAzZG]/;

/** What may stand after `(?`: the rest of a group that captures nothing. */
const GROUP =
  /^\(\?(?:[:|>=!#]|<[=!]|P?<|'|P[=>]\w+|&\w+|\(|R|[+-]?\d+|C|\^?[imnrsxJU]*(?:-[imnrsxJU]*)?[:)])/;

const REPEAT = 'quantifier does not follow a repeatable item';

/**
 * Finds what certainly does not compile, in the words of PCRE2: a group or a class without end, a `)` too many, a
 * repetition of nothing, a name that is none. Null says that nothing was found, not that the pattern is right.
 */
export function patternFault(pattern: string): PatternFault | null {
  // In these modes other rules hold, and what a verb or a named character is takes more than this.
  if (/\(\?\^?[a-zA-Z-]*x|\(\*|\\[QEN]/.test(pattern)) return null;
  return new PatternReader(pattern).read();
}

class PatternReader {
  private at = 0;
  private depth = 0;
  /** Whether what stands before can be repeated. */
  private repeatable = false;
  private readonly names = new Set<string>();

  constructor(private readonly pattern: string) {}

  read(): PatternFault | null {
    const { pattern } = this;
    while (this.at < pattern.length) {
      const fault = this.readPiece(pattern.charAt(this.at));
      if (fault !== null) return fault;
      this.at += 1;
    }
    return this.depth > 0 ? { reason: 'missing closing parenthesis', at: pattern.length } : null;
  }

  /** Reads what begins at `at`, and leaves `at` on its last character. */
  private readPiece(character: string): PatternFault | null {
    switch (character) {
      case '\\':
        return this.readEscape();
      case '[':
        return this.readClass();
      case '(':
        return this.readOpening();
      case ')':
        if (this.depth === 0) return { reason: 'unmatched closing parenthesis', at: this.at };
        this.depth -= 1;
        this.repeatable = true;
        return null;
      case '|':
      case '^':
      case '$':
        this.repeatable = false;
        return null;
      case '*':
      case '+':
      case '?':
        return this.endRepeat(this.at);
      case '{':
        return this.readBounds();
      default:
        this.repeatable = true;
        return null;
    }
  }

  private readEscape(): PatternFault | null {
    const { pattern } = this;
    this.at += 1;
    if (this.at === pattern.length) return { reason: '\\ at end of pattern', at: this.at };
    const character = pattern.charAt(this.at);
    this.repeatable = !ASSERTION.test(character);
    if (!/[pP]/.test(character) || /^(?:[CLMNPSZ]|\{)/.test(pattern.slice(this.at + 1))) return null;
    // At the end of the pattern it says something else.
    if (this.at + 1 === pattern.length) return { reason: 'malformed \\P or \\p sequence', at: this.at + 1 };
    return { reason: 'unknown property after \\P or \\p', at: this.at + 2 };
  }

  private readClass(): PatternFault | null {
    const end = classEnd(this.pattern, this.at);
    if (end === -1) {
      return { reason: 'missing terminating ] for character class', at: this.pattern.length };
    }
    this.at = end;
    this.repeatable = true;
    return null;
  }

  private readOpening(): PatternFault | null {
    const { pattern } = this;
    this.repeatable = false;
    if (pattern.charAt(this.at + 1) !== '?') {
      this.depth += 1;
      return null;
    }
    if (this.at + 2 === pattern.length) return { reason: 'missing closing parenthesis', at: pattern.length };
    const opening = GROUP.exec(pattern.slice(this.at, this.at + 64))?.[0];
    if (opening === undefined) {
      const flags = /^\(\?\^?[imnrsxJU]*(?:-[imnrsxJU]*)?/.exec(pattern.slice(this.at))?.[0] ?? '(?';
      return {
        reason: 'unrecognized character after (? or (?-',
        at: Math.min(this.at + flags.length, pattern.length),
      };
    }
    if (opening.endsWith('#')) {
      const end = pattern.indexOf(')', this.at);
      if (end === -1) return { reason: 'missing ) after (?# comment', at: pattern.length };
      this.at = end;
      return null;
    }
    this.at += opening.length - 1;
    if (opening.endsWith(')')) return null;
    this.depth += 1;
    return /^\(\?(?:P?<|')$/.test(opening) ? this.readName(opening.endsWith("'") ? "'" : '>') : null;
  }

  private readName(closing: string): PatternFault | null {
    const start = this.at + 1;
    const name = /^\w*/.exec(this.pattern.slice(start, start + 4096))?.[0] ?? '';
    const end = start + name.length;
    if (/^\d/.test(name)) return { reason: 'subpattern name must start with a non-digit', at: start };
    if (name === '') return { reason: 'subpattern name expected', at: start };
    if (name.length > 32) {
      return { reason: 'subpattern name is too long (maximum 32 code units)', at: end };
    }
    if (this.pattern.charAt(end) !== closing) {
      return { reason: 'syntax error in subpattern name (missing terminator?)', at: end };
    }
    if (this.names.has(name) && !this.pattern.includes('(?|') && !this.pattern.includes('(?J')) {
      const reason = 'two named subpatterns have the same name (PCRE2_DUPNAMES not set)';
      return { reason, at: end + 1 };
    }
    this.names.add(name);
    this.at = end;
    return null;
  }

  /** `{2}`, `{2,}`, `{2,5}`; any other `{` is a character. */
  private readBounds(): PatternFault | null {
    const bounds = /^\{(\d+)(?:,(\d*))?\}/.exec(this.pattern.slice(this.at, this.at + 32));
    if (bounds === null) {
      this.repeatable = true;
      return null;
    }
    const [whole, least = '', most = ''] = bounds;
    const end = this.at + whole.length - 1;
    if (Number(least) > 65535 || Number(most) > 65535) {
      return { reason: 'number too big in {} quantifier', at: end };
    }
    if (most !== '' && Number(most) < Number(least)) {
      return { reason: 'numbers out of order in {} quantifier', at: end };
    }
    return this.endRepeat(end);
  }

  private endRepeat(end: number): PatternFault | null {
    if (!this.repeatable) return { reason: REPEAT, at: end };
    this.at = /[?+]/.test(this.pattern.charAt(end + 1)) ? end + 1 : end;
    this.repeatable = false;
    return null;
  }
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
