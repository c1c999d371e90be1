import { isMainBlock } from '../model/context';
import type { Host } from '../model/host';
import { type Closure, type InclusionProblem, loadClosure } from '../model/load';
import { type Looked, type ProjectFile, projectMains } from '../model/project';
import { findRoot } from '../model/roots';
import { defaultSettings } from '../model/settings';
import { formatVersion, parseVersion, versionFromOutput } from '../reference/versions';
import { nameOf } from '../syntax/tree';
import { InputError } from './errors';
import { Names } from './names';
import { isLarge, Progress } from './progress';
import { type Analysis, type AnalysisOptions, analyze, optionsOf, unknownRules } from '../service';
import type { CommonArguments } from './arguments';
import { faultReporter } from './faults';
import type { Io } from './io';
import { versionNote } from './report-text';
import { visible } from './words';

/** The configurations that the files of a command line belong to. */
interface Configurations {
  /** One for each main file (or fragment whose main file was not found), in the order of the files given. */
  readonly closures: readonly Closure[];
  readonly names: Names;
  /** What people should know of how the files were read. */
  readonly notes: readonly string[];
}

/** A command line looks once. */
const NOT_WATCHED: Looked = { file: () => {}, directory: () => {} };

type Loaded = Closure | { readonly problem: InclusionProblem };

/** Configurations with the settings for them. */
export interface Opened<Args extends CommonArguments> {
  readonly closures: readonly Closure[];
  readonly names: Names;
  /** As given, with the version of nginx that the first configuration is for. */
  readonly args: Args;
  /** How a closure is to be analysed: by the command line, then by the file beside its main file. */
  readonly optionsFor: (closure: Closure) => AnalysisOptions;
}

/**
 * Finds the configurations that a command is about, and their settings. What people should know of it is told on the
 * standard error.
 *
 * @throws InputError when a file given cannot be read, or `nginx-websocket.json` is of no use
 */
export async function openConfigurations<Args extends CommonArguments>(
  args: Args,
  host: Host,
  io: Io,
  progress: Progress,
): Promise<Opened<Args>> {
  const { cwd, stderr } = io;
  const { closures, names, notes } = await findConfigurations(host, cwd, args.files, args.main, progress);
  const projects = new Map(
    closures.flatMap(({ project }) => (project === null ? [] : [[project.path, project] as const])),
  );
  const faults = [...projects.values()].flatMap((project) => faultsOf(project, names));
  if ([...projects.values()].some(({ unusable }) => unusable)) throw new InputError(faults.join('\n'));
  const [first] = closures;
  const shown = first === undefined ? args : withVersion(args, first, names);
  const others = closures.filter((closure) => !isSameVersion(withVersion(args, closure, names), shown));
  const judged = others.map(
    (closure) => `${names.of(closure.main)}: ${versionNote(withVersion(args, closure, names))}.`,
  );
  progress.done();
  for (const note of [...faults, ...notes, ...judged]) stderr.write(`${visible(note)}\n`);
  const onFault = faultReporter(stderr);
  const optionsFor = (closure: Closure): AnalysisOptions => {
    const { version, isVersionAssumed } = withVersion(args, closure, names);
    const settings = optionsOf(closure.project?.settings ?? defaultSettings);
    return { version, versionIsSet: !isVersionAssumed, ...settings, onFault };
  };
  return { closures, names, args: shown, optionsFor };
}

function faultsOf({ path, faults, settings }: ProjectFile, names: Names): string[] {
  return [...faults, ...unknownRules(settings)].map((fault) => `${names.ofPath(path)}: ${fault}`);
}

/** The arguments with the version that a configuration is judged for. */
function withVersion<Args extends CommonArguments>(args: Args, { project }: Closure, names: Names): Args {
  if (!args.isVersionAssumed || project === null) return args;
  const { nginxVersion } = project.settings;
  const version = parseVersion(nginxVersion) ?? versionFromOutput(nginxVersion);
  if (version === null) return args;
  return { ...args, version, isVersionAssumed: false, versionFile: names.ofPath(project.path) };
}

function isSameVersion(a: CommonArguments, b: CommonArguments): boolean {
  return formatVersion(a.version) === formatVersion(b.version);
}

/**
 * Finds the configurations of the files.
 *
 * @param files as given, relative to `cwd`
 * @param main the main file as given, or null
 * @throws InputError when one of them cannot be read
 */
async function findConfigurations(
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
    const named = mainPath === null ? await projectMains(host, path, NOT_WATCHED) : [mainPath];
    const root = await findRoot(host, path, { load, mains: [...named, ...others] });
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
export async function analyzeOne<Args extends CommonArguments>(
  given: Args,
  host: Host,
  io: Io,
): Promise<{ readonly analysis: Analysis; readonly names: Names; readonly args: Args }> {
  const progress = new Progress(io.stderr);
  try {
    const { closures, names, args, optionsFor } = await openConfigurations(given, host, io, progress);
    const [closure] = closures;
    if (closure === undefined) throw new InputError('There is no file to analyse.');
    progress.step(`analysing ${names.of(closure.main)}`, isLarge(closure));
    return { analysis: analyze(closure, optionsFor(closure)), names, args };
  } finally {
    progress.done();
  }
}
