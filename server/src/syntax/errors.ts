/** Of one file no more errors are kept: it is no configuration, and nobody reads them. */
export const ERROR_LIMIT = 1000;

/** Adds an error to a list that is not to grow without end. */
export function addError(errors: SyntaxError[], error: SyntaxError): void {
  if (errors.length < ERROR_LIMIT) errors.push(error);
}

/** What is wrong with the syntax of a file. One mistake gives one error. */
export interface SyntaxError {
  readonly code: SyntaxErrorCode;
  /** Where the mistake is, as near as can be told: offsets into the text. */
  readonly start: number;
  readonly end: number;
  /**
   * Where nginx itself stumbles over it: the offset of the character at which it gives up, the length of the text at its
   * end; -1 when it does not. Of several mistakes it tells only one: see `firstRefused`.
   */
  readonly nginxOffset: number;
}

/**
 * - `missing-semicolon`: a directive is not ended; marked at the end of the line that lacks it.
 * - `missing-open-brace`: a block is not opened; marked at the end of the line that lacks it.
 * - `missing-close-brace`: a block is not closed; marked where it should have been.
 * - `stray-close-brace`: a `}` that closes nothing.
 * - `open-quote`: a quote that is not closed on its line, or never.
 * - `text-after-quote`: something other than space, `;`, `{` or `)` right after a closing quote.
 * - `unquoted-brace`: a pattern with `{2}` and no quotes around it: nginx takes the `{` for the start of a block.
 * - `too-long-parameter`: a word or a comment of more than 4,095 bytes.
 * - `unexpected-semicolon`, `unexpected-open-brace`: `;` or `{` where a directive should begin.
 * - `unclosed-lua`: the body of a `*_by_lua_block` has no end.
 * - `conflict`: the markers of a merge that was not finished; marked at the first.
 */
export type SyntaxErrorCode =
  | 'missing-semicolon'
  | 'missing-open-brace'
  | 'missing-close-brace'
  | 'stray-close-brace'
  | 'open-quote'
  | 'text-after-quote'
  | 'unquoted-brace'
  | 'too-long-parameter'
  | 'unexpected-semicolon'
  | 'unexpected-open-brace'
  | 'unclosed-lua'
  | 'conflict';

/** Whether the error is about a brace that has no counterpart. */
export function isBraceError(code: SyntaxErrorCode): boolean {
  return code === 'missing-close-brace' || code === 'stray-close-brace';
}

/**
 * The error that makes nginx refuse the file: of those it stumbles over, the one it meets first. Null when it reads
 * the file to its end. A quote or a Lua block without end swallows what follows it, so that it is met where it begins.
 */
export function firstRefused(errors: readonly SyntaxError[]): SyntaxError | null {
  let first: SyntaxError | null = null;
  for (const error of errors) {
    if (error.nginxOffset !== -1 && (first === null || metAt(error) < metAt(first))) first = error;
  }
  return first;
}

function metAt({ code, start, nginxOffset }: SyntaxError): number {
  return code === 'open-quote' || code === 'unclosed-lua' ? start : nginxOffset;
}
