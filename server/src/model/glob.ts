import { minimatch } from 'minimatch';
import type { Host } from './host';
import { rootOf } from './paths';

/** What a pattern of glob(3) cannot be without. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/** glob(3) with flags 0, as nginx calls it: no braces, no `**`, a leading dot only by a dot. */
const GLOB_OPTIONS = {
  nobrace: true,
  noglobstar: true,
  noext: true,
  nonegate: true,
  nocomment: true,
  dot: false,
} as const;

/**
 * The paths that an absolute pattern matches, sorted as glob(3) sorts them.
 *
 * @param listed is told each directory that was listed, so that a new file in it can be noticed
 */
export async function expandGlob(
  host: Host,
  pattern: string,
  listed: (directory: string) => void,
): Promise<string[]> {
  const root = rootOf(pattern);
  const parts = pattern.slice(root.length).split('/').slice(1);
  let paths = [root];
  for (const part of parts) {
    if (!isGlob(part)) {
      paths = paths.map((path) => `${path}/${part}`);
      continue;
    }
    const matches: string[] = [];
    for (const path of paths) {
      listed(path);
      const names = (await host.readDirectory(path)) ?? [];
      for (const name of names) if (minimatch(name, part, GLOB_OPTIONS)) matches.push(`${path}/${name}`);
    }
    paths = matches;
  }
  return paths.toSorted();
}
