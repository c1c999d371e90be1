import type { Level } from '../../model/levels';
import { memoized } from '../../model/memo';

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
    const hasModifier = level.block.words.length > 2;
    const modifier = hasModifier ? level.block.argument(0) : '';
    const path = level.block.argument(hasModifier ? 1 : 0);
    if (modifier.startsWith('~') || path.startsWith('~')) continue;
    // An exact one goes before a prefix.
    if (modifier === '=' || !locations.has(path)) locations.set(path, level);
  }
  return locations;
});
