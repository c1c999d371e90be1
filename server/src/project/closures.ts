import type { LostVariable } from '../documents/region';
import type { Host } from '../model/host';
import { type Closure, type FileText, fileOf, loadClosure, type MakeFile } from '../model/load';
import type { PathMapping } from '../model/path-mappings';
import { SPLIT_FROM } from '../model/parts';
import { directoryOf } from '../model/paths';
import type { SourceFile } from '../model/source-file';
import type { Loaded } from './roots';

/** The files as the user sees them: the text of what is open wins over what is on the disk. */
export interface OpenTexts extends Host {
  /** The real paths of the files that are open. */
  openPaths(): Iterable<string>;
  /** The text of a file that is open, by either of its paths; undefined when it is not. */
  openText(path: string): string | undefined;
  /** What the text around an open file takes away. Default: nothing. */
  lostIn?(path: string): readonly LostVariable[];
}

interface Entry {
  /** Path of the main file. */
  readonly main: string;
  readonly promise: Promise<Loaded>;
  /** Null until it is loaded. */
  loaded: Loaded | null;
}

/** Files and directories that answers depend on. */
export interface Watched {
  readonly files: ReadonlySet<string>;
  readonly directories: ReadonlySet<string>;
}

/** The closures in use, each kept until something it looked at changes. Only texts that changed are parsed again. */
export class Closures {
  /** By main file and path mappings. */
  private readonly entries = new Map<string, Entry>();
  /** By real path. */
  private readonly files = new Map<string, SourceFile>();
  /** The last that could be read, by main file and path mappings. */
  private readonly last = new Map<string, Closure>();

  /** @param splitFrom the length from which files are read in parts */
  constructor(
    private readonly texts: OpenTexts,
    private readonly splitFrom = SPLIT_FROM,
  ) {}

  /**
   * The closure of a main file, or why it cannot be read. It may be out of date once it is there: `isCurrent`.
   *
   * @param pathMappings those of the editor
   */
  load(path: string, pathMappings: readonly PathMapping[]): Promise<Loaded> {
    const key = JSON.stringify([path, pathMappings]);
    const known = this.entries.get(key);
    if (known !== undefined && this.isUsable(known)) return known.promise;
    const makeFile: MakeFile = (read) => this.makeFile(read);
    const before = this.last.get(key) ?? null;
    const promise = loadClosure(this.texts, path, { makeFile, before, pathMappings });
    const entry: Entry = { main: path, promise, loaded: null };
    this.entries.set(key, entry);
    return promise.then((loaded) => {
      entry.loaded = loaded;
      if ('problem' in loaded) this.last.delete(key);
      else this.last.set(key, loaded);
      return loaded;
    });
  }

  /** Whether the closure has the text of each open document in it, or has refused that. */
  isCurrent({ files, foreign }: Closure): boolean {
    for (const realPath of this.texts.openPaths()) {
      const file = files.get(realPath);
      const text = file === undefined ? foreign.get(realPath) : file.text;
      if (text === undefined) continue;
      if (text !== this.texts.openText(realPath)) return false;
      if (file !== undefined && !isSameLost(file.lost, this.texts.lostIn?.(realPath))) return false;
    }
    return true;
  }

  /**
   * Forgets all that depends on a path.
   *
   * @param isNew whether something has appeared or vanished there, rather than changed
   * @returns whether anything depended on it
   */
  forget(path: string, isNew: boolean): boolean {
    const before = this.entries.size;
    for (const [key, { main, loaded }] of this.entries) {
      if (loaded === null || dependsOn(watchedBy(main, loaded), path, isNew)) this.entries.delete(key);
    }
    return this.entries.size < before;
  }

  clear(): void {
    this.entries.clear();
    this.files.clear();
    this.last.clear();
  }

  /** All that the closures in use depend on. */
  watched(): Watched {
    const files = new Set<string>();
    const directories = new Set<string>();
    for (const { main, loaded } of this.entries.values()) {
      if (loaded === null) continue;
      const watched = watchedBy(main, loaded);
      for (const file of watched.files) files.add(file);
      for (const directory of watched.directories) directories.add(directory);
    }
    return { files, directories };
  }

  /** Whether what was loaded, or is being loaded, can be used again. */
  private isUsable({ main, loaded }: Entry): boolean {
    if (loaded === null) return true;
    return 'problem' in loaded ? this.texts.openText(main) === undefined : this.isCurrent(loaded);
  }

  private makeFile(read: FileText): SourceFile {
    const known = this.files.get(read.realPath);
    if (known !== undefined && isSame(known, read)) return known;
    const file = fileOf(read, known ?? null, this.splitFrom);
    this.files.set(read.realPath, file);
    return file;
  }
}

function isSame(file: SourceFile, { path, text, hadMark, lost }: FileText): boolean {
  const isSameText = file.path === path && file.text === text && file.hadMark === hadMark;
  return isSameText && isSameLost(file.lost, lost);
}

function isSameLost(one: readonly LostVariable[] = [], other: readonly LostVariable[] = []): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, at }, index) => name === other[index]?.name && at === other[index].at)
  );
}

function watchedBy(main: string, loaded: Loaded): Watched {
  return 'problem' in loaded ? { files: new Set([main]), directories: new Set() } : loaded.watched;
}

function dependsOn({ files, directories }: Watched, path: string, isNew: boolean): boolean {
  if (files.has(path) || directories.has(path)) return true;
  // A file that is deleted and created again at once may be reported as changed.
  if (directories.has(directoryOf(path))) return true;
  if (!isNew) return false;
  const below = `${path}/`;
  return [...files, ...directories].some((each) => each.startsWith(below));
}
