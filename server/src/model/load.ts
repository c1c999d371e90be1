import { isDirective } from '../reference/directives';
import { parse } from '../syntax/parser';
import { hasPlaceholder, isTemplate } from '../syntax/templates/languages';
import { type Directive, nameOf, type SyntaxTree, wordsOf } from '../syntax/tree';
import { isMainBlock } from './context';
import { expandGlob, isGlob } from './glob';
import { BoundedHost, READING_LIMITS, type ReadingLimits } from './bounded-host';
import type { Host } from './host';
import { imageTemplateOf, withImageTemplates } from './image-templates';
import { builtInText, isHarmlessWhenMissing } from './known-includes';
import {
  mapPath,
  mergePathMappings,
  pathForNginx,
  type PathMapping,
  readPathMappings,
} from './path-mappings';
import { partsAfterEdit } from './edited-parts';
import { memoized, once } from './memo';
import { inParts, SPLIT_FROM } from './parts';
import { directoryOf, fileNameOf, isAbsolute, resolvePath } from './paths';
import { type ProjectFile, readProjectFile } from './project-file';
import type { SourceFile } from './source-file';
import { directivesAtTop, textsIn } from './texts';
import { isText, readsAsConfiguration } from './reads-as-configuration';
import {
  type Candidate,
  isCovered,
  isInstalled,
  isOfSamePlace,
  relativeCandidates,
  tailCandidates,
  type Tree,
  upward,
} from './trees';

/** What an `include` brings in. */
export interface Inclusion {
  readonly files: readonly SourceFile[];
  /** Why a file could not be read; null when all were. */
  readonly problem: InclusionProblem | null;
}

export interface InclusionProblem {
  readonly path: string;
  /** `empty`: a pattern that nothing here matches, which nginx takes. */
  readonly kind: 'missing' | 'directory' | 'unreadable' | 'templated' | 'empty';
  /** The reason in the words of the system, for `unreadable`. */
  readonly reason: string;
  /** Whether the file is known not to matter for WebSocket, so that its absence hides nothing. */
  readonly harmless: boolean;
}

/** A main file (or a fragment) and all that it includes: an immutable snapshot. */
export interface Closure {
  readonly main: SourceFile;
  /** By real path; the main file first, then in the order met. Stand-ins are not among them. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** The texts that are no configuration, by real path: nothing of them is told. */
  readonly foreign: ReadonlyMap<string, string>;
  /** By the argument of `include` as nginx reads it: it means the same in every file. */
  readonly inclusions: ReadonlyMap<string, Inclusion>;
  /** The settings beside the main file; null when there are none. */
  readonly project: ProjectFile | null;
  /** Where the paths that nginx sees are here. */
  readonly pathMappings: readonly PathMapping[];
  /** The directories here that were taken for those of nginx's machine, because tails of its paths are in them. */
  readonly trees: readonly Tree[];
  /** The files looked for and the directories listed, whether they are there or not: when one changes, load again. */
  readonly watched: { readonly files: ReadonlySet<string>; readonly directories: ReadonlySet<string> };
}

export interface LoadOptions {
  /** Makes a file, or gives that of an equal text made before. Default: makes one. */
  readonly makeFile?: MakeFile;
  /** The closure as it was before a change: what each `include` brings in is the same object where it is the same. */
  readonly before?: Closure | null;
  /** Where paths that nginx sees are here; they go before those of the project's file. Default: none. */
  readonly pathMappings?: readonly PathMapping[];
  /** How much may be read. Default: `READING_LIMITS`. */
  readonly limits?: ReadingLimits;
}

/** What a file is made of. */
export type FileText = Pick<SourceFile, 'path' | 'realPath' | 'text' | 'hadMark' | 'lost'>;

export type MakeFile = (read: FileText) => SourceFile;

/** How many directories upward the files of a fragment are looked for. */
const UPWARD_LIMIT = 6;

/**
 * Loads a main file with all that it includes.
 *
 * @param path absolute path of the main file or fragment
 * @returns the closure, or why the file itself cannot be read
 */
