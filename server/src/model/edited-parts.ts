import { beginsWithMark } from '../syntax/byte-order-mark';
import { INDENTATION_FROM, indentUnitOf } from '../syntax/indentation';
import { mayMakeTemplate } from '../syntax/templates/languages';
import { directiveEnd, directiveStart, type SyntaxTree } from '../syntax/tree';
import { areWithoutErrors, KnownParts, nextLine, type Parse, PartReader } from './parts';
import type { Part, SourceFile } from './source-file';

/**
 * The file as `inParts` gives it, made from the file as it was: the parts that an edit changed are parsed, and those
 * beside them, which may become one with them. Null where that does not tell how the whole text is divided.
 *
 * @param whole the file with its new text
 */
export function withEditedParts(whole: SourceFile, before: SourceFile, parse: Parse): SourceFile | null {
  const all = before.parts;
  if (all === undefined || before.path !== whole.path) return null;
  const index = all.findIndex((part) => isEditedWithin(whole, before, part));
  const outer = all[index];
  const edit: Edited = { whole, before, delta: whole.text.length - before.text.length, parse };
  const parts = outer === undefined ? editedParts(edit, all, true) : withEditedBlock(edit, all, outer, index);
  return parts === null || parts.length < 2 ? null : { ...whole, parts };
}

/** A file before and after an edit. */
interface Edited {
  readonly whole: SourceFile;
  readonly before: SourceFile;
  /** By how much it is longer. */
  readonly delta: number;
  readonly parse: Parse;
}

/** Whether all that has changed is between the braces of a block whose content is in parts. */
function isEditedWithin(whole: SourceFile, before: SourceFile, { start, inner }: Part): boolean {
  if (inner === null) return false;
  const from = start + inner.at;
  const to = from + inner.length;
  return (
    whole.text.length - from >= before.text.length - to &&
    whole.text.startsWith(before.text.slice(0, from)) &&
    whole.text.endsWith(before.text.slice(to))
  );
}

function withEditedBlock(
  edit: Edited,
  all: readonly Part[],
  { file, start, inner }: Part,
  index: number,
): readonly Part[] | null {
  const parts = inner === null ? null : editedParts(edit, inner.parts, false);
  if (inner === null || parts === null) return null;
  const own: Part = { file, start, inner: { ...inner, length: inner.length + edit.delta, parts } };
  return [...all.slice(0, index), own, ...moved(all.slice(index + 1), edit.delta)];
}

/** What becomes of some parts in a row, all of a block or of a file; all around them is the same. */
function editedParts(
  { whole, before, delta, parse }: Edited,
  parts: readonly Part[],
  isTop: boolean,
): readonly Part[] | null {
  const { text } = whole;
  const end = endOf(parts, parts.length);
  const startOf = (index: number): number => parts[index]?.start ?? end;
  let first = 0;
  while (first < parts.length && isAt(text, parts[first], 0)) first += 1;
  let last = parts.length;
  while (last > first && startOf(last - 1) + delta >= startOf(first) && isAt(text, parts[last - 1], delta))
    last -= 1;
  const from = Math.max(first - 1, 0);
  const to = Math.min(last + 1, parts.length);
  const start = startOf(from);
  const lines = text.slice(start, startOf(to) + delta);
  const isBeginningOfText = start === 0;
  if ((!isBeginningOfText && beginsWithMark(lines)) || mayMakeTemplate(whole.realPath, lines)) return null;
  const tree = parse(lines);
  const [head, tail] = [from < first ? parts[from] : undefined, last < to ? parts[last] : undefined];
  if (tree.errors.length > 0 || !isDividedAlike(tree, head, tail, isTop)) return null;
  const [part] = parts;
  const indentUnit = part?.file.indentUnit;
  if (indentUnit === undefined || (start < INDENTATION_FROM && indentUnitOf(text) !== indentUnit))
    return null;
  const known = new KnownParts(before.parts ?? [], parts.slice(from, to));
  const reader = new PartReader({ ...whole, text: lines, tree }, parse, known, indentUnit);
  const read = reader.partsOf(tree.directives, 0, lines.length, isTop);
  if (!areWithoutErrors(read)) return null;
  return [...parts.slice(0, from), ...moved(read, start), ...moved(parts.slice(to), delta)];
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
 * Whether lines that were read alone are divided from those around them as before: they begin with the directive that
 * the part at their beginning begins with, and end with that which the part at their end ends with.
 *
 * @param head undefined where they begin what is between the braces of a block, or the file
 * @param tail undefined where they end it
 * @param isTop whether they are at the top of the file
 */
function isDividedAlike(
  tree: SyntaxTree,
  head: Part | undefined,
  tail: Part | undefined,
  isTop: boolean,
): boolean {
  const [first] = tree.directives;
  const last = tree.directives.at(-1);
  if (first === undefined || last === undefined) return false;
  const own = head?.file.tree;
  const [headFirst] = own?.directives ?? [];
  const isAlikeAtStart =
    own === undefined ||
    (headFirst !== undefined &&
      directiveStart(tree, first) === directiveStart(own, headFirst) &&
      (first.children === null) === (headFirst.children === null));
  if (tail === undefined)
    return isAlikeAtStart && (isTop || nextLine(tree.text, directiveEnd(tree, last)) !== null);
  const { tree: other } = tail.file;
  const tailLast = other.directives.at(-1);
  return (
    isAlikeAtStart &&
    tailLast !== undefined &&
    tree.text.length - directiveEnd(tree, last) === other.text.length - directiveEnd(other, tailLast) &&
    (last.children === null) === (tailLast.children === null)
  );
}

/** The offset after so many parts in a row. */
function endOf(parts: readonly Part[], count: number): number {
  const last = parts[count - 1];
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
