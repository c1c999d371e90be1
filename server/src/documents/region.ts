/** A stretch of nginx text that stands as it is in the outer text. */
interface Piece {
  /** Where it begins in the nginx text. */
  readonly inner: number;
  /** Where it begins in the outer text. */
  readonly outer: number;
  readonly length: number;
}

/** One file, or part of a file, of nginx within another text. */
export interface Region {
  /** The absolute path by which nginx opens it; null where the outer text does not tell. */
  readonly path: string | null;
  /** What it is called in the outer text, or ''. */
  readonly name: string;
  /** As nginx reads it. */
  readonly text: string;
  /** In order, without gaps in the nginx text. */
  readonly pieces: readonly Piece[];
  /** What the outer text has before each line. */
  readonly indent: string;
  /** How the outer text writes what means something to it. */
  readonly escapes: Escapes;
  /** The variables of nginx that the outer text does not let through, in order. */
  readonly lost: readonly LostVariable[];
}

/** A variable of nginx that a shell takes for its own, and puts nothing in its place. */
export interface LostVariable {
  /** Without the `$`. */
  readonly name: string;
  /** Where it is missing in the nginx text. */
  readonly at: number;
}

/**
 * `compose`: `$$` for `$`. `shell`: a backslash in front of `$`, a backquote, and itself. `hcl`: `$${` for `${`. `nix`:
 * `''${` for `${`, and `'''` for two quotes.
 */
export type Escapes = 'none' | 'compose' | 'shell' | 'hcl' | 'nix';

/** A text with others for nginx within it. */
export interface OuterText {
  /** `dump`: what `nginx -T` prints, its files with the main file first. */
  readonly kind: 'dump' | 'yaml' | 'markdown' | 'here-documents' | 'nix';
  readonly regions: readonly Region[];
}

/** From where to where, in a text. */
export type Slice = readonly [start: number, end: number];

type RegionOptions = Partial<Pick<Region, 'path' | 'name' | 'indent' | 'escapes' | 'lost'>>;

/** The region that some slices of the outer text make when they are put together. */
export function regionOf(
  outer: string,
  slices: readonly Slice[],
  { path = null, name = '', indent = '', escapes = 'none', lost = [] }: RegionOptions = {},
): Region {
  const pieces: Piece[] = [];
  let length = 0;
  for (const [start, end] of slices) {
    if (start === end) continue;
    pieces.push({ inner: length, outer: start, length: end - start });
    length += end - start;
  }
  const text = slices.map(([start, end]) => outer.slice(start, end)).join('');
  return { path, name, text, pieces, indent, escapes, lost };
}

/** Where an offset of the nginx text is in the outer text. */
export function outerOffset({ pieces }: Region, inner: number): number {
  const piece = lastAtOrBefore(pieces, inner, (each) => each.inner);
  return piece === undefined ? 0 : piece.outer + Math.min(inner - piece.inner, piece.length);
}

/** Where an offset of the outer text is in the nginx text; null where it is none of it. */
export function innerOffset({ pieces }: Region, outer: number): number | null {
  const piece = lastAtOrBefore(pieces, outer, (each) => each.outer);
  if (piece === undefined || outer > piece.outer + piece.length) return null;
  return piece.inner + (outer - piece.outer);
}

/**
 * From where to where a stretch of the nginx text is in the outer text. Of an empty one all that the outer text has
 * there.
 */
export function outerSpan(region: Region, start: number, end: number): Slice {
  const from = start === end && start > 0 ? outerOffset(region, start - 1) + 1 : outerOffset(region, start);
  return [from, outerOffset(region, end)];
}

/** The offset of the nginx text that an offset of the outer text is at, or nearest behind. */
export function nearestInnerOffset(region: Region, outer: number): number {
  const piece = lastAtOrBefore(region.pieces, outer, (each) => each.outer);
  return piece === undefined ? 0 : piece.inner + Math.min(outer - piece.outer, piece.length);
}

/** From where to where a region is in the outer text. */
export function outerRange({ pieces }: Region): Slice {
  const last = pieces.at(-1);
  return [pieces[0]?.outer ?? 0, last === undefined ? 0 : last.outer + last.length];
}

function lastAtOrBefore(
  pieces: readonly Piece[],
  offset: number,
  startOf: (piece: Piece) => number,
): Piece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const piece = pieces[middle];
    if (piece !== undefined && startOf(piece) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = pieces[low];
  return found !== undefined && startOf(found) <= offset ? found : undefined;
}

/** What stands in a slice of a text. */
export function textIn(text: string, [start, end]: Slice): string {
  return text.slice(start, end);
}

/** What the least indented of some lines begins with; lines with nothing in them do not count. */
export function leastIndent(lines: readonly string[], indent: RegExp): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => indent.exec(line)?.[0] ?? '');
  const [first = ''] = indents;
  return indents.reduce((least, each) => (each.length < least.length ? each : least), first);
}

/** The lines of a text, each with what ends it. */
export function linesOf(text: string, start = 0, end = text.length): Slice[] {
  const lines: Slice[] = [];
  for (let at = start; at < end; ) {
    const feed = text.indexOf('\n', at);
    const next = feed === -1 || feed >= end ? end : feed + 1;
    lines.push([at, next]);
    at = next;
  }
  return lines;
}