export async function loadClosure(
  host: Host,
  path: string,
  options: LoadOptions = {},
): Promise<Closure | { readonly problem: InclusionProblem }> {
  const loader = new Loader(host, path, options);
  const problem = await loader.run();
  return problem === null ? loader.closure() : { problem };
}

/** Parses the text of a file; the path tells whether it is a template. */
export function parseFile(path: string, text: string): SyntaxTree {
  return parse(text, { template: isTemplate(path, text), isDirective });
}

/**
 * A file with its tree, in parts where it is large.
 *
 * @param before the file as it was: parts with the same text are the same objects
 */
export function fileOf(read: FileText, before: SourceFile | null = null, splitFrom = SPLIT_FROM): SourceFile {
  const parsed = (text: string): SyntaxTree => parseFile(read.realPath, text);
  if (before !== null && read.text.length >= splitFrom) {
    const edited = partsAfterEdit({ ...read, builtIn: false }, before, parsed);
    if (edited !== null) {
      const { parts, errors } = edited;
      return { ...read, tree: treeInParts(read, errors), builtIn: false, parts };
    }
  }
  const whole: SourceFile = { ...read, tree: parsed(read.text), builtIn: false };
  return inParts(whole, parsed, before, splitFrom);
}

/** The tree of a file whose parts have been read: all but its errors is made when it is asked for. */
function treeInParts({ realPath, text }: FileText, errors: SyntaxTree['errors']): SyntaxTree {
  const parsed = once(() => parseFile(realPath, text));
  return {
    text,
    template: false,
    errors,
    get tokens() {
      return parsed().tokens;
    },
    get directives() {
      return parsed().directives;
    },
  };
}

/** The same closure with other texts for some of its files. What they include must not change. */
export function withTexts(
  closure: Closure,
  texts: ReadonlyMap<string, string>,
  splitFrom = SPLIT_FROM,
): Closure {
  const replace = (file: SourceFile): SourceFile => {
    const { path, realPath, hadMark } = file;
    const text = texts.get(realPath);
    if (text === undefined) return file;
    return fileOf({ path, realPath, text, ...(hadMark === true ? { hadMark } : {}) }, file, splitFrom);
  };
  const files = new Map([...closure.files].map(([realPath, file]) => [realPath, replace(file)] as const));
  const current = (file: SourceFile): SourceFile => {
    const now = files.get(file.realPath);
    return now === undefined || !texts.has(file.realPath) ? file : { ...now, path: file.path };
  };
  const inclusions = new Map(
    [...closure.inclusions].map(
      ([argument, inclusion]) =>
        [argument, sameInclusion(inclusion, { ...inclusion, files: inclusion.files.map(current) })] as const,
    ),
  );
  return { ...closure, main: current(closure.main), files, inclusions };
}

/** The inclusion of before, if it brings in the same files. */
function sameInclusion(before: Inclusion | undefined, now: Inclusion): Inclusion {
  if (before === undefined || before.files.length !== now.files.length) return now;
  if (!before.files.every((file, index) => isSameFile(file, now.files[index]))) return now;
  return JSON.stringify(before.problem) === JSON.stringify(now.problem) ? before : now;
}

/** Our own stand-ins are made anew each time. */
function isSameFile(a: SourceFile, b: SourceFile | undefined): boolean {
  return a === b || (a.builtIn && b?.builtIn === true && a.path === b.path && a.text === b.text);
}

/** A pattern that leads to more files than this that are no configuration is no pattern of configurations. */
const FOREIGN_LIMIT = 100;
const TOO_FOREIGN = `it leads to more than ${FOREIGN_LIMIT} files that are no nginx configuration`;

