import { isDirective } from '../reference/directives';
import { parse } from '../syntax/parser';
import { type Directive, nameOf, type SyntaxTree, wordsOf } from '../syntax/tree';
import { isMainBlock } from './context';
import { expandGlob, isGlob } from './glob';
import { BoundedHost, READING_LIMITS, type ReadingLimits } from './bounded-host';
import type { Host } from './host';
import { builtInText, isHarmlessWhenMissing } from './known-includes';
import {
  mapPath,
  mergePathMappings,
  pathForNginx,
  type PathMapping,
  readPathMappings,
} from './path-mappings';
import { directoryOf, fileNameOf, isAbsolute, resolvePath, rootOf } from './paths';
import { type ProjectFile, readProjectFile } from './project-file';
import { isText, readsAsConfiguration } from './reads-as-configuration';

/** One file of a configuration. */
export interface SourceFile {
  /** The path nginx opens: what people are shown. */
  readonly path: string;
  /** The path with symbolic links followed: the identity of the file. */
  readonly realPath: string;
  readonly text: string;
  readonly tree: SyntaxTree;
  /** Whether the text is our own stand-in for a file that is not here: nothing is edited or reported in it. */
  readonly builtIn: boolean;
  /** Whether the file has a byte order mark before the text: nginx reads it. Default: false. */
  readonly hadMark?: boolean;
}

/** What an `include` brings in. */
export interface Inclusion {
  readonly files: readonly SourceFile[];
  /** Why a file could not be read; null when all were. */
  readonly problem: InclusionProblem | null;
}

export interface InclusionProblem {
  readonly path: string;
  readonly kind: 'missing' | 'directory' | 'unreadable' | 'templated';
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
  /** By the argument of `include` as nginx reads it: it means the same in every file. */
  readonly inclusions: ReadonlyMap<string, Inclusion>;
  /** The settings beside the main file; null when there are none. */
  readonly project: ProjectFile | null;
  /** Where the paths that nginx sees are here. */
  readonly pathMappings: readonly PathMapping[];
  /** The files looked for and the directories listed, whether they are there or not: when one changes, load again. */
  readonly watched: { readonly files: ReadonlySet<string>; readonly directories: ReadonlySet<string> };
}

export interface LoadOptions {
  /** Parses a file, or gives the tree of an equal text parsed before. Default: parses. */
  readonly parse?: (path: string, text: string) => SyntaxTree;
  /** Where paths that nginx sees are here; they go before those of the project's file. Default: none. */
  readonly pathMappings?: readonly PathMapping[];
  /** How much may be read. Default: `READING_LIMITS`. */
  readonly limits?: ReadingLimits;
}

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

/** Whether the file is a template, by its name or by placeholders that nginx would refuse. */
function isTemplate(path: string, text: string): boolean {
  const has = (opening: string, closing: string): boolean => text.includes(opening) && text.includes(closing);
  return (
    /\.(?:j2|jinja2?|erb|template|tmpl|tpl)$/i.test(path) ||
    has('{{', '}}') ||
    has('{%', '%}') ||
    has('<%', '%>')
  );
}

/** The same closure with other texts for some of its files. What they include must not change. */
export function withTexts(closure: Closure, texts: ReadonlyMap<string, string>): Closure {
  const replace = (file: SourceFile): SourceFile => {
    const text = texts.get(file.realPath);
    return text === undefined ? file : { ...file, text, tree: parseFile(file.realPath, text) };
  };
  const files = new Map([...closure.files].map(([realPath, file]) => [realPath, replace(file)] as const));
  const current = (file: SourceFile): SourceFile => ({
    ...(files.get(file.realPath) ?? file),
    path: file.path,
  });
  const inclusions = new Map(
    [...closure.inclusions].map(
      ([argument, inclusion]) => [argument, { ...inclusion, files: inclusion.files.map(current) }] as const,
    ),
  );
  return { ...closure, main: current(closure.main), files, inclusions };
}

/** A pattern that leads to more files than this that are no configuration is no pattern of configurations. */
const FOREIGN_LIMIT = 100;
const TOO_FOREIGN = `it leads to more than ${FOREIGN_LIMIT} files that are no nginx configuration`;

class Loader {
  private readonly files = new Map<string, SourceFile>();
  private readonly inclusions = new Map<string, Inclusion>();
  private readonly watchedFiles = new Set<string>();
  private readonly watchedDirectories = new Set<string>();
  private readonly parse: (path: string, text: string) => SyntaxTree;
  private prefix = '';
  /** The same as nginx sees it; null where no mapping tells. */
  private nginxPrefix: string | null = null;
  private project: ProjectFile | null = null;
  private pathMappings: readonly PathMapping[];
  private readonly host: BoundedHost;
  private foreignFiles = 0;

  constructor(
    host: Host,
    private readonly path: string,
    { parse: parseOne = parseFile, pathMappings = [], limits = READING_LIMITS }: LoadOptions,
  ) {
    this.host = new BoundedHost(host, limits);
    this.parse = parseOne;
    this.pathMappings = pathMappings;
  }

