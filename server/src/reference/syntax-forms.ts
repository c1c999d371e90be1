/** One parameter of a directive, as its manual writes it. */
export interface Parameter {
  /** Plain text: `address[:port]`, `[backlog=number]`, `on | off`. */
  readonly label: string;
  /** Words that it may be; those that end in `=` or `:` go on with something of the author's. */
  readonly words: readonly string[];
  readonly optional: boolean;
  /** Whether more of its kind may follow. */
  readonly repeats: boolean;
}

/** A piece of a form: a word as it is, a name for something of the author's, or a sign between them. */
interface Piece {
  readonly kind: 'word' | 'name' | 'sign';
  readonly text: string;
}

/**
 * Takes one form of the syntax of a directive apart.
 *
 * @param form without the name of the directive, such as `*address* [backlog=*number*]` with words in backticks
 */
export function parametersOf(form: string): Parameter[] {
  const parameters: Parameter[] = [];
  let pieces: Piece[] = [];
  let depth = 0;
  let startDepth = 0;
  const finish = (): void => {
    const parameter = parameterOf(pieces, startDepth > 0);
    pieces = [];
    if (parameter === null) return;
    const last = parameters.at(-1);
    if (parameter.label !== '...' || last === undefined) parameters.push(parameter);
    else parameters[parameters.length - 1] = { ...last, repeats: true };
  };
  for (const piece of piecesOf(form)) {
    if (piece.kind === 'sign' && piece.text === ' ') {
      finish();
      continue;
    }
    if (piece.text === '[') depth += 1;
    if (pieces.length === 0) startDepth = depth;
    if (piece.text === ']') depth -= 1;
    pieces.push(piece);
  }
  finish();
  return parameters;
}

/** A form without its marks. */
export function plainForm(form: string): string {
  return parametersOf(form)
    .map(({ label, repeats }) => (repeats ? `${label} ...` : label))
    .join(' ');
}

/** Backticks mark code; stars, within or around it, mark what to fill in. Blanks beside `|` and within brackets separate nothing. */
function piecesOf(form: string): Piece[] {
  const tidy = form
    .replaceAll('`{...}`', '')
    .replaceAll(/\s*\|\s*/g, '|')
    .replaceAll(/\[\s+/g, '[')
    .replaceAll(/\s+\]/g, ']')
    .trim();
  return [...tidy.matchAll(/\*`([^`]*)`\*|`([^`]*)`|\s+|\.\.\.|[^`*\s]/g)].map((match): Piece => {
    if (match[1] !== undefined) return { kind: 'name', text: match[1] };
    if (match[2] !== undefined) return { kind: 'word', text: match[2] };
    return { kind: 'sign', text: match[0].trim() === '' ? ' ' : match[0] };
  });
}

function parameterOf(pieces: readonly Piece[], optional: boolean): Parameter | null {
  const label = balanced(pieces.map(({ text }) => text).join('')).replaceAll('|', ' | ');
  if (label === '') return null;
  return { label, words: wordsIn(pieces), optional, repeats: false };
}

/** Brackets around several parameters leave a half with each of the outer ones. */
function balanced(label: string): string {
  const missing = label.split('[').length - label.split(']').length;
  return missing >= 0 ? `${label}${']'.repeat(missing)}` : label.slice(0, missing);
}

/** The words of the alternatives: `ipv6only=on|off` has `ipv6only=on` and `ipv6only=off`. */
function wordsIn(pieces: readonly Piece[]): string[] {
  const words: string[] = [];
  let key = '';
  for (const alternative of alternatives(pieces)) {
    const word = headOf(alternative);
    if (word === null) continue;
    const equals = word.indexOf('=');
    if (words.length === 0 && equals > 0) key = word.slice(0, equals + 1);
    const whole = key === '' || equals !== -1 ? word : `${key}${word}`;
    if (/^[\w.@-][\w.:=@-]*$/.test(whole)) words.push(whole);
  }
  return words;
}

function alternatives(pieces: readonly Piece[]): Piece[][] {
  const found: Piece[][] = [[]];
  for (const piece of pieces) {
    if (piece.kind === 'sign' && piece.text === '|') found.push([]);
    else found.at(-1)?.push(piece);
  }
  return found;
}

/** The beginning of an alternative that is always the same: a whole word, or one that ends in a sign. Null when there is none. */
function headOf(pieces: readonly Piece[]): string | null {
  let head = '';
  let isWhole = true;
  const inner = pieces.filter((piece, index) => index > 0 || piece.text !== '[');
  for (const { kind, text } of inner) {
    if (kind === 'sign' && (text === '[' || text === ']')) break;
    if (kind === 'name' || text === '...') {
      isWhole = false;
      break;
    }
    head += text;
  }
  if (head === '') return null;
  return isWhole || /[=:@]$/.test(head) ? head : null;
}
