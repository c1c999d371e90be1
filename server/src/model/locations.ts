import { passDirectives } from '../reference/pass-directives';
import { locationName } from '../values/location';
import { bytesOf } from './bytes';
import type { Level } from './levels';

/** The locations of one level, by how they are searched for. */
interface LocationIndex {
  readonly exact: ReadonlyMap<string, Level>;
  /** Plain ones and those with `^~`: they share one set of names. */
  readonly prefix: ReadonlyMap<string, Level>;
  readonly longestPrefix: number;
  readonly regex: readonly Level[];
  readonly named: ReadonlyMap<string, Level>;
}

const indexes = new WeakMap<Level, LocationIndex>();

/** @param left locations that are taken not to be there */
function indexOf(level: Level, left: ReadonlySet<Level> = NONE): LocationIndex {
  // Most locations have none in them.
  if (level.levels.length === 0) return EMPTY;
  if (left.size > 0) return readIndex(level.levels.filter((location) => !left.has(location)));
  const known = indexes.get(level) ?? readIndex(level.levels);
  indexes.set(level, known);
  return known;
}

const NONE: ReadonlySet<Level> = new Set();

function readIndex(levels: readonly Level[]): LocationIndex {
  const exact = new Map<string, Level>();
  const prefix = new Map<string, Level>();
  const names = new Map<string, Level>();
  const regex: Level[] = [];
  let longestPrefix = 0;
  for (const location of levels) {
    if (location.kind !== 'location' || location.block === null) continue;
    const { kind, name } = locationName(location.block);
    const bytes = bytesOf(name);
    if (kind === 'regex') regex.push(location);
    else addFirst({ exact, prefix, named: names }[kind], bytes, location);
    if (kind === 'prefix') longestPrefix = Math.max(longestPrefix, bytes.length);
  }
  return { exact, prefix, longestPrefix, regex, named: names };
}

const EMPTY = readIndex([]);

/** nginx refuses the second of two with one name, or never finds it. */
function addFirst(map: Map<string, Level>, name: string, location: Level): void {
  if (!map.has(name)) map.set(name, location);
}

/** The named location of a server, or undefined. `name` has its `@`. */
export function namedLocation(server: Level, name: string): Level | undefined {
  return indexOf(server).named.get(name);
}

/** What the search for a location has found. */
export interface FoundLocation {
  /** The location; the server itself when there is none. */
  readonly level: Level;
  /** Whether the client is redirected to the same path with a slash at its end, which is the location's. */
  readonly redirects: boolean;
  /** The longest prefix of the server, when a regex was preferred to it. */
  readonly passedOver: Level | null;
}

/**
 * Searches for the location of a path as ngx_http_core_find_location does: an exact one; else the longest prefix and,
 * within it, the same again; else, from the innermost level out, the first regex, unless the prefix says `^~`.
 *
 * @param uri the normalised path in bytes, without query
 * @param matches whether the regex of a location matches; it is asked in nginx's order, until it says yes
 * @param left locations that are taken not to be there
 */
export function findLocation(
  server: Level,
  uri: string,
  matches: (location: Level) => boolean,
  left: ReadonlySet<Level> = NONE,
): FoundLocation {
  let found = server;
  let passedOver: Level | null = null;
  let isWithinRegex = false;
  for (let top: Level | null = server; top !== null; ) {
    const path: Level[] = [top];
    for (let at: Level | null = top; at !== null; ) {
      const step = staticLocation(at, uri, left);
      at = null;
      if (step === null) break;
      found = step.location;
      if (step.ends) return { level: found, redirects: step.redirects && !isWithinRegex, passedOver };
      at = found;
      path.push(found);
    }
    const regex = matchingRegex(path, (location) => !left.has(location) && matches(location));
    if (regex === undefined) return { level: found, redirects: false, passedOver };
    if (!isWithinRegex && found !== server) passedOver = found;
    // A regex that matches is final, but for the locations in it.
    isWithinRegex = true;
    found = regex;
    top = regex;
  }
  return { level: found, redirects: false, passedOver };
}

interface StaticStep {
  readonly location: Level;
  /** Whether the search ends here. */
  readonly ends: boolean;
  readonly redirects: boolean;
}

/** What the exact locations and prefixes of one level say (ngx_http_core_find_static_location). */
function staticLocation(level: Level, uri: string, left: ReadonlySet<Level>): StaticStep | null {
  const { exact, prefix } = indexOf(level, left);
  const same = exact.get(uri);
  if (same !== undefined) return { location: same, ends: true, redirects: false };
  if (!prefix.has(uri)) {
    const withSlash = [exact.get(`${uri}/`), prefix.get(`${uri}/`)].filter((each) => each !== undefined);
    const [first] = withSlash;
    if (first !== undefined && withSlash.some(hasPass))
      return { location: first, ends: true, redirects: true };
  }
  const location = longestPrefix(level, uri, left);
  return location === null ? null : { location, ends: false, redirects: false };
}

/**
 * The location among those of one level whose name is the longest prefix of a path; null for none.
 *
 * @param uri the normalised path in bytes
 */
export function longestPrefix(level: Level, uri: string, left: ReadonlySet<Level> = NONE): Level | null {
  const { prefix, longestPrefix: longest } = indexOf(level, left);
  for (let length = Math.min(uri.length, longest); length >= 0; length -= 1) {
    const location = prefix.get(uri.slice(0, length));
    if (location !== undefined) return location;
  }
  return null;
}

function hasPass(location: Level): boolean {
  return passDirectives.some((name) => location.byName.has(name));
}

/** The first regex that matches, the innermost level first; a prefix with `^~` hides those beside it. */
function matchingRegex(path: readonly Level[], matches: (location: Level) => boolean): Level | undefined {
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const chosen = path[depth + 1]?.block;
    if (chosen !== undefined && chosen !== null && locationName(chosen).modifier === '^~') continue;
    const level = path[depth];
    const regex = level === undefined ? undefined : indexOf(level).regex.find(matches);
    if (regex !== undefined) return regex;
  }
  return undefined;
}
