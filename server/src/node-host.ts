import { setFlagsFromString } from 'node:v8';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FileReading, Host } from './model/host';

/** Larger files than this are no configuration. */
export const SIZE_LIMIT = 64 * 1024 * 1024;

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
      if (!found.isFile()) return { kind: 'unreadable', reason: 'it is not a regular file' };
      const realPath = await realpath(native);
      if (found.size > SIZE_LIMIT) return { kind: 'unreadable', reason: 'it is larger than 64 MB' };
      const { text } = decodeText(await readFile(realPath));
      return { kind: 'text', text, realPath: hostPath(realPath) };
    } catch (error) {
      const code = codeOf(error);
      return MISSING.has(code) ? { kind: 'missing' } : { kind: 'unreadable', reason: reasonOf(code, error) };
    }
  },

  async readDirectory(path: string): Promise<readonly string[] | null> {
    try {
      const native = nativePath(path === '' ? '/' : path);
      return native === null ? null : await readdir(native);
    } catch {
      return null;
    }
  },
};

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
 */
export function limitBacktracking(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
}
