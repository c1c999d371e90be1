import { TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { LostVariable } from '../documents/region';
import type { FileReading, Host } from '../model/host';
import type { OpenTexts } from '../project/closures';
import { embeddedRoot, isEmbedded, rootOfEmbedded, withEmbeddedTexts } from '../project/embedded';
import { beginsWithMark } from '../syntax/byte-order-mark';
import { type OuterDocument, readOuterDocument, type WithinDocument } from './outer-documents';
import type { Typing } from './typing';
import { pathOf, uriOf } from './uris';

/** A document that the client has open. */
export interface OpenDocument {
  readonly path: string;
  /** The path with symbolic links followed, once `ready` is; the path before. */
  readonly realPath: string;
  /** The same object as long as it is open; its text and version change. */
  readonly text: TextDocument;
  /** Whether its file, when it was last read, began with a byte order mark that the client does not send. */
  readonly hadMark: boolean;
}

interface Entry extends OpenDocument {
  realPath: string;
  hadMark: boolean;
  ready: Promise<void>;
  /** What the paths of files within it begin with. */
  readonly root: string;
  /** What it was read as, at which version. */
  outer: { readonly version: number; readonly read: OuterDocument | null } | null;
}

/** The open documents, and the files as the user sees them: open documents take precedence over the disk. */
export class Documents implements OpenTexts {
  private readonly entries = new Map<string, Entry>();
  private opened = 0;
  /** What the client sends. Its listeners are called after the document is known here. */
  readonly texts = new TextDocuments({
    create: TextDocument.create,
    update: (document: TextDocument, changes, version) => {
      const updated = TextDocument.update(document, changes, version);
      this.typing.changed(updated, changes);
      return updated;
    },
  });

  /** The open documents over the disk. */
  private readonly files: Host;

  constructor(
    private readonly disk: Host,
    /** What is being written in them. */
    readonly typing: Typing,
  ) {
    this.files = this.over(disk);
    this.texts.onDidOpen(({ document }) => this.open(document));
    this.texts.onDidClose(({ document }) => {
      this.entries.delete(document.uri);
      typing.forget(document.uri);
    });
  }

  get(uri: string): OpenDocument | undefined {
    return this.entries.get(uri);
  }

  /** All that are nginx's own, whole. */
  all(): OpenDocument[] {
    return [...this.entries.values()].filter((entry) => this.outerOf(entry) === null);
  }

  /** All that have other texts around those of nginx, or none of nginx. */
  outer(): OpenDocument[] {
    return [...this.entries.values()].filter((entry) => this.outerOf(entry) !== null);
  }

  /** What is for nginx within an open document; null where all of it is. */
  outerDocument(uri: string): OuterDocument | null {
    const entry = this.entries.get(uri);
    return entry === undefined ? null : this.outerOf(entry);
  }

  /** The region of a file within an open document, and that document; undefined for another file. */
  within(path: string): WithinDocument | undefined {
    if (!isEmbedded(path)) return undefined;
    const entry = this.entryOfRoot(rootOfEmbedded(path));
    const found = entry === undefined ? undefined : this.outerOf(entry)?.texts.get(path);
    return entry === undefined || found === undefined
      ? undefined
      : { region: found.region, document: entry.text };
  }

  /** Waits until the real paths of all open documents are known. */
  async ready(): Promise<void> {
    await Promise.all([...this.entries.values()].map(({ ready }) => ready));
  }

  /** Looks again where the symbolic links lead. */
  refresh(): void {
    for (const entry of this.entries.values()) entry.ready = this.resolve(entry);
  }

  /** The open document that a file is, or is within, by either of its paths. Of several the one opened first. */
  find(path: string): OpenDocument | undefined {
    return isEmbedded(path) ? this.entryOfRoot(rootOfEmbedded(path)) : this.findEntry(path);
  }

  openPaths(): string[] {
    return [...this.all().map(({ realPath }) => realPath), ...this.pathsWithin()];
  }

  openText(path: string): string | undefined {
    return isEmbedded(path) ? this.within(path)?.region.text : this.findEntry(path)?.text.getText();
  }

  lostIn(path: string): readonly LostVariable[] {
    return this.within(path)?.region.lost ?? [];
  }

  private findEntry(path: string): Entry | undefined {
    return [...this.entries.values()].find((entry) => entry.realPath === path || entry.path === path);
  }

  private entryOfRoot(root: string): Entry | undefined {
    return [...this.entries.values()].find((entry) => entry.root === root);
  }

  private pathsWithin(): string[] {
    return [...this.entries.values()].flatMap((entry) => Array.from(this.outerOf(entry)?.texts.keys() ?? []));
  }

  private outerOf(entry: Entry): OuterDocument | null {
    const { version } = entry.text;
    if (entry.outer?.version !== version) {
      entry.outer = { version, read: readOuterDocument(entry.root, entry.path, entry.text) };
    }
    return entry.outer.read;
  }

  /** The URI of a file: the open document's where there is one. */
  uriOf({ path, realPath }: { readonly path: string; readonly realPath: string }): string {
    return this.find(realPath)?.text.uri ?? uriOf(path);
  }

  /** The open documents over another view of the disk. */
  over(disk: Host): Host {
    const own: Host = {
      readFile: (path) => this.read(disk, path),
      readDirectory: (path) => disk.readDirectory(path),
      refusal: async (path) => (await disk.refusal?.(path)) ?? null,
    };
    return withEmbeddedTexts(own, {
      regionOf: (path) => this.within(path)?.region,
      paths: () => this.pathsWithin(),
      outerPath: (root) => this.entryOfRoot(root)?.path,
    });
  }

  readFile(path: string): Promise<FileReading> {
    return this.files.readFile(path);
  }

  private async read(disk: Host, path: string): Promise<FileReading> {
    const reading = await disk.readFile(path);
    const realPath = reading.kind === 'text' ? reading.realPath : path;
    const open = this.findEntry(realPath);
    if (open === undefined) return reading;
    const text = open.text.getText();
    open.hadMark = reading.kind === 'text' && reading.hadMark === true && !beginsWithMark(text);
    return { kind: 'text', text, realPath, ...(open.hadMark ? { hadMark: true } : {}) };
  }

  readDirectory(path: string): Promise<readonly string[] | null> {
    return this.files.readDirectory(path);
  }

  async refusal(path: string): Promise<string | null> {
    return (await this.files.refusal?.(path)) ?? null;
  }

  private open(text: TextDocument): void {
    const path = pathOf(text.uri);
    const entry: Entry = {
      path,
      realPath: path,
      text,
      hadMark: false,
      ready: Promise.resolve(),
      root: embeddedRoot((this.opened += 1)),
      outer: null,
    };
    // Before it is looked for: a file that is open alone may be read.
    this.entries.set(text.uri, entry);
    entry.ready = this.resolve(entry);
  }

  private async resolve(entry: Entry): Promise<void> {
    const reading = await this.disk.readFile(entry.path);
    entry.realPath = reading.kind === 'text' ? reading.realPath : entry.path;
  }
}
