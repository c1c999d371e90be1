import type { SourceFile } from '../../model/source-file';
import { insideQuotes, type Word } from '../../syntax/tree';

/** The text of a word without its quotes, as offsets. */
interface InnerRange {
  readonly start: number;
  readonly end: number;
  readonly quote: Word['quote'];
}

/** What of a word is its text; the empty range at the offset where there is no word. */
export function innerRange({ text }: SourceFile, word: Word | null, offset: number): InnerRange {
  if (word === null) return { start: offset, end: offset, quote: '' };
  return { ...insideQuotes(text, word), quote: word.quote };
}
