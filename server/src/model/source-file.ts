import type { LostVariable } from '../documents/region';
import type { SyntaxTree } from '../syntax/tree';

/** One file of a configuration, or a part of one. */
export interface SourceFile {
  /** The path nginx opens: what people are shown. */
  readonly path: string;
  /** The path with symbolic links followed: the identity of the file. */
  readonly realPath: string;
  readonly text: string;
  readonly tree: SyntaxTree;
  /** Whether the text is our own stand-in for a file that is not here: nothing is edited or reported in it. */
  readonly builtIn: boolean;
  /** Whether the file has a byte order mark before the text: nginx reads it. Default: false. */
  readonly hadMark?: boolean;
  /** The variables that the text around it takes away. Default: none. */
  readonly lost?: readonly LostVariable[];
  /** The number of a part, which no other part of its file has; undefined for a whole file. */
  readonly part?: number;
  /** Of a part: what one step of indentation is in the whole file. */
  readonly indentUnit?: string;
  /** What a large file is read as; undefined for one that is read as a whole. */
  readonly parts?: readonly Part[];
}

/**
 * A stretch of whole lines of a large file, which is read like a file of its own: one block, or simple directives in a
 * row. A part whose text stays is the same object in the next version of its file, and so is all that was made of it.
 */
export interface Part {
  /** Its own text and tree: offsets are from the start of the part. */
  readonly file: SourceFile;
  /** Where it begins in the text of the whole file. */
  readonly start: number;
  /** What stands between the braces of its block, where that is in parts too: its own text leaves it out. */
  readonly inner: InnerParts | null;
}

export interface InnerParts {
  /** Where it is left out: an offset in the text of the outer part. */
  readonly at: number;
  /** How much is left out. */
  readonly length: number;
  /** At least one. */
  readonly parts: readonly Part[];
}

/** Tells texts apart: files, and parts of them. */
export function keyOfText({ realPath, part }: SourceFile): string {
  return part === undefined ? realPath : `${realPath}#${part}`;
}
