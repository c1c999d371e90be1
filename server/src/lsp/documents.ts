import { TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { FileReading, Host } from '../model/host';
import type { OpenTexts } from '../project/closures';
import { beginsWithMark } from '../syntax/byte-order-mark';
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
}

/** The open documents, and the files as the user sees them: open documents take precedence over the disk. */
export class Documents implements OpenTexts {
  private readonly entries = new Map<string, Entry>();
  /** What the client sends. Its listeners are called after the document is known here. */
  readonly texts = new TextDocuments(TextDocument);

  constructor(private readonly disk: Host) {
    this.texts.onDidOpen(({ document }) => this.open(document));
    this.texts.onDidClose(({ document }) => this.entries.delete(document.uri));
  }

  get(uri: string): OpenDocument | undefined {
    return this.entries.get(uri);
  }

  all(): OpenDocument[] {
    return [...this.entries.values()];
  }

  /** Waits until the real paths of all open documents are known. */
  async ready(): Promise<void> {
    await Promise.all([...this.entries.values()].map(({ ready }) => ready));
  }

  /** Looks again where the symbolic links lead. */
  refresh(): void {
    for (const entry of this.entries.values()) entry.ready = this.resolve(entry);
  }

  /** The open document of a file, by either of its paths. Of several the one opened first. */
  find(path: string): OpenDocument | undefined {
    return this.findEntry(path);
  }

  openPaths(): string[] {
    return this.all().map(({ realPath }) => realPath);
  }

  openText(path: string): string | undefined {
    return this.find(path)?.text.getText();
  }

  private findEntry(path: string): Entry | undefined {
    return [...this.entries.values()].find((entry) => entry.realPath === path || entry.path === path);
  }

  /** The URI of a file: the open document's where there is one. */
  uriOf({ path, realPath }: { readonly path: string; readonly realPath: string }): string {
    return this.find(realPath)?.text.uri ?? uriOf(path);
  }

  /** The open documents over another view of the disk. */
  over(disk: Host): Host {
    return {
      readFile: (path) => this.read(disk, path),
      readDirectory: (path) => disk.readDirectory(path),
      refusal: async (path) => (await disk.refusal?.(path)) ?? null,
    };
  }

  readFile(path: string): Promise<FileReading> {
    return this.read(this.disk, path);
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
    return this.disk.readDirectory(path);
  }

  async refusal(path: string): Promise<string | null> {
    return (await this.disk.refusal?.(path)) ?? null;
  }

  private open(text: TextDocument): void {
    const path = pathOf(text.uri);
    const entry: Entry = { path, realPath: path, text, hadMark: false, ready: Promise.resolve() };
    // Before it is looked for: a file that is open alone may be read.
    this.entries.set(text.uri, entry);
    entry.ready = this.resolve(entry);
  }

  private async resolve(entry: Entry): Promise<void> {
    const reading = await this.disk.readFile(entry.path);
    entry.realPath = reading.kind === 'text' ? reading.realPath : entry.path;
  }
}
