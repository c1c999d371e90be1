import { isMainBlock } from '../model/context';
import type { Host } from '../model/host';
import { type Closure, type InclusionProblem, loadClosure } from '../model/load';
import { findRoot } from '../model/roots';
import { nameOf } from '../syntax/tree';
import { InputError } from './errors';
import { Names } from './names';
import { isLarge, Progress } from './progress';
import { type Analysis, analyze } from '../service';
import type { CommonArguments } from './arguments';
import { faultReporter } from './faults';
import type { Io } from './io';
import { visible } from './words';

/** The configurations that the files of a command line belong to. */
export interface Configurations {
  /** One for each main file (or fragment whose main file was not found), in the order of the files given. */
  readonly closures: readonly Closure[];
  readonly names: Names;
  /** What people should know of how the files were read. */
  readonly notes: readonly string[];
}

type Loaded = Closure | { readonly problem: InclusionProblem };

/**
 * Finds the configurations of the files.
 *
 * @param files as given, relative to `cwd`
 * @param main the main file as given, or null
 * @throws InputError when one of them cannot be read
 */
export async function findConfigurations(
  host: Host,
  cwd: string,
  files: readonly string[],
  main: string | null,
  progress: Progress,
): Promise<Configurations> {
  const names = new Names(cwd);
  const load = loaderOf(host, progress, names);
  const given = main === null ? files : [...files, main];
  const closures = await loadGiven(given, names, load);
  const mainPath = main === null ? null : names.pathOf(main);
  const mains = files.map((file) => names.pathOf(file)).filter((path) => isMainFile(closures.get(path)));

  const roots = new Map<string, Closure>();
  const fragments = new Map<string, Closure>();
  const notes: string[] = [];
  for (const file of files) {
    const path = names.pathOf(file);
    const others = mains.filter((each) => each !== path);
    const root = await findRoot(host, path, {
      load,
      mains: mainPath === null ? others : [mainPath, ...others],
    });
    if ('problem' in root) throw new InputError(unreadable(file, root.problem));
    const { closure, found } = root;
    (found === 'fragment' ? fragments : roots).set(closure.main.realPath, closure);
    if (main !== null && closure.main.realPath !== closures.get(mainPath ?? '')?.main.realPath) {
      const isAlone = closure.main.realPath === closures.get(path)?.main.realPath;
      const instead = isAlone
        ? 'it was analysed alone'
        : `it was analysed as part of ${names.of(closure.main)}`;
      notes.push(`${main} does not include ${file}: ${instead}.`);
    }
  }
  return { closures: withoutIncluded(roots, fragments), names, notes };
}

/** Loads each file once, and says what is read when that takes long. */
function loaderOf(host: Host, progress: Progress, names: Names): (path: string) => Promise<Loaded> {
  const loads = new Map<string, Promise<Loaded>>();
  return (path) => {
    const known = loads.get(path);
    if (known !== undefined) return known;
    progress.step(`reading ${names.ofPath(path)}`);
    const load = loadClosure(host, path);
    loads.set(path, load);
    return load;
  };
}

/** The closures of the files given, by path; `names` learns how they were given. */
async function loadGiven(
  given: readonly string[],
  names: Names,
  load: (path: string) => Promise<Loaded>,
): Promise<Map<string, Closure>> {
  const closures = new Map<string, Closure>();
  const faults: string[] = [];
  for (const file of given) {
    const path = names.pathOf(file);
    const closure = await load(path);
    if ('problem' in closure) {
      faults.push(unreadable(file, closure.problem));
      continue;
    }
    closures.set(path, closure);
    names.give(closure.main.realPath, file);
  }
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  return closures;
}

function unreadable(name: string, { kind, reason }: InclusionProblem): string {
  const file = visible(name);
  if (kind === 'missing') return `${file}: there is no such file.`;
  if (kind === 'directory') return `${file} is a directory: name the file that nginx is started with.`;
  return `${file} cannot be read: ${reason}.`;
}

/** Whether others may be included by it: it has a top-level `events`, `http`, `stream` or `mail`. */
function isMainFile(closure: Closure | undefined): boolean {
  if (closure === undefined) return false;
  const { tree } = closure.main;
  return tree.directives.some((directive) => isMainBlock(nameOf(tree, directive)));
}

/** All configurations but the fragments that another one includes. */
function withoutIncluded(
  roots: ReadonlyMap<string, Closure>,
  fragments: ReadonlyMap<string, Closure>,
): Closure[] {
  const kept = [...roots.values()];
  // The largest first, so that of two fragments the including one is kept.
  for (const fragment of [...fragments.values()].toSorted((a, b) => b.files.size - a.files.size)) {
    if (!kept.some(({ files }) => files.has(fragment.main.realPath))) kept.push(fragment);
  }
  return kept;
}

/** Analyses the configuration that the file of a command line belongs to. */
export async function analyzeOne(
  args: CommonArguments,
  host: Host,
  io: Io,
): Promise<{ readonly analysis: Analysis; readonly names: Names }> {
  const progress = new Progress(io.stderr);
  try {
    const { closures, names, notes } = await findConfigurations(
      host,
      io.cwd,
      args.files,
      args.main,
      progress,
    );
    const [closure] = closures;
    if (closure === undefined) throw new InputError('There is no file to analyse.');
    progress.step(`analysing ${names.of(closure.main)}`, isLarge(closure));
    const analysis = analyze(closure, { version: args.version, onFault: faultReporter(io.stderr) });
    progress.done();
    for (const note of notes) io.stderr.write(`${visible(note)}\n`);
    return { analysis, names };
  } finally {
    progress.done();
  }
}
