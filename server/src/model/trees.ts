import { isGlob } from './glob';
import { fileNameOf, resolvePath, rootOf } from './paths';

/** A directory here that stands for one of the machine that nginx runs on. Both without a trailing `/`. */
export interface Tree {
  readonly from: string;
  readonly to: string;
}

/** A path where an included file may be. */
export interface Candidate {
  readonly path: string;
  /** As far as this directory nothing in the path is a pattern. */
  readonly directory: string;
  /** What the directory stands for; null where the path is taken as it is written. */
  readonly tree: Tree | null;
}

/** Where configurations are installed: a main file below one of these is the one that runs here. */
const INSTALLED =
  /^(?:\/[a-z]:)?\/(?:(?:config|data)\/nginx|(?:usr\/local\/|opt\/homebrew\/|opt\/local\/|opt\/|usr\/)?(?:etc\/)?(?:nginx|angie|openresty|tengine|freenginx)(?:\/nginx)?(?:\/conf)?)(?=\/)/i;

/** Whether a path is below a directory where nginx looks for its configuration on this machine. */
export function isInstalled(path: string): boolean {
  return INSTALLED.test(path);
}

/** Directories that hold a whole configuration, by their name. */
const HOLDS_CONFIGURATION = /^(?:nginx|angie|openresty|tengine|freenginx|conf|config)$/i;

/**
 * Whether an absolute path leads to the same place on this machine as the main file: both are installed, or the first
 * two directories are the same. Then it means what it says.
 */
export function isOfSamePlace(main: string, path: string): boolean {
  if (isInstalled(main)) return true;
  const [first, second] = partsOf(main);
  const others = partsOf(path);
  return others.length > 2 && first === others[0] && second === others[1];
}

/**
 * Where the tail of an absolute path may be found in the copy of a tree: the longest tail first, whatever the prefix,
 * and for one tail the nearest directory.
 *
 * @param path absolute, as nginx writes it
 * @param directories where the copy may be, the nearest first
 */
export function tailCandidates(path: string, directories: readonly string[]): Candidate[] {
  const parts = partsOf(path);
  const root = rootOf(path);
  return parts.flatMap((_, dropped) => {
    const tail = parts.slice(dropped);
    const from = [root, ...parts.slice(0, dropped)].join('/');
    if (!isTelling(tail, from)) return [];
    return directories.map((to) => ({
      path: resolvePath(to, tail.join('/')),
      directory: to,
      tree: { from, to },
    }));
  });
}

/** Whether a tail says enough: `*.conf` alone would match whatever stands there, unless it is that of a whole tree. */
function isTelling(tail: readonly string[], from: string): boolean {
  if (!tail.some(isGlob)) return true;
  return tail.slice(0, -1).some((part) => !isGlob(part)) || HOLDS_CONFIGURATION.test(fileNameOf(from));
}

/**
 * The directory of nginx's machine that a tree stands for, as far up as its name tells: what is below it is looked for
 * in the copy alone.
 */
function coveredBy({ from }: Tree): string {
  const parts = from.split('/');
  const last = parts.findLastIndex((part) => HOLDS_CONFIGURATION.test(part));
  return last === -1 ? from : parts.slice(0, last + 1).join('/');
}

/** Whether what is at a path belongs to a tree of which a copy is read. */
export function isCovered(path: string, trees: readonly Tree[]): boolean {
  return trees.some((tree) => path.startsWith(`${coveredBy(tree)}/`));
}

/** The directories from one upward, itself first; not the root of the disk, nor what is directly below it. */
export function upward(directory: string, limit: number): string[] {
  const root = rootOf(directory);
  const parts = partsOf(directory);
  const lowest = root === '' ? 2 : 0;
  const count = Math.max(1, Math.min(limit, parts.length - lowest + 1));
  return Array.from({ length: count }, (_, up) => [root, ...parts.slice(0, parts.length - up)].join('/'));
}

/** Where a relative name may be found when the main file, and so what it is relative to, is not known. */
export function relativeCandidates(name: string, directories: readonly string[]): Candidate[] {
  return directories.map((directory) => ({ path: resolvePath(directory, name), directory, tree: null }));
}

/** The names on the way to a path, those of its root left out. */
function partsOf(path: string): string[] {
  return path
    .slice(rootOf(path).length)
    .split('/')
    .filter((part) => part !== '');
}
