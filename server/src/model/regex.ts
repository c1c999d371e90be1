import { bytesOf } from './bytes';
import {
  anyButNewline,
  anyByte,
  byteRange,
  bytesAmong,
  type ByteSet,
  classOf,
  complement,
  escapedClasses,
  posixClasses,
  union,
  withoutCase,
} from './byte-set';

/** nginx reads no longer words. */
const LONGEST_PATTERN = 4096;

/** More than so many ways through a pattern, as a power of two, are not tried. */
const CHOICES_LIMIT = 24;

/** More repetitions without bound than this, one after another, are not tried. */
const UNBOUNDED_LIMIT = 8;

/** PCRE2 lets groups nest so deep, unless it is built otherwise. */
const DEEPEST = 250;

/** A pattern of PCRE, ready to be matched. */
export interface CompiledRegex {
  /**
   * @param subject in bytes, one character each
   * @returns null when it does not match; `unknown` where PCRE and JavaScript may differ in what they have captured
   */
  match(subject: string): RegexMatch | null | 'unknown';
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
 * @returns null for what PCRE would refuse, what has no counterpart in JavaScript (recursion, conditions, verbs, back
 *   references, properties), and what could take exponential time: then nothing is known of what it matches
 */
export function compileRegex(pattern: string, ignoreCase: boolean): CompiledRegex | null {
  const bytes = bytesOf(pattern);
  if (bytes.length > LONGEST_PATTERN) return null;
  const parser = new Parser(bytes, ignoreCase);
  const source = parser.run();
  if (source === null) return null;
  const { groups, names } = parser;
  try {
    const regex = new RegExp(source);
    return { match: (subject) => matchOf(regex.exec(subject), groups, names) };
  } catch {
    return null;
  }
}

/** A capturing group of the pattern. */
interface CapturingGroup {
  /** Its number in the JavaScript pattern, which has groups of its own for atomic ones. */
  readonly index: number;
  /** Whether it is in a repetition: JavaScript forgets there what an earlier turn has captured, PCRE does not. */
  repeated: boolean;
}

function matchOf(
  match: RegExpExecArray | null,
  groups: readonly CapturingGroup[],
  names: ReadonlyMap<string, number>,
): RegexMatch | null | 'unknown' {
  if (match === null) return null;
  if (groups.some(({ index, repeated }) => repeated && match[index] === undefined)) return 'unknown';
  const texts = groups.map(({ index }) => match[index] ?? '');
  const named = [...names].map(([name, group]) => [name, texts[group] ?? ''] as const);
  return { groups: [match[0], ...texts], named: new Map(named) };
}

/** A part of the pattern that has been read. */
interface Part {
  /** As JavaScript writes it. */
  readonly source: string;
  /** The ways through it without its unbounded repetitions, as a power of two. */
  readonly choices: number;
  /** Unbounded repetitions, one after another. */
  readonly unbounded: number;
  /** Whether it can match nothing at all. */
  readonly nullable: boolean;
  /** The capturing groups in it: from the first to the last, the last not among them. */
  readonly firstGroup: number;
  readonly lastGroup: number;
  /** Whether PCRE lets it be repeated. */
  readonly repeatable: boolean;
  /** Whether a group of ours is in it. */
  readonly hasAtomic: boolean;
  /** Whether it tries the longest first, with no other way: no alternatives, nothing lazy. */
  readonly greedy: boolean;
  /** How many bytes it matches; null where that may differ. */
  readonly width: number | null;
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
}

/** A group whose end is still to come. */
interface OpenGroup {
  readonly opening: string;
  readonly kind: 'plain' | 'atomic' | 'around' | 'behind';
  readonly firstGroup: number;
  /** In force after it. */
  readonly flags: Flags;
  alternatives: Part[];
  sequence: Part[];
}

const NAME = /^[A-Za-z_]\w{0,31}$/;

/** Thrown where a pattern cannot be translated. */
class NotTranslated extends Error {}

/** Reads a pattern from left to right, without recursion: groups nest as deep as the input likes. */
class Parser {
  readonly groups: CapturingGroup[] = [];
  readonly names = new Map<string, number>();
  private at = 0;
  private flags: Flags;
  private jsGroups = 0;
  private readonly stack: OpenGroup[];

