/** nginx reads no longer words. */
const LONGEST_PATTERN = 4096;

/** More than so many ways through a pattern, as a power of two, are not tried. */
const CHOICES_LIMIT = 24;

/** More repetitions without bound than this, one after another, are not tried. */
const UNBOUNDED_LIMIT = 8;

/**
 * A PCRE pattern as a JavaScript one, for the part of the language in which both mean the same.
 *
 * @returns null for what cannot be translated, or could take exponential time: then nothing is known of what it matches
 */
export function translateRegex(pattern: string, ignoreCase: boolean): RegExp | null {
  const isInsensitive = pattern.startsWith('(?i)');
  const pieces = cut(isInsensitive ? pattern.slice('(?i)'.length) : pattern);
  if (pieces === null || isCostly(pieces)) return null;
  const source = pieces
    .map(({ kind, text }) => (kind === 'open' ? text.replace('?P<', '?<') : text))
    .join('');
  try {
    return new RegExp(source, ignoreCase || isInsensitive ? 'i' : '');
  } catch {
    return null;
  }
}

/** One piece of a pattern. For a repetition: how often at least and at most. */
interface Piece {
  readonly kind: 'open' | 'close' | 'or' | 'repeat' | 'single';
  readonly text: string;
  readonly least: number;
  readonly most: number;
}

/**
 * Escapes, groups and brackets that JavaScript reads as PCRE does. Each alternative begins with other characters
 * than the rest, so that a pattern is cut in one way only. Not among them: back references (to a group without a
 * match they differ), `[]…]`, possessive and atomic ones, and all beyond ASCII (PCRE sees bytes there).
 */
const PIECE =
  /(?<open>\((?:\?(?::|<?[=!]|P?<[A-Za-z]\w*>)|(?![?*])))|(?<close>\))|(?<or>\|)|(?<repeat>(?:[*+?]|\{(?<least>\d+)(?<range>,(?<most>\d*))?\})\??(?![*+?{]))|\\(?:[dDwWsSbB]|[!-/:-@[-`{-~])|\[(?!\^?\])(?:\\(?:[dDwWsS]|[!-/:-@[-`{-~])|[ -Z^-~])+\]|[ -',->@-Z^-z~]/y;

/** Cuts a pattern into pieces; null where one of them is not known to mean the same in JavaScript. */
function cut(pattern: string): Piece[] | null {
  if (pattern.length > LONGEST_PATTERN) return null;
  const pieces: Piece[] = [];
  let at = 0;
  while (at < pattern.length) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(pattern);
    if (match === null) return null;
    pieces.push(pieceOf(match));
    at = PIECE.lastIndex;
  }
  return pieces;
}

function pieceOf({ 0: text, groups = {} }: RegExpExecArray): Piece {
  const { open, close, or, repeat, least, range, most } = groups;
  if (repeat === undefined) {
    const kind =
      open !== undefined ? 'open' : close !== undefined ? 'close' : or !== undefined ? 'or' : 'single';
    return { kind, text, least: 1, most: 1 };
  }
  if (least !== undefined) {
    const upTo = range === undefined ? least : most === '' ? Infinity : most;
    return { kind: 'repeat', text, least: Number(least), most: Number(upTo) };
  }
  return {
    kind: 'repeat',
    text,
    least: text.startsWith('+') ? 1 : 0,
    most: text.startsWith('?') ? 1 : Infinity,
  };
}

/** What a part of a pattern may cost when it does not match. */
interface Cost {
  /** The ways through it without its unbounded repetitions, as a power of two. */
  readonly choices: number;
  /** Unbounded repetitions, one after another. */
  readonly unbounded: number;
}

const NO_COST: Cost = { choices: 0, unbounded: 0 };
const TOO_MUCH: Cost = { choices: Infinity, unbounded: Infinity };

/** A group that is open: what its alternatives so far cost, and the one that is being read without its last piece. */
interface Group {
  alternatives: Cost | null;
  sequence: Cost;
  last: Cost;
}

/** Whether a match could take exponential time: an unbounded repetition of something that may itself match in several ways. */
function isCostly(pieces: readonly Piece[]): boolean {
  const stack: Group[] = [newGroup()];
  for (const piece of pieces) {
    const group = stack.at(-1);
    if (group === undefined) return true;
    if (piece.kind === 'open') stack.push(newGroup());
    else if (piece.kind === 'or') closeAlternative(group);
    else if (piece.kind === 'repeat') group.last = repeated(group.last, piece);
    else {
      const closed = piece.kind === 'close' ? stack.pop() : undefined;
      const around = stack.at(-1);
      if (around === undefined) return true;
      around.sequence = both(around.sequence, around.last);
      around.last = closed === undefined ? NO_COST : costOf(closed);
    }
  }
  const [whole] = stack;
  if (whole === undefined || stack.length > 1) return true;
  const { choices, unbounded } = costOf(whole);
  return choices > CHOICES_LIMIT || unbounded > UNBOUNDED_LIMIT;
}

function newGroup(): Group {
  return { alternatives: null, sequence: NO_COST, last: NO_COST };
}

function closeAlternative(group: Group): void {
  group.alternatives = costOf(group);
  group.sequence = NO_COST;
  group.last = NO_COST;
}

function costOf({ alternatives, sequence, last }: Group): Cost {
  const own = both(sequence, last);
  return alternatives === null ? own : either(alternatives, own);
}

function both(a: Cost, b: Cost): Cost {
  return { choices: a.choices + b.choices, unbounded: a.unbounded + b.unbounded };
}

function either(a: Cost, b: Cost): Cost {
  return { choices: sumOf(a.choices, b.choices), unbounded: Math.max(a.unbounded, b.unbounded) };
}

/** log2(2^a + 2^b), also where the powers are too large for a number. */
function sumOf(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === Infinity ? Infinity : larger + Math.log2(1 + 2 ** (Math.min(a, b) - larger));
}

function repeated({ choices, unbounded }: Cost, { least, most }: Piece): Cost {
  if (most === Infinity) return choices > 0 || unbounded > 0 ? TOO_MUCH : { choices: 0, unbounded: 1 };
  const lengths = Math.log2(Math.max(most - least, 0) + 1);
  return { choices: choices * most + lengths, unbounded: unbounded * most };
}
