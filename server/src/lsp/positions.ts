import type { Position, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SourceFile } from '../model/source-file';
import type { SyntaxTree } from '../syntax/tree';

interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/**
 * Offsets to positions and back. The lines are those of LSP, where a lone carriage return ends one too; the table of
 * lines is made once for each text.
 */
export class Positions {
  private readonly documents = new WeakMap<SyntaxTree, TextDocument>();

  offsetAt(file: SourceFile, position: Position): number {
    return this.documentOf(file).offsetAt(position);
  }

  rangeOf({ file, start, end }: Span): Range {
    const document = this.documentOf(file);
    return { start: document.positionAt(start), end: document.positionAt(end) };
  }

  private documentOf({ realPath, text, tree }: SourceFile): TextDocument {
    const document = this.documents.get(tree) ?? TextDocument.create(realPath, 'nginx', 0, text);
    this.documents.set(tree, document);
    return document;
  }
}
