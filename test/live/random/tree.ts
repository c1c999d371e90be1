/** A configuration as a tree that can be printed, and made smaller. */

/** A word by its value, or by how it is written: quotes and escapes included. */
export type Word = string | { readonly source: string };

/** Blanks and comments around the words of a directive. */
interface Layout {
  /** Before the first word. */
  readonly before: string;
  /** Between the words; the last again where there are more. */
  readonly gaps: readonly [string, ...string[]];
  /** Before `;`, `{`, or the `}` of the block. */
  readonly end: string;
}

export interface Directive {
  /** The name first. */
  readonly words: readonly Word[];
  /** What stands in `{ }`; null for a directive that ends with `;`. */
  readonly block: readonly Directive[] | null;
  /** What an `include` brings, in the order in which nginx reads it. */
  readonly files: readonly IncludedFile[];
  readonly layout: Layout;
}

export interface IncludedFile {
  /** Relative to the directory of the main file. */
  readonly path: string;
  readonly directives: readonly Directive[];
}

const PLAIN: Layout = { before: '\n', gaps: [' '], end: '' };

/** A directive that ends with `;`. */
export function directive(...words: readonly Word[]): Directive {
  return { words, block: null, files: [], layout: PLAIN };
}

/** A directive with a block. */
export function block(words: readonly Word[], directives: readonly Directive[]): Directive {
  return { words, block: directives, files: [], layout: { ...PLAIN, end: ' ' } };
}

/** An `include` and what it brings. */
export function include(pattern: string, files: readonly IncludedFile[]): Directive {
  return { ...directive('include', pattern), files };
}

/** The texts of a configuration by path; `main` is the path of the first. */
export function print(main: string, directives: readonly Directive[]): Record<string, string> {
  const texts: Record<string, string> = { [main]: '' };
  const queue: IncludedFile[] = [{ path: main, directives }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    texts[next.path] = printFile(next.directives, queue);
  return texts;
}

function printFile(directives: readonly Directive[], included: IncludedFile[]): string {
  return `${directives.map((each) => printDirective(each, included)).join('')}\n`;
}

/** The generator nests a handful of levels at most. */
function printDirective(
  { words, block: inside, files, layout }: Directive,
  included: IncludedFile[],
): string {
  included.push(...files);
  const { before, gaps, end } = layout;
  const line = words.map(sourceOf).reduce((text, word, index) => {
    return `${text}${gaps[Math.min(index, gaps.length) - 1] ?? gaps[0]}${word}`;
  });
  if (inside === null) return `${before}${line}${end};`;
  const body = inside.map((each) => printDirective(each, included)).join('');
  return `${before}${line}${end}{${body}\n}`;
}

/** How a word is written: in double quotes where it needs some. */
export function sourceOf(word: Word): string {
  if (typeof word !== 'string') return word.source;
  return needsQuotes(word) ? quoted(word, '"') : word;
}

/** Whether the lexer would end the word early, or take it for something else. */
export function needsQuotes(value: string): boolean {
  return value === '' || /[\s;"']|^[#}]|(?<!\$)\{/.test(value);
}

/** The value in quotes: backslashes stay as they are before anything but a quote. */
export function quoted(value: string, quote: '"' | "'"): string {
  return `${quote}${value.replaceAll(quote, `\\${quote}`)}${quote}`;
}
