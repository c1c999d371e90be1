/** What an entry of the list is, for its picture. */
export type EntryKind =
  | 'block'
  | 'directive'
  | 'value'
  | 'keyword'
  | 'header'
  | 'variable'
  | 'upstream'
  | 'location'
  | 'file'
  | 'folder'
  | 'snippet';

/** One entry of the list: plain data, the same for every place of its kind. */
export interface Entry {
  readonly label: string;
  readonly kind: EntryKind;
  /** What is beside the label: where it comes from, or since when it is there. Default: nothing. */
  readonly note?: string | undefined;
  /** What the text typed so far is compared with. Default: the label. */
  readonly filter?: string | undefined;
  /** What is inserted. Default: the label. */
  readonly insert?: string | undefined;
  /** The same with places to fill in, in LSP's syntax of snippets. Default: there are none. */
  readonly snippet?: string | undefined;
  /** Whether nginx has done away with it, or says that it will. */
  readonly deprecated?: boolean | undefined;
  /** The lower, the further up; entries of one rank by their labels, except for `order`. Default: 5. */
  readonly rank?: number | undefined;
  /** The place among those of its rank. Default: by the label. */
  readonly order?: number | undefined;
  /** Whether the next entry is to be chosen at once: behind a directory, behind a directive with values to choose from. */
  readonly goesOn?: boolean | undefined;
}

/** Files to look for. */
export interface PathQuery {
  /** Where they may be, as paths of the model: the first directory that is there counts. */
  readonly directories: readonly string[];
  readonly directoriesOnly: boolean;
  /** Whether a pattern for several files is allowed. */
  readonly globs: boolean;
  /** The part of the name that is typed. */
  readonly prefix: string;
  /** The quote around the word, '' for none. */
  readonly quote: '' | '"' | "'";
}

/** What can be inserted at a place. */
export interface Completion {
  /** What is being written at the place. */
  readonly of: 'directives' | 'arguments';
  /** The range that an entry replaces: the word, or the part of it, that the place is in. */
  readonly start: number;
  readonly end: number;
  readonly entries: readonly Entry[];
  /** The query for files, which the caller has to list; null for none. */
  readonly paths: PathQuery | null;
  /** The contexts of the place, for the documentation of what is chosen. */
  readonly contexts: readonly string[];
}

/** Makes entries of words in their order. */
export function inOrder(words: readonly string[], kind: EntryKind, rest: Partial<Entry> = {}): Entry[] {
  return words.map((label, order) => Object.assign({ label, kind, order }, rest));
}

/** Text escaped for a snippet. */
export function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, String.raw`\$&`);
}
