import { type Directive, directiveEnd, directiveStart, nameOf, type SyntaxTree } from '../syntax/tree';
import { indentUnitOf } from '../syntax/indentation';
import { tokenEnd, tokenStart } from '../syntax/tokens';
import type { InnerParts, Part, SourceFile } from './source-file';
import { openBraces } from './open-blocks';
import { areReadAlike, mayBeInParts } from './read-alike';
import { textsOfParts } from './texts';

/** A file shorter than this, in UTF-16 units, is read as a whole: there is nothing to gain. */
export const SPLIT_FROM = 16_384;

/** The blocks at the top of a main file that hold servers. */
export const HOLDS_SERVERS: ReadonlySet<string> = new Set(['http', 'stream']);

/** Gives the tree of the text of a part. */
export type Parse = (text: string) => SyntaxTree;

/**
 * The file in parts, where it is large and each part of it is read alone as it is within the text. How a text is divided
 * follows from the text alone, whatever it was before.
 *
 * @param before the file as it was: parts with the same text are the same objects
 */
export function inParts(
  file: SourceFile,
  parse: Parse,
  before: SourceFile | null,
  splitFrom = SPLIT_FROM,
): SourceFile {
  const { text, tree } = file;
  const stretch = { tree, directives: tree.directives, start: 0, end: text.length };
  if (text.length < splitFrom || tree.template || !tree.errors.every(mayBeInParts)) return file;
  if (tree.errors.length > 0 && openBraces(stretch) === null) return file;
  const known = new KnownParts(before?.parts ?? [], before?.parts ?? []);
  const reader = new PartReader(file, parse, known, indentUnitOf(text));
  const parts = reader.partsOf(tree.directives, 0, text.length, true);
  return parts.length > 1 && areReadAlike(parts, stretch) ? { ...file, parts } : file;
}

/** Parts of the file as it was, by their text; each is given once. */
export class KnownParts {
  private readonly byText = new Map<string, SourceFile[]>();
  private last = 0;

  /**
   * @param all those of the file
   * @param parts those that may be given
   */
  constructor(all: readonly Part[], parts: readonly Part[]) {
    for (const { part = 0 } of textsOfParts(all)) this.last = Math.max(this.last, part);
    for (const file of [...textsOfParts(parts)].toReversed()) {
      const same = this.byText.get(file.text);
      if (same === undefined) this.byText.set(file.text, [file]);
      else same.push(file);
    }
  }

  take(text: string): SourceFile | undefined {
    return this.byText.get(text)?.pop();
  }

  nextNumber(): number {
    this.last += 1;
    return this.last;
  }
}

/** Divides a text. */
export class PartReader {
  /** @param indentUnit what one step of indentation is in the whole file */
  constructor(
    private readonly whole: SourceFile,
    private readonly parse: Parse,
    private readonly known: KnownParts,
    private readonly indentUnit: string,
  ) {}

  /** The parts of the text between two offsets, which holds some directives and nothing else. */
  partsOf(directives: readonly Directive[], from: number, to: number, isTop: boolean): readonly Part[] {
    const parts: Part[] = [];
    let start = from;
    let first = 0;
    for (const [index, directive] of directives.entries()) {
      const next = directives[index + 1];
      const cut = next === undefined ? to : this.cutBetween(directive, next);
      if (cut === null) continue;
      parts.push(this.partOf(directives.slice(first, index + 1), start, cut, isTop));
      start = cut;
      first = index + 1;
    }
    return parts;
  }

  /**
   * Where the line after a directive begins, if it and the next are no simple directives in a row; null for no cut. What
   * follows a directive without its end tells where that is.
   */
  private cutBetween(directive: Directive, next: Directive): number | null {
    if (!directive.terminated || (directive.children === null && next.children === null)) return null;
    const { text, tree } = this.whole;
    const cut = nextLine(text, directiveEnd(tree, directive));
    return cut !== null && cut <= directiveStart(tree, next) ? cut : null;
  }

  private partOf(directives: readonly Directive[], start: number, end: number, isTop: boolean): Part {
    const [only] = directives;
    const { text, tree } = this.whole;
    const hole = only === undefined || directives.length > 1 || !isTop ? null : holeIn(tree, only);
    if (only === undefined || hole === null)
      return { file: this.fileOf(text.slice(start, end)), start, inner: null };
    const inner: InnerParts = {
      at: hole.start - start,
      length: hole.end - hole.start,
      parts: this.partsOf(only.children ?? [], hole.start, hole.end, false),
    };
    return { file: this.fileOf(text.slice(start, hole.start) + text.slice(hole.end, end)), start, inner };
  }

  private fileOf(text: string): SourceFile {
    const { whole, indentUnit } = this;
    const { path, realPath, builtIn } = whole;
    const known = this.known.take(text);
    if (known?.path === path && known.indentUnit === indentUnit) return known;
    const own = unshared(text);
    const part = this.known.nextNumber();
    return { path, realPath, text: own, tree: this.parse(own), builtIn, part, indentUnit };
  }
}

/** The lines between those of the braces of a block that holds servers; null where they share a line with others. */
export function holeIn(
  tree: SyntaxTree,
  block: Directive,
): { readonly start: number; readonly end: number } | null {
  const { text } = tree;
  const [first] = block.children ?? [];
  const last = block.children?.at(-1);
  if (first === undefined || last === undefined || !block.terminated) return null;
  if (!HOLDS_SERVERS.has(nameOf(tree, block))) return null;
  const start = nextLine(text, tokenEnd(tree.tokens, block.open));
  const lastEnd = nextLine(text, directiveEnd(tree, last));
  const close = tokenStart(tree.tokens, block.last);
  const end = text.lastIndexOf('\n', close - 1) + 1;
  if (start === null || start > directiveStart(tree, first)) return null;
  return lastEnd === null || lastEnd > end || text.slice(end, close).trim() !== '' ? null : { start, end };
}

/** Where the next line begins, if nothing but blanks and a comment follows an offset on its line; else null. */
function nextLine(text: string, offset: number): number | null {
  const rest = /[ \t]*(?:#[^\n]*)?\r?\n/y;
  rest.lastIndex = offset;
  return rest.test(text) ? rest.lastIndex : null;
}

/** A slice of a text keeps the whole text in memory; parts live longer than the version of the file they were cut from. */
function unshared(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