  constructor(
    private readonly text: string,
    ignoreCase: boolean,
  ) {
    this.flags = { ignoreCase, dotAll: false, extended: false };
    this.stack = [this.newGroup('', 'plain')];
  }

  /** The pattern as JavaScript writes it; null where it cannot be translated or is too costly. */
  run(): string | null {
    try {
      while (this.at < this.text.length) this.step();
      const [whole, ...open] = this.stack;
      if (whole === undefined || open.length > 0) return null;
      const { source, choices, unbounded } = this.alternation(whole);
      return choices > CHOICES_LIMIT || unbounded > UNBOUNDED_LIMIT ? null : source;
    } catch (error) {
      if (error instanceof NotTranslated) return null;
      throw error;
    }
  }

  private get group(): OpenGroup {
    const group = this.stack.at(-1);
    if (group === undefined) throw new NotTranslated();
    return group;
  }

  private step(): void {
    if (this.stack.length > DEEPEST) throw new NotTranslated();
    const character = this.text.charAt(this.at);
    if (this.flags.extended && this.skipsSpace(character)) return;
    const repetition = this.takeRepetition();
    if (repetition !== null) {
      this.repeat(repetition);
      return;
    }
    this.at += 1;
    switch (character) {
      case '(':
        this.open();
        return;
      case ')':
        this.close();
        return;
      case '|':
        this.group.alternatives.push(this.sequence(this.group));
        this.group.sequence = [];
        return;
      case '^':
        this.add(this.anchor('^'));
        return;
      case '$':
        // PCRE's also matches in front of a line feed at the very end.
        this.add(this.anchor('(?=\\n?$)'));
        return;
      case '.':
        this.add(this.atom(this.flags.dotAll ? anyByte : anyButNewline));
        return;
      case '[':
        this.add(this.atom(this.readClass()));
        return;
      case '\\':
        this.escape();
        return;
      default:
        this.add(this.literal(character));
    }
  }

  private add(part: Part): void {
    this.group.sequence.push(part);
  }

  private literal(character: string): Part {
    return this.atom(bytesAmong(character));
  }

  private atom(set: ByteSet): Part {
    return this.part(classOf(this.flags.ignoreCase ? withoutCase(set) : set), { nullable: false, width: 1 });
  }

  private anchor(source: string): Part {
    return this.part(source, { repeatable: false });
  }

  private part(source: string, other: Partial<Part> = {}): Part {
    const group = this.groups.length;
    const base = {
      choices: 0,
      unbounded: 0,
      nullable: true,
      repeatable: true,
      hasAtomic: false,
      greedy: true,
      width: 0,
    };
    return { source, ...base, firstGroup: group, lastGroup: group, ...other };
  }

  /** White space and comments after `(?x)`. */
  private skipsSpace(character: string): boolean {
    if (character === '#') {
      const end = this.text.indexOf('\n', this.at);
      this.at = end === -1 ? this.text.length : end + 1;
      return true;
    }
    if (!/[ \t\n\v\f\r]/.test(character)) return false;
    this.at += 1;
    return true;
  }

  // Repetitions

  private takeRepetition(): Repetition | null {
    const match = take(/([*+?])|\{(\d{1,5})(?:(,)(\d{0,5}))?\}/y, this.text, this.at);
    if (match === null) {
      // A repetition for PCRE2 from 10.43 on, plain text before.
      if (take(/\{ *,? *\d[\d ,]*\}/y, this.text, this.at) !== null) throw new NotTranslated();
      return null;
    }
    this.at += match[0].length;
    const [, sign, least, comma, most] = match;
    const suffix = take(/[?+]/y, this.text, this.at)?.[0] ?? '';
    this.at += suffix.length;
    const mode = suffix === '?' ? 'lazy' : suffix === '+' ? 'possessive' : 'greedy';
    if (sign !== undefined) {
      return { text: sign, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity, mode };
    }
    const from = Number(least);
    const to = comma === undefined ? from : most === '' || most === undefined ? Infinity : Number(most);
    if (from > to || from > 65_535 || (to !== Infinity && to > 65_535)) throw new NotTranslated();
    return { text: match[0], least: from, most: to, mode };
  }

