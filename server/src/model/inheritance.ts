import type { ConfigDirective } from './configuration';
import { type Level, outward } from './levels';

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
  for (const at of outward(level)) {
    const directives = ownDirectives(at, name);
    const unseen = at.unseen || at.opaque !== null;
    if (directives.length > 0) return { directives, level: at, certain: !unseen };
    if (unseen) return { directives: [], level: null, certain: false };
  }
  return { directives: [], level: null, certain: true };
}

/**
 * The directives of one name that an inner level has replaced: those of the nearest level further out than
 * `inner` that has any.
 */
export function replaced(inner: Level, name: string): readonly ConfigDirective[] {
  for (const at of outward(inner).slice(1)) {
    const directives = ownDirectives(at, name);
    if (directives.length > 0) return directives;
  }
  return [];
}

/** The directives of one name at a level itself, in order. */
export function ownDirectives(level: Level, name: string): readonly ConfigDirective[] {
  return level.byName.get(name) ?? [];
}
