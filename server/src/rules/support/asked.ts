import type { Evidence } from '../../handshake/evidence';
import { type Handshake, handshake } from '../../handshake/handshake';
import { matchPattern } from '../../handshake/patterns';
import { originsOf } from '../../handshake/route-urls';
import type { Route } from '../../handshake/routes';
import { escapePath } from '../../handshake/uri';
import { originText } from '../../handshake/value';
import { bytesOf } from '../../model/bytes';
import { type ConfigDirective, type Place, placeOf } from '../../model/configuration';
import { type Level, levelsWithin } from '../../model/levels';
import { findLocation, type FoundLocation } from '../../model/locations';
import { locationName } from '../../values/location';
import type { Model } from '../../model/model';
import { hasPlaceholder } from '../../syntax/placeholders';
import { literalStart } from '../../handshake/literal-start';
import { memoized } from '../../model/memo';

/** A handshake for one of the URLs that a location stands for, and how far it comes. */
export interface Asked {
  readonly handshake: Handshake;
  /**
   * The location that the search finds first: the one asked for, or another. `server`: the server answers before any
   * location is searched for, or has none for the path.
   */
  readonly arrives: 'here' | 'elsewhere' | 'server';
  /** What stops it; undefined for a handshake that passes. */
  readonly reason: Evidence | undefined;
}

/** Of the URLs of a location so many with each scheme are asked for. */
const URLS_LIMIT = 2;

/**
 * How much rules do before they give up: each handshake runs the rewrite directives of its server and tries its
 * patterns, and locations by the thousand would make that the square. Locations that nobody expects WebSocket of have
 * less of it. One unit is about a microsecond.
 */
const WORK_LIMIT = { expected: 300_000, other: 60_000 };

/** What a handshake costs in the simplest server. */
const LEAST_WORK = 20;

const workOf = memoized((): { expected: number; other: number } => ({ ...WORK_LIMIT }));

const CODES: readonly string[] = ['if', 'set', 'rewrite'];

/** What stands at a level that every request is tried against. */
const costOf = memoized(({ byName, levels }: Level): number => {
  const codes = CODES.reduce((sum, name) => sum + (byName.get(name)?.length ?? 0), 0);
  const patterns = levels.filter(
    ({ block }) => block !== null && locationName(block).kind === 'regex',
  ).length;
  return 2 * codes + patterns;
});

/** Takes what a search in a server costs; false when there is none left. */
function spend(model: Model, { location, intent }: Route, times: number): boolean {
  const work = workOf(model);
  const kind = intent.strength === 'none' ? 'other' : 'expected';
  const server = location.server === null ? 0 : costOf(location.server);
  work[kind] -= times * (LEAST_WORK + server + costOf(location));
  return work[kind] >= 0;
}

/**
 * The handshakes for the own path of a location, one for each of its server's names and listeners, as far as they
 * reach that server. None where the location has no such path, its server is not to be seen whole, or there are too
 * many.
 */
export function askedOf(model: Model, route: Route): readonly Asked[] {
  let byLocation = asked.get(model);
  if (byLocation === undefined) {
    byLocation = new WeakMap();
    asked.set(model, byLocation);
  }
  const { location } = route;
  const outcomes = byLocation.get(location) ?? ask(model, route, ownPath(location));
  byLocation.set(location, outcomes);
  return outcomes;
}

const asked = new WeakMap<Model, WeakMap<Level, readonly Asked[]>>();

/** The same for another path. @param path in bytes, not escaped; null for none */
export function ask(model: Model, route: Route, path: string | null): readonly Asked[] {
  const { location } = route;
  const { server, block } = location;
  if (path === null || block === null || server === null || !isSeenWhole(model, location)) return [];
  const origins = originsOf(model, server);
  const chosen = ['ws:', 'wss:'].flatMap((scheme) =>
    origins
      .map(originText)
      .filter((origin) => origin.startsWith(scheme))
      .slice(0, URLS_LIMIT),
  );
  if (!spend(model, route, chosen.length)) return [];
  return chosen.flatMap((origin) => {
    const outcome = handshake(model, `${origin}${escapePath(path)}`);
    return outcome.error === undefined && reaches(outcome, server.block) ? [comesTo(outcome, block)] : [];
  });
}

