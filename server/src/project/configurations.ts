import { BoundedHost, type ReadingLimits } from '../model/bounded-host';
import type { Host } from '../model/host';
import { fileOf, loadClosure, type MakeFile } from '../model/load';
import type { PathMapping } from '../model/path-mappings';
import { defaultSettings } from '../model/settings';
import type { Settings } from '../protocol';
import { findRoots, hasMainBlock, type Loaded, type Root } from './roots';
import { mergeSettings } from './settings';
import { findVersion, type TargetVersion } from './version';

/** A configuration to judge: an immutable snapshot. */
export interface Configuration extends Root {
  /** Those in force. */
  readonly settings: Settings;
  readonly target: TargetVersion;
}

/**
 * The configuration of a root, with the settings in force for it.
 *
 * @param own the settings of the editor or the command line: they go before those of the file beside the main file
 * @param ask gives the output of `nginx -V`, or null
 */
export async function configurationOf(
  { closure, found }: Root,
  own: Settings,
  ask: () => Promise<string | null>,
): Promise<Configuration> {
  const project = closure.project?.settings ?? defaultSettings;
  return {
    closure,
    found,
    settings: mergeSettings(own, project),
    target: await findVersion(own, project, ask),
  };
}

/** A file whose configuration is asked for. */
export interface GivenFile {
  /** Absolute. */
  readonly path: string;
  /** The main files that a setting, or the command line, names for it. */
  readonly mains: readonly string[];
  /** Those of the editor; they go before those of the file beside the main file. */
  readonly pathMappings: readonly PathMapping[];
}

/** Gives the closure of a main file, or why it cannot be read. */
export type Load = (path: string, pathMappings: readonly PathMapping[]) => Promise<Loaded>;

/** What all closures of one command may read: each of them has a limit of its own. */
const ALL_LIMITS: ReadingLimits = { files: Infinity, characters: 512 * 1024 * 1024, names: Infinity };

/**
 * Loads each closure once, for one command.
 *
 * @param onLoad is called with the path before it is read
 */
export function loadOnce(
  unbounded: Host,
  onLoad: (path: string) => void = () => {},
  limits = ALL_LIMITS,
): Load {
  const host = new BoundedHost(unbounded, limits);
  const loads = new Map<string, Promise<Loaded>>();
  return (path, pathMappings) => {
    const key = JSON.stringify([path, pathMappings]);
    const known = loads.get(key);
    if (known !== undefined) return known;
    onLoad(path);
    // No change of a file is waited for.
    const makeFile: MakeFile = (read) => fileOf(read, null, Infinity);
    const loading = loadClosure(host, path, { pathMappings, makeFile });
    loads.set(key, loading);
    return loading;
  };
}

/** A configuration that files belong to, and the first of them. */
interface FoundRoot<File extends GivenFile> {
  readonly root: Root;
  readonly file: File;
}

/** What `findConfigurations` gives. */
export interface FoundRoots<File extends GivenFile> {
  /** Each configuration once, in the order of the files. */
  readonly roots: readonly FoundRoot<File>[];
  /** The roots of each file; files that cannot be read are left out. */
  readonly byFile: ReadonlyMap<File, readonly Root[]>;
}

/**
 * Finds the configurations that some files belong to: of all main files that are named for the file or are among the
 * files, of the nearest `nginx.conf` upward, or of the file itself. A fragment that is part of another configuration is none.
 *
 * @param checkpoint is called between two files
 */
export async function findConfigurations<File extends GivenFile>(
  files: readonly File[],
  load: Load,
  checkpoint: () => Promise<void> = () => Promise.resolve(),
): Promise<FoundRoots<File>> {
  const among: string[] = [];
  for (const { path, pathMappings } of files) {
    await checkpoint();
    const closure = await load(path, pathMappings);
    if (!('problem' in closure) && hasMainBlock(closure)) among.push(path);
  }
  const byFile = new Map<File, readonly Root[]>();
  const whole = new Map<string, FoundRoot<File>>();
  const fragments = new Map<string, FoundRoot<File>>();
  for (const file of files) {
    await checkpoint();
    const { path, pathMappings } = file;
    const mains = [...file.mains, ...among.filter((main) => main !== path)];
    const roots = await findRoots(path, { mains, load: (each) => load(each, pathMappings) });
    if ('problem' in roots) continue;
    byFile.set(file, roots);
    for (const root of roots) {
      const kind = root.found === 'fragment' ? fragments : whole;
      const { realPath } = root.closure.main;
      if (!kind.has(realPath)) kind.set(realPath, { root, file });
    }
  }
  return { roots: [...whole.values(), ...withoutIncluded(whole, fragments)], byFile };
}

/** The fragments that no other configuration includes. */
function withoutIncluded<File extends GivenFile>(
  whole: ReadonlyMap<string, FoundRoot<File>>,
  fragments: ReadonlyMap<string, FoundRoot<File>>,
): FoundRoot<File>[] {
  const included = new Set<string>();
  const include = ({ root }: FoundRoot<File>): void => {
    for (const path of root.closure.files.keys()) included.add(path);
  };
  for (const each of whole.values()) include(each);
  const kept: FoundRoot<File>[] = [];
  // The largest first, so that a fragment is kept rather than one that it includes.
  const sizeOf = ({ root }: FoundRoot<File>): number => root.closure.files.size;
  for (const fragment of [...fragments.values()].toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    if (included.has(fragment.root.closure.main.realPath)) continue;
    kept.push(fragment);
    include(fragment);
  }
  return kept;
}
