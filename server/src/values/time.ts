import { largestNumber, parseDigits } from './number';

/** How nginx reads times (ngx_parse_time). Null is its NGX_ERROR. */

/** The units of time, each with its rank and its milliseconds: a value names them from the longest to the shortest. */
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
 * A time of a directive that counts in milliseconds, such as `proxy_read_timeout`: `60`, `1m30s`, `500ms`. Parts
 * without a unit are seconds, and all parts are added up: `1 30` is 31 seconds. Years and months are refused.
 *
 * @returns milliseconds
 */
export function parseTime(text: string): number | null {
  return parse(text, false);
}

/**
 * A time of a directive that counts in seconds, such as `expires`: years and months are allowed, milliseconds are not.
 *
 * @returns seconds
 */
export function parseSeconds(text: string): number | null {
  return parse(text, true);
}

function parse(text: string, inSeconds: boolean): number | null {
  let rank = inSeconds ? 0 : 2;
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
    if (unit === '') return at === text.length ? timeOf(total + number * 1000n, inSeconds) : null;
    // A year comes first, or not at all; any other unit after a longer one.
    if (unit === 'y' ? rank > 0 : rank >= (unit === ' ' ? 7 : own)) return null;
    if (unit === 'ms' && inSeconds) return null;
    rank = own;
    total += number * BigInt(milliseconds);
    while (text.charAt(at) === ' ') at += 1;
  }
  return timeOf(total, inSeconds);
}

/** nginx counts in seconds or in milliseconds, depending on the directive. */
function timeOf(milliseconds: bigint, inSeconds: boolean): number | null {
  const time = inSeconds ? milliseconds / 1000n : milliseconds;
  return time <= largestNumber ? Number(time) : null;
}
