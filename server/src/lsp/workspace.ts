import { Emitter, type Event, FileChangeType, type FileEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Host } from '../model/host';
import type { Closure, SourceFile } from '../model/load';
import { type PathMapping, readPathMappings } from '../model/path-mappings';
import { directoryOf, isAbsolute, rootOf } from '../model/paths';
import { expandMains, type Looked, projectMains } from '../model/project';
import { findRoot, hasMainBlock, type Root } from '../model/roots';
import { defaultSettings, mergeSettings } from '../model/settings';
import type { EditorSettings, Settings, Status } from '../protocol';
import {
  assumedVersion,
  formatVersion,
  type NginxVersion,
  parseVersion,
  versionFromOutput,
} from '../reference/versions';
import { type Analysis, type AnalysisOptions, analyze, optionsOf, unknownRules } from '../service';
import { Closures, type Watched } from './closures';
import { type Configuration, type Configurations, findConfigurations } from './configurations';
import type { DiskCache } from './disk-cache';
import type { Documents, OpenDocument } from './documents';
import { type Checkpoint, type Runner, Stale } from './runner';
import type { Faults, SettingsStore } from './settings';
import { pathOf, uriOf } from './uris';

/** An open document, its configuration, and what was found there: all of one moment. */
export interface Answer {
  readonly document: TextDocument;
  /** The file of the document; its text is the text of the document. */
  readonly file: SourceFile;
  readonly analysis: Analysis;
  readonly status: AnalysisStatus;
}

/** What the status says of how the document was judged, without what was found. */
type AnalysisStatus = Omit<Status, 'routes' | 'blocked'>;

export interface TargetVersion {
  readonly version: NginxVersion;
  readonly from: Status['versionFrom'];
}

/** What is looked at once need not be watched. */
const NOT_WATCHED: Looked = { file: () => {}, directory: () => {} };

/** A document that changes as often as this while its files are read is not worth answering for. */
const ATTEMPTS = 10;

/** The configurations that the open documents belong to, and their analyses. */
export class Workspace {
  private readonly closures: Closures;
  private readonly analyses = new WeakMap<Closure, { readonly key: string; readonly analysis: Analysis }>();
  /** The main file of each open document, as last found. */
  private readonly mains = new Map<string, string>();
  /** What was looked at for the setting `mainConfiguration`, in the editor or a project's file. */
  private readonly looked = { files: new Set<string>(), directories: new Set<string>() };

  private readonly answered = new Emitter<Answer>();
  /** Fires on every answer, whoever asked. */
  readonly onDidAnswer: Event<Answer> = this.answered.event;

  constructor(
    private readonly disk: DiskCache,
    private readonly documents: Documents,
    private readonly settings: SettingsStore,
    private readonly targetVersion: (editor: Settings, project: Settings) => Promise<TargetVersion>,
    private readonly faults: Faults,
    private readonly runner: Runner,
    private readonly log: (message: string) => void,
    /** Paths of the workspace folders. */
    public folders: readonly string[],
  ) {
    this.closures = new Closures(documents);
  }

