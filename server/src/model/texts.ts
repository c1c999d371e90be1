import type { Directive, SyntaxTree } from '../syntax/tree';
import { memoized } from './memo';
import type { Part, SourceFile } from './source-file';

/** What a file is read as: its parts, each before those within it; the file itself where it has none. */
export const textsIn: (file: SourceFile) => readonly SourceFile[] = memoized((file) =>
  file.parts === undefined ? [file] : [...textsOfParts(file.parts)],
);

/** The texts of some parts and of all within them, each a file of its own. */
export function* textsOfParts(parts: readonly Part[]): Generator<SourceFile> {
  for (const { file, inner } of parts) {
    yield file;
    if (inner !== null) yield* textsOfParts(inner.parts);
  }
}

/** The directives at the top of a file, in order, each with the tree that it is in. */
export function* directivesAtTop({ tree, parts }: SourceFile): Generator<readonly [SyntaxTree, Directive]> {
  for (const own of parts === undefined ? [tree] : parts.map(({ file }) => file.tree)) {
    for (const directive of own.directives) yield [own, directive];
  }
}

/** An offset in the text of a part, in that of the whole. */
export function offsetInWhole({ start, inner }: Part, offset: number): number {
  return start + offset + (inner === null || offset < inner.at ? 0 : inner.length);
}