  private repeat({ text, least, most, mode }: Repetition): void {
    const part = this.group.sequence.pop();
    if (part === undefined || !part.repeatable) throw new NotTranslated();
    const hasCapture = part.lastGroup > part.firstGroup;
    // JavaScript takes no empty turn, PCRE does: what comes next and what is captured may differ.
    const isFixed = least === most;
    if (part.nullable && !isFixed && (!part.greedy || (most > 1 && hasCapture))) throw new NotTranslated();
    if (most > 1) {
      for (const group of this.groups.slice(part.firstGroup, part.lastGroup)) group.repeated = true;
    }
    const body = `(?:${part.source})${text}`;
    const source = mode === 'possessive' ? this.atomic(body, part) : mode === 'lazy' ? `${body}?` : body;
    this.add({
      ...part,
      source,
      ...costOfRepetition(part, least, most),
      nullable: part.nullable || least === 0,
      hasAtomic: part.hasAtomic || mode === 'possessive',
      repeatable: false,
      greedy: part.greedy && mode !== 'lazy',
      width: isFixed && part.width !== null ? part.width * least : null,
    });
  }

  /** JavaScript has no atomic groups: a lookahead is one, and a reference to what it has matched takes that. */
  private atomic(body: string, part: Part): string {
    // The group for it would come before those in it.
    if (part.lastGroup > part.firstGroup || part.hasAtomic) throw new NotTranslated();
    this.jsGroups += 1;
    return `(?=(${body}))\\${this.jsGroups}(?:)`;
  }

  // Groups

  private newGroup(opening: string, kind: OpenGroup['kind']): OpenGroup {
    const { flags } = this;
    return { opening, kind, firstGroup: this.groups.length, flags, alternatives: [], sequence: [] };
  }