  async run(): Promise<InclusionProblem | null> {
    const main = await this.read(this.path);
    if ('kind' in main) return main;
    this.prefix = configurationPrefix(main.path, main.tree);
    this.project = await readProjectFile(this.host, this.prefix, (path) => this.watchedFiles.add(path));
    const ofProject = readPathMappings(this.project?.settings.pathMappings ?? {}, this.prefix);
    this.pathMappings = mergePathMappings(this.pathMappings, ofProject);
    const seen = pathForNginx(this.pathMappings, main.path);
    this.nginxPrefix = seen === null ? null : configurationPrefix(seen, main.tree);
    // The files that are read on the way join the list.
    for (const file of this.files.values()) {
      for (const argument of includesOf(file.tree)) {
        if (this.inclusions.has(argument)) continue;
        this.inclusions.set(argument, await this.include(argument, file.tree.template));
      }
    }
    return null;
  }

  closure(): Closure {
    const [main] = this.files.values();
    if (main === undefined) throw new Error('The main file was not read.');
    return {
      main,
      files: this.files,
      inclusions: this.inclusions,
      project: this.project,
      pathMappings: this.pathMappings,
      watched: { files: this.watchedFiles, directories: this.watchedDirectories },
    };
  }

  private async include(argument: string, template: boolean): Promise<Inclusion> {
    if (template && /\{\{|\{%|<%|\$\{|%%/.test(argument)) {
      return { files: [], problem: { path: argument, kind: 'templated', reason: '', harmless: false } };
    }
    const candidates = this.candidates(argument);
    if (isGlob(argument)) return this.includeGlob(candidates);
    let problem: InclusionProblem | null = null;
    for (const { path } of candidates) {
      const file = await this.read(path);
      if (!('kind' in file)) return { files: [file], problem: null };
      problem ??= file;
    }
    const builtIn = builtInText(fileNameOf(argument));
    if (problem?.kind === 'missing' && builtIn !== null) {
      return { files: [this.standIn(candidates[0]?.path ?? argument, builtIn)], problem };
    }
    return { files: [], problem };
  }

  /** A pattern that matches nothing is no fault: nginx takes it as empty. */
  private async includeGlob(candidates: readonly Candidate[]): Promise<Inclusion> {
    let refused: Inclusion | null = null;
    for (const candidate of candidates) {
      const directories = new Set<string>();
      const listed = (directory: string): unknown => directories.add(directory);
      // The directory is where the author keeps it: only nginx on the target would take a `[` in it for a pattern.
      const paths = await expandGlob(this.host, candidate.path, listed, candidate.directory);
      if (this.host.exhausted !== null) return cutOff(candidate.path, this.host.exhausted);
      for (const directory of directories) {
        this.watchedDirectories.add(directory);
        const refusal = paths.length === 0 ? await this.host.refusal(directory) : null;
        if (refusal !== null) refused ??= cutOff(candidate.path, refusal);
      }
      if (paths.length === 0) continue;
      const files: SourceFile[] = [];
      let problem: InclusionProblem | null = null;
      for (const path of paths) {
        const file = await this.read(path);
        if ('kind' in file) problem ??= file;
        else files.push(file);
        if (this.foreignFiles > FOREIGN_LIMIT) return cutOff(candidate.path, TOO_FOREIGN);
      }
      return { files, problem };
    }
    return refused ?? { files: [], problem: null };
  }

  /** Where the argument may be found: where a mapping says; else where nginx looks, then what /etc/nginx is when it is kept elsewhere. */
  private candidates(argument: string): Candidate[] {
    const { prefix } = this;
    const mapped = this.mapped(argument);
    if (mapped !== null) return [mapped];
    const asNginx = resolvePath(prefix, argument);
    const first: Candidate = { path: asNginx, directory: prefix };
    const installed = `${rootOf(this.path)}/etc/nginx/`;
    if (!asNginx.startsWith(installed) || prefix === installed.slice(0, -1)) return [first];
    return [first, { path: resolvePath(prefix, asNginx.slice(installed.length)), directory: prefix }];
  }

  /** Where a mapping says that the argument is; a relative one is relative to where nginx sees the main file. */
  private mapped(argument: string): Candidate | null {
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
    const { realPath, text, hadMark = false } = reading;
    this.watchedFiles.add(realPath);
    const known = this.files.get(realPath);
    if (known !== undefined) return known.path === path ? known : { ...known, path };
    // The main file is one by somebody's word; what it includes is not.
    const isMain = this.files.size === 0;
    if (!isMain && !isText(text)) return this.foreign(path);
    const tree = this.parse(realPath, text);
    if (!isMain && !readsAsConfiguration(tree)) return this.foreign(path);
    const file: SourceFile = { path, realPath, text, tree, builtIn: false, ...(hadMark ? { hadMark } : {}) };
    this.files.set(realPath, file);
    return file;
  }

  /** What does not read as nginx is named, and nothing of it is told: it may be anything. */
  private foreign(path: string): InclusionProblem {
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

/** A path where an included file may be, and the directory as far as which nothing in it is a pattern. */
interface Candidate {
  readonly path: string;
  readonly directory: string;
}

/**
 * The directory that relative names are relative to: that of the main file. A fragment in one of the customary
 * directories belongs to a main file one directory up.
 */
export function configurationPrefix(path: string, tree: SyntaxTree): string {
  const directory = directoryOf(path);
  const isFragment = !tree.directives.some((directive) => isMainBlock(nameOf(tree, directive)));
  const isCustomary = /^(?:conf\.d|sites-(?:available|enabled)|snippets|modules-(?:available|enabled))$/;
  return isFragment && fileNameOf(path) !== 'nginx.conf' && isCustomary.test(fileNameOf(directory))
    ? directoryOf(directory)
    : directory;
}

/** The arguments of all `include` directives of a tree, in order. */
function includesOf(tree: SyntaxTree): string[] {
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
}
