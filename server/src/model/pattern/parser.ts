import {
  anyButNewline,
  anyByte,
  byteRange,
  bytesAmong,
  type ByteSet,
  complement,
  escapedClasses,
  onlyByte,
  posixClasses,
  singleByte,
  union,
  withoutCase,
} from './byte-set';
import { isNullable, type Mode, type Node, type Place, widthOf } from './tree';

/** PCRE2 lets groups nest so deep, unless it is built otherwise. */
const DEEPEST = 250;

/** A pattern that has been read. */
export interface Pattern {
  readonly tree: Node;
  /** How many groups capture. */
  readonly groups: number;
  /** The numbers of the groups that have a name. */
  readonly names: ReadonlyMap<string, number>;
}

/**
 * Reads a pattern as PCRE does, in bytes and without flags but `ignoreCase`.
 *
 * @returns null for what PCRE would refuse, what its releases take in different ways, and what is not known here
 *   (subroutines, conditions, verbs, branch resets, properties; \R, of which PCRE takes `.` to match no part)
 */
export function parsePattern(bytes: string, ignoreCase: boolean): Pattern | null {
  const parser = new Parser(bytes, ignoreCase);
  try {
    return parser.run();
  } catch (error) {
    if (error instanceof NotKnown) return null;
    throw error;
  }
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
  readonly multiline: boolean;
}

/** A group whose end is still to come. */
interface OpenGroup {
  readonly kind: 'plain' | 'atomic' | 'look' | 'look behind' | 'capturing';
  readonly negated: boolean;
  /** Its number, when it captures. */
  readonly group: number;
  /** In force after it. */
  readonly flags: Flags;
  options: Node[];
  sequence: Node[];
}

/** Thrown where a pattern cannot be read. */
class NotKnown extends Error {}

const NAME = /^[A-Za-z_]\w{0,31}$/;

/** Reads a pattern from left to right, without recursion: groups nest as deep as the input likes. */
class Parser {
  private readonly names = new Map<string, number>();
  private at = 0;
  private flags: Flags;
  private groups = 0;
  /** Whether PCRE repeats what was read last. */
  private isRepeatable = false;
  /** The groups whose end has been read. */
  private readonly closed = new Set<number>();
  private readonly stack: OpenGroup[];

  constructor(
    private readonly text: string,
    ignoreCase: boolean,
  ) {
    this.flags = { ignoreCase, dotAll: false, extended: false, multiline: false };
    this.stack = [this.newGroup('plain')];
  }

  run(): Pattern {
    while (this.at < this.text.length) this.step();
    const [whole, ...open] = this.stack;
    if (whole === undefined || open.length > 0) throw new NotKnown();
    return { tree: choiceOf(optionsOf(whole)), groups: this.groups, names: this.names };
  }

  private get group(): OpenGroup {
    const group = this.stack.at(-1);
    if (group === undefined) throw new NotKnown();
    return group;
  }

