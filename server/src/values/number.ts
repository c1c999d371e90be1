/** How nginx reads numbers (ngx_string.c). Null is its NGX_ERROR: the message depends on the directive. */

/** The largest number that nginx holds (NGX_MAX_INT_T_VALUE). */
export const largestNumber = 2n ** 63n - 1n;

/** Digits alone (ngx_atoi). */
export function parseNumber(text: string): number | null {
  const number = parseDigits(text);
  return number === null ? null : Number(number);
}

/** The same, to the last digit: the largest numbers are more than a `number` can tell apart. */
export function parseDigits(text: string): bigint | null {
  if (!/^\d+$/.test(text)) return null;
  const number = BigInt(text);
  return number <= largestNumber ? number : null;
}

/** A number with at most `places` places after the point, as an integer: `1.5` with two places is 150 (ngx_atofp). */
function parseFixed(text: string, places: number): number | null {
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null || text === '') return null;
  const fraction = match[2] ?? '';
  if (fraction.length > places) return null;
  return parseNumber(`${match[1] ?? ''}${fraction.padEnd(places, '0')}` || '0');
}

/** A share such as `12.5%`, in hundredths of a percent. */
export function parsePercent(text: string): number | null {
  return text.endsWith('%') ? parseFixed(text.slice(0, -1), 2) : null;
}
