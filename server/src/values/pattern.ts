import { isAtLeast, type NginxVersion, parseVersion } from '../reference/versions';

/** Whether PCRE would compile a pattern, as far as can be said without PCRE. */

/** The error of PCRE for a pattern that does not compile, and its offset. */
interface PatternFault {
  readonly reason: string;
  /** Offset in the pattern; its length for the end. */
  readonly at: number;
}

/** Escapes that match a place, not a character: there is nothing to repeat. */
const ASSERTION = /[bBAzZG]/;

/** Letters of other languages' patterns, which no PCRE takes after a backslash. */
const UNSUPPORTED = /[FLlUu]/;

/** Letters that mean nothing after a backslash: PCRE2 refuses them, PCRE takes them as they are. */
const MEANINGLESS = /[ijmqyIJMOTY]/;

/** Escapes that are not a single character in a class: any PCRE refuses the first, PCRE2 the others too. */
const NOT_IN_CLASS = /[BRX]/;
/** `\k` is missing: PCRE takes it in a class from 10.45 on, and nginx does not say which one it is linked with. */
const NOT_IN_CLASS_2 = /[zABCGKRXZ]/;

/** `[:alpha:]` in a class. */
const POSIX = /^\[:\^?[a-z]*:\]/;
const POSIX_NAME =
  /^\[:\^?(?:alpha|lower|upper|alnum|ascii|blank|cntrl|digit|graph|print|punct|space|word|xdigit):\]$/;

/** An escape in a class, with what belongs to it. */
const CLASS_ESCAPE =
  /^\\(?:x(?:\{[^}]*\}|[\da-fA-F]{0,2})|o\{[^}]*\}|c[^]|[0-7]{1,3}|[pP](?:\{[^}]*\}|[A-Z])?|[^])/;

const INVALID_RANGE = 'invalid range in character class';

/** Before the pattern itself: what PCRE is to do with it. */
const START_OPTION =
  /^\(\*(?:UTF|UCP|CR|LF|CRLF|ANY|ANYCRLF|NUL|BSR_ANYCRLF|BSR_UNICODE|LIMIT_\w+=\d+|NO_\w+|NOTEMPTY\w*)\)/;
