const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/**
 * A time as nginx writes it: `60`, `90s`, `1m 30s`, `500ms`; a number alone is seconds (ngx_parse_time).
 *
 * @returns milliseconds; null for what is no time
 */
export function parseTime(text: string): number | null {
  let sum = 0;
  let rest = text.trim();
  if (rest === '') return null;
  while (rest !== '') {
    const match = /^(\d+)(ms|[smhdwMy])?\s*/.exec(rest);
    if (match === null) return null;
    sum += Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 1000);
    rest = rest.slice(match[0].length);
  }
  return sum;
}