  /**
   * The analysis of the configuration that an open document belongs to; null when the document is not open, or
   * cannot be judged.
   *
   * @throws Stale when a document changes all the while
   */
  async analysisOf(uri: string, checkpoint: Checkpoint): Promise<Answer | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await this.documents.ready();
      const document = this.documents.get(uri);
      if (document === undefined) return null;
      const editor = await this.settings.of(uri);
      const root = await this.rootOf(document, editor);
      if (root === null) return null;
      const project = this.projectSettings(root.closure);
      const target = await this.targetVersion(editor, project);
      await checkpoint();
      if (!this.closures.isCurrent(root.closure)) continue;
      return this.answer(document, root, target, mergeSettings(editor, project));
    }
    throw new Stale();
  }

  /**
   * The configurations that some files belong to, open or not, as they are now. What is read for that is not kept.
   *
   * @param uris of the files; those that cannot be read are left out
   */
  async configurationsOf(uris: readonly string[], checkpoint: Checkpoint): Promise<Configurations> {
    await this.documents.ready();
    const host = this.documents.over(this.disk.fresh());
    const given = new Map<string, EditorSettings>();
    for (const uri of uris) {
      given.set(pathOf(uri), await this.settings.of(uri));
      if (this.documents.get(uri) === undefined) this.settings.closed(uri);
    }
    return findConfigurations(host, {
      given,
      mappingsFor: (path, editor) => this.mappingsFor(path, editor),
      mainsFor: (path, editor) => this.mainsBySetting(host, path, editor, NOT_WATCHED),
      checkpoint,
    });
  }

  /** The analysis of a configuration that `configurationsOf` has found. */
  async analysisFor({ closure, editor }: Configuration): Promise<Analysis> {
    const project = this.projectSettings(closure);
    const target = await this.targetVersion(editor, project);
    return this.analyze(closure, analysisOptions(target, mergeSettings(editor, project)));
  }

  /** Takes in that a document was opened: what was missing may be there now. */
  async opened(document: OpenDocument): Promise<void> {
    await this.documents.ready();
    const reading = await this.disk.readFile(document.path);
    if (reading.kind !== 'text') this.closures.forget(document.path, false);
  }

  /** Whether an open document is the main file of others that were judged without it. */
  async adopts({ path, text: own }: OpenDocument): Promise<boolean> {
    const closure = await this.closures.load(path, this.mappingsFor(path, await this.settings.of(own.uri)));
    if ('problem' in closure || !hasMainBlock(closure)) return false;
    return this.documents
      .all()
      .some(
        ({ realPath, text }) => closure.files.has(realPath) && (this.mains.get(text.uri) ?? path) !== path,
      );
  }

  /** Takes in that a document was closed: its file counts again. */
  closed(document: TextDocument): void {
    this.mains.delete(document.uri);
    this.settings.closed(document.uri);
    this.reset();
  }

  /** Whether a document that was closed had changes that were not saved. */
  async hadChanges(document: TextDocument): Promise<boolean> {
    return !(await this.disk.hasText(pathOf(document.uri), document.getText()));
  }

  /** Forgets all that was read. */
  reset(): void {
    this.disk.clear();
    this.closures.clear();
    this.forgetLooked();
    this.documents.refresh();
  }

  /** Takes in what has changed on the disk. Returns whether the answer for an open document may be another now. */
  changedOnDisk(changes: readonly FileEvent[]): boolean {
    this.disk.clear();
    let isRelevant = false;
    for (const { uri, type } of changes) {
      const path = pathOf(uri);
      const isNew = type !== FileChangeType.Changed;
      // The text of an open document is the one that the client has sent, but for a byte order mark.
      if (!isNew && this.documents.find(path)?.hadMark === false) continue;
      if (this.closures.forget(path, isNew) || this.hasLooked(path)) isRelevant = true;
    }
    if (isRelevant) this.documents.refresh();
    return isRelevant;
  }

  /** Looks whether the disk is still as it was read. Returns whether the answer for an open document may be another now. */
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
      if (this.documents.find(realPath) !== undefined || (await this.disk.hasText(realPath, text))) continue;
      this.disk.clear();
      this.closures.forget(realPath, true);
      unchanged = false;
    }
    return unchanged;
  }

  private async rootOf(document: OpenDocument, editor: EditorSettings): Promise<Root | null> {
    const mappings = this.mappingsFor(document.path, editor);
    const looked: Looked = {
      file: (each) => this.looked.files.add(each),
      directory: (each) => this.looked.directories.add(each),
    };
    const mains = [
      ...(await this.mainsBySetting(this.documents, document.path, editor, looked)),
      ...(await this.openMains(document, mappings)),
    ];
    const load = (path: string): ReturnType<Closures['load']> => this.closures.load(path, mappings);
    const root = await findRoot(this.documents, document.path, { mains, load });
    if (!('problem' in root)) return root;
    this.log(`${root.problem.path} is not checked: ${root.problem.reason || root.problem.kind}.`);
    return null;
  }

  private async mainsBySetting(
    host: Host,
    path: string,
    { mainConfiguration }: Settings,
    looked: Looked,
  ): Promise<string[]> {
    if (mainConfiguration.length === 0) return projectMains(host, path, looked);
    const folder = this.folderOf(path);
    const globs = mainConfiguration.filter((glob) => folder !== undefined || isAbsolute(glob));
    return expandMains(host, globs, folder ?? '', looked);
  }

  private async openMains({ path }: OpenDocument, mappings: readonly PathMapping[]): Promise<string[]> {
    const mains: string[] = [];
    for (const other of this.documents.all()) {
      if (other.path === path) continue;
      const closure = await this.closures.load(other.path, mappings);
      if (!('problem' in closure) && hasMainBlock(closure)) mains.push(other.path);
    }
    return mains;
  }

  /** The path mappings of the editor's settings; relative ones need a workspace folder. */
  private mappingsFor(path: string, { pathMappings }: Settings): PathMapping[] {
    const folder = this.folderOf(path);
    const usable = Object.entries(pathMappings).filter(([, to]) => folder !== undefined || isAbsolute(to));
    return readPathMappings(Object.fromEntries(usable), folder ?? rootOf(path));
  }

  /** The innermost workspace folder that holds a path. */
  folderOf(path: string): string | undefined {
    return this.folders
      .filter((each) => path.startsWith(`${each}/`))
      .toSorted((a, b) => b.length - a.length)[0];
  }

  /** The settings of the project's file; what is wrong with them is logged. */
  private projectSettings({ project }: Closure): Settings {
    if (project === null) return defaultSettings;
    this.faults.tell(project.path, [...project.faults, ...unknownRules(project.settings)]);
    return project.settings;
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
    { realPath, text }: OpenDocument,
    root: Root,
    target: TargetVersion,
    settings: Settings,
  ): Answer | null {
    const { closure, found } = root;
    this.mains.set(text.uri, closure.main.path);
    const file = closure.files.get(realPath);
    // The same file may be open twice, by two paths and with two texts.
    if (file === undefined || file.text !== text.getText()) return null;
    const status: AnalysisStatus = {
      main: found === 'fragment' ? null : this.documents.uriOf(closure.main),
      version: formatVersion(target.version),
      versionFrom: target.from,
      files: closure.files.size,
    };
    const analysis = this.analyze(closure, analysisOptions(target, settings));
    const answer: Answer = { document: text, file, analysis, status };
    this.answered.fire(answer);
    return answer;
  }

  private analyze(closure: Closure, options: AnalysisOptions): Analysis {
    const key = JSON.stringify(options);
    const known = this.analyses.get(closure);
    if (known?.key === key) return known.analysis;
    const onFault = (rule: string, error: unknown): void => this.runner.fault(`Rule ${rule}`, error);
    const analysis = analyze(closure, { ...options, onFault });
    this.analyses.set(closure, { key, analysis });
    return analysis;
  }
}

function analysisOptions({ version, from }: TargetVersion, settings: Settings): AnalysisOptions {
  const versionIsSet = from === 'setting' || from === 'project';
  return { version, versionIsSet, ...optionsOf(settings) };
}

/**
 * Finds the nginx version to judge for: the one of the editor's setting, then that of the project's file; for `auto`
 * that of the `nginx` on PATH, where it may be asked; else the assumed one.
 *
 * @param ask gives the output of `nginx -v`, or null
 */
export async function findVersion(
  editor: Settings,
  project: Settings,
  ask: () => Promise<string | null>,
): Promise<TargetVersion> {
  const set = readVersion(editor.nginxVersion);
  if (set !== null) return { version: set, from: 'setting' };
  const ofProject = readVersion(project.nginxVersion);
  if (ofProject !== null) return { version: ofProject, from: 'project' };
  const installed = versionFromOutput((await ask()) ?? '');
  if (installed !== null) return { version: installed, from: 'nginx' };
  return { version: assumedVersion, from: 'assumed' };
}

function readVersion(text: string): NginxVersion | null {
  return parseVersion(text) ?? versionFromOutput(text);
}
