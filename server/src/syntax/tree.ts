import type { SyntaxError } from './errors';
import { isWord, TokenKind, type Tokens, tokenEnd, tokenStart } from './tokens';

/** One directive: simple (`name arguments;`) or with a block (`name arguments { … }`). Token indices are into the tree's tokens. */
export interface Directive {
  readonly parent: Directive | null;
  /** Token of the name; of a block without one, its `{`. */
  readonly first: number;
  /** Token of the last word before the terminator; the one before `first` when there is none. */
  readonly lastWord: number;
  /** Token of the `{`, where that is missing the last word before it; -1 for a simple directive. */
  readonly open: number;
  /** Last token: the `;` or the `}`; where that is missing, the last one that belongs to the directive. */
  readonly last: number;
  /** Whether the `;` or the `}` is there. */
  readonly terminated: boolean;
  /** The directives of the block in order, null for a simple directive. Empty for Lua. */
  readonly children: readonly Directive[] | null;
}

/** A directive that is still being read. */
export interface OpenDirective {
  parent: OpenDirective | null;
  first: number;
  lastWord: number;
  open: number;
  last: number;
  terminated: boolean;
  children: OpenDirective[] | null;
}

/** A word of a directive with the value nginx gives it: quotes removed, escapes resolved. */
export interface Word {
  readonly value: string;
  /** Offsets in the text, quotes included. */
  readonly start: number;
  readonly end: number;
  /** The quote around it, '' for none. */
  readonly quote: '' | '"' | "'";
}

/** The lossless syntax tree of one file. */
export interface SyntaxTree {
  readonly text: string;
  readonly tokens: Tokens;
  readonly directives: readonly Directive[];
  readonly errors: readonly SyntaxError[];
  /** Whether placeholders of templates were looked for. */
  readonly template: boolean;
}

/** The words of a directive, its name first. Nothing is kept: ask once. */
export function wordsOf(tree: SyntaxTree, directive: Directive): Word[] {
  const words: Word[] = [];
  for (let index = directive.first; index <= directive.lastWord; index += 1) {
    if (isWord(tree.tokens.kinds[index])) words.push(wordAt(tree.tokens, index));
  }
  return words;
}

/** The word that token `index` is. */
export function wordAt(tokens: Tokens, index: number): Word {
  const start = tokenStart(tokens, index);
  const end = tokenEnd(tokens, index);
  const kind = tokens.kinds[index];
  if (kind === TokenKind.Word)
    return { value: unescape(tokens.text.slice(start, end)), start, end, quote: '' };
  const quote = tokens.text.charAt(start) === '"' ? '"' : "'";
  const inner = tokens.text.slice(start + 1, kind === TokenKind.Quoted ? end - 1 : end);
  return { value: unescape(inner), start, end, quote };
}

/** The range of a word's text without its quotes. */
export function insideQuotes(text: string, { start, end, quote }: Word): { start: number; end: number } {
  if (quote === '') return { start, end };
  const isClosed = end - start > 1 && text.charAt(end - 1) === quote;
  return { start: start + 1, end: isClosed ? end - 1 : end };
}

/** The name of a directive as nginx reads it. */
export function nameOf(tree: SyntaxTree, directive: Directive): string {
  return wordAt(tree.tokens, directive.first).value;
}

/** Offset of the first character of a directive. */
export function directiveStart(tree: SyntaxTree, directive: Directive): number {
  return tokenStart(tree.tokens, directive.first);
}

/** Offset just after the last character of a directive: after its `;` or `}`. */
export function directiveEnd(tree: SyntaxTree, directive: Directive): number {
  return tokenEnd(tree.tokens, directive.last);
}

/**
 * What nginx makes of backslashes (ngx_conf_read_token): before a quote or a backslash it vanishes, `\t` `\r` `\n`
 * are the control characters, any other stays with what follows it.
 */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(["'\\trn])/g, (_, escaped: string) => CONTROL.get(escaped) ?? escaped);
}

const CONTROL: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['r', '\r'],
  ['n', '\n'],
]);
