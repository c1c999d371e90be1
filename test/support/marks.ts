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

/** Several files with marks in them, as plain texts and marks by path. */
export interface MarkedFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly marked: readonly (readonly [path: string, Marked])[];
  /** Where the first `|` stands. */
  readonly asked: { readonly path: string; readonly offset: number };
}

/** Takes the marks out of files. One text alone is `/etc/nginx/nginx.conf`. */
export function readMarkedFiles(texts: Readonly<Record<string, string>> | string): MarkedFiles {
  const all = Object.entries(typeof texts === 'string' ? { '/etc/nginx/nginx.conf': texts } : texts);
  const marked = all.map(([path, text]) => [path, readMarks(text)] as const);
  const files = Object.fromEntries(marked.map(([path, { text }]) => [path, text]));
  const [path = '', first] = marked.find(([, { offsets }]) => offsets.length > 0) ?? [];
  return { files, marked, asked: { path, offset: first?.offsets[0] ?? -1 } };
}
