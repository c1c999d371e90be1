import type { VariableMap } from '../model/variables';
import { hasPlaceholder } from '../syntax/placeholders';
import { type Match, matchPattern } from './patterns';

/** The entry of a map that a source selects. */
export interface Selection {
  readonly value: string;
  /** What its pattern has matched; null when it is none. */
  readonly match: Match | null;
}

/** What maps have selected: by the source, null where it cannot be told. */
const selections = new WeakMap<VariableMap, Map<string, Selection | null>>();

/**
 * The entry of a map for a source: exact keys first, with `hostnames` then the longest wildcard, then the patterns in
 * order, then `default` (ngx_http_map_find). Few sources are ever asked for, each of them often.
 *
 * @returns null where it cannot be told
 */
export function selectEntry(map: VariableMap, source: string): Selection | null {
  const known = selections.get(map) ?? new Map<string, Selection | null>();
  selections.set(map, known);
  let selection = known.get(source);
  if (selection === undefined) {
    selection = find(map, source);
    if (selection !== null && hasPlaceholder(selection.value)) selection = null;
    known.set(source, selection);
  }
  return selection;
}

function find(map: VariableMap, source: string): Selection | null {
  const key = map.hostnames ? source.toLowerCase().replace(/\.$/, '') : source.toLowerCase();
  const exact = map.entries.find((entry) => entry.kind === 'exact' && entry.key === key);
  if (exact !== undefined) return { value: exact.value, match: null };
  if (!map.complete) return null;
  const wildcard = map.hostnames ? wildcardValue(map, key) : null;
  if (wildcard !== null) return { value: wildcard, match: null };
  for (const entry of source === '' ? [] : map.entries) {
    if (entry.kind !== 'regex') continue;
    const match = matchPattern(entry.key, entry.ignoreCase, source);
    if (match === 'unknown') return null;
    if (match !== null) return { value: entry.value, match };
  }
  return { value: map.otherwise, match: null };
}

/** The longest `*.example.com` or `.example.com` that fits, else the longest `example.*`. */
function wildcardValue(map: VariableMap, host: string): string | null {
  let best: { rank: number; value: string } | null = null;
  for (const { hostname, key, value } of map.entries) {
    if (!hostname) continue;
    const rank = wildcardRank(key, host);
    if (rank > (best?.rank ?? 0)) best = { rank, value };
  }
  return best?.value ?? null;
}

/** 0 when it does not fit; those at the front go before those at the end. */
function wildcardRank(key: string, host: string): number {
  const FRONT = 1_000_000;
  if (key.startsWith('*.')) return endsIn(host, key.slice(1)) ? FRONT + key.length - 1 : 0;
  if (key.startsWith('.')) return host === key.slice(1) || endsIn(host, key) ? FRONT + key.length : 0;
  if (!key.endsWith('.*')) return 0;
  const start = key.slice(0, -1);
  return host.length > start.length && host.startsWith(start) ? start.length : 0;
}

function endsIn(host: string, end: string): boolean {
  return host.length > end.length && host.endsWith(end);
}
