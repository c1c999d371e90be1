import { relative, resolve, sep } from 'node:path';
import type { SourceFile } from '../model/source-file';
import { hostPath, nativePath } from '../node-host';
import { isEmbedded } from '../project/embedded';
import type { EmbeddedFile, EmbeddedFiles } from './embedded';

/** How files are called in the output: as given on the command line, else relative to the working directory. */
export class Names {
  /** By real path. */
  private readonly given = new Map<string, string>();

  /**
   * @param cwd absolute path of the working directory, as the operating system writes it
   * @param embedded the files within others
   */
  constructor(
    private readonly cwd: string,
    private readonly embedded: EmbeddedFiles = new Map(),
  ) {}

  /** The path for a `Host` of a file given on the command line. */
  pathOf(name: string): string {
    return isEmbedded(name) ? name : hostPath(resolve(this.cwd, name));
  }

  /** From now on the file has the name it was given; the first one counts. */
  give(realPath: string, name: string): void {
    if (!isEmbedded(realPath) && !this.given.has(realPath)) this.given.set(realPath, withSlashes(name));
  }

  /** The name of a file, with `/`: of one within another the path that nginx knows, if any. */
  of(file: SourceFile): string {
    return this.given.get(file.realPath) ?? this.ofPath(file.path);
  }

  /** Where a file stands within another one; undefined for one of its own. */
  embeddedAs({ realPath }: SourceFile): EmbeddedFile | undefined {
    return this.embedded.get(realPath);
  }

  /** Whether any file stands within another one. */
  get hasEmbedded(): boolean {
    return this.embedded.size > 0;
  }

  /** The name of a path as a `Host` writes it, relative to the working directory. */
  ofPath(path: string): string {
    if (isEmbedded(path)) {
      const file = this.embedded.get(path);
      return file === undefined || file.region.path !== null
        ? path.replace(/^embedded:\/\/\d+/, '')
        : withSlashes(file.outer.name);
    }
    const native = nativePath(path);
    return native === null ? path : withSlashes(relative(this.cwd, native));
  }
}

function withSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
