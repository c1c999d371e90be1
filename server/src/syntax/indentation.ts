/** As much of the beginning of a text tells how it is indented, in UTF-16 units. */
export const INDENTATION_FROM = 65_536;

/** What one step of indentation is in a text: a tab, or the step that occurs most often; four spaces when none tells. */
export function indentUnitOf(whole: string): string {
  const text = whole.slice(0, INDENTATION_FROM);
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

/**
 * Where something that has no end was likely meant to end: before the first `}` or `;` that begins a line and stands
 * no further right than the line of `start`.
 *
 * @returns the offset of that character, or -1 when there is none
 */
export function likelyEnd(text: string, start: number): number {
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const own = /^[ \t]*/.exec(text.slice(lineStart, start))?.[0].length ?? 0;
  for (const match of text.slice(start).matchAll(/\n([ \t]*)[};]/g)) {
    if ((match[1]?.length ?? 0) <= own) return start + match.index + match[0].length - 1;
  }
  return -1;
}
