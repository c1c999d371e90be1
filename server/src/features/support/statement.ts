import { partAt } from '../../model/place-in-file';
import type { SourceFile } from '../../model/source-file';
import { blockAt, isForeign, wordAtOffset } from '../../syntax/locate';
import { isWord, TokenKind, tokenAt, tokenEnd, tokenStart } from '../../syntax/tokens';
import { type Directive, directiveStart, type SyntaxTree, type Word, wordAt } from '../../syntax/tree';

/** A block of a file. */
export interface Block {
  /** The file, or the part of a large one: the block is in its tree. */
  readonly file: SourceFile;
  readonly node: Directive;
}

/** The directive that is being written at a place, however little of it is there. */
export interface Statement {
  /** The block around it; null at the top of the file. */
  readonly block: Block | null;
  /** Its words before the one at the place, the name first. Empty: the name is being written. */
  readonly before: readonly Word[];
  /** The word that holds the place, or ends there; null in the blank. */
  readonly word: Word | null;
  /** Its words after the one at the place. */
  readonly after: readonly Word[];
  /** What ends it: null when nothing does yet. */
  readonly end: ';' | '{' | null;
}

/** The statement at an offset; null in comments, in Lua, and in what a template fills in. */
export function statementAt(file: SourceFile, offset: number): Statement | null {
  const { file: text, offset: own, outer } = partAt(file, offset);
  const statement = statementIn(text.tree, own);
  if (statement === null) return null;
  const inWhole = (word: Word): Word => movedWord(word, offset - own);
  const { block, before, word, after, end } = statement;
  return {
    block: block !== null ? { file: text, node: block } : outerBlock(outer),
    before: before.map(inWhole),
    word: word === null ? null : inWhole(word),
    after: after.map(inWhole),
    end,
  };
}

/** The block that a part holds whose block is in parts. */
function outerBlock(file: SourceFile | null): Block | null {
  const [node] = file?.tree.directives ?? [];
  return file === null || node === undefined ? null : { file, node };
}

function movedWord(word: Word, by: number): Word {
  return { ...word, start: word.start + by, end: word.end + by };
}

/** A statement in one tree, with its block there. */
type StatementInTree = Omit<Statement, 'block'> & { readonly block: Directive | null };

function statementIn(tree: SyntaxTree, offset: number): StatementInTree | null {
  if (isForeign(tree, offset) || isInPlaceholder(tree, offset)) return null;
  const { tokens } = tree;
  const block = blockAt(tree, offset);
  const word = wordAtOffset(tree, offset);
  const place = word?.start ?? offset;
  const current = directiveBefore(tree, block, place);
  // The first token that is not before the place.
  const at = word === null && tokens.count > 0 ? firstFrom(tree, offset) : tokenAt(tokens, place);
  const none: StatementInTree = { block, before: [], word, after: [], end: null };
  if (tokens.count === 0) return none;
  const before = current === null ? [] : wordsBetween(tree, current.first, at);
  if (current === null || before === null || isNewLine(tree, before, place)) {
    return word === null ? none : { ...none, ...restOf(tree, directiveFrom(tree, block, place), at + 1) };
  }
  return { block, before, word, ...restOf(tree, current, word === null ? at : at + 1) };
}

/** What of a directive follows from a token on. */
function restOf(
  tree: SyntaxTree,
  directive: Directive | null,
  from: number,
): Pick<Statement, 'after' | 'end'> {
  if (directive === null) return { after: [], end: null };
  const { kinds } = tree.tokens;
  const after: Word[] = [];
  for (let index = from; index <= directive.lastWord; index += 1) {
    if (isWord(kinds[index])) after.push(wordAt(tree.tokens, index));
  }
  const isBlock = directive.open !== -1 && kinds[directive.open] === TokenKind.OpenBrace;
  const isEnded = directive.open === -1 && directive.terminated;
  return { after, end: isBlock ? '{' : isEnded ? ';' : null };
}

/** The words from token `first` up to token `end`; null when the directive has ended before that. */
function wordsBetween({ tokens }: SyntaxTree, first: number, end: number): Word[] | null {
  const words: Word[] = [];
  for (let index = first; index < end; index += 1) {
    const kind = tokens.kinds[index];
    if (isWord(kind)) words.push(wordAt(tokens, index));
    else if (kind !== TokenKind.Whitespace && kind !== TokenKind.Comment) return null;
  }
  return words;
}

/**
 * Whether the text at the place begins a directive though the one before has no end yet: on a line of its own, no
 * further right than that one begins.
 */
function isNewLine({ text }: SyntaxTree, before: readonly Word[], place: number): boolean {
  const first = before[0];
  const last = before.at(-1);
  if (first === undefined || last === undefined) return false;
  const lineStart = text.lastIndexOf('\n', place - 1) + 1;
  if (last.end > lineStart || text.slice(lineStart, place).trim() !== '') return false;
  return place - lineStart <= first.start - (text.lastIndexOf('\n', first.start - 1) + 1);
}

/** The last directive directly in a block that begins before the place. */
function directiveBefore(tree: SyntaxTree, block: Directive | null, place: number): Directive | null {
  const list = block?.children ?? tree.directives;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const directive = list[middle];
    if (directive !== undefined && directiveStart(tree, directive) < place) low = middle + 1;
    else high = middle;
  }
  return list[low - 1] ?? null;
}

/** The directive directly in a block that begins at the place, if any. */
function directiveFrom(tree: SyntaxTree, block: Directive | null, place: number): Directive | null {
  const found = directiveBefore(tree, block, place + 1);
  return found !== null && directiveStart(tree, found) === place ? found : null;
}

/** The first token that starts at an offset or after it. */
function firstFrom({ tokens }: SyntaxTree, offset: number): number {
  const at = tokenAt(tokens, offset);
  return tokenStart(tokens, at) >= offset ? at : at + 1;
}

function isInPlaceholder({ tokens }: SyntaxTree, offset: number): boolean {
  if (tokens.count === 0) return false;
  const at = tokenAt(tokens, offset);
  return (
    tokens.kinds[at] === TokenKind.Placeholder &&
    tokenStart(tokens, at) < offset &&
    offset < tokenEnd(tokens, at)
  );
}
