/** The order of texts by their UTF-16 units, for `sort`: the same on every machine, unlike that of a language. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
