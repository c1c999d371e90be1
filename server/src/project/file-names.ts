import type { Region } from '../documents/region';
import type { SourceFile } from '../model/source-file';

/** How files are called in what other programs read. */
export interface FileNames {
  /** With `/`. */
  of(file: SourceFile): string;
  /** Where a file stands within another one; undefined for one of its own. */
  embeddedAs(file: SourceFile): FileWithin | undefined;
}

/** A file within another text. */
interface FileWithin {
  readonly region: Region;
  /** The other text, and how it is called. */
  readonly outer: { readonly name: string; readonly text: string };
}