  private step(): void {
    if (this.stack.length > DEEPEST) throw new NotKnown();
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
        this.group.options.push(sequenceOf(this.group.sequence));
        this.group.sequence = [];
        return;
      case '^':
        this.addPlace(this.flags.multiline ? 'line beginning' : 'beginning');
        return;
      case '$':
        this.addPlace(this.flags.multiline ? 'line end' : 'last line end');
        return;
      case '.':
        this.addBytes(this.flags.dotAll ? anyByte : anyButNewline);
        return;
      case '[':
        this.addBytes(this.readClass());
        return;
      case '\\':
        this.escape();
        return;
      default:
        this.addLiteral(character);
    }
  }

  private add(node: Node, isRepeatable = true): void {
    this.group.sequence.push(node);
    this.isRepeatable = isRepeatable;
  }

  private addLiteral(character: string): void {
    this.addBytes(singleByte(character.charCodeAt(0), this.flags.ignoreCase));
  }

  private addBytes(set: ByteSet): void {
    this.add({ kind: 'bytes', set });
  }

  private addPlace(place: Place): void {
    this.add({ kind: 'place', place }, false);
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
      if (take(/\{ *,? *\d[\d ,]*\}/y, this.text, this.at) !== null) throw new NotKnown();
      return null;
    }
    this.at += match[0].length;
    const [, sign, least, comma, most] = match;
    const suffix = take(/[?+]/y, this.text, this.at)?.[0] ?? '';
    this.at += suffix.length;
    const mode = suffix === '?' ? 'lazy' : suffix === '+' ? 'possessive' : 'greedy';
    if (sign !== undefined) {
      return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity, mode };
    }
    const from = Number(least);
    const to = comma === undefined ? from : most === '' || most === undefined ? Infinity : Number(most);
    if (from > to || from > 65_535 || (to !== Infinity && to > 65_535)) throw new NotKnown();
    return { least: from, most: to, mode };
  }

  /** Places, looks, flags and what is repeated already PCRE does not repeat, or not in all releases. */
  private repeat({ least, most, mode }: Repetition): void {
    const body = this.isRepeatable ? this.group.sequence.pop() : undefined;
    if (body === undefined) throw new NotKnown();
    const isGroup = body.kind !== 'bytes' && body.kind !== 'reference';
    // PCRE 10.42 does not know any more how a match may begin.
    if (isGroup && most === 0) throw new NotKnown();
    const node: Node = { kind: 'repetition', body, least, most, mode };
    const isLoop = most === Infinity && least <= 1;
    if (isGroup && mode === 'possessive' && !isLoop) this.addAtomic(node, false);
    else this.add(node, false);
  }

  // Groups

  private newGroup(kind: OpenGroup['kind'], { negated = false, group = 0 } = {}): OpenGroup {
    return { kind, negated, group, flags: this.flags, options: [], sequence: [] };
  }

  private open(): void {
    const match = take(
      /\?(?:([:>=!]|<[=!])|P?<(\w+)>|'(\w+)'|#([^)]*)\)|P=(\w+)\)|([imsx]*)(?:-([imsx]+))?([:)]))/y,
      this.text,
      this.at,
    );
    if (match === null) {
      if (/[?*]/.test(this.text.charAt(this.at))) throw new NotKnown();
      this.openCapturing(null);
      return;
    }
    this.at += match[0].length;
    const [, simple, angled, quoted, comment, referenced, on, off, end] = match;
    if (comment !== undefined) return;
    const name = angled ?? quoted;
    if (name !== undefined) this.openCapturing(name);
    else if (referenced !== undefined) this.addReference(this.names.get(referenced));
    else if (simple !== undefined) this.openSimple(simple);
    else this.openFlags(on ?? '', off ?? '', end === ':');
  }

  private openSimple(simple: string): void {
    if (simple === ':') this.stack.push(this.newGroup('plain'));
    else if (simple === '>') this.stack.push(this.newGroup('atomic'));
    else {
      const kind = simple.startsWith('<') ? 'look behind' : 'look';
      this.stack.push(this.newGroup(kind, { negated: simple.endsWith('!') }));
    }
  }

  private openCapturing(name: string | null): void {
    this.groups += 1;
    if (name !== null) {
      if (!NAME.test(name) || this.names.has(name)) throw new NotKnown();
      this.names.set(name, this.groups);
    }
    this.stack.push(this.newGroup('capturing', { group: this.groups }));
  }

  /** `(?i)` holds to the end of the group around it, `(?i:…)` in its own. */
  private openFlags(on: string, off: string, isGroup: boolean): void {
    if (isGroup) this.stack.push(this.newGroup('plain'));
    const is = (flag: string, now: boolean): boolean =>
      off.includes(flag) ? false : on.includes(flag) || now;
    const { ignoreCase, dotAll, extended, multiline } = this.flags;
    this.flags = {
      ignoreCase: is('i', ignoreCase),
      dotAll: is('s', dotAll),
      extended: is('x', extended),
      multiline: is('m', multiline),
    };
    this.isRepeatable = false;
  }

  private close(): void {
    const group = this.stack.pop();
    if (group === undefined || this.stack.length === 0) throw new NotKnown();
    this.flags = group.flags;
    const options = optionsOf(group);
    switch (group.kind) {
      case 'plain':
        // One byte in brackets is not the same as one byte for all that PCRE does.
        this.add({ kind: 'sequence', parts: [choiceOf(options)] });
        return;
      case 'capturing':
        this.closed.add(group.group);
        this.add({ kind: 'group', group: group.group, body: choiceOf(options) });
        return;
      case 'atomic':
        this.addAtomic(choiceOf(options));
        return;
      case 'look':
        this.add({ kind: 'look', behind: false, negated: group.negated, options }, false);
        return;
      case 'look behind':
        // PCRE refuses to look behind where it cannot tell how far, before 10.43; each option may have its own width.
        if (options.some((option) => widthOf(option) === null)) throw new NotKnown();
        this.add({ kind: 'look', behind: true, negated: group.negated, options }, false);
    }
  }

  /**
   * PCRE 10.42 takes a repetition in front of such a group for possessive when a way through the group takes nothing,
   * though what comes behind the group may need a part of what is repeated: `a*(?>|b)a` does not match `aa`.
   */
  private addAtomic(body: Node, isRepeatable = true): void {
    if (isNullable(body) && !isPlain(body)) throw new NotKnown();
    this.add({ kind: 'atomic', body }, isRepeatable);
  }

  /** A group within itself, or in front of itself, is another thing for each release. */
  private addReference(group: number | undefined): void {
    if (group === undefined || !this.closed.has(group)) throw new NotKnown();
    this.add({ kind: 'reference', group, ignoreCase: this.flags.ignoreCase });
  }

  // Escapes and classes

  private escape(): void {
    const place = PLACES.get(this.text.charAt(this.at));
    if (place !== undefined) {
      this.at += 1;
      this.addPlace(place);
      return;
    }
    const quotation = take(/Q(.*?)(?:\\E|$)/sy, this.text, this.at);
    if (quotation !== null) {
      this.at += quotation[0].length;
      for (const each of quotation[1] ?? '') this.addLiteral(each);
      return;
    }
    if (this.takeReference()) return;
    const set = this.readEscape();
    this.addBytes(this.flags.ignoreCase ? withoutCase(set) : set);
  }

  /** `\1`, `\g1`, `\g{-1}`, `\k<name>` and the like (pcre2pattern, "Backreferences"). */
  private takeReference(): boolean {
    const match = take(
      /([1-9]\d*)|g(?:(-?[1-9]\d{0,3})|\{(?:(-?[1-9]\d{0,3})|(\w+))\})|k(?:\{(\w+)\}|<(\w+)>|'(\w+)')/y,
      this.text,
      this.at,
    );
    if (match === null) return false;
    this.at += match[0].length;
    const [, plain, bare, braced, ...names] = match;
    const number = plain ?? bare ?? braced;
    if (number === undefined) {
      const name = names.find((each) => each !== undefined) ?? '';
      this.addReference(this.names.get(name));
    } else this.addReference(number.startsWith('-') ? this.groups + 1 + Number(number) : Number(number));
    return true;
  }

  /** What is after a backslash: a class, or one character. */
  private readEscape(): ByteSet {
    if (take(/x\{(?![0-9a-fA-F]{1,2}\})|o\{(?![0-7]{1,3}\})/y, this.text, this.at) !== null)
      throw new NotKnown();
    const number = take(
      /x(?:\{([0-9a-fA-F]{1,2})\}|([0-9a-fA-F]{0,2}))|o\{([0-7]{1,3})\}|(0[0-7]{0,2})/y,
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
      if (!(byte <= 255)) throw new NotKnown();
      return byteRange(byte, byte);
    }
    const character = this.text.charAt(this.at);
    this.at += 1;
    const named = escapedClasses.get(character);
    if (named !== undefined) return named;
    const control = CONTROLS.get(character);
    if (control !== undefined) return bytesAmong(control);
    // Letters and digits mean something else, or nothing.
    if (character === '' || /[A-Za-z0-9]/.test(character)) throw new NotKnown();
    return bytesAmong(character);
  }

  /** A class in brackets; a `]` that is first in it is one of its members. */
  private readClass(): ByteSet {
    // PCRE takes `[:alpha:]` for a class by name in the wrong place.
    if (take(/([:.=])[^\]]*\1\]/y, this.text, this.at) !== null) throw new NotKnown();
    const isNegated = this.text.charAt(this.at) === '^';
    if (isNegated) this.at += 1;
    let set: ByteSet = bytesAmong('');
    for (let isFirst = true; isFirst || this.text.charAt(this.at) !== ']'; isFirst = false) {
      if (this.at >= this.text.length) throw new NotKnown();
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
      if (set === undefined || (hasCase && posix[1] === '^' && this.flags.ignoreCase)) throw new NotKnown();
      this.at += posix[0].length;
      // A range from a class is refused.
      if (take(/-[^\]]/y, this.text, this.at) !== null) throw new NotKnown();
      return posix[1] === '^' ? complement(set) : set;
    }
    if (take(/\[[.=]/y, this.text, this.at) !== null) throw new NotKnown();
    const first = this.readClassCharacter();
    const isRange = this.text.charAt(this.at) === '-' && !/^(?:\]|)$/.test(this.text.charAt(this.at + 1));
    if (!isRange) return first;
    const from = onlyByte(first);
    this.at += 1;
    const last = take(/\[[:.=]/y, this.text, this.at) === null ? this.readClassCharacter() : anyByte;
    const to = onlyByte(last);
    // From or to a class there is no range.
    if (from === null || to === null) throw new NotKnown();
    if (to < from) throw new NotKnown();
    return byteRange(from, to);
  }

  private readClassCharacter(): ByteSet {
    const character = this.text.charAt(this.at);
    this.at += 1;
    if (character === '') throw new NotKnown();
    if (character !== '\\') return bytesAmong(character);
    const next = this.text.charAt(this.at);
    if (next === 'b') {
      this.at += 1;
      return bytesAmong('\b');
    }
    // A quotation in brackets, and classes that PCRE does not take there.
    if (/[QEBRXN]/.test(next)) throw new NotKnown();
    return this.readEscape();
  }
}

interface Repetition {
  readonly least: number;
  readonly most: number;
  readonly mode: Mode;
}

const PLACES: ReadonlyMap<string, Place> = new Map([
  ['A', 'beginning'],
  ['z', 'end'],
  ['Z', 'last line end'],
  ['b', 'word boundary'],
  ['B', 'no word boundary'],
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

/** Whether there is one way through a part but for how often its bytes are repeated. */
function isPlain(node: Node): boolean {
  switch (node.kind) {
    case 'bytes':
    case 'place':
      return true;
    case 'sequence':
      return node.parts.every(isPlain);
    case 'group':
      return isPlain(node.body);
    case 'repetition':
      return node.body.kind === 'bytes';
    default:
      return false;
  }
}

function optionsOf({ options, sequence }: OpenGroup): Node[] {
  return [...options, sequenceOf(sequence)];
}

function sequenceOf(parts: readonly Node[]): Node {
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : { kind: 'sequence', parts };
}

function choiceOf(options: readonly Node[]): Node {
  const [first] = options;
  return first !== undefined && options.length === 1 ? first : { kind: 'choice', options };
}
