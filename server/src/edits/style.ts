import { beginsWithMark } from '../syntax/byte-order-mark';

/** As far as this from a place its style is looked for: a fix must not cost a look at the whole file. */
const REACH = 4096;

/** The line end that is in use around a place in a text; `\n` where there is none. */
export function lineEndAt(text: string, offset: number): '\n' | '\r\n' {
  const after = text.slice(offset, offset + REACH);
  const next = after.indexOf('\n');
  if (next !== -1) return text.charAt(offset + next - 1) === '\r' ? '\r\n' : '\n';
  const before = text.slice(Math.max(offset - REACH, 0), offset);
  return before.charAt(before.lastIndexOf('\n') - 1) === '\r' ? '\r\n' : '\n';
}

/** The white space before `offset` on its line; null when something else is there. */
export function indentBefore(text: string, offset: number): string | null {
  let start = offset;
  while (start > 0 && ' \t'.includes(text.charAt(start - 1))) start -= 1;
  const isAtStart = start === 0 || (start === 1 && beginsWithMark(text));
  return isAtStart || text.charAt(start - 1) === '\n' ? text.slice(start, offset) : null;
}
