import { entryBlock } from '../syntax/entry-blocks';
import { isWord, TokenKind, tokenEnd, tokenStart } from '../syntax/tokens';
import type { Directive, SyntaxTree } from '../syntax/tree';

/** One line of a group whose values are in one column. */
interface Line {
  /** Token of the word that is aligned. */
  readonly value: number;
  readonly name: string;
  /** Width of what is before the gap in front of the value, from the start of the directive. */
  readonly width: number;
  /** Offsets of the directive. */
  readonly start: number;
  readonly end: number;
}

/**
 * The gaps that bring values into one column: of directives with one name on lines that follow each other, such as
 * `proxy_set_header`, the second argument; of entries of a map, the value. Others stay as they are.
 *
 * @returns the white space before a token, by the index of the token
 */
export function alignedGaps(tree: SyntaxTree): Map<number, string> {
  const gaps = new Map<number, string>();
  const lists: { readonly list: readonly Directive[]; readonly isMap: boolean }[] = [
    { list: tree.directives, isMap: false },
  ];
  for (let at = lists.pop(); at !== undefined; at = lists.pop()) {
    for (const group of groupsIn(tree, at.list, at.isMap)) align(group, gaps);
    for (const { children, first } of at.list) {
      if (children !== null)
        lists.push({ list: children, isMap: entryBlock(wordText(tree, first))?.isTable === true });
    }
  }
  return gaps;
}

function groupsIn(tree: SyntaxTree, list: readonly Directive[], isMap: boolean): Line[][] {
  const groups: Line[][] = [];
  let last: Line | undefined;
  for (const directive of list) {
    const line = lineFor(tree, directive, isMap);
    const isNext =
      line !== null &&
      last !== undefined &&
      line.name === last.name &&
      !hasBlankLine(tree.text.slice(last.end, line.start));
    if (line !== null && isNext) groups.at(-1)?.push(line);
    else if (line !== null) groups.push([line]);
    last = line ?? undefined;
  }
  return groups.filter(({ length }) => length > 1);
}

/** Null for a directive that is not aligned: a block, one with too few words, or of several lines. */
function lineFor(tree: SyntaxTree, directive: Directive, isMap: boolean): Line | null {
  const { tokens, text } = tree;
  if (directive.children !== null) return null;
  const words: number[] = [];
  for (let index = directive.first; index <= directive.lastWord; index += 1) {
    if (isWord(tokens.kinds[index])) words.push(index);
    else if (tokens.kinds[index] !== TokenKind.Whitespace) return null;
  }
  const value = words[isMap ? 1 : 2];
  const before = words[isMap ? 0 : 1];
  if (value === undefined || before === undefined) return null;
  const start = tokenStart(tokens, directive.first);
  const end = tokenEnd(tokens, directive.last);
  if (text.slice(start, end).includes('\n')) return null;
  const name = isMap ? '' : wordText(tree, directive.first);
  return { value, name, width: tokenEnd(tokens, before) - start, start, end };
}

/** Whether a line is between two directives: an empty one, or a comment of its own. */
function hasBlankLine(between: string): boolean {
  return between.indexOf('\n') !== between.lastIndexOf('\n');
}

function align(group: readonly Line[], gaps: Map<number, string>): void {
  const width = group.reduce((most, line) => Math.max(most, line.width), 0);
  for (const line of group) gaps.set(line.value, ' '.repeat(width - line.width + 1));
}

function wordText({ tokens, text }: SyntaxTree, token: number): string {
  return text.slice(tokenStart(tokens, token), tokenEnd(tokens, token));
}