class Loader {
  private readonly files = new Map<string, SourceFile>();
  private readonly foreign = new Map<string, string>();
  private readonly inclusions = new Map<string, Inclusion>();
  private readonly watchedFiles = new Set<string>();
  private readonly watchedDirectories = new Set<string>();
  private readonly makeFile: MakeFile;
  private readonly before: Closure | null;
  /** The files whose includes are still to be read. */
  private readonly unread: SourceFile[] = [];
  private readonly trees = new Map<string, Tree>();
  private prefix = '';
  /** Where included files may be: beside the main file; above a fragment too, as its main file is not known. */
  private directories: readonly string[] = [];
  private isFragment = false;
  /** The same as nginx sees it; null where no mapping tells. */
  private nginxPrefix: string | null = null;
  private project: ProjectFile | null = null;
  private pathMappings: readonly PathMapping[];
  private readonly host: BoundedHost;
  private foreignFiles = 0;

  constructor(
    host: Host,
    private readonly path: string,
    {
      makeFile = (read) => fileOf(read),
      before = null,
      pathMappings = [],
      limits = READING_LIMITS,
    }: LoadOptions,
  ) {
    this.host = new BoundedHost(host, limits);
    this.makeFile = makeFile;
    this.before = before;
    this.pathMappings = pathMappings;
  }

  async run(): Promise<InclusionProblem | null> {
    const main = await this.read(this.path);
    if ('kind' in main) return main;
    this.prefix = configurationPrefix(main.path, main);
    this.project = await readProjectFile(this.host, this.prefix, (path) => this.watchedFiles.add(path));
    const ofProject = readPathMappings(this.project?.settings.pathMappings ?? {}, this.prefix);
    this.pathMappings = mergePathMappings(this.pathMappings, ofProject);
    const seen = pathForNginx(this.pathMappings, main.path);
    this.nginxPrefix = seen === null ? null : configurationPrefix(seen, main);
    this.isFragment = isFragment(main);
    const above = this.isFragment ? upward(directoryOf(main.path), UPWARD_LIMIT) : [];
    this.directories = [...new Set([this.prefix, ...above])];
    await this.includeAll();
    return null;
  }

  closure(): Closure {
    const [main] = this.files.values();
    if (main === undefined) throw new Error('The main file was not read.');
    return {
      main,
      files: this.files,
      foreign: this.foreign,
      inclusions: this.inclusions,
      project: this.project,
      pathMappings: this.pathMappings,
      trees: [...this.trees.values()],
      watched: { files: this.watchedFiles, directories: this.watchedDirectories },
    };
  }

  /**
   * Reads all includes. What is found in the copy of a tree says that it is one, and then nothing of it is read from
   * this machine: so this machine's own files are the last to be asked.
   */
  private async includeAll(): Promise<void> {
    const waiting: string[] = [];
    const seen = new Set<string>();
    for (;;) {
      for (let file = this.unread.shift(); file !== undefined; file = this.unread.shift()) {
        for (const argument of includesOf(file)) {
          if (seen.has(argument)) continue;
          seen.add(argument);
          const inclusion = await this.include(argument, file.tree.template);
          if (inclusion === null) waiting.push(argument);
          else this.note(argument, inclusion);
        }
      }
      const argument = waiting.shift();
      if (argument === undefined) return;
      this.note(argument, await this.includeAsWritten(argument));
    }
  }

  private note(argument: string, inclusion: Inclusion): void {
    this.inclusions.set(argument, sameInclusion(this.before?.inclusions.get(argument), inclusion));
  }

  /** What an argument brings in; null where only this machine's own files are left to ask. */
  private async include(argument: string, template: boolean): Promise<Inclusion | null> {
    if (template && (hasPlaceholder(argument) || argument.includes('${'))) {
      return { files: [], problem: { path: argument, kind: 'templated', reason: '', harmless: false } };
    }
    const mapped = this.mapped(argument);
    if (mapped !== null) return this.firstOf([{ ...mapped, tree: null }], argument);
    if (!isAbsolute(argument)) {
      const above = this.isFragment ? relativeCandidates(argument, this.directories) : [];
      return this.firstOf([this.asWritten(argument), ...above], argument);
    }
    const asWritten = this.asWritten(argument);
    const copies = this.copiesOf(asWritten.path);
    if (isOfSamePlace(this.path, asWritten.path)) return this.firstOf([asWritten, ...copies], argument);
    for (const copy of copies) {
      const inclusion = await this.at(copy, argument);
      if (inclusion.files.length > 0) return inclusion;
    }
    return null;
  }

