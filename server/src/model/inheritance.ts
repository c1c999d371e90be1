import type { ConfigDirective } from './configuration';
import type { Level } from './levels';

/** What is in force at a level for one directive. */
export interface Effective {
  /** In order; empty when the default of nginx is in force. */
  readonly directives: readonly ConfigDirective[];
  /** The level that has them; null for the default. */
  readonly level: Level | null;
  /** Whether a level that is not to be seen may say otherwise. */
  readonly certain: boolean;
}

/**
 * The directives of one name in force at a level, where one of an inner level replaces all of the outer ones:
 * `proxy_set_header`, `proxy_hide_header`, `error_page`, … (ngx_conf_merge_ptr_value), and, as the last of one
 * level is the only one there, every directive with a single value (`proxy_http_version`, …).
 */
export function effective(level: Level, name: string): Effective {
  const walked: Level[] = [];
  let found: Effective | null = null;
  for (let at: Level | null = level; at !== null && found === null; at = at.parent) {
    found = (walked.length >= LONG_WALK ? farther.get(at)?.get(name) : null) ?? atLevel(at, name);
    walked.push(at);
  }
  const result = found ?? DEFAULT;
  if (walked.length > LONG_WALK) for (const at of walked) remember(at, name, result);
  return result;
}

const DEFAULT: Effective = { directives: [], level: null, certain: true };
const UNSEEN: Effective = { directives: [], level: null, certain: false };

/** Who has to look farther out than so many levels remembers what was found there: blocks may nest very deep. */
const LONG_WALK = 16;
const farther = new WeakMap<Level, Map<string, Effective>>();

function remember(level: Level, name: string, result: Effective): void {
  const known = farther.get(level) ?? new Map<string, Effective>();
  farther.set(level, known.set(name, result));
}

/** What a level itself says of it; null when that is nothing. */
function atLevel(level: Level, name: string): Effective | null {
  const directives = ownDirectives(level, name);
  const unseen = level.unseen || level.opaque !== null;
  if (directives.length > 0) return { directives, level, certain: !unseen };
  return unseen ? UNSEEN : null;
}

/**
 * The directives of one name that an inner level has replaced: those of the nearest level further out than
 * `inner` that has any.
 */
export function replaced(inner: Level, name: string): readonly ConfigDirective[] {
  for (let at = inner.parent; at !== null; at = at.parent) {
    const directives = ownDirectives(at, name);
    if (directives.length > 0) return directives;
  }
  return [];
}

/** The directives of one name at a level itself, in order. */
export function ownDirectives(level: Level, name: string): readonly ConfigDirective[] {
  return level.byName.get(name) ?? [];
}
