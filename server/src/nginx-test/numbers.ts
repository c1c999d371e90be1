/** How nginx reads numbers, sizes and times (ngx_string.c, ngx_parse.c). Null stands for its NGX_ERROR. */

const MOST = 2n ** 63n - 1n;

/** Digits alone (ngx_atoi). */
export function parseNumber(text: string): number | null {
  const number = parseDigits(text);
  return number === null ? null : Number(number);
}

/** The same, to the last digit: the largest numbers are more than a `number` can tell apart. */
function parseDigits(text: string): bigint | null {
  if (!/^\d+$/.test(text)) return null;
  const number = BigInt(text);
  return number <= MOST ? number : null;
}

/** A number of bytes: `8k`, `1m` (ngx_parse_size). */
export function parseSize(text: string): number | null {
  return scaled(text, { k: 1024, m: 1024 ** 2 });
}

/** The same with `g` (ngx_parse_offset). */
export function parseOffset(text: string): number | null {
  return scaled(text, { k: 1024, m: 1024 ** 2, g: 1024 ** 3 });
}

function scaled(text: string, units: Readonly<Record<string, number>>): number | null {
  const unit = units[text.slice(-1).toLowerCase()];
  const number = parseDigits(unit === undefined ? text : text.slice(0, -1));
  if (number === null) return null;
  const total = number * BigInt(unit ?? 1);
  return total <= MOST ? Number(total) : null;
}

/** A number with at most `places` places after the point, as an integer: `1.5` with two places is 150 (ngx_atofp). */
export function parseFixed(text: string, places: number): number | null {
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null || text === '') return null;
  const fraction = match[2] ?? '';
  if (fraction.length > places) return null;
  return parseNumber(`${match[1] ?? ''}${fraction.padEnd(places, '0')}` || '0');
}

/** The units of time, each with its milliseconds and its rank: a value names them from the longest to the shortest. */
const UNITS: Readonly<Record<string, readonly [rank: number, milliseconds: number]>> = {
  y: [1, 365 * 86_400_000],
  M: [2, 30 * 86_400_000],
  w: [3, 7 * 86_400_000],
  d: [4, 86_400_000],
  h: [5, 3_600_000],
  m: [6, 60_000],
  s: [7, 1000],
  ms: [8, 1],
  ' ': [9, 1000],
};

/**
 * A time such as `1h30m` or `60` (ngx_parse_time).
 *
 * @param seconds whether the value counts in seconds: then years and months are allowed, and milliseconds are not
 * @returns milliseconds
 */
export function parseTime(text: string, seconds: boolean): number | null {
  let rank = seconds ? 0 : 2;
  let total = 0n;
  let at = 0;
  if (!/\d/.test(text)) return null;
  while (at < text.length) {
    const [, digits = '', unit = ''] = /^(\d*)(ms|[yMwdhms ]?)/.exec(text.slice(at)) ?? [];
    if (digits === '' && unit === '') return null;
    const number = digits === '' ? 0n : parseDigits(digits);
    if (number === null) return null;
    at += digits.length + unit.length;
    const [own, milliseconds] = UNITS[unit] ?? [9, 1000];
    if (unit === '') return at === text.length ? timeOf(total + number * 1000n, seconds) : null;
    // A year comes first, or not at all; any other unit after a longer one.
    if (unit === 'y' ? rank > 0 : rank >= (unit === ' ' ? 7 : own)) return null;
    if (unit === 'ms' && seconds) return null;
    rank = own;
    total += number * BigInt(milliseconds);
    while (text.charAt(at) === ' ') at += 1;
  }
  return timeOf(total, seconds);
}

/** nginx counts in seconds or in milliseconds, whichever was asked for. */
function timeOf(milliseconds: bigint, seconds: boolean): number | null {
  return (seconds ? milliseconds / 1000n : milliseconds) <= MOST ? Number(milliseconds) : null;
}
