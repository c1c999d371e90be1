import { Emitter, type Event, FileChangeType, type FileEvent } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { expandGlob, isGlob } from '../model/glob';
import type { Closure, SourceFile } from '../model/load';
import { directoryOf, resolvePath } from '../model/paths';
import { findRoot, hasMainBlock, type Root } from '../model/roots';
import type { Settings, Status } from '../protocol';
import {
  assumedVersion,
  formatVersion,
  type NginxVersion,
  parseVersion,
  versionFromOutput,
} from '../reference/versions';
import { type Analysis, analyze } from '../service';
import { Closures, type Watched } from './closures';
import type { DiskCache } from './disk-cache';
import type { Documents, OpenDocument } from './documents';
import { type Checkpoint, type Runner, Stale } from './runner';
import type { SettingsStore } from './settings';
import { pathOf, uriOf } from './uris';

/** An open document, its configuration, and what was found there: all of one moment. */
export interface Answer {
  readonly document: TextDocument;
  /** The file of the document; its text is the text of the document. */
  readonly file: SourceFile;
  readonly analysis: Analysis;
  readonly status: Status;
}

export interface TargetVersion {
  readonly version: NginxVersion;
  readonly from: Status['versionFrom'];
}

/** A document that changes as often as this while its files are read is not worth answering for. */
const ATTEMPTS = 10;

/** The configurations that the open documents belong to, and their analyses. */
export class Workspace {
  private readonly closures: Closures;
  private readonly analyses = new WeakMap<Closure, Analysis>();
  /** The main file of each open document, as last found. */
  private readonly mains = new Map<string, string>();
  /** Directories listed for the setting `mainConfiguration`. */
  private readonly mainDirectories = new Set<string>();

  private readonly answered = new Emitter<Answer>();
  /** Fires on every answer, whoever asked. */
  readonly onDidAnswer: Event<Answer> = this.answered.event;

  constructor(
    private readonly disk: DiskCache,
    private readonly documents: Documents,
    private readonly settings: SettingsStore,
    private readonly targetVersion: (settings: Settings) => Promise<TargetVersion>,
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
      const settings = await this.settings.of(uri);
      const target = await this.targetVersion(settings);
      const root = await this.rootOf(document, settings);
      await checkpoint();
      if (root === null) return null;
      if (this.closures.isCurrent(root.closure)) return this.answer(document, root, target);
    }
    throw new Stale();
  }

  /** Takes in that a document was opened: what was missing may be there now. */
  async opened(document: OpenDocument): Promise<void> {
    await this.documents.ready();
    const reading = await this.disk.readFile(document.path);
    if (reading.kind !== 'text') this.closures.forget(document.path, false);
  }

  /** Whether an open document is the main file of others that were judged without it. */
  async adopts({ path }: OpenDocument): Promise<boolean> {
    const closure = await this.closures.load(path);
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
    this.mainDirectories.clear();
    this.documents.refresh();
  }

  /** Takes in what has changed on the disk. Returns whether the answer for an open document may be another now. */
  changedOnDisk(changes: readonly FileEvent[]): boolean {
    this.disk.clear();
    let isRelevant = false;
    for (const { uri, type } of changes) {
      const path = pathOf(uri);
      const isNew = type !== FileChangeType.Changed;
      // The text of an open document is the one that the client has sent.
      if (!isNew && this.documents.find(path) !== undefined) continue;
      if (this.closures.forget(path, isNew) || this.mainDirectories.has(directoryOf(path))) isRelevant = true;
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
    return { files, directories: new Set([...directories, ...this.mainDirectories]) };
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

  private async rootOf(document: OpenDocument, settings: Settings): Promise<Root | null> {
    const mains = [...(await this.mainsBySetting(document, settings)), ...(await this.openMains(document))];
    const load = (path: string): ReturnType<Closures['load']> => this.closures.load(path);
    const root = await findRoot(this.documents, document.path, { mains, load });
    if (!('problem' in root)) return root;
    this.log(`${root.problem.path} is not checked: ${root.problem.reason || root.problem.kind}.`);
    return null;
  }

  private async mainsBySetting({ path }: OpenDocument, { mainConfiguration }: Settings): Promise<string[]> {
    const folder = this.folders
      .filter((each) => path.startsWith(`${each}/`))
      .toSorted((a, b) => b.length - a.length)[0];
    const mains: string[] = [];
    for (const glob of mainConfiguration) {
      if (folder === undefined && !glob.startsWith('/')) continue;
      const pattern = resolvePath(folder ?? '', glob);
      const listed = (directory: string): unknown => this.mainDirectories.add(directory);
      mains.push(
        ...(isGlob(pattern) ? await expandGlob(this.documents, pattern, listed, folder) : [pattern]),
      );
    }
    return mains;
  }

  private async openMains({ path }: OpenDocument): Promise<string[]> {
    const mains: string[] = [];
    for (const other of this.documents.all()) {
      if (other.path === path) continue;
      const closure = await this.closures.load(other.path);
      if (!('problem' in closure) && hasMainBlock(closure)) mains.push(other.path);
    }
    return mains;
  }

  /** Synchronous: nothing can change between the look at the texts and the answer. */
  private answer({ realPath, text }: OpenDocument, root: Root, target: TargetVersion): Answer | null {
    const { closure, found } = root;
    this.mains.set(text.uri, closure.main.path);
    const file = closure.files.get(realPath);
    // The same file may be open twice, by two paths and with two texts.
    if (file === undefined || file.text !== text.getText()) return null;
    const status: Status = {
      main: found === 'fragment' ? null : this.documents.uriOf(closure.main),
      version: formatVersion(target.version),
      versionFrom: target.from,
      files: closure.files.size,
    };
    const answer: Answer = { document: text, file, analysis: this.analyze(closure, target), status };
    this.answered.fire(answer);
    return answer;
  }

  private analyze(closure: Closure, { version, from }: TargetVersion): Analysis {
    const versionIsSet = from === 'setting';
    const known = this.analyses.get(closure);
    const isSame =
      known !== undefined &&
      formatVersion(known.options.version) === formatVersion(version) &&
      known.options.versionIsSet === versionIsSet;
    if (isSame) return known;
    const onFault = (rule: string, error: unknown): void => this.runner.fault(`Rule ${rule}`, error);
    const analysis = analyze(closure, { version, versionIsSet, onFault });
    this.analyses.set(closure, analysis);
    return analysis;
  }
}

/**
 * Finds the nginx version to judge for: the one of the setting; for `auto` that of the `nginx` on PATH, where it may
 * be asked; else the assumed one.
 *
 * @param ask gives the output of `nginx -v`, or null
 */
export async function findVersion(
  { nginxVersion }: Settings,
  ask: () => Promise<string | null>,
): Promise<TargetVersion> {
  const set = parseVersion(nginxVersion) ?? versionFromOutput(nginxVersion);
  if (set !== null) return { version: set, from: 'setting' };
  const installed = versionFromOutput((await ask()) ?? '');
  if (installed !== null) return { version: installed, from: 'nginx' };
  return { version: assumedVersion, from: 'assumed' };
}
