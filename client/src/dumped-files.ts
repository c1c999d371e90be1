import {
  Disposable,
  EventEmitter,
  type FileChangeEvent,
  FileChangeType,
  FileSystemError,
  type FileSystemProvider,
  type FileStat,
  FileType,
  Uri,
} from 'vscode';
import type { DumpedFile } from '../../server/src/protocol';
import { RUNNING } from './languages';

/** The files that nginx has printed last, as a disk that is only read. */
export class DumpedFiles implements FileSystemProvider, Disposable {
  readonly #changed = new EventEmitter<FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  #files: ReadonlyMap<string, Uint8Array> = new Map();
  #time = 0;

  /** Takes other files in place of those before: editors that show one have its text now. */
  replace(files: readonly DumpedFile[]): void {
    const before = this.#files;
    const encoder = new TextEncoder();
    this.#files = new Map(
      files.map(({ path, text }) => [path.startsWith('/') ? path : `/${path}`, encoder.encode(text)]),
    );
    this.#time = Date.now();
    const events = [...new Set([...before.keys(), ...this.#files.keys()])].map((path) => ({
      uri: Uri.from({ scheme: RUNNING, path }),
      type: !this.#files.has(path)
        ? FileChangeType.Deleted
        : before.has(path)
          ? FileChangeType.Changed
          : FileChangeType.Created,
    }));
    this.#changed.fire(events);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  watch(): Disposable {
    return new Disposable(() => {});
  }

  stat(uri: Uri): FileStat {
    const file = this.#files.get(uri.path);
    const type = file === undefined ? FileType.Directory : FileType.File;
    if (file === undefined && this.#namesBelow(uri.path).size === 0) throw FileSystemError.FileNotFound(uri);
    return { type, size: file?.length ?? 0, ctime: this.#time, mtime: this.#time };
  }

  readDirectory(uri: Uri): [string, FileType][] {
    const names = this.#namesBelow(uri.path);
    if (names.size === 0) throw FileSystemError.FileNotFound(uri);
    return [...names];
  }

  readFile(uri: Uri): Uint8Array {
    const file = this.#files.get(uri.path);
    if (file === undefined) throw FileSystemError.FileNotFound(uri);
    return file;
  }

  createDirectory(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  delete(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  rename(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  #namesBelow(directory: string): Map<string, FileType> {
    const start = `${directory.replace(/\/$/, '')}/`;
    const names = new Map<string, FileType>();
    for (const path of this.#files.keys()) {
      if (!path.startsWith(start)) continue;
      const [name = '', ...rest] = path.slice(start.length).split('/');
      names.set(name, rest.length === 0 ? FileType.File : FileType.Directory);
    }
    return names;
  }
}
