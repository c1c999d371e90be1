/**
 * Tells whether the path of a location, as it is written, is one of a list. `*` matches any characters, `/` too;
 * nothing else is special, so that the pattern of a regex location can be written as it is.
 */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const literal = new Set(patterns);
  const wild = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.split('*'));
  return (path) => literal.has(path) || wild.some((pieces) => hasPieces(path, pieces));
}

/** Whether a text begins with the first piece, ends with the last, and has the others in order between them. */
function hasPieces(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last) || end < first.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
