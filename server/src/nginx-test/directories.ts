import type { ConfigDirective } from '../model/configuration';
import { endOfDirective } from './lines';
import type { Directory, Reading } from './reading';
import type { Fault } from './refusal';

/**
 * Takes note of a directory that a directive names first; the fault where another has named it for something else, or with
 * other levels (ngx_add_path).
 */
export function directoryFault(
  directive: ConfigDirective,
  reading: Reading,
  { isCache, levels }: Omit<Directory, 'named'>,
): Fault | null {
  // A slash at the end counts where two are compared, and is not shown.
  const path = directive.argument(0);
  const other = reading.directories.get(path);
  if (other === undefined) {
    reading.directories.set(path, { named: endOfDirective(directive), isCache, levels });
    return null;
  }
  const place = reading.placeText(other.named);
  const told = (words: string): Fault => ({
    text: `the same path name "${path.replace(/\/$/, '')}" ${words}`,
    word: 1,
    rule: 'directive-duplicate',
  });
  if (isCache || other.isCache) return told(`used in ${place} and`);
  const isSame = [0, 1, 2].every((index) => Number(levels[index] ?? 0) === Number(other.levels[index] ?? 0));
  return isSame ? null : told(`in ${place} has the different levels than`);
}
