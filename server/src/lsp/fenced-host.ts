import type { FileReading, Host } from '../model/host';

/** Why nothing outside is looked at, in words. */
export const OUTSIDE = 'it is outside the folders of this workspace, which is not trusted';

/**
 * The files of this machine as far as a workspace that is not trusted may have them read: those in its folders, and
 * in those of files that are opened alone. A link out of them leads outside.
 */
export class FencedHost implements Host {
  /** @param folders within which files are read; null: everywhere */
  constructor(
    private readonly host: Host,
    private readonly folders: () => readonly string[] | null,
  ) {}

  async readFile(path: string): Promise<FileReading> {
    const refused = await this.refusal(path);
    return refused === null ? this.host.readFile(path) : { kind: 'unreadable', reason: refused };
  }

  async readDirectory(path: string): Promise<readonly string[] | null> {
    return (await this.refusal(path)) === null ? this.host.readDirectory(path) : null;
  }

  async refusal(path: string): Promise<string | null> {
    const folders = this.folders();
    if (folders === null) return null;
    if (!folders.some((folder) => isWithin(path, folder))) return OUTSIDE;
    const real = await this.realPathOf(path);
    const realFolders = await Promise.all(folders.map((folder) => this.realPathOf(folder)));
    return realFolders.some((folder) => isWithin(real, folder)) ? null : OUTSIDE;
  }

  private async realPathOf(path: string): Promise<string> {
    return (await this.host.realPath?.(path)) ?? path;
  }
}

/** The root of a disk holds nothing but itself: a file opened there opens nothing else. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || (folder !== '' && path.startsWith(`${folder}/`));
}
