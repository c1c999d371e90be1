import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import {
  access,
  constants,
  type FileHandle,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { SourceFile } from '../model/source-file';
import { decodeText, nativePath } from '../node-host';
import { reasonOf } from './errors';
import { copyAttributes } from './file-attributes';

/** How the characters of a file are written. */
export type Encoding = 'utf8' | 'latin1';

/**
 * Why a file cannot be given another text, in words that follow its name; null when it can. Nothing is written.
 *
 * @param file as it was analysed
 */
export async function obstacleTo(file: SourceFile, text: string): Promise<string | null> {
  if (file.tree.errors.length > 0) return 'it has syntax errors: mend those first.';
  try {
    const path = pathOnDisk(file);
    const { mode, nlink } = await stat(path);
    // Replacing one of its names would part them: the others would keep the old text.
    if (nlink > 1) return `it has ${nlink} names (hard links), which would be parted: edit it by hand.`;
    // Root could write such a file, but it is read-only on purpose.
    if ((mode & 0o222) === 0) return 'it is read-only.';
    await access(path, constants.W_OK);
    await access(dirname(path), constants.W_OK);
    const { encoding } = await currentOf(file);
    return canEncode(text, encoding)
      ? null
      : 'it is not UTF-8, and the fix needs a character that only UTF-8 has.';
  } catch (error) {
    return `${reasonOf(error)}.`;
  }
}

/**
 * How the characters of a file are written on the disk now.
 *
 * @throws Error when the file is no longer what was analysed
 */
export async function currentOf(file: SourceFile): Promise<{ readonly encoding: Encoding }> {
  const { text, encoding } = decodeText(await readFile(pathOnDisk(file)));
  if (text !== file.text) throw new Error('it has changed since it was read; run the command again');
  return { encoding };
}

/** Whether the text, once written, is read as the same text. */
function canEncode(text: string, encoding: Encoding): boolean {
  return decodeText(Buffer.from(text, encoding)).text === text;
}

/** The temporary files of this run that are there now. */
const temporaries = new Set<string>();

/** Removes them at once, when the run is stopped. */
export function removeTemporaries(): void {
  for (const path of temporaries) rmSync(path, { force: true });
  temporaries.clear();
}

/** Names the machine and the process, so that the next run knows whether it still goes on. */
function temporaryName(): string {
  return `.nginx-websocket-${machine()}-${process.pid}-${randomBytes(8).toString('hex')}.tmp`;
}

function machine(): string {
  return hostname().replaceAll(/[^\w.]/g, '_');
}

/** A run of another machine, or container, has ended after this long. */
const OLD_MS = 60 * 60 * 1000;

/** Removes what a run that was killed has left beside some files. What cannot be removed stays. */
export async function removeLeftovers(files: Iterable<SourceFile>): Promise<void> {
  const directories = new Set<string>();
  for (const { realPath } of files) {
    const path = nativePath(realPath);
    if (path !== null) directories.add(dirname(path));
  }
  for (const directory of directories) {
    const names = await readdir(directory).catch(() => []);
    for (const name of names) {
      const owner = /^\.nginx-websocket-(?:([\w.]+)-(\d+)-)?[\da-f]{16}\.tmp$/.exec(name);
      if (owner === null) continue;
      const path = join(directory, name);
      try {
        const isOurs = owner[1] === machine();
        const isOver = isOurs
          ? !isRunning(Number(owner[2]))
          : Date.now() - (await stat(path)).mtimeMs > OLD_MS;
        if (isOver) await rm(path, { force: true });
      } catch {
        // It does no harm: no include matches its name.
      }
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The new content of a file, complete on the disk beside the file that it will replace. */
export interface Staged {
  /** Puts it in the place of the file, at one stroke. */
  readonly commit: () => Promise<void>;
  /** Removes it. */
  readonly discard: () => Promise<void>;
}

/**
 * Writes a new text beside a file, with the owner, the mode and the attributes of that file. The file itself stays as it is.
 * `write-file-atomic` is not used: it takes a short write on a full disk for success and then replaces the file with
 * half of its text; it goes on when the owner cannot be kept; and its temporary name matches `include sites-enabled/*`.
 *
 * @throws Error when it cannot be written whole, or when the file is no longer what was analysed
 */
export async function stage(file: SourceFile, text: string): Promise<Staged> {
  const path = pathOnDisk(file);
  const { encoding } = await currentOf(file);
  const { mode, uid, gid } = await stat(path);
  // A wildcard in an include does not match a leading dot.
  const temporary = join(dirname(path), temporaryName());
  temporaries.add(temporary);
  const discard = async (): Promise<void> => {
    await rm(temporary, { force: true });
    temporaries.delete(temporary);
  };
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(Buffer.from(text, encoding));
    const own = await handle.stat();
    if (own.uid !== uid || own.gid !== gid) await giveTo(handle, uid, gid);
    // After the owner: a change of that takes some bits of the mode away.
    await handle.chmod(mode & 0o7777);
    await copyAttributes(path, temporary);
    await handle.sync();
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => {});
    await discard();
    throw error;
  }
  return {
    commit: async () => {
      await currentOf(file);
      await replace(path, temporary);
      temporaries.delete(temporary);
      await syncDirectory(dirname(path));
    },
    discard,
  };
}

/** A file that would change its owner is better left alone: the next program may not be allowed to read it. */
async function giveTo(handle: FileHandle, uid: number, gid: number): Promise<void> {
  try {
    await handle.chown(uid, gid);
  } catch (error) {
    throw new Error(`its owner and group cannot be kept: ${reasonOf(error)}`, { cause: error });
  }
}

/** Pauses in milliseconds: a second and a half altogether. */
const PAUSES = [20, 50, 100, 300, 1000];

/**
 * Puts one file in the place of another. Windows refuses that while any program holds the other one, as scanners for
 * viruses and indexes do for a moment.
 */
async function replace(path: string, by: string): Promise<void> {
  for (const pause of process.platform === 'win32' ? PAUSES : []) {
    try {
      return await rename(by, path);
    } catch (error) {
      const isHeld = error instanceof Error && 'code' in error && HELD.has(error.code);
      if (!isHeld) throw error;
      await setTimeout(pause);
    }
  }
  await rename(by, path);
}

const HELD: ReadonlySet<unknown> = new Set(['EACCES', 'EBUSY', 'EPERM']);

/** So that the new name outlives a loss of power. Not every system can. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is whole either way.
  }
}

function pathOnDisk({ realPath }: SourceFile): string {
  const path = nativePath(realPath);
  if (path === null) throw new Error('it is not on a local disk');
  return path;
}
