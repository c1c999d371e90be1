import { isDirective } from '../../server/src/reference/directives';
import type { SyntaxErrorCode } from '../../server/src/syntax/errors';
import { parse } from '../../server/src/syntax/parser';
import { TokenKind, type Tokens, tokenText } from '../../server/src/syntax/tokens';
import { type Directive, type SyntaxTree, wordsOf } from '../../server/src/syntax/tree';

const NAMES = Object.fromEntries(Object.entries(TokenKind).map(([name, kind]) => [kind, name]));

/** Parses as the product does: with the directives that nginx has. */
export function treeOf(text: string, template = false): SyntaxTree {
  return parse(text, { isDirective, template });
}

/**
 * A tree as text, for tests: a directive a line, its words as nginx reads them (quoted when they are not plain),
 * children indented. An ending that is not there is written as `¦`.
 */
export function dump(tree: SyntaxTree): string {
  const lines: string[] = [];
  const write = (directives: readonly Directive[], indent: string): void => {
    for (const directive of directives) {
      const words = wordsOf(tree, directive).map(({ value }) => plain(value));
      const head = indent + words.join(' ');
      const { children, terminated } = directive;
      if (children === null) lines.push(head + (terminated ? ';' : '¦'));
      else if (children.length === 0)
        lines.push(`${head} {${luaOf(tree, directive)}${terminated ? '}' : '¦'}`);
      else {
        lines.push(`${head} {`);
        write(children, `${indent}  `);
        lines.push(indent + (terminated ? '}' : '¦'));
      }
    }
  };
  write(tree.directives, '');
  return lines.join('\n');
}

function plain(value: string): string {
  return /^[^\s"'\\;{}#]+$/.test(value) ? value : JSON.stringify(value);
}

function luaOf({ tokens }: SyntaxTree, { open, last }: Directive): string {
  for (let index = open + 1; index <= last; index += 1) {
    if (tokens.kinds[index] === TokenKind.Lua) return ` lua ${JSON.stringify(tokenText(tokens, index))} `;
  }
  return '';
}

/** The tokens of a text but for white space: the kind where it is not a plain word, and the text. */
export function tokensOf({ tokens }: SyntaxTree): string[] {
  const all: string[] = [];
  for (let index = 0; index < tokens.count; index += 1) {
    const kind = tokens.kinds[index];
    if (kind === TokenKind.Whitespace) continue;
    all.push(
      kind === TokenKind.Word ? tokenText(tokens, index) : `${NAMES[kind ?? -1]} ${tokenText(tokens, index)}`,
    );
  }
  return all;
}

/** The texts of all tokens, one after the other. */
export function concat(tokens: Tokens): string {
  let text = '';
  for (let index = 0; index < tokens.count; index += 1) text += tokenText(tokens, index);
  return text;
}

/** The values of all words of a text, as nginx reads them. */
export function wordsIn(tree: SyntaxTree): string[] {
  const words: string[] = [];
  const visit = (directives: readonly Directive[]): void => {
    for (const directive of directives) {
      words.push(...wordsOf(tree, directive).map(({ value }) => value));
      visit(directive.children ?? []);
    }
  };
  visit(tree.directives);
  return words;
}

/** An error as text: its code and what it marks. */
export function errorsOf(tree: SyntaxTree): string[] {
  return tree.errors.map(({ code, start, end }) => `${code} ${tree.text.slice(start, end)} @${start}`);
}

/** Takes the marks `«…»` out of a text: what is left, and what `errorsOf` gives when each has the code of its turn. */
export function readMarks(
  marked: string,
  codes: readonly SyntaxErrorCode[],
): { readonly text: string; readonly errors: readonly string[] } {
  let text = '';
  let start = -1;
  const errors: string[] = [];
  for (const piece of marked.split(/([«»])/)) {
    if (piece === '«') start = text.length;
    else if (piece === '»') errors.push(`${codes[errors.length]} ${text.slice(start)} @${start}`);
    else text += piece;
  }
  if (errors.length !== codes.length) throw new Error(`${codes.length} codes for ${errors.length} marks.`);
  return { text, errors };
}
