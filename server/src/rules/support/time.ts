/** Seconds of the units of nginx; a number without one is in seconds. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['y', 31_536_000],
  ['M', 2_592_000],
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 0.001],
  ['', 1],
]);

/** A time as nginx reads it (ngx_parse_time): `90`, `90s`, `1m 30s`. In seconds; null when it is none. */
export function parseTime(value: string): number | null {
  const parts = /(\d+)(ms|[yMwdhms])?/g;
  if (value.trim() === '' || value.replaceAll(parts, '').trim() !== '') return null;
  let seconds = 0;
  for (const [, count = '', unit = ''] of value.matchAll(parts)) {
    seconds += Number(count) * (UNITS.get(unit) ?? 0);
  }
  return seconds;
}
