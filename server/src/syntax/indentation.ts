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
