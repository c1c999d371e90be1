import { nameOf, wordsOf } from '../syntax/tree';
import { isMainBlock } from '../model/context';
import { directivesAtTop } from '../model/texts';
import type { Closure, InclusionProblem } from '../model/load';
import { directoryOf, rootOf } from '../model/paths';

/** A configuration that a file belongs to. */
export interface Root {
  readonly closure: Closure;
  /** How it was found; `fragment`: it was not, and the file is judged alone. */
  readonly found: 'given' | 'nearest' | 'itself' | 'fragment';
}

/** A closure, or why its main file cannot be read. */
export type Loaded = Closure | { readonly problem: InclusionProblem };

export interface RootOptions {
  /** Absolute paths of main files to try first: from a setting, the command line, or open in the editor. */
  readonly mains: readonly string[];
  /** Loads a closure, or gives the one loaded before. */
  readonly load: (path: string) => Promise<Loaded>;
}

/** No file is that deep in a tree of configurations. */
const DEPTH_LIMIT = 40;

/**
 * Finds the main files that a file belongs to: all of those given that include it, else the nearest `nginx.conf`
 * upward that does, else the file itself.
 *
 * @param path absolute path of the file
 * @returns the roots in the order of the main files given, each once, at least one; or why the file cannot be read
 */
export async function findRoots(
  path: string,
  { mains, load }: RootOptions,
): Promise<readonly [Root, ...Root[]] | { readonly problem: InclusionProblem }> {
  const own = await load(path);
  if ('problem' in own) return own;
  const { realPath } = own.main;
  const given = new Map<string, Root>();
  for (const main of mains) {
    const closure = await load(main);
    if ('problem' in closure || !closure.files.has(realPath) || given.has(closure.main.realPath)) continue;
    given.set(closure.main.realPath, { closure, found: 'given' });
  }
  const [first, ...others] = given.values();
  if (first !== undefined) return [first, ...others];
  for (const main of nearestMains(path)) {
    const closure = await load(main);
    if (!('problem' in closure) && closure.files.has(realPath)) return [{ closure, found: 'nearest' }];
  }
  return [{ closure: own, found: hasMainBlock(own) ? 'itself' : 'fragment' }];
}

/**
 * Finds the other main files given whose configurations share files with some roots: who edits such a file edits it
 * for them, too.
 */
export async function findNeighbours(
  roots: readonly Root[],
  { mains, load }: RootOptions,
): Promise<readonly Root[]> {
  const shared = new Set(roots.flatMap(({ closure }) => [...closure.files.keys()]));
  const known = new Set(roots.map(({ closure }) => closure.main.realPath));
  const neighbours: Root[] = [];
  for (const main of mains) {
    const closure = await load(main);
    if ('problem' in closure || known.has(closure.main.realPath)) continue;
    known.add(closure.main.realPath);
    if ([...closure.files.keys()].some((path) => shared.has(path)))
      neighbours.push({ closure, found: 'given' });
  }
  return neighbours;
}

/** Every `nginx.conf` that could be meant, from the directory of the file upward. */
function nearestMains(path: string): string[] {
  const mains: string[] = [];
  let directory = directoryOf(path);
  for (let depth = 0; depth < DEPTH_LIMIT; depth += 1) {
    const main = `${directory}/nginx.conf`;
    if (main !== path) mains.push(main);
    const parent = directoryOf(directory);
    if (parent === directory || directory === rootOf(path)) break;
    directory = parent;
  }
  return mains;
}

/** Whether the main file of a closure has a block that only a main file has, itself or from an include at its top. */
export function hasMainBlock({ main, inclusions }: Closure): boolean {
  const files = new Map([[main.realPath, main]]);
  // The files that are included on the way join the list.
  for (const each of files.values()) {
    for (const [tree, directive] of directivesAtTop(each)) {
      const name = nameOf(tree, directive);
      if (isMainBlock(name)) return true;
      if (name !== 'include' || directive.children !== null) continue;
      const argument = wordsOf(tree, directive)[1]?.value ?? '';
      for (const file of inclusions.get(argument)?.files ?? []) files.set(file.realPath, file);
    }
  }
  return false;
}
