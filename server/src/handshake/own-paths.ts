import { isUnconditional } from '../model/branches';
import { bytesOf } from '../model/bytes';
import { type Level, levelsWithin } from '../model/levels';
import { findLocation, type FoundLocation, longestPrefix } from '../model/locations';
import { isTruncated } from '../model/asking';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { hasPlaceholder } from '../syntax/templates/languages';
import { locationName } from '../values/location';
import { literalStart } from './literal-start';
import { matchPattern } from './patterns';

/** Whether all of the server and the location is here to be read. */
export function isSeenWhole(model: Model, { server, opaqueInForce }: Level): boolean {
  return !isTruncated(model) && server !== null && server.block !== null && opaqueInForce === null;
}

/**
 * A path, in bytes, that a location is written for: its own, or one that its pattern matches when that begins with
 * plain characters. Null where there is none.
 */
export function ownPath({ block }: Level): string | null {
  if (block === null) return null;
  const { kind, name, modifier } = locationName(block);
  if (kind === 'named' || hasPlaceholder(name)) return null;
  if (kind !== 'regex') return name.startsWith('/') ? bytesOf(name) : null;
  const start = literalStart(name);
  if (start === null || !start.startsWith('/')) return null;
  const matches = (path: string): boolean => {
    const match = matchPattern(name, modifier === '~*', path);
    return match !== null && match !== 'unknown';
  };
  return [start, `${start}/`, `${start}x`, `${start}/x`].find(matches) ?? null;
}

/** A path further down from that of a prefix, in bytes; null for a location that stands for no such path. */
export function pathBelow(location: Level): string | null {
  const path = ownPath(location);
  if (path === null || location.block === null || locationName(location.block).kind !== 'prefix') return null;
  return path.endsWith('/') ? `${path}x` : `${path}/x`;
}

/**
 * What the search for a path finds in a server; null where a pattern cannot be matched.
 *
 * @param path in bytes
 */
export function searchFor(server: Level, path: string): FoundLocation | null {
  let isKnown = true;
  const found = findLocation(server, path, ({ block }) => {
    if (block === null) return false;
    const { name, modifier } = locationName(block);
    const match = matchPattern(name, modifier === '~*', path);
    if (match === 'unknown') isKnown = false;
    return match !== null;
  });
  return isKnown ? found : null;
}

/** Whether a request for a path may lead to a location: not where it surely leads to another. @param path in bytes */
export function mayTake(location: Level, path: string): boolean {
  const found = location.server === null ? null : searchFor(location.server, path);
  return found === null || found.level === location || !isSurelyThere(found.level);
}

/**
 * Whether a path with some beginning may lead to a location: not where a longer prefix takes all of them.
 *
 * @param start in bytes
 */
export function mayTakeBelow(location: Level, start: string): boolean {
  const { server, block } = location;
  if (server === null || block === null || locationName(block).kind !== 'prefix') return true;
  for (let at = server; ; ) {
    const found = longestPrefix(at, start);
    if (found === null || found === location || !isSurelyThere(found)) return true;
    if (!isWithin(server, found, location)) return false;
    at = found;
  }
}

/** Whether a path that leads to a location may match a pattern: not where another location takes what matches it. */
export function mayMatchAt(location: Level, pattern: string, ignoreCase: boolean): boolean {
  const key = patternKey(pattern, ignoreCase);
  return !patternsIn(location).has(key) && !isTriedBefore(location, key);
}

/** Whether a pattern beside a location is tried before it is taken (ngx_http_core_find_location). */
function isTriedBefore(location: Level, key: string): boolean {
  const { server, block } = location;
  const outer = server === null ? undefined : outerLevels(server).get(location);
  const index = outer === undefined ? undefined : patternsIn(outer).get(key);
  if (outer === undefined || block === null || index === undefined) return false;
  const { kind, modifier } = locationName(block);
  if (kind === 'regex') return index < outer.levels.indexOf(location);
  return kind === 'prefix' && modifier !== '^~';
}

/** The patterns of the locations in a level that are surely there, each with the number of the first that has it. */
const patternsIn = memoized(({ levels }: Level): ReadonlyMap<string, number> => {
  const patterns = new Map<string, number>();
  for (const [index, level] of levels.entries()) {
    if (level.kind !== 'location' || level.block === null || !isSurelyThere(level)) continue;
    const { kind, name, modifier } = locationName(level.block);
    const key = patternKey(name, modifier === '~*');
    if (kind === 'regex' && !patterns.has(key)) patterns.set(key, index);
  }
  return patterns;
});

function patternKey(pattern: string, ignoreCase: boolean): string {
  return `${ignoreCase ? '~*' : '~'} ${pattern}`;
}

/** The level around each level of a server. */
const outerLevels = memoized((server: Level): ReadonlyMap<Level, Level> => {
  const outer = new Map<Level, Level>();
  for (const level of levelsWithin(server)) for (const inner of level.levels) outer.set(inner, level);
  return outer;
});

/** Whether a level is written whatever the conditions of its template are. */
function isSurelyThere({ block }: Level): boolean {
  return block === null || isUnconditional(block);
}

function isWithin(server: Level, outer: Level, level: Level): boolean {
  const around = outerLevels(server);
  for (let at = around.get(level); at !== undefined; at = around.get(at)) if (at === outer) return true;
  return false;
}

/** Whether the library that uses a path asks for it as it is, with its slash, and for nothing further down. */
export function isAskedAsIs(path: string): boolean {
  return /\/(?:socket|engine)\.io\/?$/i.test(path);
}