const VERB = /\(\*(?:ACCEPT|COMMIT|F|FAIL|MARK|PRUNE|SKIP|THEN|(?=:))[:)]/;
const WORDED_GROUP =
  /\(\*(?:atomic|pla|plb|nla|nlb|napla|naplb|sr|asr|(?:non_atomic_)?(?:positive|negative)_look(?:ahead|behind)|(?:atomic_)?script_run):/;

/** What may follow `(?`: the rest of a group that captures nothing. */
const GROUP =
  /^\(\?(?:[:|>=!#*]|<[=!*]|P?<|'|P[=>]\w+|&\w+|\(|R|[+-]?\d+|C|\^?[imnrsxJU]*(?:-[imnrsxJU]*)?[:)])/;

const REPEAT = 'quantifier does not follow a repeatable item';

/**
 * Finds what certainly does not compile, in the words of PCRE2: a group or a class without end, a `)` too many, a
 * repetition of nothing, a name that is none. Null says that nothing was found, not that the pattern is right.
 */
function patternFault(pattern: string, library: 'pcre' | 'pcre2'): PatternFault | null {
  // Other rules hold in these modes, and verbs and named characters need more than this.
  if (/\(\?\^?[a-zA-Z-]*x|\\[QEN]/.test(pattern)) return null;
  const isPcre2 = library === 'pcre2';
  if ([START_OPTION, VERB, WORDED_GROUP].some((known) => known.test(pattern))) return null;
  if (!isPcre2 && /\(\*[^)]/.test(pattern)) return null;
  return new PatternReader(pattern, isPcre2).read();
}

/** The release that takes PCRE2 where it is there. */
const PCRE2 = parseVersion('1.21.5');

/** What PCRE says in other words than PCRE2 (patterns tried with nginx 1.18.0 and PCRE 8.39). */
const WORDS_OF_PCRE: ReadonlyMap<string, string> = new Map([
  ['missing closing parenthesis', 'missing )'],
  ['unmatched closing parenthesis', 'unmatched parentheses'],
  ['missing ) after (?# comment', 'missing ) after comment'],
  ['digit expected after (?+ or (?-', 'digit expected after (?+'],
  ['unknown property after \\P or \\p', 'unknown property name after \\P or \\p'],
  [
    'syntax error in subpattern name (missing terminator?)',
    'syntax error in subpattern name (missing terminator)',
  ],
  ['subpattern name must start with a non-digit', 'group name must start with a non-digit'],
  [
    'subpattern name is too long (maximum 32 code units)',
    'subpattern name is too long (maximum 32 characters)',
  ],
  [
    'two named subpatterns have the same name (PCRE2_DUPNAMES not set)',
    'two named subpatterns have the same name',
  ],
  [
    'PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u',
    'PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u',
  ],
  [REPEAT, 'nothing to repeat'],
]);

/** The error of nginx for a pattern that certainly does not compile (ngx_regex_compile); null for any other. */
export function patternError(pattern: string, version: NginxVersion): string | null {
  const library = PCRE2 !== null && isAtLeast(version, PCRE2) ? 'pcre2' : 'pcre';
  const fault = patternFault(pattern, library);
  if (fault === null) return null;
  const at = fault.at >= pattern.length ? '' : ` at "${pattern.slice(fault.at)}"`;
  const reason = library === 'pcre' ? (WORDS_OF_PCRE.get(fault.reason) ?? fault.reason) : fault.reason;
  return `${library}_compile() failed: ${reason} in "${pattern}"${at}`;
}

/** A reference of a pattern to one of its groups. */
interface Reference {
  /** Its number, or its name. */
  readonly group: number | string;
  readonly at: number;
}

/** A member of a class: a set of characters, or one character; null for one whose code is not read. */
type Member =
  | { readonly fault: PatternFault }
  | { readonly fault?: never; readonly isSet: true }
  | { readonly fault?: never; readonly isSet: false; readonly character: string | null };

class PatternReader {
  private at = 0;
  private depth = 0;
  /** Whether the part before can be repeated. */
  private repeatable = false;
  private readonly names = new Set<string>();
  private groups = 0;
  private readonly references: Reference[] = [];

  constructor(
    private readonly pattern: string,
    private readonly isPcre2: boolean,
  ) {}

  read(): PatternFault | null {
    const { pattern } = this;
    while (this.at < pattern.length) {
      const fault = this.readPiece(pattern.charAt(this.at));
      if (fault !== null) return fault;
      this.at += 1;
    }
    return this.depth > 0
      ? { reason: 'missing closing parenthesis', at: pattern.length }
      : this.referenceFault();
  }

  private referenceFault(): PatternFault | null {
    // Groups may share a number there.
    if (!this.isPcre2 || this.pattern.includes('(?|')) return null;
    const missing = this.references.find(({ group }) =>
      typeof group === 'string' ? !this.names.has(group) : group < 0 || group > this.groups,
    );
    return missing === undefined ? null : { reason: 'reference to non-existent subpattern', at: missing.at };
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
    if (/[1-9]/.test(character)) this.readReference();
    const name = /^k(?:\{(?=\w+\})|<(?=\w+>)|'(?=\w+'))(\w+)/.exec(pattern.slice(this.at, this.at + 64))?.[1];
    if (name !== undefined) this.references.push({ group: name, at: this.at + 2 });
    if (character === 'c' && this.at + 1 === pattern.length) {
      return { reason: '\\c at end of pattern', at: pattern.length };
    }
    if (character === 'g' && this.isPcre2 && !/[{<'+\-\d]/.test(pattern.charAt(this.at + 1))) {
      const what = 'a braced, angle-bracketed, or quoted name/number or by a plain number';
      return { reason: `\\g is not followed by ${what}`, at: this.at + 1 };
    }
    return this.letterFault(character, this.at);
  }

  /** `\1`, or a character by its number; `at` is on the first digit. */
  private readReference(): void {
    const digits = /^\d+/.exec(this.pattern.slice(this.at, this.at + 32))?.[0] ?? '';
    const group = Number(digits);
    if (group < 10 || /^[89]/.test(digits)) this.references.push({ group, at: this.at + digits.length - 1 });
  }

  /** What is wrong with the letter after a backslash, at `at`. */
  private letterFault(letter: string, at: number): PatternFault | null {
    if (UNSUPPORTED.test(letter)) {
      return { reason: 'PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u', at: at + 1 };
    }
    if (this.isPcre2 && MEANINGLESS.test(letter)) {
      return { reason: 'unrecognized character follows \\', at };
    }
    const next = this.pattern.charAt(at + 1);
    if (this.isPcre2 && letter === 'o' && next !== '{') {
      return { reason: 'missing opening brace after \\o', at: next === '' ? at : at + 1 };
    }
    if (!/[pP]/.test(letter) || /[{CLMNPSZ]/i.test(next)) return null;
    const end = Math.min(at + 2, this.pattern.length);
    return /[A-Za-z]/.test(next)
      ? { reason: 'unknown property after \\P or \\p', at: end }
      : { reason: 'malformed \\P or \\p sequence', at: end };
  }

  private readClass(): PatternFault | null {
    const { pattern } = this;
    if (POSIX.test(pattern.slice(this.at, this.at + 64))) {
      return { reason: 'POSIX named classes are supported only within a class', at: this.at };
    }
    this.repeatable = true;
    this.at += pattern.charAt(this.at + 1) === '^' ? 2 : 1;
    // A `]` that comes first is a character.
    for (let isFirst = true; isFirst || pattern.charAt(this.at) !== ']'; isFirst = false) {
      const fault = this.readRange();
      if (fault !== null) return fault;
      if (this.at >= pattern.length) {
        return { reason: 'missing terminating ] for character class', at: pattern.length };
      }
    }
    return null;
  }

  /** Reads one member of a class, or two with a hyphen between them; leaves `at` after it. */
  private readRange(): PatternFault | null {
    const { pattern } = this;
    const first = this.readMember();
    if (first.fault !== undefined) return first.fault;
    const hyphen = this.at;
    if (!/^-[^\]]/.test(pattern.slice(hyphen, hyphen + 2))) return null;
    if (first.isSet) return { reason: INVALID_RANGE, at: hyphen };
    this.at += 1;
    const last = this.readMember();
    if (last.fault !== undefined) return last.fault;
    if (last.isSet) {
      return { reason: INVALID_RANGE, at: hyphen + (pattern.charAt(hyphen + 1) === '[' ? 2 : 3) };
    }
    const isInOrder =
      first.character === null || last.character === null || first.character <= last.character;
    return isInOrder ? null : { reason: 'range out of order in character class', at: this.at - 1 };
  }

  /** Reads a character, an escape or `[:alpha:]`; leaves `at` after it. */
  private readMember(): Member {
    const { pattern } = this;
    const start = this.at;
    const character = pattern.charAt(start);
    if (character === '\\') {
      const fault = this.classEscapeFault(pattern.charAt(start + 1), start + 1);
      if (fault !== null) return { fault };
      const [escape = character] = CLASS_ESCAPE.exec(pattern.slice(start, start + 64)) ?? [];
      this.at += escape.length;
      if (/^\\[dDsSwWhHvVpPN]/.test(escape)) return { isSet: true };
      return { isSet: false, character: /^\\[^\w]$/.test(escape) ? escape.charAt(1) : null };
    }
    const named = POSIX.exec(pattern.slice(start, start + 64))?.[0];
    if (named !== undefined) {
      this.at += named.length;
      return POSIX_NAME.test(named)
        ? { isSet: true }
        : { fault: { reason: 'unknown POSIX class name', at: start + 2 } };
    }
    this.at += 1;
    // Others than those of ASCII are more than one byte to nginx.
    return { isSet: false, character: /[ -~]/.test(character) ? character : null };
  }

  private classEscapeFault(letter: string, at: number): PatternFault | null {
    const fault = this.letterFault(letter, at);
    if (fault !== null) return fault;
    return (this.isPcre2 ? NOT_IN_CLASS_2 : NOT_IN_CLASS).test(letter)
      ? { reason: 'escape sequence is invalid in character class', at }
      : null;
  }

  private readOpening(): PatternFault | null {
    const { pattern } = this;
    this.repeatable = false;
    if (/^\(\*[^)]/.test(pattern.slice(this.at, this.at + 3))) return this.verbFault();
    if (pattern.charAt(this.at + 1) !== '?') {
      this.depth += 1;
      this.groups += 1;
      return null;
    }
    if (this.at + 2 === pattern.length) return { reason: 'missing closing parenthesis', at: pattern.length };
    const opening = GROUP.exec(pattern.slice(this.at, this.at + 64))?.[0];
    if (opening === undefined) {
      return this.flagFault();
    }
    if (opening.endsWith('#')) {
      const end = pattern.indexOf(')', this.at);
      if (end === -1) return { reason: 'missing ) after (?# comment', at: pattern.length };
      this.at = end;
      return null;
    }
    const call = /^\(\?(R|[+-]?\d+)$/.exec(opening)?.[1];
    this.at += opening.length - 1;
    if (call !== undefined) return this.readCall(call);
    if (opening.endsWith(')')) return null;
    this.depth += 1;
    if (opening === '(?(') this.skipCondition();
    return /^\(\?(?:P?<|')$/.test(opening) ? this.readName(opening.endsWith("'") ? "'" : '>') : null;
  }

  /** `(?(1)…)`, `(?(<name>)…)`, `(?(?=…)…)`; `at` is on the second parenthesis. */
  private skipCondition(): void {
    const { pattern } = this;
    // A group that looks around is read as any other.
    if (pattern.charAt(this.at + 1) === '?') this.at -= 1;
    else this.at = Math.max(this.at, pattern.indexOf(')', this.at));
  }

  /** A `(*` that begins nothing known. */
  private verbFault(): PatternFault {
    const [, name = ''] = /^\(\*(\w*)/.exec(this.pattern.slice(this.at)) ?? [];
    const kind = /^[a-z]/.test(name)
      ? '(*alpha_assertion) not recognized'
      : '(*VERB) not recognized or malformed';
    return { reason: kind, at: this.at + 2 + name.length };
  }

  /** A `(?` that begins nothing known. */
  private flagFault(): PatternFault {
    const rest = this.pattern.slice(this.at);
    const [start = '', isNamed] = /^\(\?(?:(P)|\^?[imnsxJU]*(?:-[imnsxJU]*)?)/.exec(rest) ?? [];
    if (rest.startsWith('(?+')) return { reason: 'digit expected after (?+ or (?-', at: this.at + 2 };
    if (start === rest) return { reason: 'missing closing parenthesis', at: this.pattern.length };
    const before = isNamed === undefined ? '(? or (?-' : '(?P';
    return { reason: `unrecognized character after ${before}`, at: this.at + start.length };
  }

  /** `(?1)`, `(?-1)` or `(?R)`: another group, once more; `at` is on the last character of its number. */
  private readCall(call: string): PatternFault | null {
    const end = this.at + 1;
    if (this.pattern.charAt(end) !== ')') {
      const reason =
        call === 'R'
          ? '(?R (recursive pattern call) must be followed by a closing parenthesis'
          : 'missing closing parenthesis';
      return { reason, at: end };
    }
    this.at = end;
    this.repeatable = true;
    if (call === 'R') return null;
    const number = Number(call);
    if (call.startsWith('+')) this.references.push({ group: this.groups + number, at: end });
    else if (call.startsWith('-')) {
      const group = this.groups + number + 1;
      this.references.push({ group: group > 0 ? group : -1, at: end });
    } else this.references.push({ group: number, at: end });
    return null;
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
    this.groups += 1;
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

/** A pattern of the directives that take other values too, such as the keys of a `map`. */
export interface TildePattern {
  readonly pattern: string;
  readonly ignoreCase: boolean;
}

/** The pattern of a value that a `~` in front makes one, or `~*` one without case; null for any other value. */
export function tildePattern(value: string): TildePattern | null {
  if (!value.startsWith('~')) return null;
  const ignoreCase = value.startsWith('~*');
  return { pattern: value.slice(ignoreCase ? 2 : 1), ignoreCase };
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
