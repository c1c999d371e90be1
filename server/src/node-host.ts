import { setFlagsFromString } from 'node:v8';
import { constants } from 'node:fs';
import { open, opendir, realpath, stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { READING_LIMITS } from './model/bounded-host';
import type { FileReading, Host } from './model/host';

/** Larger files than this are no configuration. */
export const SIZE_LIMIT = 16 * 1024 * 1024;

/** More names than this are not taken from a directory. */
const NAME_LIMIT = READING_LIMITS.names + 1;

/** What the kernel makes up when it is read: its size is not told, and some of it never ends. */
const MADE_UP = /^\/(?:proc|sys)\//;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The files of the local disk. */
export const nodeHost: Host = {
  async readFile(path: string): Promise<FileReading> {
    try {
      const native = nativePath(path);
      if (native === null) return { kind: 'missing' };
      // A pipe such as `/dev/stdin` is there, but has no real path.
      const found = await stat(native);
      if (found.isDirectory()) return { kind: 'directory' };
      if (!found.isFile()) return { kind: 'unreadable', reason: NOT_REGULAR };
      const realPath = await realpath(native);
      if (MADE_UP.test(realPath)) return { kind: 'unreadable', reason: NOT_REGULAR };
      const bytes = found.size > SIZE_LIMIT ? 'larger' : await bytesOf(realPath, found.size);
      if (bytes === 'not regular') return { kind: 'unreadable', reason: NOT_REGULAR };
      if (bytes === 'larger') return { kind: 'unreadable', reason: 'it is larger than 16 MB' };
      const { text } = decodeText(bytes);
      return { kind: 'text', text, realPath: hostPath(realPath) };
    } catch (error) {
      const code = codeOf(error);
      return MISSING.has(code) ? { kind: 'missing' } : { kind: 'unreadable', reason: reasonOf(code, error) };
    }
  },

  async realPath(path: string): Promise<string | null> {
    try {
      const native = nativePath(path);
      return native === null ? null : hostPath(await realpath(native));
    } catch {
      return null;
    }
  },

  async readDirectory(path: string): Promise<readonly string[] | null> {
    try {
      const native = nativePath(path === '' ? '/' : path);
      return native === null ? null : await namesIn(native);
    } catch {
      return null;
    }
  },
};

const NOT_REGULAR = 'it is not a regular file';

/** What is added to the room for a file whose size is known, to see its end with the last piece. */
const SPARE = 1;
const SMALLEST_PIECE = 4096;

/**
 * The bytes of a file, read in pieces: its size may be untrue, and the file another by now.
 *
 * @param size the one that the system tells
 */
async function bytesOf(path: string, size: number): Promise<Uint8Array | 'larger' | 'not regular'> {
  // Nothing that is opened so makes the program wait.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile()) return 'not regular';
    let bytes = new Uint8Array(Math.max(size + SPARE, SMALLEST_PIECE));
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      if (bytesRead === 0) return bytes.subarray(0, length);
      length += bytesRead;
      if (length > SIZE_LIMIT) return 'larger';
      if (length === bytes.length) {
        const longer = new Uint8Array(Math.min(bytes.length * 2, SIZE_LIMIT + SPARE));
        longer.set(bytes);
        bytes = longer;
      }
    }
  } finally {
    await file.close();
  }
}

/** The names in a directory, as far as there is need of them. */
async function namesIn(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(path, { bufferSize: 256 })) {
    names.push(name);
    if (names.length >= NAME_LIMIT) break;
  }
  return names;
}

/**
 * The text of a file. Bytes that are not UTF-8 are read as Latin-1, so that `Buffer.from(text, encoding)` gives the
 * same bytes again. A byte order mark stays in the text.
 */
export function decodeText(bytes: Uint8Array): { text: string; encoding: 'utf8' | 'latin1' } {
  try {
    return { text: utf8.decode(bytes), encoding: 'utf8' };
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' };
  }
}

/** The path as a `Host` writes it, from one of this operating system. */
export function hostPath(native: string): string {
  if (process.platform !== 'win32') return native;
  const url = pathToFileURL(native);
  const path = decodeURIComponent(url.pathname).replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase());
  return url.host === '' ? path : `file://${url.host}${path}`;
}

/** The path as this operating system writes it; null for a path that is not on a local disk. */
export function nativePath(path: string): string | null {
  if (path.startsWith('/')) return process.platform === 'win32' ? path.slice(1) : path;
  return process.platform === 'win32' && path.startsWith('file://') ? fileURLToPath(path) : null;
}

/** Errors that say no file has this name. */
const MISSING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE']);

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['ELOOP', 'its symbolic links lead in a circle'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open on this machine'],
  ['EIO', 'the disk reports an error'],
  ['EBUSY', 'another program holds it'],
]);

function reasonOf(code: string, error: unknown): string {
  return REASONS.get(code) ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Lets V8 go on in linear time with an expression of ours that backtracks too much: a second belt, as each is written
 * not to. Patterns of a configuration are none of V8's (model/regex.ts). To be called before the first one is compiled.
 *
 * V8 would do so after 50,000 steps back, which a harmless expression takes in a long text (`^[ \t]*x` at each line);
 * its other engine needs a hundred times as long there, and 1 GB for 5 MB of text. 20 million take half a second.
 */
export function limitBacktracking(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString('--regexp-backtracks-before-fallback=20000000');
}
