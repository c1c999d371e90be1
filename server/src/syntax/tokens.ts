/** The kinds of token. Every character of a file belongs to exactly one token. */
export const TokenKind = {
  /** Spaces, tabs, CR and LF: what nginx takes as white space; and a byte order mark at the beginning of the text. */
  Whitespace: 0,
  /** From `#` at the start of a token, or `//` at that of a directive, up to, not including, the line feed. */
  Comment: 1,
  /** An unquoted word. */
  Word: 2,
  /** A quoted word with its quotes. */
  Quoted: 3,
  /** A quote that never closes: up to the end of its line, a final `;` or `{` left out. */
  OpenQuoted: 4,
  Semicolon: 5,
  OpenBrace: 6,
  CloseBrace: 7,
  /** The Lua source between the braces of a `*_by_lua_block`. */
  Lua: 8,
  /** A placeholder of a template that stands where a directive could: skipped like a comment. */
  Placeholder: 9,
} as const;

export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/**
 * The tokens of one text as typed arrays: `kinds[i]` and `starts[i]` for i < count, and
 * `starts[count] === text.length`, so that token i is `text.slice(starts[i], starts[i + 1])`.
 */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
}

/** Start offset of token `index`; the length of the text for `index === count`. */
export function tokenStart(tokens: Tokens, index: number): number {
  return tokens.starts[index] ?? tokens.text.length;
}

/** Offset just after token `index`. */
export function tokenEnd(tokens: Tokens, index: number): number {
  return tokens.starts[index + 1] ?? tokens.text.length;
}

/** The text of token `index`. */
export function tokenText(tokens: Tokens, index: number): string {
  return tokens.text.slice(tokenStart(tokens, index), tokenEnd(tokens, index));
}

/** Whether the token is a word of a directive, quoted or not. */
export function isWord(kind: number | undefined): boolean {
  return kind === TokenKind.Word || kind === TokenKind.Quoted || kind === TokenKind.OpenQuoted;
}

/** Index of the token that holds the character at `offset` (the last token at the end of the text), by bisection. */
export function tokenAt(tokens: Tokens, offset: number): number {
  let low = 0;
  let high = tokens.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tokenStart(tokens, middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
