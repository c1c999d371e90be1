import { BoundedHost, READING_LIMITS } from '../model/bounded-host';
import { expandGlob, isGlob } from '../model/glob';
import type { Host } from '../model/host';
import { directoryOf, isAbsolute, resolvePath, rootOf } from '../model/paths';
import { readProjectFile } from '../model/project-file';
import type { Settings } from '../protocol';

/** What was looked at on the way to an answer: when one of it changes, so may the answer. */
export interface Looked {
  readonly file: (path: string) => void;
  readonly directory: (path: string) => void;
  /** A pattern that leads to too much to be of use, in words. */
  readonly fault?: (text: string) => void;
}

/** What is looked at once need not be watched. */
export const NOT_WATCHED: Looked = { file: () => {}, directory: () => {} };

/** No file is that deep in a tree of configurations. */
const DEPTH_LIMIT = 40;

/**
 * The main files that the setting `mainConfiguration` names for a file: the editor's setting, relative to the workspace
 * folder, else the one of a project's file.
 *
 * @param path absolute path of the file
 * @param folder the workspace folder that holds it; without one only absolute globs of the editor count
 */
export async function mainsFor(
  host: Host,
  path: string,
  { mainConfiguration }: Settings,
  folder: string | undefined,
  looked: Looked,
): Promise<string[]> {
  if (mainConfiguration.length === 0) return projectMains(host, path, looked);
  const globs = mainConfiguration.filter((glob) => folder !== undefined || isAbsolute(glob));
  return boundedMains(host, globs, folder ?? '', looked);
}

/**
 * The main files that the setting `mainConfiguration` names in the nearest project's file upward that has it: the
 * directory of the file first.
 *
 * @param path absolute path of a file
 */
export async function projectMains(host: Host, path: string, looked: Looked): Promise<string[]> {
  let directory = directoryOf(path);
  for (let depth = 0; depth < DEPTH_LIMIT; depth += 1) {
    const project = await readProjectFile(host, directory, looked.file);
    const globs = project?.settings.mainConfiguration ?? [];
    if (globs.length > 0) return boundedMains(host, globs, directory, looked);
    if (directory === rootOf(path)) break;
    directory = directoryOf(directory);
  }
  return [];
}

/** More main files than this are not tried for each file that is asked about. */
const MAINS_LIMIT = 1000;

/** The main files that globs match; none, and a fault, where that would be half a disk. */
async function boundedMains(
  host: Host,
  globs: readonly string[],
  directory: string,
  looked: Looked,
): Promise<string[]> {
  const bounded = new BoundedHost(host, READING_LIMITS);
  const directories = new Set<string>();
  const mains = await expandMains(bounded, globs, directory, {
    ...looked,
    directory: (path) => directories.add(path),
  });
  const reason =
    bounded.exhausted ?? (mains.length > MAINS_LIMIT ? `it leads to more than ${MAINS_LIMIT} files` : null);
  if (reason === null) {
    for (const each of directories) looked.directory(each);
    return mains;
  }
  looked.fault?.(`\`mainConfiguration\` (${globs.join(', ')}) is not used: ${reason}.`);
  return [];
}

/** The files that globs of main files match, in order; those without a pattern whether they are there or not. */
export async function expandMains(
  host: Host,
  globs: readonly string[],
  directory: string,
  looked: Looked,
): Promise<string[]> {
  const mains: string[] = [];
  for (const glob of globs) {
    const pattern = resolvePath(directory, glob);
    const files = isGlob(glob) ? await expandGlob(host, pattern, looked.directory, directory) : [pattern];
    for (const file of files) mains.push(file);
  }
  return mains;
}
