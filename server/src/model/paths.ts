/** The part of a path before its first `/`: empty on a local disk, `scheme://authority` elsewhere. */
export function rootOf(path: string): string {
  return /^[a-z][\w+.-]+:\/\/[^/]*/i.exec(path)?.[0] ?? '';
}

/** The directory of a path, without a trailing `/` (empty for the root of the disk). */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** The last part of a path. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a name is an absolute path, of Windows too. */
export function isAbsolute(name: string): boolean {
  return /^(?:\/|[a-z]:[\\/])/i.test(name);
}

/**
 * The path that a name in the configuration means: an absolute one on the same root as `base`, a relative one
 * below the directory `base`. `.`, `..` and double slashes are resolved, and the letter of a drive is a small one.
 */
export function resolvePath(base: string, name: string): string {
  const root = rootOf(base);
  const absolute = name.replace(/^[a-z]:(?=[\\/])/i, (drive) => `/${drive.toLowerCase()}`);
  const path = absolute.startsWith('/') ? absolute : `${base.slice(root.length)}/${name}`;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `${root}/${parts.join('/')}`;
}
