import { relative, resolve, sep } from 'node:path';
import type { SourceFile } from '../model/load';
import { hostPath, nativePath } from '../node-host';

/** How files are called in the output: as given on the command line, else relative to the working directory. */
export class Names {
  /** By real path. */
  private readonly given = new Map<string, string>();

  /** @param cwd absolute path of the working directory, as the operating system writes it */
  constructor(private readonly cwd: string) {}

  /** The path for a `Host` of a file given on the command line. */
  pathOf(name: string): string {
    return hostPath(resolve(this.cwd, name));
  }

  /** From now on the file has the name it was given; the first one counts. */
  give(realPath: string, name: string): void {
    if (!this.given.has(realPath)) this.given.set(realPath, withSlashes(name));
  }

  /** The name of a file, with `/`. */
  of(file: SourceFile): string {
    return this.given.get(file.realPath) ?? this.ofPath(file.path);
  }

  /** The name of a path as a `Host` writes it, relative to the working directory. */
  ofPath(path: string): string {
    const native = nativePath(path);
    return native === null ? path : withSlashes(relative(this.cwd, native));
  }
}

function withSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