  /** What an absolute path brings in that no copy has: this machine's own, unless it belongs to a tree that was copied. */
  private includeAsWritten(argument: string): Promise<Inclusion> | Inclusion {
    const asWritten = this.asWritten(argument);
    return isCovered(asWritten.path, [...this.trees.values()])
      ? this.absent(asWritten.path, argument)
      : this.firstOf([asWritten], argument);
  }

  /** What the first candidate that is there brings in; else what is wrong with the first. */
  private async firstOf(
    candidates: readonly [Candidate, ...Candidate[]],
    argument: string,
  ): Promise<Inclusion> {
    const [first, ...others] = candidates;
    const inclusion = await this.at(first, argument);
    if (inclusion.files.length > 0) return inclusion;
    for (const other of others) {
      const found = await this.at(other, argument);
      if (found.files.length > 0) return found;
    }
    const { problem } = inclusion;
    return problem === null || problem.kind === 'missing' ? this.absent(first.path, argument) : inclusion;
  }

  /** What is at one place. */
  private async at({ path, directory, tree }: Candidate, argument: string): Promise<Inclusion> {
    const inclusion = await (isGlob(argument) ? this.includeGlob(path, directory) : this.includeFile(path));
    if (tree !== null && inclusion.files.length > 0) this.trees.set(JSON.stringify(tree), tree);
    return inclusion;
  }

  private async includeFile(path: string): Promise<Inclusion> {
    const template = imageTemplateOf(path);
    const filled = template === null ? null : await this.read(template);
    const file = filled === null || 'kind' in filled ? await this.read(path) : filled;
    return 'kind' in file ? { files: [], problem: file } : { files: [file], problem: null };
  }

  /** The directory is where the author keeps it: only nginx on the target would take a `[` in it for a pattern. */
  private async includeGlob(pattern: string, directory: string): Promise<Inclusion> {
    const directories = new Set<string>();
    const listed = (each: string): unknown => directories.add(each);
    const files: SourceFile[] = [];
    let problem: InclusionProblem | null = null;
    const written = await expandGlob(this.host, pattern, listed, directory);
    const template = imageTemplateOf(pattern);
    const templates = template === null ? [] : await expandGlob(this.host, template, listed, directory);
    const paths = withImageTemplates(written, templates);
    if (this.host.exhausted !== null) return cutOff(pattern, this.host.exhausted);
    for (const each of directories) {
      this.watchedDirectories.add(each);
      const refusal = paths.length === 0 ? await this.host.refusal(each) : null;
      if (refusal !== null) return cutOff(pattern, refusal);
    }
    for (const path of paths) {
      const file = await this.read(path);
      if ('kind' in file) problem ??= file;
      else files.push(file);
      if (this.foreignFiles > FOREIGN_LIMIT) return cutOff(pattern, TOO_FOREIGN);
    }
    return { files, problem };
  }

  /** What an argument brings in that leads to nothing. A pattern that matches nothing is no fault for nginx. */
  private absent(path: string, argument: string): Inclusion {
    if (isGlob(argument)) return { files: [], problem: { path, kind: 'empty', reason: '', harmless: true } };
    const harmless = isHarmlessWhenMissing(path);
    const problem: InclusionProblem = { path, kind: 'missing', reason: '', harmless };
    const builtIn = builtInText(fileNameOf(argument));
    return { files: builtIn === null ? [] : [this.standIn(path, builtIn)], problem };
  }

  /** Where nginx looks. */
  private asWritten(argument: string): Candidate {
    const { prefix } = this;
    return { path: resolvePath(prefix, argument), directory: prefix, tree: null };
  }

  /** Where the copy of a file may be, when this is not the machine that nginx runs on. */
  private copiesOf(path: string): Candidate[] {
    if (isInstalled(this.path)) return [];
    return tailCandidates(path, this.directories).filter(
      (copy) => copy.path !== path && copy.path !== this.path,
    );
  }

