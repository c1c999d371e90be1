import type { LostVariable } from '../documents/region';

/**
 * How files come in: desktop, browser, command line and tests each give their own. Paths are absolute, with `/`;
 * a file that is not on a local disk has its scheme and authority in front (`vscode-vfs://github/owner/nginx.conf`).
 */
export interface Host {
  /** Reads a file, symbolic links followed. Never throws. */
  readFile(path: string): Promise<FileReading>;
  /** The names in a directory, or null where there is no directory that can be listed. Never throws. */
  readDirectory(path: string): Promise<readonly string[] | null>;
  /** Why nothing at a path is looked at, in words; null where it is. Default: everything is. */
  refusal?(path: string): Promise<string | null>;
  /** The path with all symbolic links followed; null where there is nothing. Default: there are no links. */
  realPath?(path: string): Promise<string | null>;
}

export type FileReading =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** The path with all symbolic links followed: the identity of the file. */
      readonly realPath: string;
      /** Whether the file has a byte order mark before the text, which editors do not show. Default: false. */
      readonly hadMark?: boolean;
      /** What the text around it takes away. Default: nothing. */
      readonly lost?: readonly LostVariable[];
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'unreadable'; readonly reason: string };