/** Whether all of the server and the location is to be seen. */
export function isSeenWhole({ configuration }: Model, { server, opaqueInForce }: Level): boolean {
  return !configuration.truncated && server !== null && server.block !== null && opaqueInForce === null;
}

/**
 * What the search for a path finds in the server of a route; null where that cannot be told.
 *
 * @param path in bytes
 */
export function searchFor(model: Model, route: Route, path: string): FoundLocation | null {
  const { location } = route;
  if (location.server === null || !isSeenWhole(model, location) || !spend(model, route, 1)) return null;
  let isKnown = true;
  const found = findLocation(location.server, path, ({ block }) => {
    if (block === null) return false;
    const { name, modifier } = locationName(block);
    const match = matchPattern(name, modifier === '~*', path);
    if (match === 'unknown') isKnown = false;
    return match !== null;
  });
  return isKnown ? found : null;
}

/** Another server may have the name, or take what none has. */
function reaches({ because }: Handshake, server: ConfigDirective | null): boolean {
  const found = because.find(({ step, id }) => step === 'server' && id === null);
  return server !== null && isAt(found?.place, placeOf(server));
}

function comesTo(outcome: Handshake, block: ConfigDirective): Asked {
  const { because, verdict } = outcome;
  const first = firstLocation(outcome);
  const arrives = first === null ? 'server' : isAt(first, placeOf(block)) ? 'here' : 'elsewhere';
  const reason = verdict === 'passes' ? undefined : because.findLast(({ id }) => id !== null);
  return { handshake: outcome, arrives, reason };
}

/** The location that the search finds first; undefined when it finds none, or is not made. */
export function locationFoundFirst(model: Model, outcome: Handshake): Level | undefined {
  const place = firstLocation(outcome);
  return place === null ? undefined : locationsByPlace(model).get(keyOf(place));
}

const locationsByPlace = memoized((model: Model): ReadonlyMap<string, Level> => {
  const locations = new Map<string, Level>();
  if (model.http === null) return locations;
  for (const level of levelsWithin(model.http)) {
    if (level.kind !== 'location' || level.block === null) continue;
    const key = keyOf(placeOf(level.block));
    if (!locations.has(key)) locations.set(key, level);
  }
  return locations;
});

function keyOf({ file, start }: Place): string {
  return `${start} ${file.realPath}`;
}

/** Where it stands. */
function firstLocation({ because }: Handshake): Place | null {
  const place = because.find(({ step, id }) => step === 'location' && id === null)?.place ?? null;
  // Where no location stands for the path, the evidence is about the server.
  return place?.file.text.startsWith('location', place.start) === true ? place : null;
}

/** Whether two places are the same. */
export function isAt(place: Place | null | undefined, other: Place): boolean {
  return (
    place !== null &&
    place !== undefined &&
    place.file === other.file &&
    place.start === other.start &&
    place.end === other.end
  );
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

/** The first URL of that path; undefined where no URL is known. */
export function ownUrl(model: Model, location: Level): string | undefined {
  const path = ownPath(location);
  const origin = location.server === null ? undefined : originsOf(model, location.server)[0];
  return path === null || origin === undefined ? undefined : `${originText(origin)}${escapePath(path)}`;
}

/** A path further down from that of a prefix, in bytes; null for a location that stands for no such path. */
export function pathBelow(location: Level): string | null {
  const path = ownPath(location);
  if (path === null || location.block === null || locationName(location.block).kind !== 'prefix') return null;
  return path.endsWith('/') ? `${path}x` : `${path}/x`;
}

/** Whether the library that uses a path asks for it as it is, and for nothing further down. */
export function isAskedAsIs(path: string): boolean {
  return /\/(?:socket|engine)\.io\/?$/i.test(path);
}

/**
 * Whether a route is to be judged: it is meant for WebSocket, or a quick-fix may make it so. Of the second a Hint says
 * what else stands in the way.
 */
export function isOfConcern({ intent, faults }: Route): boolean {
  return intent.strength !== 'none' || faults.length > 0;
}

/** Whether some handshake is let through, or none is known to be stopped. */
export function mayPass(outcomes: readonly Asked[]): boolean {
  return outcomes.length === 0 || outcomes.some(({ handshake: { verdict } }) => verdict !== 'blocked');
}
