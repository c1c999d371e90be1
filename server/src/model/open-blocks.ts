import { isDirective } from '../reference/directives';
import { entryBlock } from '../syntax/entry-blocks';
import { keepsBlocks } from '../syntax/parser';
import { TokenKind } from '../syntax/tokens';
import { directiveStart, nameOf, type SyntaxTree } from '../syntax/tree';
import { memoized } from './memo';
import type { Stretch } from './read-alike';
import type { Part } from './source-file';

/** The tokens of the braces that a stretch opens and does not close; null where it closes others. */
export function openBraces({ tree, start, end }: Stretch): ReadonlySet<number> | null {
  const { kinds, starts, count } = tree.tokens;
  const open: number[] = [];
  for (let token = 0; token < count && (starts[token] ?? end) < end; token += 1) {
    if ((starts[token] ?? 0) < start) continue;
    if (kinds[token] === TokenKind.OpenBrace) open.push(token);
    else if (kinds[token] === TokenKind.CloseBrace && open.pop() === undefined) return null;
  }
  return new Set(open);
}

/** Whether one of the braces opens a block of entries, such as a `map`: nginx stumbles over the next block, wherever it is. */
export function openEntries({ tree, directives }: Stretch, open: ReadonlySet<number>): boolean {
  const stack = [...directives];
  for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
    if (block.children === null) continue;
    if (open.has(block.open) && entryBlock(nameOf(tree, block)) !== undefined) return true;
    for (const child of block.children) stack.push(child);
  }
  return false;
}

/**
 * Whether all blocks in some parts are read to their `}` although a block below lacks one: which one that is, their
 * indentation tells.
 *
 * @param outer the part whose block they are in; null at the top of the file
 */
export function keepBlocks(parts: readonly Part[], outer: Part | null): boolean {
  const column = outer === null ? -1 : leastColumn(outer.file.tree);
  return parts.every((part) => {
    const { tree } = part.file;
    return (
      leastColumn(tree) > column &&
      isKept(tree) &&
      (part.inner === null || keepBlocks(part.inner.parts, part))
    );
  });
}

const isKept = memoized((tree: SyntaxTree): boolean => keepsBlocks(tree, { isDirective }));

/** The column of that directive at the top of a text that stands furthest to the left. */
const leastColumn = memoized((tree: SyntaxTree): number => {
  let least = Infinity;
  for (const directive of tree.directives) {
    const start = directiveStart(tree, directive);
    const lineStart = tree.text.lastIndexOf('\n', start - 1) + 1;
    if (tree.text.slice(lineStart, start).trim() === '') least = Math.min(least, start - lineStart);
  }
  return least;
});
