import type { Place } from '../model/configuration';
import { outerSpan } from '../documents/region';
import { LineIndex } from '../syntax/lines';
import type { FileNames } from './file-names';

/** Lines and columns count from one, columns in UTF-16 units. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where something is in the text that was read, when that holds the text of nginx within it. */
export interface At extends Range {
  readonly file: string;
}

/** Turns places into lines and columns. */
export class Ranges {
  private readonly indexes = new Map<string, LineIndex>();

  constructor(private readonly names: FileNames) {}

  /** As nginx counts them; where nginx knows no file, as the outer text does. */
  of({ file, start, end }: Place): Range {
    const embedded = this.names.embeddedAs(file);
    if (embedded !== undefined && embedded.region.path === null) {
      const { region, outer } = embedded;
      return this.within(outer.text, outerSpan(region, start, end));
    }
    return this.within(file.text, [start, end]);
  }

  /** The place in the outer text; null in a file of its own. */
  at({ file, start, end }: Place): At | null {
    const embedded = this.names.embeddedAs(file);
    if (embedded === undefined) return null;
    const { region, outer } = embedded;
    const range = this.within(outer.text, outerSpan(region, start, end));
    return { file: outer.name, ...range };
  }

  private within(text: string, [start, end]: readonly [start: number, end: number]): Range {
    let index = this.indexes.get(text);
    if (index === undefined) {
      index = new LineIndex(text);
      this.indexes.set(text, index);
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
