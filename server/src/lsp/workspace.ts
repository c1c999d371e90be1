import { Emitter, type Event, FileChangeType, type FileEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { SourceFile } from '../model/source-file';
import type { PathMapping } from '../model/path-mappings';
import { directoryOf } from '../model/paths';
import { Analyses } from '../project/analyses';
import { Closures, type Watched } from '../project/closures';
import {
  type Configuration,
  configurationOf,
  findConfigurations,
  type GivenFile,
  loadOnce,
} from '../project/configurations';
import { type Looked, mainsFor, NOT_WATCHED } from '../project/main-files';
import { findNeighbours, findRoots, hasMainBlock, type Root, type RootOptions } from '../project/roots';
import { faultsOf, mappingsFor } from '../project/settings';
import type { EditorSettings, Settings, Status } from '../protocol';
import { formatVersion } from '../reference/versions';
import type { Analysis } from '../service';
import type { DiskCache } from './disk-cache';
import type { Documents, OpenDocument } from './documents';
import { type Checkpoint, type Runner, Stale } from './runner';
import type { Faults, SettingsStore } from './settings';
import { pathOf, uriOf } from './uris';

/** An open document, its configurations, and what was found there: all of one moment. */
export interface Answer {
  readonly document: TextDocument;
  /** The file of the document; its text is the text of the document. */
  readonly file: SourceFile;
  /** That of the configuration that the document is shown as part of: the first of `analyses`. */
  readonly analysis: Analysis;
  /**
   * Those of all configurations that the document belongs to, then of others that share files with these: problems
   * are merged over them, and a fix must be right in all.
   */
  readonly analyses: readonly Analysis[];
  /** The files of the configurations that the document belongs to, by real path. */
  readonly files: ReadonlySet<string>;
  readonly status: AnalysisStatus;
  /** Those in force for `analysis`. */
  readonly settings: Settings;
}

/** The part of the status about how the document was judged, without the results. */
type AnalysisStatus = Omit<Status, 'routes' | 'blocked'>;

/** A file that is asked about: an open document, or within one. */
interface AskedFile {
  readonly path: string;
  readonly realPath: string;
  readonly document: TextDocument;
  /** The main files that are tried first; null: those of the settings, and of other open documents. */
  readonly mains: readonly string[] | null;
}

/** A document that changes as often as this while its files are read is not worth answering for. */
const ATTEMPTS = 10;

/** The configurations that the open documents belong to, and their analyses. */
export class Workspace {
  private readonly closures: Closures;
  private readonly analyses: Analyses;
  /** The main files of each open document, as last found. */
  private readonly mains = new Map<string, ReadonlySet<string>>();
  /** What was looked at for the setting `mainConfiguration`, in the editor or a project's file. */
  private readonly looked = { files: new Set<string>(), directories: new Set<string>() };

  private readonly answered = new Emitter<Answer>();
  /** Fires on every answer, to any request. */
  readonly onDidAnswer: Event<Answer> = this.answered.event;

  constructor(
    private readonly disk: DiskCache,
    private readonly documents: Documents,
    private readonly settings: SettingsStore,
    /** Gives the output of `nginx -V`, or null. */
    private readonly installedVersion: () => Promise<string | null>,
    private readonly faults: Faults,
    runner: Runner,
    private readonly log: (message: string) => void,
    /** Paths of the workspace folders. */
    public folders: readonly string[],
  ) {
    this.closures = new Closures(documents);
    this.analyses = new Analyses(
      (rule, error) => runner.fault(`Rule ${rule}`, error),
      (main, error) => runner.fault(`The analysis of ${main}`, error),
    );
  }

  /**
   * The analyses of the configurations that an open document belongs to; null when the document is not open, or
   * cannot be judged.
   *
   * @throws Stale when a document changes all the while
   */
  async analysisOf(uri: string, checkpoint: Checkpoint): Promise<Answer | null> {
    const [answer = null] = await this.answersFor(uri, checkpoint, 'whole');
    return answer;
  }

  /**
   * The same of each file that a document is, or has within it.
   *
   * @param which `whole`: none of those within
   */
  async answersFor(
    uri: string,
    checkpoint: Checkpoint,
    which: 'whole' | 'all' = 'all',
  ): Promise<readonly Answer[]> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await this.documents.ready();
      const files = this.filesOf(uri, which);
      const editor = await this.settings.of(uri);
      const found: { file: AskedFile; own: readonly Root[]; configurations: readonly Configuration[] }[] = [];
      for (const file of files) {
        const roots = await this.rootsOf(file, editor);
        if (roots === null) continue;
        const all = [...roots.own, ...roots.neighbours];
        const configurations = await Promise.all(all.map((root) => this.configurationOf(root, editor)));
        found.push({ file, own: roots.own, configurations });
      }
      await checkpoint();
      const isCurrent = found.every(({ configurations }) =>
        configurations.every(({ closure }) => this.closures.isCurrent(closure)),
      );
      if (!isCurrent) continue;
      return found.flatMap(({ file, own, configurations }) => this.answer(file, own, configurations) ?? []);
    }
    throw new Stale();
  }

  /** The files that a document is, or has within it. */
  private filesOf(uri: string, which: 'whole' | 'all'): readonly AskedFile[] {
    const document = this.documents.get(uri);
    if (document === undefined) return [];
    const outer = this.documents.outerDocument(uri);
    if (outer === null) return [{ ...document, document: document.text, mains: null }];
    if (which === 'whole') return [];
    return [...outer.texts.keys()].map((path) => ({
      path,
      realPath: path,
      document: document.text,
      mains: outer.mains.filter((main) => main !== path),
    }));
  }

  /**
   * The configurations that some files belong to, open or not, as they are now. What is read for that is not kept.
   *
   * @param uris of the files; those that cannot be read are left out
   */
  async configurationsOf(uris: readonly string[], checkpoint: Checkpoint): Promise<readonly Configuration[]> {
    await this.documents.ready();
    const host = this.documents.over(this.disk.fresh());
    const files: (GivenFile & { readonly editor: EditorSettings })[] = [];
    for (const uri of uris) {
      const path = pathOf(uri);
      const editor = await this.settings.of(uri);
      if (this.documents.get(uri) === undefined) this.settings.closed(uri);
      const folder = this.folderOf(path);
      await checkpoint();
      const mains = await mainsFor(host, path, editor, folder, NOT_WATCHED);
      files.push({ path, mains, pathMappings: mappingsFor(path, editor, folder), editor });
    }
    const { roots } = await findConfigurations(files, loadOnce(host), checkpoint);
    return Promise.all(roots.map(({ root, file }) => this.configurationOf(root, file.editor)));
  }

  /** The analysis of a configuration that `configurationsOf` has found. */
  analysisFor(configuration: Configuration): Analysis {
    return this.analyses.once(configuration);
  }

  /** Handles that a document was opened: a missing file may exist now. */
  async opened(document: OpenDocument): Promise<void> {
    await this.documents.ready();
    const reading = await this.disk.readFile(document.path);
    if (reading.kind !== 'text') this.closures.forget(document.path, false);
  }

  /** Whether an open document is the main file of others that were judged without it. */
  async adopts({ path, text: own }: OpenDocument): Promise<boolean> {
    const mappings = mappingsFor(path, await this.settings.of(own.uri), this.folderOf(path));
    const closure = await this.closures.load(path, mappings);
    if ('problem' in closure || !hasMainBlock(closure)) return false;
    return this.documents.all().some(({ realPath, text }) => {
      const mains = this.mains.get(text.uri);
      return mains !== undefined && closure.files.has(realPath) && !mains.has(path);
    });
  }

  /**
   * Handles that a document was closed: its file on the disk counts again.
   *
   * @returns whether it was a main file of other open documents: it may be none now
   */
  closed(document: TextDocument): boolean {
    this.mains.delete(document.uri);
    this.settings.closed(document.uri);
    this.reset();
    const path = pathOf(document.uri);
    return [...this.mains.values()].some((mains) => mains.has(path));
  }

  /** Whether a document that was closed had changes that were not saved. */
  async hadChanges(document: TextDocument): Promise<boolean> {
    return !(await this.disk.hasText(pathOf(document.uri), document.getText()));
  }

  /** Forgets all that was read. */
  reset(): void {
    this.disk.clear();
    this.closures.clear();
    this.analyses.clear();
    this.forgetLooked();
    this.documents.refresh();
  }

  /** Handles changes on the disk. Returns whether the answer for an open document may be another now. */
  changedOnDisk(changes: readonly FileEvent[]): boolean {
    this.disk.clear();
    let isRelevant = false;
    for (const { uri, type } of changes) {
      const path = pathOf(uri);
      const isNew = type !== FileChangeType.Changed;
      // The text of an open document is the one that the client has sent, except for a byte order mark.
      if (!isNew && this.documents.find(path)?.hadMark === false) continue;
      if (this.closures.forget(path, isNew) || this.hasLooked(path)) isRelevant = true;
    }
    if (isRelevant) this.documents.refresh();
    return isRelevant;
  }

  /** Checks whether the disk has changed since it was read. Returns whether the answer for an open document may be another now. */
  async recheck(): Promise<boolean> {
    const stale = await this.disk.stale();
    if (stale.length === 0) return false;
    return this.changedOnDisk(stale.map((path) => ({ uri: uriOf(path), type: FileChangeType.Created })));
  }

  /** All that the answers for the open documents depend on. */
  watched(): Watched {
    const { files, directories } = this.closures.watched();
    return {
      files: new Set([...files, ...this.looked.files]),
      directories: new Set([...directories, ...this.looked.directories]),
    };
  }

  /**
   * Whether files that edits were made for still have the text they were read with. Those that do not are forgotten.
   */
  async areUnchanged(files: Iterable<SourceFile>): Promise<boolean> {
    let unchanged = true;
    for (const { realPath, text } of new Set(files)) {
      const open = this.documents.openText(realPath);
      if (open === undefined ? await this.disk.hasText(realPath, text) : open === text) continue;
      this.disk.clear();
      this.closures.forget(realPath, true);
      unchanged = false;
    }
    return unchanged;
  }

  /** The roots of a document, and others that share files with them. */
  private async rootsOf(
    { path, mains: given }: AskedFile,
    editor: EditorSettings,
  ): Promise<{ readonly own: readonly Root[]; readonly neighbours: readonly Root[] } | null> {
    const folder = this.folderOf(path);
    const mappings = mappingsFor(path, editor, folder);
    const looked: Looked = {
      file: (each) => this.looked.files.add(each),
      directory: (each) => this.looked.directories.add(each),
      fault: (text) => this.faults.tell(path, [text]),
    };
    const mains = given ?? [
      ...(await mainsFor(this.documents, path, editor, folder, looked)),
      ...(await this.openMains(path, mappings)),
    ];
    const options: RootOptions = { mains, load: (main) => this.closures.load(main, mappings) };
    const own = await findRoots(path, options);
    if (!('problem' in own)) return { own, neighbours: await findNeighbours(own, options) };
    this.log(`${own.problem.path} is not checked: ${own.problem.reason || own.problem.kind}.`);
    return null;
  }

  /**
   * The settings in force for a root: those of the editor for its main file, for a request about any of its files.
   * Errors in the settings of the project's file are logged.
   *
   * @param editor the settings for the file asked about: they hold when the main file is in no workspace folder
   */
  private async configurationOf(root: Root, editor: Settings): Promise<Configuration> {
    const { project, main } = root.closure;
    if (project !== null) this.faults.tell(project.path, faultsOf(project));
    const isInFolder = this.folderOf(main.path) !== undefined;
    const own = isInFolder ? await this.settings.of(this.documents.uriOf(main)) : editor;
    return configurationOf(root, own, this.installedVersion);
  }

  private async openMains(path: string, mappings: readonly PathMapping[]): Promise<string[]> {
    const mains: string[] = [];
    for (const other of this.documents.all()) {
      if (other.path === path) continue;
      const closure = await this.closures.load(other.path, mappings);
      if (!('problem' in closure) && hasMainBlock(closure)) mains.push(other.path);
    }
    return mains;
  }

  /** The innermost workspace folder that holds a path. */
  folderOf(path: string): string | undefined {
    return this.folders
      .filter((each) => path.startsWith(`${each}/`))
      .toSorted((a, b) => b.length - a.length)[0];
  }

  private hasLooked(path: string): boolean {
    return this.looked.files.has(path) || this.looked.directories.has(directoryOf(path));
  }

  private forgetLooked(): void {
    this.looked.files.clear();
    this.looked.directories.clear();
  }

  /** Synchronous: nothing can change between the look at the texts and the answer. */
  private answer(
    { realPath, document, mains }: AskedFile,
    own: readonly Root[],
    configurations: readonly Configuration[],
  ): Answer | null {
    const isWhole = mains === null;
    if (isWhole) this.mains.set(document.uri, new Set(own.map(({ closure }) => closure.main.path)));
    const analyses = configurations.map((each) => this.analyses.of(each));
    const [configuration] = configurations;
    const [analysis] = analyses;
    if (configuration === undefined || analysis === undefined) return null;
    const { closure, found, target, settings } = configuration;
    const file = closure.files.get(realPath);
    // The same file may be open twice, by two paths and with two texts.
    const text = isWhole ? document.getText() : this.documents.openText(realPath);
    if (file === undefined || file.text !== text) return null;
    const status: AnalysisStatus = {
      main: found === 'fragment' ? null : this.documents.uriOf(closure.main),
      version: formatVersion(target.version),
      versionFrom: target.from,
      files: closure.files.size,
    };
    const files = new Set(own.flatMap((root) => [...root.closure.files.keys()]));
    const answer: Answer = { document, file, analysis, analyses, files, status, settings };
    if (isWhole) this.answered.fire(answer);
    return answer;
  }
}
