import type { Host } from '../model/host';
import { type Closure, loadClosure } from '../model/load';
import type { PathMapping } from '../model/path-mappings';
import { findRoot, hasMainBlock } from '../model/roots';
import type { EditorSettings } from '../protocol';
import type { Loaded } from './closures';
import type { Checkpoint } from './runner';

/** A configuration that files belong to, and the settings of the first of them. */
export interface Configuration {
  readonly closure: Closure;
  readonly editor: EditorSettings;
}

export type Configurations = readonly Configuration[];

export interface ConfigurationsOptions {
  /** Absolute paths of the files, with the settings of the editor for each. */
  readonly given: ReadonlyMap<string, EditorSettings>;
  readonly mappingsFor: (path: string, editor: EditorSettings) => readonly PathMapping[];
  /** The main files that settings name for a file. */
  readonly mainsFor: (path: string, editor: EditorSettings) => Promise<readonly string[]>;
  /** Called between two files. */
  readonly checkpoint: Checkpoint;
}

/**
 * The configurations that some files belong to, each once, in the order of the files: of a main file that a setting
 * names or that is among them, of the nearest `nginx.conf` upward, or of the file itself. A fragment that is part of
 * another configuration is none. Files that cannot be read are left out.
 */
export async function findConfigurations(
  host: Host,
  { given, mappingsFor, mainsFor, checkpoint }: ConfigurationsOptions,
): Promise<Configurations> {
  const loads = new Map<string, Promise<Loaded>>();
  const load = (path: string, pathMappings: readonly PathMapping[]): Promise<Loaded> => {
    const key = JSON.stringify([path, pathMappings]);
    const loading = loads.get(key) ?? loadClosure(host, path, { pathMappings });
    loads.set(key, loading);
    return loading;
  };
  const among: string[] = [];
  for (const [path, editor] of given) {
    await checkpoint();
    const closure = await load(path, mappingsFor(path, editor));
    if (!('problem' in closure) && hasMainBlock(closure)) among.push(path);
  }
  const roots = new Map<string, Configuration>();
  const fragments = new Map<string, Configuration>();
  for (const [path, editor] of given) {
    await checkpoint();
    const mappings = mappingsFor(path, editor);
    const mains = [...(await mainsFor(path, editor)), ...among.filter((main) => main !== path)];
    const root = await findRoot(host, path, { mains, load: (each) => load(each, mappings) });
    if ('problem' in root) continue;
    const { closure, found } = root;
    const kind = found === 'fragment' ? fragments : roots;
    if (!kind.has(closure.main.realPath)) kind.set(closure.main.realPath, { closure, editor });
  }
  return [...roots.values(), ...withoutIncluded(roots, fragments)];
}

/** The fragments that no other configuration includes. */
function withoutIncluded(
  roots: ReadonlyMap<string, Configuration>,
  fragments: ReadonlyMap<string, Configuration>,
): Configuration[] {
  const included = new Set<string>();
  const include = ({ closure }: Configuration): void => {
    for (const path of closure.files.keys()) included.add(path);
  };
  for (const root of roots.values()) include(root);
  const kept: Configuration[] = [];
  // The largest first, so that of two fragments the including one is kept.
  for (const fragment of [...fragments.values()].toSorted(
    (a, b) => b.closure.files.size - a.closure.files.size,
  )) {
    if (included.has(fragment.closure.main.realPath)) continue;
    kept.push(fragment);
    include(fragment);
  }
  return kept;
}
