import type { Host } from '../model/host';
import type { Closure, InclusionProblem } from '../model/load';
import { defaultSettings } from '../model/settings';
import { Analyses } from '../project/analyses';
import {
  type Configuration,
  configurationOf,
  findConfigurations,
  type FoundRoots,
  type GivenFile,
  type Load,
  loadOnce,
} from '../project/configurations';
import { isEmbedded } from '../project/embedded';
import { type Looked, mainsFor, NOT_WATCHED } from '../project/main-files';
import { faultsOf } from '../project/settings';
import type { Settings } from '../protocol';
import { formatVersion } from '../reference/versions';
import type { Analysis } from '../service';
import type { CommonArguments } from './arguments';
import { withEmbedded } from './embedded';
import { InputError } from './errors';
import { faultReporter } from './faults';
import { withFolders } from './folders';
import type { Io } from './io';
import { Names } from './names';
import { isLarge, Progress } from './progress';
import { versionNote } from './report-text';
import { visible } from '../features/support/escape';

/** Configurations with the settings for them. */
export interface Opened<Args extends CommonArguments> {
  /** One for each main file (or fragment whose main file was not found), in the order of the files given. */
  readonly configurations: readonly Configuration[];
  readonly names: Names;
  /** As given, with the version of nginx that the first configuration is for. */
  readonly args: Args;
  readonly analyses: Analyses;
}

/**
 * Finds the configurations that a command is about, and their settings. Notes for the user go to
 * standard error.
 *
 * @throws InputError when a file given cannot be read, or `nginx-websocket.json` is of no use
 */
export async function openConfigurations<Args extends CommonArguments>(
  given: Args,
  disk: Host,
  { cwd, stderr }: Io,
  progress: Progress,
): Promise<Opened<Args>> {
  const expanded = await withFolders(given, disk, cwd, progress);
  const { args, host, embedded } = await withEmbedded(expanded.args, disk, cwd);
  const names = new Names(cwd, embedded);
  const load = loadOnce(host, (path) => progress.step(`reading ${names.ofPath(path)}`));
  const closures = await loadGiven(args, names, load);
  const unused = new Set<string>();
  const looked: Looked = { ...NOT_WATCHED, fault: (text) => unused.add(text) };
  const files = await Promise.all(args.files.map((file) => givenFile(file, args.main, host, names, looked)));
  const found = await findConfigurations(files, load);
  const faults = projectFaults(
    found.roots.map(({ root }) => root.closure),
    names,
  );
  const own = settingsOf(args);
  const configurations = await Promise.all(
    found.roots.map(({ root }) => configurationOf(root, own, () => Promise.resolve(null))),
  );
  const [shown = given, ...others] = configurations.map((each) => withVersion(given, each, names));
  const judged = others.flatMap((each, index) => {
    const configuration = configurations[index + 1];
    if (configuration === undefined || isSameVersion(each, shown)) return [];
    return [`${names.of(configuration.closure.main)}: ${versionNote(each)}.`];
  });
  progress.done();
  const trees = treeNotes(
    found.roots.map(({ root }) => root.closure),
    names,
  );
  for (const note of [
    ...expanded.notes,
    ...unused,
    ...faults,
    ...trees,
    ...mainNotes(args.main, found, closures, names),
    ...judged,
  ]) {
    stderr.write(`${visible(note)}\n`);
  }
  return { configurations, names, args: shown, analyses: new Analyses(faultReporter(stderr)) };
}

/** What a command line sets. */
function settingsOf({ versionText, websocketUrls }: CommonArguments): Settings {
  const { nginxVersion } = defaultSettings;
  return {
    ...defaultSettings,
    nginxVersion: versionText ?? nginxVersion,
    websocketUrls,
  };
}

/**
 * What is wrong with the project's files, in words.
 *
 * @throws InputError when one is of no use at all
 */
