/** The line end that most lines of a text have. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  const all = text.split('\n').length - 1;
  const withReturn = text.split('\r\n').length - 1;
  return withReturn * 2 > all ? '\r\n' : '\n';
}

/** What one step of indentation is in a text: a tab, or the smallest step that occurs often; four spaces when none tells. */
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

/** The white space before `offset` on its line; null when something else stands there. */
export function indentBefore(text: string, offset: number): string | null {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*$/.test(before) ? before : null;
}
