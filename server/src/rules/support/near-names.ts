import { distance } from 'fastest-levenshtein';

/** With more differences than this another name is meant. */
const DISTANCE_LIMIT = 2;

/** The names that differ from `name` by a typo, the nearest first; equally near ones in their order. */
export function nearNames(name: string, names: Iterable<string>): string[] {
  // Any two short names are similar.
  if (name.length < 4 || name.length > 64) return [];
  const near: { readonly name: string; readonly differences: number }[] = [];
  for (const each of new Set(names)) {
    if (Math.abs(each.length - name.length) > DISTANCE_LIMIT) continue;
    const differences = distance(name, each);
    if (differences <= DISTANCE_LIMIT) near.push({ name: each, differences });
  }
  return near.toSorted((a, b) => a.differences - b.differences).map((each) => each.name);
}
