import type { Level } from '../../model/levels';
import { memoized } from '../../model/memo';
import { locationName } from '../../values/location';

/**
 * The location of a server whose path, or name with its `@`, is exactly that: what a directive names when it names a
 * location. No search is made: other paths give undefined.
 */
export function locationNamed(server: Level, path: string): Level | undefined {
  return locationsOf(server).get(path);
}

const locationsOf = memoized((server: Level): ReadonlyMap<string, Level> => {
  const locations = new Map<string, Level>();
  for (const level of server.levels) {
    if (level.kind !== 'location' || level.block === null) continue;
    const { kind, name } = locationName(level.block);
    if (kind === 'regex') continue;
    // An exact one goes before a prefix.
    if (kind === 'exact' || !locations.has(name)) locations.set(name, level);
  }
  return locations;
});
