/** What some editors write at the beginning of a file: in UTF-8 the bytes EF BB BF. */
export const BYTE_ORDER_MARK = '\u{FEFF}';

/**
 * Whether a text begins with a byte order mark. nginx takes it for a part of the first word; its author never does, so
 * that here it is white space.
 */
export function beginsWithMark(text: string): boolean {
  return text.startsWith(BYTE_ORDER_MARK);
}