function projectFaults(closures: readonly Closure[], names: Names): string[] {
  const projects = new Map(
    closures.flatMap(({ project }) => (project === null ? [] : [[project.path, project] as const])),
  );
  const faults = [...projects.values()].flatMap((project) =>
    faultsOf(project).map((fault) => `${names.ofPath(project.path)}: ${fault}`),
  );
  if ([...projects.values()].some(({ unusable }) => unusable)) throw new InputError(faults.join('\n'));
  return faults;
}

/** The arguments with the version that a configuration is judged for. */
function withVersion<Args extends CommonArguments>(
  args: Args,
  { closure: { project }, target: { version, from } }: Configuration,
  names: Names,
): Args {
  if (from !== 'project' || project === null) return args;
  return { ...args, version, isVersionAssumed: false, versionFile: names.ofPath(project.path) };
}

/** Which directories were taken for those of nginx's machine. */
function treeNotes(closures: readonly Closure[], names: Names): string[] {
  const notes = closures
    .filter(({ main }) => !isEmbedded(main.realPath))
    .flatMap(({ trees }) =>
      trees.map(
        ({ from, to }) =>
          `${from || '/'} of nginx is read from ${names.ofPath(to) || '.'} (\`pathMappings\` says otherwise).`,
      ),
    );
  return [...new Set(notes)];
}

function isSameVersion(a: CommonArguments, b: CommonArguments): boolean {
  return formatVersion(a.version) === formatVersion(b.version);
}

/** A file of the command line, by the name it was given. */
interface NamedFile extends GivenFile {
  readonly name: string;
}

async function givenFile(
  name: string,
  main: string | null,
  host: Host,
  names: Names,
  looked: Looked,
): Promise<NamedFile> {
  const path = names.pathOf(name);
  const mains =
    main === null ? await mainsFor(host, path, defaultSettings, undefined, looked) : [names.pathOf(main)];
  return { name, path, mains, pathMappings: [] };
}

/**
 * The closures of the files given and of the main file, by path; `names` learns how they were given.
 *
 * @throws InputError when one of them cannot be read
 */
async function loadGiven(
  { files, main }: CommonArguments,
  names: Names,
  load: Load,
): Promise<Map<string, Closure>> {
  const closures = new Map<string, Closure>();
  const faults: string[] = [];
  for (const file of main === null ? files : [...files, main]) {
    const path = names.pathOf(file);
    const closure = await load(path, []);
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
  return `${file} cannot be read: ${reason}.`;
}

/** A note for each file that the main file given does not include. */
function mainNotes(
  main: string | null,
  { byFile }: FoundRoots<NamedFile>,
  given: ReadonlyMap<string, Closure>,
  names: Names,
): string[] {
  if (main === null) return [];
  const mainFile = given.get(names.pathOf(main))?.main;
  return [...byFile].flatMap(([{ name, path }, [root]]) => {
    if (root === undefined || root.closure.main.realPath === mainFile?.realPath) return [];
    const { closure } = root;
    const isAlone = closure.main.realPath === given.get(path)?.main.realPath;
    const instead = isAlone
      ? 'it was analysed alone'
      : `it was analysed as part of ${names.of(closure.main)}`;
    return [`${main} does not include ${name}: ${instead}.`];
  });
}

/** What the commands about one configuration work with. */
interface Analyzed<Args extends CommonArguments> {
  /** Of the first configuration that the file belongs to. */
  readonly analysis: Analysis;
  /** Of all of them: what is found is merged over them. */
  readonly analyses: readonly Analysis[];
  readonly names: Names;
  readonly args: Args;
}

/** Analyses the configurations that the file of a command line belongs to. */
export async function analyzeOne<Args extends CommonArguments>(
  given: Args,
  host: Host,
  io: Io,
): Promise<Analyzed<Args>> {
  const progress = new Progress(io.stderr);
  try {
    const { configurations, names, args, analyses } = await openConfigurations(given, host, io, progress);
    const [first] = configurations;
    if (first === undefined) throw new InputError('There is no file to analyse.');
    progress.step(`analysing ${names.of(first.closure.main)}`, isLarge(first.closure));
    const all = configurations.map((configuration) => analyses.once(configuration));
    return { analysis: analyses.once(first), analyses: all, names, args };
  } finally {
    progress.done();
  }
}
