import { mayBringDirectives } from './templates/placement';
import { TokenKind, type Tokens, tokenEnd, tokenStart, tokenText } from './tokens';
import type { Directive, SyntaxTree } from './tree';

/** A comment of a file; `text` begins with `#`, or with the `//` of other languages, without the white space at its end. */
export interface Comment {
  readonly text: string;
  /** Offsets of the text in the file. */
  readonly start: number;
  readonly end: number;
}

/**
 * The comments that belong to a directive: those on the lines right above it, those between its words, and for a
 * block those directly in it, not in the blocks within. One after its `;` or `}` belongs to the block around it.
 */
export function commentsOf(tree: SyntaxTree, directive: Directive): Comment[] {
  return [...commentsAbove(tree, directive), ...commentsWithin(tree, directive)];
}

/** The comments on the lines right above a directive, in order: each fills its line, and no empty line stands between. */
export function commentsAbove(tree: SyntaxTree, directive: Directive): Comment[] {
  const { tokens } = tree;
  const comments: Comment[] = [];
  let index = directive.first - 1;
  while (lineFeedsIn(tokens, index) === 1) {
    const isOwnLine =
      index >= 1 && tokens.kinds[index - 1] === TokenKind.Comment && beginsLine(tokens, index - 1);
    if (!isOwnLine) break;
    comments.push(commentAt(tokens, index - 1));
    index -= 2;
  }
  return comments.toReversed();
}

/** All comments of a file, in order. */
export function commentsIn(tree: SyntaxTree): Comment[] {
  const comments: Comment[] = [];
  for (let index = 0; index < tree.tokens.count; index += 1) {
    if (tree.tokens.kinds[index] === TokenKind.Comment) comments.push(commentAt(tree.tokens, index));
  }
  return comments;
}

/** The comments that begin with `//`, which nginx takes for directives. */
export function slashCommentsIn(tree: SyntaxTree): Comment[] {
  const { tokens } = tree;
  const comments: Comment[] = [];
  for (let index = 0; index < tokens.count; index += 1) {
    if (isSlashComment(tokens, index)) comments.push(commentAt(tokens, index));
  }
  return comments;
}

/** Whether token `index` is a comment that begins with `//`. */
export function isSlashComment({ kinds, starts, text }: Tokens, index: number): boolean {
  return kinds[index] === TokenKind.Comment && text.charAt(starts[index] ?? 0) === '/';
}

/**
 * The placeholders of a template that stand directly in a block for directives of its own: `{{ extra }}`. Those that
 * steer (`{% if %}`, `{% endfor %}`) stand for none.
 */
export function placeholdersIn(tree: SyntaxTree, directive: Directive): { start: number; end: number }[] {
  return tokensWithin(tree, directive, TokenKind.Placeholder)
    .filter((index) => mayBringDirectives(tree.tokens, index))
    .map((index) => ({ start: tokenStart(tree.tokens, index), end: tokenEnd(tree.tokens, index) }));
}

function commentsWithin(tree: SyntaxTree, directive: Directive): Comment[] {
  return tokensWithin(tree, directive, TokenKind.Comment).map((index) => commentAt(tree.tokens, index));
}

/** The tokens of a kind in a directive, but not in the blocks within. */
function tokensWithin(tree: SyntaxTree, directive: Directive, kind: TokenKind): number[] {
  const { tokens } = tree;
  const found: number[] = [];
  const children = directive.children ?? [];
  let child = 0;
  let index = directive.first + 1;
  while (index < directive.last) {
    const next = children[child];
    if (next !== undefined && index >= next.first) {
      index = next.open === -1 ? index : next.last + 1;
      child += 1;
      continue;
    }
    if (tokens.kinds[index] === kind) found.push(index);
    index += 1;
  }
  return found;
}

function commentAt(tokens: Tokens, index: number): Comment {
  const text = tokenText(tokens, index).trimEnd();
  const start = tokenStart(tokens, index);
  return { text, start, end: start + text.length };
}

function beginsLine(tokens: Tokens, index: number): boolean {
  if (index === 0 || lineFeedsIn(tokens, index - 1) > 0) return true;
  return index === 1 && tokens.kinds[0] === TokenKind.Whitespace;
}

function lineFeedsIn(tokens: Tokens, index: number): number {
  if (index < 0 || tokens.kinds[index] !== TokenKind.Whitespace) return 0;
  return tokenText(tokens, index).split('\n').length - 1;
}