  /** Where a mapping says that the argument is; a relative one is relative to where nginx sees the main file. */
  private mapped(argument: string): Omit<Candidate, 'tree'> | null {
    if (isAbsolute(argument)) return mapPath(this.pathMappings, resolvePath('', argument));
    return this.nginxPrefix === null
      ? null
      : mapPath(this.pathMappings, resolvePath(this.nginxPrefix, argument));
  }

  private async read(path: string): Promise<SourceFile | InclusionProblem> {
    this.watchedFiles.add(path);
    const reading = await this.host.readFile(path);
    if (reading.kind !== 'text') {
      return {
        path,
        kind: reading.kind,
        reason: reading.kind === 'unreadable' ? reading.reason : '',
        harmless: isHarmlessWhenMissing(path),
      };
    }
    const { realPath, text, hadMark = false, lost = [] } = reading;
    this.watchedFiles.add(realPath);
    const known = this.files.get(realPath);
    if (known !== undefined) return known.path === path ? known : { ...known, path };
    // The main file is one by somebody's word; what it includes is not.
    const isMain = this.files.size === 0;
    if (!isMain && !isText(text)) return this.refuse(path, realPath, text);
    const file = this.makeFile({
      path,
      realPath,
      text,
      ...(hadMark ? { hadMark } : {}),
      ...(lost.length > 0 ? { lost } : {}),
    });
    if (!isMain && !readsAsConfiguration(file)) return this.refuse(path, realPath, text);
    this.files.set(realPath, file);
    this.unread.push(file);
    return file;
  }

  /** What does not read as nginx is named, and nothing of it is told: it may be anything. */
  private refuse(path: string, realPath: string, text: string): InclusionProblem {
    this.foreign.set(realPath, text);
    this.foreignFiles += 1;
    return { path, kind: 'unreadable', reason: 'its text is no nginx configuration', harmless: false };
  }

  private standIn(path: string, text: string): SourceFile {
    return { path, realPath: path, text, tree: parseFile(path, text), builtIn: true };
  }
}

/** An include that would bring in more than can be read brings in nothing: what is in it is not known. */
export function cutOff(path: string, reason: string): Inclusion {
  return { files: [], problem: { path, kind: 'unreadable', reason, harmless: false } };
}

/**
 * The directory that relative names are relative to: that of the main file. A fragment in one of the customary
 * directories belongs to a main file one directory up.
 */
export function configurationPrefix(path: string, file: SourceFile): string {
  const directory = directoryOf(path);
  const isCustomary = /^(?:conf\.d|sites-(?:available|enabled)|snippets|modules-(?:available|enabled))$/;
  return isFragment(file) && fileNameOf(path) !== 'nginx.conf' && isCustomary.test(fileNameOf(directory))
    ? directoryOf(directory)
    : directory;
}

/** Whether a file has no block that only a main file has. */
function isFragment(file: SourceFile): boolean {
  for (const [tree, directive] of directivesAtTop(file)) {
    if (isMainBlock(nameOf(tree, directive))) return false;
  }
  return true;
}

/** The arguments of all `include` directives of a file, in order. */
function includesOf(file: SourceFile): readonly string[] {
  return textsIn(file).flatMap(({ tree }) => includesIn(tree));
}

const includesIn = memoized((tree: SyntaxTree): readonly string[] => {
  const found: string[] = [];
  const stack: { readonly list: readonly Directive[]; next: number }[] = [{ list: tree.directives, next: 0 }];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const directive = frame.list[frame.next];
    frame.next += 1;
    if (directive === undefined) stack.pop();
    else if (directive.children !== null) stack.push({ list: directive.children, next: 0 });
    else if (nameOf(tree, directive) === 'include') {
      const argument = wordsOf(tree, directive)[1]?.value;
      if (argument !== undefined && argument !== '') found.push(argument);
    }
  }
  return found;
});
