import { bytesOf } from '../model/bytes';
import { ownDirectives } from '../model/inheritance';
import { type Level, levelsWithin, type OuterLevel } from '../model/levels';
import { memoized } from '../model/memo';
import { searchFor } from './own-paths';

/** Directives that make a request of their own out of each request. */
const SUBREQUESTS: readonly string[] = ['auth_request', 'mirror'];

/** Whether a location answers the subrequests of others of its server: no handshake is meant to pass there. */
export function answersSubrequests(location: Level): boolean {
  const { server } = location;
  return server !== null && answeringIn(server).has(location);
}

const answeringIn = memoized((server: Level): ReadonlySet<Level> => locationsAskedBy(server, SUBREQUESTS));

/** The locations of a server that answer the subrequests of some directives. */
export function locationsAskedBy(server: Level, names: readonly string[]): ReadonlySet<Level> {
  const around: readonly OuterLevel[] = server.parent === null ? [] : [server.parent];
  const answering = new Set<Level>();
  for (const level of [...around, ...levelsWithin(server)]) {
    for (const asks of names.flatMap((name) => ownDirectives(level, name))) {
      const path = bytesOf(asks.argument(0).split('?')[0] ?? '');
      const found = path.startsWith('/') ? searchFor(server, path) : null;
      if (found !== null && found.level !== server) answering.add(found.level);
    }
  }
  return answering;
}
