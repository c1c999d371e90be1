import { searchFor } from '../handshake/own-paths';
import { matchPattern } from '../handshake/patterns';
import type { RouteRow } from '../handshake/route-table';
import { originsOf } from '../handshake/route-urls';
import { escapePath } from '../handshake/uri';
import { originText } from '../handshake/value';
import { bytesOf } from '../model/bytes';
import type { Level } from '../model/levels';
import { exampleOf } from '../model/pattern/example';
import { type Analysis, routes } from '../service';
import { locationName } from '../values/location';

/**
 * The URLs that are opened where none are named, each once: those of all routes. A route that has none, as a pattern
 * has not, gets one that it is written for: where that leads elsewhere, so it is predicted.
 */
export function urlsToTry(analysis: Analysis): string[] {
  return [...new Set(routes(analysis).flatMap((row) => urlsOfRoute(analysis, row)))];
}

/** Those of one route. */
export function urlsOfRoute({ model }: Analysis, { location, urls }: RouteRow): readonly string[] {
  const { server } = location;
  if (urls.length > 0 || server === null) return urls;
  const path = escapePath(pathFor(location, server));
  return originsOf(model, server).map((origin) => `${originText(origin)}${path}`);
}

/** A path that a location takes, if one is found, in bytes. A location with a name is reached from others. */
function pathFor({ block }: Level, server: Level): string {
  if (block === null) return '/';
  const { kind, name, modifier } = locationName(block);
  if (kind === 'named') return '/';
  if (kind !== 'regex') return name.startsWith('/') ? bytesOf(name) : '/';
  const ignoreCase = modifier === '~*';
  const example = exampleOf(bytesOf(name), ignoreCase);
  if (example === null) return '/';
  // An extension stands behind a name.
  const start = /^\w/.test(example) ? '/' : '/x';
  const taken = [example, `${start}${example}`, `/${example}`, `/x${example}`].filter(
    (path) => path.startsWith('/') && isMatch(matchPattern(name, ignoreCase, path)),
  );
  return taken.find((path) => searchFor(server, path)?.level.block === block) ?? taken[0] ?? '/';
}

function isMatch(match: ReturnType<typeof matchPattern>): boolean {
  return match !== null && match !== 'unknown';
}
