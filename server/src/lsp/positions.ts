import type { Position, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { innerOffset, nearestInnerOffset, outerRange, outerSpan } from '../documents/region';
import type { SourceFile } from '../model/source-file';
import type { SyntaxTree } from '../syntax/tree';
import type { Documents } from './documents';

interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/**
 * Offsets to positions and back; those of a file within another text are positions of that text. The lines are those of
 * LSP, where a lone carriage return ends one too; the table of lines is made once for each text.
 */
export class Positions {
  private readonly lines = new WeakMap<SyntaxTree, TextDocument>();

  constructor(private readonly documents: Pick<Documents, 'within'>) {}

  /** The offset of a position in a file; of one within another text, what is nearest. */
  offsetAt(file: SourceFile, position: Position): number {
    const within = this.documents.within(file.realPath);
    if (within === undefined) return this.linesOf(file).offsetAt(position);
    return nearestInnerOffset(within.region, within.document.offsetAt(position));
  }

  rangeOf({ file, start, end }: Span): Range {
    const within = this.documents.within(file.realPath);
    const document = within?.document ?? this.linesOf(file);
    const [from, to] = within === undefined ? [start, end] : outerSpan(within.region, start, end);
    return { start: document.positionAt(from), end: document.positionAt(to) };
  }

  /** The line that a span begins on, counted from one. */
  readonly lineOf = (span: Span): number => this.rangeOf(span).start.line + 1;

  /** Whether a position of a document is one of a file in it. */
  isIn(file: SourceFile, position: Position): boolean {
    const within = this.documents.within(file.realPath);
    return within === undefined || innerOffset(within.region, within.document.offsetAt(position)) !== null;
  }

  /** Whether a range of a document has anything of a file in it. */
  meets(file: SourceFile, range: Range): boolean {
    const within = this.documents.within(file.realPath);
    if (within === undefined) return true;
    const [start, end] = outerRange(within.region);
    return within.document.offsetAt(range.start) <= end && within.document.offsetAt(range.end) >= start;
  }

  private linesOf({ realPath, text, tree }: SourceFile): TextDocument {
    const document = this.lines.get(tree) ?? TextDocument.create(realPath, 'nginx', 0, text);
    this.lines.set(tree, document);
    return document;
  }
}
