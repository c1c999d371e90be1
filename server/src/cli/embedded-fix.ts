import { outerEdits } from '../documents/outer-edits';
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