  private open(): void {
    const match = take(
      /\?(?:([:>=!]|<[=!])|P?<(\w+)>|'(\w+)'|#([^)]*)\)|([imsx]*)(?:-([imsx]+))?([:)]))/y,
      this.text,
      this.at,
    );
    if (match === null) {
      if (/[?*]/.test(this.text.charAt(this.at))) throw new NotTranslated();
      this.openCapturing(null);
      return;
    }
    this.at += match[0].length;
    const [, simple, angled, quoted, comment, on, off, end] = match;
    if (comment !== undefined) return;
    const name = angled ?? quoted;
    if (name !== undefined) this.openCapturing(name);
    else if (simple !== undefined) this.openSimple(simple);
    else this.openFlags(on ?? '', off ?? '', end === ':');
  }

  private openSimple(simple: string): void {
    // A capture in an atomic group would be numbered after the group that replaces it.
    const kind =
      simple === '>' ? 'atomic' : simple === ':' ? 'plain' : simple.startsWith('<') ? 'behind' : 'around';
    this.stack.push(this.newGroup(simple === '>' ? '(?:' : `(?${simple}`, kind));
  }

  private openCapturing(name: string | null): void {
    if (name !== null) {
      if (!NAME.test(name) || this.names.has(name)) throw new NotTranslated();
      this.names.set(name, this.groups.length);
    }
    this.jsGroups += 1;
    const group = this.newGroup('(', 'plain');
    this.groups.push({ index: this.jsGroups, repeated: false });
    this.stack.push(group);
  }

  /** `(?i)` holds to the end of the group around it, `(?i:…)` in its own. */
  private openFlags(on: string, off: string, isGroup: boolean): void {
    if (on.includes('m') || off.includes('m')) throw new NotTranslated();
    if (isGroup) this.stack.push(this.newGroup('(?:', 'plain'));
    const is = (flag: string, now: boolean): boolean =>
      off.includes(flag) ? false : on.includes(flag) || now;
    const { ignoreCase, dotAll, extended } = this.flags;
    this.flags = { ignoreCase: is('i', ignoreCase), dotAll: is('s', dotAll), extended: is('x', extended) };
  }

  private close(): void {
    const group = this.stack.pop();
    if (group === undefined || this.stack.length === 0) throw new NotTranslated();
    const inner = this.alternation(group);
    this.flags = group.flags;
    const spanned = { ...inner, firstGroup: group.firstGroup, lastGroup: this.groups.length };
    const hasCapture = spanned.lastGroup > spanned.firstGroup;
    const isLook = group.kind === 'around' || group.kind === 'behind';
    // What a look at the text behind captures is read backwards in JavaScript.
    if (group.kind === 'behind' && (hasCapture || !this.hasFixedWidths(group))) throw new NotTranslated();
    const source = `${group.opening}${inner.source})`;
    this.add({
      ...spanned,
      source: group.kind === 'atomic' ? this.atomic(inner.source, spanned) : source,
      nullable: isLook || inner.nullable,
      width: isLook ? 0 : inner.width,
      repeatable: !isLook,
      hasAtomic: spanned.hasAtomic || group.kind === 'atomic',
    });
  }

  /** PCRE refuses to look behind where it cannot tell how far, before 10.43; each alternative may have its own. */
  private hasFixedWidths(group: OpenGroup): boolean {
    return [...group.alternatives, this.sequence(group)].every(({ width }) => width !== null);
  }

  private sequence({ sequence, firstGroup }: OpenGroup): Part {
    let [choices, unbounded, nullable] = [0, 0, true];
    const hasAtomic = sequence.some((part) => part.hasAtomic);
    const greedy = sequence.every((part) => part.greedy);
    let width: number | null = 0;
    for (const part of sequence) width = width === null || part.width === null ? null : width + part.width;
    for (const part of sequence) {
      choices += part.choices;
      unbounded += part.unbounded;
      nullable &&= part.nullable;
    }
    const source = sequence.map((part) => part.source).join('');
    return {
      source,
      choices,
      unbounded,
      nullable,
      firstGroup,
      lastGroup: this.groups.length,
      repeatable: true,
      hasAtomic,
      greedy,
      width,
    };
  }

  private alternation(group: OpenGroup): Part {
    const parts = [...group.alternatives, this.sequence(group)];
    const [first, ...others] = parts;
    if (first === undefined) throw new NotTranslated();
    let { choices, unbounded, nullable, hasAtomic } = first;
    for (const part of others) {
      hasAtomic ||= part.hasAtomic;
      choices = sumOf(choices, part.choices);
      unbounded = Math.max(unbounded, part.unbounded);
      nullable ||= part.nullable;
    }
    const source = parts.map((part) => part.source).join('|');
    const greedy = others.length === 0 && first.greedy;
    const width = others.every((part) => part.width === first.width) ? first.width : null;
    return { ...first, source, choices, unbounded, nullable, hasAtomic, greedy, width };
  }

  // Escapes and classes

  private escape(): void {
    const anchor = ANCHORS.get(this.text.charAt(this.at));
    if (anchor !== undefined) {
      this.at += 1;
      this.add(this.anchor(anchor));
      return;
    }
    const quotation = take(/Q(.*?)(?:\\E|$)/sy, this.text, this.at);
    if (quotation !== null) {
      this.at += quotation[0].length;
      for (const character of quotation[1] ?? '') this.add(this.literal(character));
      return;
    }
    this.add(this.atom(this.readEscape()));
  }

  /** What is after a backslash: a class, or one character. */
  private readEscape(): ByteSet {
    if (take(/x\{(?![0-9a-fA-F]{1,2}\})|o\{(?![0-7]{1,3}\})/y, this.text, this.at) !== null)
      throw new NotTranslated();
    const number = take(
      /x(?:\{([0-9a-f]{1,2})\}|([0-9a-f]{0,2}))|o\{([0-7]{1,3})\}|(0[0-7]{0,2})/iy,
      this.text,
      this.at,
    );
    if (number !== null && (number[1] ?? number[2] ?? number[3] ?? number[4]) !== undefined) {
      this.at += number[0].length;
      const [, braced, plain, octal, short] = number;
      const hexadecimal = braced ?? plain;
      const byte =
        hexadecimal === undefined
          ? Number.parseInt(octal ?? short ?? '', 8)
          : Number.parseInt(hexadecimal || '0', 16);
      if (!(byte <= 255)) throw new NotTranslated();
      return byteRange(byte, byte);
    }
    const character = this.text.charAt(this.at);
    this.at += 1;
    const named = escapedClasses.get(character);
    if (named !== undefined) return named;
    const control = CONTROLS.get(character);
    if (control !== undefined) return bytesAmong(control);
    // Letters and digits mean something else, or nothing.
    if (character === '' || /[A-Za-z0-9]/.test(character)) throw new NotTranslated();
    return bytesAmong(character);
  }

  /** A class in brackets; a `]` that is first in it is one of its members. */
  private readClass(): ByteSet {
    // PCRE takes `[:alpha:]` for a class by name in the wrong place.
    if (take(/([:.=])[^\]]*\1\]/y, this.text, this.at) !== null) throw new NotTranslated();
    const isNegated = this.text.charAt(this.at) === '^';
    if (isNegated) this.at += 1;
    let set: ByteSet = bytesAmong('');
    for (let isFirst = true; isFirst || this.text.charAt(this.at) !== ']'; isFirst = false) {
      if (this.at >= this.text.length) throw new NotTranslated();
      set = union(set, this.readMember());
    }
    this.at += 1;
    const full = this.flags.ignoreCase ? withoutCase(set) : set;
    return isNegated ? complement(full) : full;
  }

