import type { SourceFile } from '../../model/load';
import type { Word } from '../../syntax/tree';

/** The text of a word without its quotes, as offsets. */
export interface InnerRange {
  readonly start: number;
  readonly end: number;
  readonly quote: Word['quote'];
}

/** What of a word is its text; the empty range at the offset where there is no word. */
export function innerRange({ text }: SourceFile, word: Word | null, offset: number): InnerRange {
  if (word === null) return { start: offset, end: offset, quote: '' };
  const { start, end, quote } = word;
  if (quote === '') return { start, end, quote };
  const isClosed = end > start + 1 && text.charAt(end - 1) === quote && !isEscaped(text, end - 1);
  return { start: start + 1, end: isClosed ? end - 1 : end, quote };
}

function isEscaped(text: string, offset: number): boolean {
  let backslashes = 0;
  while (text.charAt(offset - 1 - backslashes) === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
