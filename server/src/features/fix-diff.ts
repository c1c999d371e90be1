import type { Edit } from '../edits/edit';
import type { SourceFile } from '../model/source-file';

/** One line of a diff. */
interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Lines that change together, with one line above and below that stay. */
export interface Hunk {
  readonly file: SourceFile;
  /** Where the first of the lines begins, in the text as it is. */
  readonly start: number;
  readonly lines: readonly DiffLine[];
}

/** What edits change, in the order of the files and then of their texts. The edits must not overlap. */
export function fixDiff(edits: readonly Edit[]): readonly Hunk[] {
  return inHunks(edits).map(hunkOf);
}

/** The edits in groups that touch the same lines, or lines side by side. */
function inHunks(edits: readonly Edit[]): (readonly Edit[])[] {
  const files = [...new Set(edits.map(({ file }) => file))];
  const sorted = files.flatMap((file) =>
    edits.filter((edit) => edit.file === file).toSorted((a, b) => a.start - b.start),
  );
  const groups: Edit[][] = [];
  for (const edit of sorted) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const meets = before?.file === edit.file && lineStart(edit) <= lineEnd(before) + 1;
    if (meets && group !== undefined) group.push(edit);
    else groups.push([edit]);
  }
  return groups;
}

function hunkOf(edits: readonly Edit[]): Hunk {
  const [first] = edits;
  const last = edits.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('There is no edit.');
  const { file } = first;
  const [from, to] = [lineStart(first), lineEnd(last)];
  const before = linesOf(file.text.slice(from, to));
  const after = linesOf(changed(edits, from, to));
  const top = common(before, after, 0);
  const bottom = common(before.toReversed(), after.toReversed(), top);
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  const above = top > 0 ? before.slice(top - 1, top) : lineBefore(file.text, from);
  const below = bottom > 0 ? before.slice(before.length - bottom).slice(0, 1) : lineAfter(file.text, to);
  const skipped = before.slice(0, Math.max(0, top - 1)).reduce((sum, line) => sum + line.length + 1, 0);
  return {
    file,
    start: top > 0 ? from + skipped : from - above.reduce((sum, line) => sum + line.length + 1, 0),
    lines: [
      ...above.map(same),
      ...before.slice(top, before.length - bottom).map((text) => ({ kind: 'removed', text }) as const),
      ...after.slice(top, after.length - bottom).map((text) => ({ kind: 'added', text }) as const),
      ...below.map(same),
    ],
  };
}

/** The text between two offsets after the edits. */
function changed(edits: readonly Edit[], from: number, to: number): string {
  let at = from;
  let text = '';
  for (const { file, start, end, newText } of edits) {
    text += file.text.slice(at, start) + newText;
    at = end;
  }
  return text + (edits[0]?.file.text.slice(at, to) ?? '');
}

/** How many lines are the same at the beginning, but for `left` of each that are taken. */
function common(a: readonly string[], b: readonly string[], left: number): number {
  const most = Math.min(a.length, b.length) - left;
  let count = 0;
  while (count < most && a[count] === b[count]) count += 1;
  return count;
}

function lineStart({ file, start }: Edit): number {
  return file.text.lastIndexOf('\n', start - 1) + 1;
}

/** The end of the last line that an edit touches, without its line feed. */
function lineEnd({ file, end }: Edit): number {
  const at = file.text.indexOf('\n', end);
  return at === -1 ? file.text.length : at;
}

function lineBefore(text: string, start: number): string[] {
  return start === 0 ? [] : [text.slice(text.lastIndexOf('\n', start - 2) + 1, start - 1)];
}

/** None at the end of the text. */
function lineAfter(text: string, end: number): string[] {
  if (end + 1 >= text.length) return [];
  const next = text.indexOf('\n', end + 1);
  return [text.slice(end + 1, next === -1 ? text.length : next)];
}

function linesOf(text: string): string[] {
  return text.split('\n');
}
