import { diffLines } from 'diff';
import { outerOffset, type Region } from '../documents/region';
import type { SourceFile } from '../model/source-file';
import type { EmbeddedFile } from './embedded';
import type { Names } from './names';
import type { Change } from './plan';

/** A file on the disk in place of one within it; the file itself when it stands in no other. */
export function outermost(file: SourceFile, names: Names): SourceFile {
  const embedded = names.embeddedAs(file);
  if (embedded === undefined) return file;
  const { path, realPath, text } = embedded.outer;
  return { ...file, path, realPath, text };
}

/** The changes with those of files within another one put together: they are changes of the outer file. */
export function outermostChanges(changes: readonly Change[], names: Names): Change[] {
  const byFile = new Map<string, Change>();
  const within = new Map<string, { readonly embedded: EmbeddedFile; readonly text: string }[]>();
  for (const { file, text, mended } of changes) {
    const embedded = names.embeddedAs(file);
    const outer = outermost(file, names);
    if (embedded === undefined) {
      byFile.set(file.realPath, { file, text, mended });
      continue;
    }
    const known = within.get(outer.realPath) ?? [];
    within.set(outer.realPath, [...known, { embedded, text }]);
    const before = byFile.get(outer.realPath)?.mended ?? new Map<string, number>();
    byFile.set(outer.realPath, { file: outer, text: outer.text, mended: sum(before, mended) });
  }
  return [...byFile.values()].map(({ file, text: before, mended }) => ({
    file,
    mended,
    text: (within.get(file.realPath) ?? [])
      .flatMap(({ embedded, text }) => outerEdits(embedded.outer.text, embedded.region, text))
      .toSorted((a, b) => b.start - a.start)
      .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), before),
  }));
}

function sum(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const total = new Map(a);
  for (const [rule, count] of b) total.set(rule, (total.get(rule) ?? 0) + count);
  return total;
}

/** A replacement in the outer text. */
interface OuterEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What changes in the outer text when a region gets another text: the lines that differ, written as the outer text writes them. */
function outerEdits(outer: string, region: Region, text: string): OuterEdit[] {
  const edits: OuterEdit[] = [];
  let at = 0;
  for (const { added, removed, value } of diffLines(region.text, text)) {
    const end = added ? at : at + value.length;
    if (added || removed) {
      const written = added ? asOuterLines(value, region) : '';
      edits.push({ start: lineStart(outer, region, at), end: lineStart(outer, region, end), text: written });
    }
    at = end;
  }
  return edits;
}

/** Where the line at an offset of the nginx text begins in the outer text, with what stands before it there. */
function lineStart(outer: string, region: Region, inner: number): number {
  const offset = outerOffset(region, inner);
  const isAfterText = inner >= region.text.length;
  return isAfterText ? offset : outer.lastIndexOf('\n', offset - 1) + 1;
}

/** Lines as the outer text has them. */
function asOuterLines(lines: string, { indent, doublesDollars }: Region): string {
  const text = doublesDollars ? lines.replaceAll('$', '$$$$') : lines;
  return text.replaceAll(/^(?=[^\r\n])/gm, indent);
}
