import type { Place } from '../model/configuration';
import { LineIndex } from '../syntax/lines';

/** Lines and columns count from one, columns in UTF-16 units. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Turns places into lines and columns. */
export class Ranges {
  private readonly indexes = new Map<string, LineIndex>();

  of({ file, start, end }: Place): Range {
    let index = this.indexes.get(file.realPath);
    if (index === undefined) {
      index = new LineIndex(file.text);
      this.indexes.set(file.realPath, index);
    }
    const from = index.positionAt(start);
    const to = index.positionAt(end);
    return {
      line: from.line + 1,
      column: from.column + 1,
      endLine: to.line + 1,
      endColumn: to.column + 1,
    };
  }
}
