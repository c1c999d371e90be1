import { largestNumber, parseDigits } from './number';

/** How nginx reads sizes (ngx_parse.c), in bytes. Null is its NGX_ERROR. */

/** A size of memory: `8k`, `1m` (ngx_parse_size). */
export function parseSize(text: string): number | null {
  return scaled(text, { k: 1024, m: 1024 ** 2 });
}

/** A size of a file, with `g` too (ngx_parse_offset). */
export function parseOffset(text: string): number | null {
  return scaled(text, { k: 1024, m: 1024 ** 2, g: 1024 ** 3 });
}

function scaled(text: string, units: Readonly<Record<string, number>>): number | null {
  const unit = units[text.slice(-1).toLowerCase()];
  const number = parseDigits(unit === undefined ? text : text.slice(0, -1));
  if (number === null) return null;
  const total = number * BigInt(unit ?? 1);
  return total <= largestNumber ? Number(total) : null;
}
