import type { ByteSet } from './byte-set';

/** A place in a text, which takes none of it (pcre2pattern, "Simple assertions", "Circumflex and dollar"). */
export type Place =
  | 'beginning'
  | 'end'
  /** The end, or in front of a line feed at the very end. */
  | 'last line end'
  | 'line beginning'
  | 'line end'
  | 'word boundary'
  | 'no word boundary';

/** How a repetition goes about it: as often as it can first, as seldom first, or as often as it can and no other way. */
export type Mode = 'greedy' | 'lazy' | 'possessive';

/** A pattern that has been read, or a part of it. */
export type Node =
  | { readonly kind: 'bytes'; readonly set: ByteSet }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  /** The first that leads to a match is taken. */
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  /** A group that captures, numbered from 1. */
  | { readonly kind: 'group'; readonly group: number; readonly body: Node }
  /** Once it has matched, no other way through it is tried. */
  | { readonly kind: 'atomic'; readonly body: Node }
  /** A look at what follows, or at what is before. */
  | {
      readonly kind: 'look';
      readonly behind: boolean;
      readonly negated: boolean;
      readonly options: readonly Node[];
    }
  /** What a group has captured, once more. */
  | { readonly kind: 'reference'; readonly group: number; readonly ignoreCase: boolean }
  | {
      readonly kind: 'repetition';
      readonly body: Node;
      readonly least: number;
      /** May be Infinity. */
      readonly most: number;
      readonly mode: Mode;
    };

/** How many bytes a part matches; null where that may differ. */
export function widthOf(node: Node): number | null {
  switch (node.kind) {
    case 'bytes':
      return 1;
    case 'place':
    case 'look':
      return 0;
    case 'reference':
      return null;
    case 'sequence':
      return sumOf(node.parts.map(widthOf));
    case 'choice': {
      const [first = 0, ...others] = node.options.map(widthOf);
      return others.every((width) => width === first) ? first : null;
    }
    case 'group':
    case 'atomic':
      return widthOf(node.body);
    case 'repetition': {
      const width = widthOf(node.body);
      return width === null || node.least !== node.most ? null : width * node.least;
    }
  }
}

function sumOf(widths: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const width of widths) {
    if (width === null) return null;
    sum += width;
  }
  return sum;
}

/** Whether a part can match without taking anything. */
export function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'bytes':
      return false;
    case 'place':
    case 'look':
    case 'reference':
      return true;
    case 'sequence':
      return node.parts.every(isNullable);
    case 'choice':
      return node.options.some(isNullable);
    case 'group':
    case 'atomic':
      return isNullable(node.body);
    case 'repetition':
      return node.least === 0 || isNullable(node.body);
  }
}
