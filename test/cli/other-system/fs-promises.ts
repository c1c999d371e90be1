// oxlint-disable unicorn/prefer-node-protocol -- In the bundle `node:…` is these files.
// The part of `node:fs/promises` that the command line uses, as it is on a disk that knows no case, with Windows' or
// macOS' own ways. What it holds is in the folder that OTHER_SYSTEM_ROOT names, drive C of Windows in `c` of that.
import * as fs from 'fs/promises';
import { readdirSync } from 'fs';
import { join } from 'path';

const root = process.env['OTHER_SYSTEM_ROOT'] ?? '';
const isWindows = process.env['OTHER_SYSTEM'] === 'win32';

/** How often a file is held by another program that is about to be replaced: what a scanner for viruses does. */
let held = Number(process.env['OTHER_SYSTEM_HELD'] ?? 0);

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: not as here, open 'file'`), { code });
}

/** Where a path of the other system is, whatever the case of its letters. */
export function placeOf(path: string): string {
  const parts = path.split(isWindows ? /[\\/]/ : '/').filter((part) => part !== '');
  if (isWindows) {
    const drive = /^([A-Za-z]):$/.exec(parts[0] ?? '');
    if (drive === null || parts.slice(1).some((part) => /[<>:"|?*]/.test(part))) throw failure('ENOENT');
    parts[0] = drive[1] ?? '';
  }
  return parts.reduce((directory, part) => join(directory, nameIn(directory, part)), root);
}

function nameIn(directory: string, part: string): string {
  try {
    return readdirSync(directory).find((name) => name.toLowerCase() === part.toLowerCase()) ?? part;
  } catch {
    return part;
  }
}

function pathOf(place: string): string {
  const path = place.slice(root.length);
  return isWindows ? path.replace(/^\/c/, 'C:').replaceAll('/', '\\') : path;
}

export const readFile = async (path: string): Promise<Buffer> => fs.readFile(placeOf(path));
export const writeFile = async (path: string, data: string): Promise<void> =>
  fs.writeFile(placeOf(path), data);
export const readdir = async (path: string): Promise<string[]> => fs.readdir(placeOf(path));
export const opendir = async (path: string, options: object): ReturnType<typeof fs.opendir> =>
  fs.opendir(placeOf(path), options);
export const realpath = async (path: string): Promise<string> => pathOf(await fs.realpath(placeOf(path)));
export const rm = async (path: string, options: object): Promise<void> => fs.rm(placeOf(path), options);
export const access = async (path: string, mode: number): Promise<void> => fs.access(placeOf(path), mode);
export { constants } from 'fs';

export async function rename(from: string, to: string): Promise<void> {
  held -= 1;
  if (held >= 0) throw failure('EPERM');
  await fs.rename(placeOf(from), placeOf(to));
}

export async function stat(path: string): ReturnType<typeof fs.stat> {
  const found = await fs.stat(placeOf(path));
  if (isWindows) Object.assign(found, { uid: 0, gid: 0, mode: found.mode | 0o666 });
  return found;
}

export async function open(path: string, flags: string | number, mode?: number): ReturnType<typeof fs.open> {
  const handle = await fs.open(placeOf(path), flags, mode);
  const isDirectory = (await handle.stat()).isDirectory();
  // A folder has no fsync: EPERM on Windows, EINVAL on some disks of macOS. Owners are another thing on Windows.
  if (isDirectory) handle.sync = () => Promise.reject(failure(isWindows ? 'EPERM' : 'EINVAL'));
  if (isWindows) {
    handle.chown = () => Promise.resolve();
    handle.chmod = () => Promise.resolve();
  }
  return handle;
}
