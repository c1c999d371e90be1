/** A text without its marks, and where they stood. */
export interface Marked {
  readonly text: string;
  /** The ranges between `«` and `»`, in order. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** The places of `|`, in order. */
  readonly offsets: readonly number[];
}

/** Takes `«…»` and `|` out of a text. A `|` that belongs to the text is written `\|`. */
export function readMarks(marked: string): Marked {
  const ranges: { start: number; end: number }[] = [];
  const offsets: number[] = [];
  let text = '';
  let open = -1;
  for (const [piece] of marked.matchAll(/\\\||[^]/gu)) {
    if (piece === '«') open = text.length;
    else if (piece === '»') ranges.push({ start: open, end: text.length });
    else if (piece === '|') offsets.push(text.length);
    else text += piece === String.raw`\|` ? '|' : piece;
  }
  return { text, ranges, offsets };
}
