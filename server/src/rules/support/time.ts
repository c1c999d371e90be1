/** The units of a time in milliseconds, the longest first, in seconds: years and months are none of them. */
const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 0.001],
];

/**
 * A time as nginx reads it where it counts in milliseconds (ngx_parse_time): `90`, `90s`, `1m 30s`, each unit shorter
 * than the one before it. In seconds; null when it is none.
 */
export function parseTime(value: string): number | null {
  const parts = [...value.matchAll(/(\d+)(ms|[wdhms])?/g)];
  const isWhole = parts.length > 0 && value.replaceAll(/\d+(?:ms|[wdhms])?/g, '').trim() === '';
  if (!isWhole) return null;
  let seconds = 0;
  let last = -1;
  for (const [, count = '', unit = 's'] of parts) {
    const index = UNITS.findIndex(([name]) => name === unit);
    if (index <= last) return null;
    last = index;
    seconds += Number(count) * (UNITS[index]?.[1] ?? 0);
  }
  return seconds;
}
