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

/** What one step of indentation is in a text: a tab, or the step that occurs most often; four spaces when none tells. */
export function indentUnitOf(text: string): string {
  let tabs = 0;
  const steps = new Map<number, number>();
  let previous = 0;
  for (const match of text.matchAll(/^([ \t]*)[^\s#]/gm)) {
    const indent = match[1] ?? '';
    if (indent.includes('\t')) tabs += 1;
    const step = indent.length - previous;
    if (step > 0 && !indent.includes('\t')) steps.set(step, (steps.get(step) ?? 0) + 1);
    previous = indent.length;
  }
  const [common] = [...steps].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
  if (tabs > 0 && tabs >= (common?.[1] ?? 0)) return '\t';
  return ' '.repeat(common?.[0] ?? 4);
}

/** The white space before `offset` on its line; null when something else is there. */
export function indentBefore(text: string, offset: number): string | null {
  let start = offset;
  while (start > 0 && ' \t'.includes(text.charAt(start - 1))) start -= 1;
  const isAtStart = start === 0 || (start === 1 && beginsWithMark(text));
  return isAtStart || text.charAt(start - 1) === '\n' ? text.slice(start, offset) : null;
}
