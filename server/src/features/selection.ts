import { directiveAt, wordAtOffset } from '../syntax/locate';
import { isWord, tokenAt, tokenEnd, TokenKind, tokenStart } from '../syntax/tokens';
import { type Directive, directiveEnd, directiveStart, insideQuotes, type SyntaxTree } from '../syntax/tree';

/** Offsets in a text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Blocks may nest as deep as the input likes; of more than this only the inner ones and the file are given. */
const DEPTH_LIMIT = 100;

/**
 * What a person may want to select at an offset, each part in the next: a variable, a word's inside without its quotes,
 * the word, the arguments, the directive, what its block holds, the block, and so on up to the whole file.
 */
export function selectionAt(tree: SyntaxTree, offset: number): Range[] {
  const ranges: Range[] = [];
  const add = (start: number, end: number): void => {
    const last = ranges.at(-1);
    if (offset < start || offset > end) return;
    if (last !== undefined && (start > last.start || end < last.end)) return;
    if (last === undefined || start < last.start || end > last.end) ranges.push({ start, end });
  };
  addWord(tree, offset, add);
  let directive = directiveAt(tree, offset);
  for (let depth = 0; directive !== null && depth < DEPTH_LIMIT; depth += 1) {
    addDirective(tree, directive, add);
    directive = directive.parent;
  }
  add(0, tree.text.length);
  return ranges;
}

type Add = (start: number, end: number) => void;

function addWord(tree: SyntaxTree, offset: number, add: Add): void {
  const { text, tokens } = tree;
  const word = wordAtOffset(tree, offset);
  if (word !== null) {
    const inside = insideQuotes(text, word);
    for (const match of text.slice(inside.start, inside.end).matchAll(/\$(?:\{\w+\}|\w+)/g)) {
      const start = inside.start + match.index;
      if (start <= offset) add(start, start + match[0].length);
    }
    add(inside.start, inside.end);
    add(word.start, word.end);
    return;
  }
  if (tokens.count === 0) return;
  const index = tokenAt(tokens, offset);
  const kind = tokens.kinds[index];
  if (kind === TokenKind.Comment || kind === TokenKind.Placeholder) {
    add(tokenStart(tokens, index), tokenEnd(tokens, index));
  }
}

function addDirective(tree: SyntaxTree, directive: Directive, add: Add): void {
  const { tokens } = tree;
  const { first, lastWord, open, last, terminated } = directive;
  if (open !== -1) {
    const start = tokenEnd(tokens, open);
    const end = terminated ? tokenStart(tokens, last) : directiveEnd(tree, directive);
    const content = tree.text.slice(start, end);
    // First without the blanks around it, then with them.
    add(start + content.length - content.trimStart().length, start + content.trimEnd().length);
    add(start, end);
  }
  if (lastWord > first) {
    // White space follows the name, and comments may.
    let argument = first + 1;
    while (argument < lastWord && !isWord(tokens.kinds[argument])) argument += 1;
    add(tokenStart(tokens, argument), tokenEnd(tokens, lastWord));
  }
  if (lastWord >= first) add(tokenStart(tokens, first), tokenEnd(tokens, lastWord));
  add(directiveStart(tree, directive), directiveEnd(tree, directive));
}
