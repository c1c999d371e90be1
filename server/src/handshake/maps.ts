import { t } from '../l10n';
import type { VariableMap } from '../model/variables';
import { hasPlaceholder } from '../syntax/templates/languages';
import type { Assumptions } from './assumptions';
import { type Captured, knownCaptures, matchOpen, someCaptures } from './open-patterns';
import { matchPattern } from './patterns';
import { isFilled, type Value } from './value';

/** The entry of a map that a source selects. */
export interface Selection {
  readonly value: string;
  /** What its pattern has captured; null when it is none. */
  readonly captured: Captured | null;
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
  if (exact !== undefined) return { value: exact.value, captured: null };
  if (!map.complete) return null;
  const wildcard = map.hostnames ? wildcardValue(map, key) : null;
  if (wildcard !== null) return { value: wildcard, captured: null };
  for (const entry of source === '' ? [] : map.entries) {
    if (entry.kind !== 'regex') continue;
    const match = matchPattern(entry.key, entry.ignoreCase, source);
    if (match === 'unknown') return null;
    if (match !== null) return { value: entry.value, captured: knownCaptures(match.groups, match.named) };
  }
  return { value: map.otherwise, captured: null };
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

/** One of the values that a map may give. */
export interface MapValue {
  readonly value: string;
  /** For which sources, in words. */
  readonly words: string;
  /** What its pattern captures of them; null when it is none. */
  readonly captured: Captured | null;
  /** The only source that leads to it; null where there are more. */
  readonly source: string | null;
  /** Sources that do not lead to it. */
  readonly excludes: readonly string[];
}

/** Of more keys than this the sources are not told apart. */
const EXCLUDED_KEYS = 100;

/** The entries with one value. */
interface Keys {
  readonly exact: string[];
  readonly patterns: string[];
}

/** Of more keys than this only the number is given. */
const SHOWN_KEYS = 3;

/**
 * The values that a map may give for a source of which not all is known, each once, that of `default` last.
 *
 * @returns null where it cannot be told
 */
export function valuesOfMap(map: VariableMap, source: Value, assumptions: Assumptions): MapValue[] | null {
  if (!map.complete) return null;
  const keys = new Map<string, Keys>();
  const captures = new Map<string, Captured>();
  const exact = new Map<string, string>();
  const keysOf = (value: string): Keys => {
    const known = keys.get(value) ?? { exact: [], patterns: [] };
    keys.set(value, known);
    return known;
  };
  let isCertain = false;
  for (const entry of map.entries) {
    if (hasPlaceholder(entry.value)) return null;
    if (entry.kind === 'exact') {
      if (!entry.hostname && !assumptions.mayBe(source, entry.key, true)) continue;
      keysOf(entry.value).exact.push(entry.key);
      exact.set(entry.key, entry.value);
      continue;
    }
    if (isCertain) continue;
    const match = matchOpen(entry.key, entry.ignoreCase, source);
    if (match.kind === 'never') continue;
    keysOf(entry.value).patterns.push(`${entry.ignoreCase ? '~*' : ''}${entry.key}`);
    if (!captures.has(entry.value)) captures.set(entry.value, someCaptures(entry.key, source));
    // Patterns are not tried on an empty value.
    isCertain = match.kind === 'always' && isFilled(source);
  }
  const written = map.source;
  const told = map.hostnames || exact.size > EXCLUDED_KEYS ? [] : [...exact];
  const others = (value: string): string[] => told.flatMap(([key, each]) => (each === value ? [] : [key]));
  const named = [...keys]
    .filter(([value]) => value !== map.otherwise || isCertain)
    .map(([value, those]) => ({
      value,
      words: `\`${written}\` ${fitting(those)}`,
      captured: captures.get(value) ?? null,
      source:
        those.patterns.length > 0 || map.hostnames || those.exact.length > 1
          ? null
          : (those.exact[0] ?? null),
      // Patterns are not tried on an empty value.
      excludes: those.exact.includes('') ? others(value) : ['', ...others(value)],
    }));
  if (isCertain) return named;
  if (hasPlaceholder(map.otherwise)) return null;
  return [
    ...named,
    {
      value: map.otherwise,
      words: t`\`${written}\` gets the default of \`map $${map.name}\``,
      captured: null,
      source: null,
      excludes: others(map.otherwise),
    },
  ];
}

/** `is "a" or empty or matches `^b``. */
function fitting({ exact, patterns }: Keys): string {
  const texts = exact.map((key) => (key === '' ? t('empty') : `"${key}"`));
  const parts = [
    ...(texts.length === 0 ? [] : [t`is ${listed(texts)}`]),
    ...(patterns.length === 0 ? [] : [t`matches ${listed(patterns.map((pattern) => `\`${pattern}\``))}`]),
  ];
  return parts.join(t(' or '));
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, SHOWN_KEYS);
  const rest = texts.length - shown.length;
  return rest === 0 ? shown.join(t(' or ')) : t`${shown.join(', ')} or one of ${rest} others`;
}
