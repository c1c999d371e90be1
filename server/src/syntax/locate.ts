import { isWord, tokenAt, tokenEnd, TokenKind, tokenStart } from './tokens';
import { type Directive, directiveEnd, directiveStart, type SyntaxTree, type Word, wordAt } from './tree';

/** The innermost directive that holds the character at `offset`, or ends there; null between directives of the top. */
export function directiveAt(tree: SyntaxTree, offset: number): Directive | null {
  let found: Directive | null = null;
  let list: readonly Directive[] | null = tree.directives;
  while (list !== null) {
    const inner = lastStartingBy(tree, list, offset);
    if (inner === null || directiveEnd(tree, inner) < offset) return found;
    found = inner;
    list = inner.children;
  }
  return found;
}

/**
 * The block whose braces hold the place at `offset`; null at the top of the file. A block without its `}` goes on to
 * the directive after it.
 */
export function blockAt(tree: SyntaxTree, offset: number): Directive | null {
  let found: Directive | null = null;
  let list: readonly Directive[] | null = tree.directives;
  while (list !== null) {
    const inner = lastStartingBy(tree, list, offset);
    if (inner === null || inner.children === null || !isInBraces(tree, inner, offset)) return found;
    found = inner;
    list = inner.children;
  }
  return found;
}

function isInBraces({ tokens }: SyntaxTree, { open, last, terminated }: Directive, offset: number): boolean {
  if (open === -1 || offset < tokenEnd(tokens, open)) return false;
  return !terminated || offset <= tokenStart(tokens, last);
}

/** The word that holds the character at `offset`, or ends there; null in blanks, comments and Lua. */
export function wordAtOffset({ tokens }: SyntaxTree, offset: number): Word | null {
  if (tokens.count === 0) return null;
  const at = tokenAt(tokens, offset);
  const index = isWord(tokens.kinds[at]) || tokenStart(tokens, at) !== offset ? at : at - 1;
  return isWord(tokens.kinds[index]) ? wordAt(tokens, index) : null;
}

/** Whether what is typed at `offset` would belong to a comment or to Lua, where nothing is nginx's. */
export function isForeign({ tokens }: SyntaxTree, offset: number): boolean {
  const at = tokenAt(tokens, offset);
  return [at - 1, at].some((index) => {
    const isInside = tokenStart(tokens, index) < offset && offset <= tokenEnd(tokens, index);
    if (tokens.kinds[index] === TokenKind.Comment) return isInside;
    return tokens.kinds[index] === TokenKind.Lua && (isInside || tokenStart(tokens, index) === offset);
  });
}

/** The last directive of a list that starts at `offset` or before, by bisection; null when there is none. */
function lastStartingBy(tree: SyntaxTree, list: readonly Directive[], offset: number): Directive | null {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const directive = list[middle];
    if (directive !== undefined && directiveStart(tree, directive) <= offset) low = middle + 1;
    else high = middle;
  }
  return list[low - 1] ?? null;
}
