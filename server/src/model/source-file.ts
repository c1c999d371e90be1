import type { SyntaxTree } from '../syntax/tree';

/** One file of a configuration. */
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
}
