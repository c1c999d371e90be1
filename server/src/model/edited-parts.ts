import { beginsWithMark } from '../syntax/byte-order-mark';
import { ERROR_LIMIT, type SyntaxError } from '../syntax/errors';
import { INDENTATION_FROM, indentUnitOf } from '../syntax/indentation';
import { mayMakeTemplate } from '../syntax/templates/languages';
import { directiveEnd, directiveStart } from '../syntax/tree';
import { keepBlocks, openBraces, openEntries } from './open-blocks';
import { holeIn, KnownParts, type Parse, PartReader } from './parts';
import { areReadAlike, isLocal, mayBeInParts, type Stretch } from './read-alike';
import type { InnerParts, Part, SourceFile } from './source-file';

/** What becomes of a file by an edit. */
export interface EditedParts {
  readonly parts: readonly Part[];
  /** Those of the whole text. */
  readonly errors: readonly SyntaxError[];
}

/**
 * The parts of a file as `inParts` gives them, made from the file as it was: those that an edit changed are parsed, and
 * those beside them, which may become one with them. Null where that does not tell how the whole text is divided.
 *
 * @param whole the file with its new text, which is not parsed
 */
export function partsAfterEdit(
  whole: Omit<SourceFile, 'tree'>,
  before: SourceFile,
  parse: Parse,
): EditedParts | null {
  const all = before.parts;
  if (all === undefined || before.path !== whole.path) return null;
  const outer = all.filter(isOuter).find((part) => isEditedWithin(whole, before, part)) ?? null;
  const edited = new Edit(whole, before, parse, outer).parts();
  return edited === null || edited.parts.length < 2 ? null : edited;
}

/** A part whose block holds others. */
interface Outer extends Part {
  readonly inner: InnerParts;
}

function isOuter(part: Part): part is Outer {
  return part.inner !== null;
}

/** Whether all that has changed is between the braces of a block whose content is in parts. */
function isEditedWithin(
  { text }: Pick<SourceFile, 'text'>,
  before: SourceFile,
  { start, inner }: Outer,
): boolean {
  const from = start + inner.at;
  const to = from + inner.length;
  return (
    text.length - from >= before.text.length - to &&
    text.startsWith(before.text.slice(0, from)) &&
    text.endsWith(before.text.slice(to))
  );
}

/** The lines that are read again. */
interface Reread {
  /** The parts from `from` up to, not including, `to` are in them. */
  readonly from: number;
  readonly to: number;
  /** Those at the beginning and end that did not change; undefined where none is. */
  readonly head: Part | undefined;
  readonly tail: Part | undefined;
  /** Where the lines are in the text as it was. */
  readonly start: number;
  readonly end: number;
  /** As they are now. */
  readonly lines: string;
}

/** A file before and after an edit. */
class Edit {
  private readonly all: readonly Part[];
  /** The parts in a row among which all has changed. */
  private readonly row: readonly Part[];
  /** By how much the text is longer. */
  private readonly delta: number;

  /** @param outer the part whose block holds all that has changed; null where none does */
  constructor(
    private readonly whole: Omit<SourceFile, 'tree'>,
    private readonly before: SourceFile,
    private readonly parse: Parse,
    private readonly outer: Outer | null,
  ) {
    this.all = before.parts ?? [];
    this.row = outer?.inner.parts ?? this.all;
    this.delta = whole.text.length - before.text.length;
  }

  parts(): EditedParts | null {
    const { whole, row, outer, delta } = this;
    const reread = this.reread();
    const { from, to, head, tail, start, lines } = reread;
    if ((start > 0 && beginsWithMark(lines)) || mayMakeTemplate(whole.realPath, lines)) return null;
    const stretch = this.stretchOf(lines);
    if (stretch === null || !isDividedAlike(stretch, head, tail)) return null;
    const errors = this.errorsWith(stretch, reread);
    if (errors === null) return null;
    const indentUnit = row[0]?.file.indentUnit;
    if (indentUnit === undefined) return null;
    if (start < INDENTATION_FROM && indentUnitOf(whole.text) !== indentUnit) return null;
    const known = new KnownParts(this.all, row.slice(from, to));
    const { tree, directives } = stretch;
    const reader = new PartReader({ ...whole, text: tree.text, tree }, this.parse, known, indentUnit);
    const read = reader.partsOf(directives, stretch.start, stretch.end, outer === null);
    if (!areReadAlike(read, stretch)) return null;
    const parts = [
      ...row.slice(0, from),
      ...moved(read, start - stretch.start),
      ...moved(row.slice(to), delta),
    ];
    return { parts: this.inAll(parts), errors };
  }

  /** The parts that changed and those beside them. */
  private reread(): Reread {
    const { row, delta } = this;
    const { text } = this.whole;
    const end = endOf(row);
    const startOf = (index: number): number => row[index]?.start ?? end;
    let first = 0;
    while (first < row.length && isAt(text, row[first], 0)) first += 1;
    let last = row.length;
    while (last > first && startOf(last - 1) + delta >= startOf(first) && isAt(text, row[last - 1], delta))
      last -= 1;
    const from = Math.max(first - 1, 0);
    const to = Math.min(last + 1, row.length);
    return {
      from,
      to,
      head: from < first ? row[from] : undefined,
      tail: last < to ? row[last] : undefined,
      start: startOf(from),
      end: startOf(to),
      lines: text.slice(startOf(from), startOf(to) + delta),
    };
  }