  private readMember(): ByteSet {
    const posix = take(/\[:(\^?)([a-z]+):\]/y, this.text, this.at);
    if (posix !== null) {
      const set = posixClasses.get(posix[2] ?? '');
      const hasCase = posix[2] === 'upper' || posix[2] === 'lower';
      if (set === undefined || (hasCase && posix[1] === '^' && this.flags.ignoreCase))
        throw new NotTranslated();
      this.at += posix[0].length;
      // A range from a class is refused.
      if (take(/-[^\]]/y, this.text, this.at) !== null) throw new NotTranslated();
      return posix[1] === '^' ? complement(set) : set;
    }
    if (take(/\[[.=]/y, this.text, this.at) !== null) throw new NotTranslated();
    const first = this.readClassCharacter();
    const isRange = this.text.charAt(this.at) === '-' && !/^(?:\]|)$/.test(this.text.charAt(this.at + 1));
    if (!isRange) return first;
    const from = onlyByte(first);
    this.at += 1;
    const last = take(/\[[:.=]/y, this.text, this.at) === null ? this.readClassCharacter() : anyByte;
    const to = onlyByte(last);
    // From or to a class there is no range.
    if (from === null || to === null) throw new NotTranslated();
    if (to < from) throw new NotTranslated();
    return byteRange(from, to);
  }

  private readClassCharacter(): ByteSet {
    const character = this.text.charAt(this.at);
    this.at += 1;
    if (character === '') throw new NotTranslated();
    if (character !== '\\') return bytesAmong(character);
    const next = this.text.charAt(this.at);
    if (next === 'b') {
      this.at += 1;
      return bytesAmong('\b');
    }
    // A quotation in brackets, and classes that PCRE does not take there.
    if (/[QEBRXN]/.test(next)) throw new NotTranslated();
    return this.readEscape();
  }
}

interface Repetition {
  readonly text: string;
  readonly least: number;
  readonly most: number;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
}

const ANCHORS: ReadonlyMap<string, string> = new Map([
  ['A', '^'],
  ['z', '$'],
  ['Z', '(?=\\n?$)'],
  ['b', '\\b'],
  ['B', '\\B'],
]);

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
  ['a', '\x07'],
  ['e', '\x1b'],
]);

function take(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The byte of a set of one; null for any other. */
function onlyByte(set: ByteSet): number | null {
  const byte = set.indexOf(true);
  return byte === -1 || set.indexOf(true, byte + 1) !== -1 ? null : byte;
}

/** An unbounded repetition of something that may itself match in several ways could take exponential time. */
function costOfRepetition(
  { choices, unbounded }: Part,
  least: number,
  most: number,
): Pick<Part, 'choices' | 'unbounded'> {
  if (most === Infinity) {
    return choices > 0 || unbounded > 0
      ? { choices: Infinity, unbounded: Infinity }
      : { choices: 0, unbounded: 1 };
  }
  return { choices: choices * most + Math.log2(most - least + 1), unbounded: unbounded * most };
}

/** log2(2^a + 2^b), also where the powers are too large for a number. */
function sumOf(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === Infinity ? Infinity : larger + Math.log2(1 + 2 ** (Math.min(a, b) - larger));
}
