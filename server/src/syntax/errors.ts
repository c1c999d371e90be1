/** What is wrong with the syntax of a file. One mistake gives one error. */
export interface SyntaxError {
  readonly code: SyntaxErrorCode;
  /** Where the mistake is, as near as can be told: offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** Where nginx itself stumbles: the offset of the character at which it gives up; -1 when it does not. */
  readonly nginxOffset: number;
}

/**
 * - `missing-semicolon`: a directive is not ended; marked at the end of the line that lacks it.
 * - `missing-close-brace`: a block is not closed; marked where it should have been.
 * - `stray-close-brace`: a `}` that closes nothing.
 * - `open-quote`: a quote that is not closed on its line, or never.
 * - `text-after-quote`: something other than space, `;`, `{` or `)` right after a closing quote.
 * - `unexpected-semicolon`, `unexpected-open-brace`: `;` or `{` where a directive should begin.
 * - `unclosed-lua`: the body of a `*_by_lua_block` has no end.
 */
export type SyntaxErrorCode =
  | 'missing-semicolon'
  | 'missing-close-brace'
  | 'stray-close-brace'
  | 'open-quote'
  | 'text-after-quote'
  | 'unexpected-semicolon'
  | 'unexpected-open-brace'
  | 'unclosed-lua';

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