  /** The lines as they are read, between the braces of their block; null where they do not stay between them. */
  private stretchOf(lines: string): Stretch | null {
    const { outer } = this;
    if (outer === null) {
      const tree = this.parse(lines);
      return { tree, directives: tree.directives, start: 0, end: lines.length };
    }
    const { text } = outer.file;
    const start = outer.inner.at;
    const end = start + lines.length;
    const tree = this.parse(text.slice(0, start) + lines + text.slice(start));
    const [block, ...others] = tree.directives;
    const hole = block === undefined || others.length > 0 ? null : holeIn(tree, block);
    if (hole?.start !== start || hole.end !== end) return null;
    return { tree, directives: block?.children ?? [], start, end };
  }

  /** The errors of the whole text; null where for those in the lines what is around them may be read otherwise. */
  private errorsWith(stretch: Stretch, { from, start, end }: Reread): readonly SyntaxError[] | null {
    const { before, whole, delta } = this;
    const { tree } = stretch;
    const found = tree.errors.filter((error) => error.start >= stretch.start && error.start < stretch.end);
    const above = before.tree.errors.filter((error) => error.end <= start);
    const below = before.tree.errors.filter((error) => error.start >= end);
    const ofBraces = this.outer?.file.tree.errors.length ?? 0;
    if (tree.errors.length !== found.length + ofBraces) return null;
    if (found.length + above.length + below.length === 0) return found;
    if (!found.every(mayBeInParts) || ![...above, ...below].every(isLocal)) return null;
    const open = openBraces(stretch);
    if (open === null) return null;
    if (open.size > 0 && (openEntries(stretch, open) || !this.areKeptAbove(from))) return null;
    const by = start - stretch.start;
    const errors = [
      ...above,
      ...found.map((error) => movedError(error, by, { from: tree.text.length, to: whole.text.length })),
      ...below.map((error) => movedError(error, delta, { from: before.text.length, to: whole.text.length })),
    ];
    return errors.length < ERROR_LIMIT ? errors : null;
  }

  /** Whether what is above the lines is read the same although a block in them lacks its `}`. */
  private areKeptAbove(from: number): boolean {
    const { all, outer, row } = this;
    if (outer === null) return keepBlocks(all.slice(0, from), null);
    return keepBlocks(all.slice(0, all.indexOf(outer)), null) && keepBlocks(row.slice(0, from), outer);
  }

  private inAll(parts: readonly Part[]): readonly Part[] {
    const { all, outer, delta } = this;
    if (outer === null) return parts;
    const index = all.indexOf(outer);
    const { file, start, inner } = outer;
    const own: Part = { file, start, inner: { ...inner, length: inner.length + delta, parts } };
    return [...all.slice(0, index), own, ...moved(all.slice(index + 1), delta)];
  }
}

/**
 * An error further on in the text.
 *
 * @param ends those of the text that it was found in, and of the whole: where nginx stumbles over what never ends
 */
function movedError(
  error: SyntaxError,
  by: number,
  ends: { readonly from: number; readonly to: number },
): SyntaxError {
  const { start, end, nginxOffset } = error;
  const isAtEnd = nginxOffset === ends.from;
  return {
    ...error,
    start: start + by,
    end: end + by,
    nginxOffset: nginxOffset === -1 ? -1 : isAtEnd ? ends.to : nginxOffset + by,
  };
}

/** Whether a part stands in a text, so much further on than before. */
function isAt(text: string, part: Part | undefined, delta: number): boolean {
  if (part === undefined) return false;
  const { file, start, inner } = part;
  if (inner === null) return text.startsWith(file.text, start + delta);
  const after = start + inner.at + inner.length;
  return (
    text.startsWith(file.text.slice(0, inner.at), start + delta) &&
    inner.parts.every((each) => isAt(text, each, delta)) &&
    text.startsWith(file.text.slice(inner.at), after + delta)
  );
}

/**
 * Whether lines are divided from those around them as before: they begin with the directive that the part at their
 * beginning begins with, and end with that which the part at their end ends with.
 *
 * @param head undefined where they begin what is between the braces of a block, or the file
 * @param tail undefined where they end it
 */
function isDividedAlike(
  { tree, directives, start, end }: Stretch,
  head: Part | undefined,
  tail: Part | undefined,
): boolean {
  const [first] = directives;
  const last = directives.at(-1);
  if (first === undefined || last === undefined) return false;
  const firstBefore = head?.file.tree.directives[0];
  const lastBefore = tail?.file.tree.directives.at(-1);
  const isAlikeAtStart =
    head === undefined ||
    (firstBefore !== undefined &&
      directiveStart(tree, first) - start === directiveStart(head.file.tree, firstBefore) &&
      (first.children === null) === (firstBefore.children === null));
  const isAlikeAtEnd =
    tail === undefined ||
    (lastBefore !== undefined &&
      end - directiveEnd(tree, last) === tail.file.text.length - directiveEnd(tail.file.tree, lastBefore) &&
      (last.children === null) === (lastBefore.children === null) &&
      last.terminated === lastBefore.terminated);
  return isAlikeAtStart && isAlikeAtEnd;
}

/** The offset after some parts in a row. */
function endOf(parts: readonly Part[]): number {
  const last = parts.at(-1);
  return last === undefined ? 0 : last.start + last.file.text.length + (last.inner?.length ?? 0);
}

/** The same parts further on in the text. */
function moved(parts: readonly Part[], by: number): readonly Part[] {
  if (by === 0) return parts;
  return parts.map(({ file, start, inner }) => ({
    file,
    start: start + by,
    inner: inner === null ? null : { ...inner, parts: moved(inner.parts, by) },
  }));
}
