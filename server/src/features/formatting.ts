import { lineEndAt as lineEndingAt } from '../edits/style';
import { BYTE_ORDER_MARK, beginsWithMark } from '../syntax/byte-order-mark';
import { conflictMarkerEnd } from '../syntax/conflicts';
import { directiveAt } from '../syntax/locate';
import { isWord, TokenKind, type Tokens, tokenEnd, tokenStart } from '../syntax/tokens';
import { directiveStart, type SyntaxTree } from '../syntax/tree';
import { alignedGaps } from './formatting-alignment';

/** How a document is to look. */
export interface FormattingStyle {
  /** Width of a step of indentation, in columns. */
  readonly tabSize: number;
  readonly insertSpaces: boolean;
  /** Whether a file that does not end with a line end gets one. Default: it stays as it is. */
  readonly insertFinalNewline?: boolean;
  /** `align`: the values of neighbouring directives with one name, and of entries of maps, are in one column. */
  readonly values: 'keep' | 'align';
}

/** White space to replace: offsets into the text. */
export interface WhitespaceEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** A range of the text: whole lines are taken. */
export interface FormattedRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The edits that format a document, or the lines of a range of it. Only white space between tokens changes: comments,
 * words, quoted text and Lua stay as they are, byte for byte. docs/formatting.md has the details.
 *
 * @returns edits in the order of the text; none for a text with syntax errors, or one whose blocks nest too deep
 */
export function formattingEdits(
  tree: SyntaxTree,
  style: FormattingStyle,
  range: FormattedRange = { start: 0, end: tree.text.length },
): WhitespaceEdit[] {
  if (tree.errors.length > 0 || !canBeIndented(tree.tokens)) return [];
  const lines = linesOf(tree, range);
  const edits: WhitespaceEdit[] = [];
  for (const gap of new Formatter(tree, style).gaps()) {
    const edit = shortened(tree.text, gap);
    if (edit !== null && edit.start >= lines.start && edit.end <= lines.end) edits.push(edit);
  }
  return edits;
}

/** Deeper than this the indentation would be larger than the text. */
const DEEPEST = 64;

/** Whether the blocks nest as people nest them, and each has both braces: those of a template may not. */
function canBeIndented({ kinds, count }: Tokens): boolean {
  let depth = 0;
  for (let index = 0; index < count; index += 1) {
    if (kinds[index] === TokenKind.OpenBrace) depth += 1;
    else if (kinds[index] === TokenKind.CloseBrace) depth -= 1;
    if (depth < 0 || depth > DEEPEST) return false;
  }
  return depth === 0;
}

/**
 * The whole lines of a range, and of the directives that go on in them; a range that ends at the start of a line does
 * not reach into it.
 */
function linesOf(tree: SyntaxTree, { start, end }: FormattedRange): FormattedRange {
  const { text } = tree;
  if (end >= text.length && start === 0) return { start: 0, end: text.length };
  const last = end > start && end < text.length && text.charAt(end - 1) === '\n' ? end - 1 : end;
  const first = headAround(tree, lineStartAt(text, start)).start;
  return {
    start: lineStartAt(text, first),
    end: lineEndAt(text, headAround(tree, lineEndAt(text, last)).end),
  };
}

function lineStartAt(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEndAt(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** The words of the directive that goes on at an offset, with its `;` or `{`; the offset alone where none does. */
function headAround(tree: SyntaxTree, offset: number): FormattedRange {
  const directive = directiveAt(tree, offset);
  if (directive === null) return { start: offset, end: offset };
  const end = tokenEnd(tree.tokens, directive.open === -1 ? directive.last : directive.open);
  return offset > end ? { start: offset, end: offset } : { start: directiveStart(tree, directive), end };
}

/** Without what is the same at both ends, so that no more than what changes is touched; null where nothing does. */
function shortened(text: string, { start, end, newText }: WhitespaceEdit): WhitespaceEdit | null {
  const old = text.slice(start, end);
  if (old === newText) return null;
  const most = Math.min(old.length, newText.length);
  let head = 0;
  while (head < most && old[head] === newText[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === newText.at(-1 - tail)) tail += 1;
  return { start: start + head, end: end - tail, newText: newText.slice(head, newText.length - tail) };
}

/** A block that is open, or the top of the file. */
interface Level {
  /** What its directives are indented with. */
  readonly inner: string;
  /** What its `}` is indented with. */
  readonly outer: string;
  /** Whether it has lines of a template: its lines then stay where they are. */
  readonly isKept: boolean;
}

/** A directive that has begun and not ended. */
interface Begun {
  /** What its line is indented with now. */
  readonly indent: string;
  /** The column at which its line began before. */
  readonly column: number;
}

/** The white space between two tokens that are none. */
interface Gap {
  /** Index of the token before; -1 at the start of the text. */
  readonly before: number;
  /** Index of the token after; the count of tokens at the end of the text. */
  readonly after: number;
  readonly text: string;
}

class Formatter {
  private readonly text: string;
  private readonly tokens: Tokens;
  private readonly unit: string;
  /** By the token of the `{`, -1 for the top: the blocks with lines of a template. */
  private readonly templated: ReadonlySet<number>;
  private readonly aligned: ReadonlyMap<number, string>;
  private readonly levels: Level[] = [];
  private directive: Begun | null = null;

  constructor(
    tree: SyntaxTree,
    private readonly style: FormattingStyle,
  ) {
    this.text = tree.text;
    this.tokens = tree.tokens;
    this.unit = style.insertSpaces ? ' '.repeat(style.tabSize) : '\t';
    this.templated = templatedBlocks(tree.tokens);
    this.aligned = style.values === 'align' ? alignedGaps(tree) : new Map<number, string>();
    this.levels.push({ inner: '', outer: '', isKept: this.templated.has(-1) });
  }

  /** Each gap with the text that it should have. */
  *gaps(): Generator<WhitespaceEdit> {
    const { tokens } = this;
    let before = -1;
    for (let index = 0; index <= tokens.count; index += 1) {
      if (tokens.kinds[index] === TokenKind.Whitespace) continue;
      const start = before === -1 ? 0 : tokenEnd(tokens, before);
      const end = tokenStart(tokens, index);
      const gap = { before, after: index, text: this.text.slice(start, end) };
      const wanted = this.wanted(gap);
      const newText = this.wouldBeReadOtherwise(end, wanted, before === -1) ? gap.text : wanted;
      yield { start, end, newText };
      this.advance(gap, newText);
      before = index;
    }
  }

  /**
   * Whether what stands at an offset would be something else behind that white space: at the beginning of its line a
   * marker of a merge conflict, at that of the file a byte order mark.
   */
  private wouldBeReadOtherwise(offset: number, before: string, isFirst: boolean): boolean {
    const beginsText = isFirst && before === '';
    if (beginsText && this.text.startsWith(BYTE_ORDER_MARK, offset)) return true;
    const beginsLine = before.endsWith('\n') || beginsText;
    return beginsLine && conflictMarkerEnd(this.text.slice(offset, lineEndAt(this.text, offset)), 0) !== -1;
  }

  private get level(): Level {
    return this.levels.at(-1) ?? { inner: '', outer: '', isKept: false };
  }

  /** The white space for a gap. */
  private wanted(gap: Gap): string {
    const { tokens } = this;
    const before = tokens.kinds[gap.before];
    const after = tokens.kinds[gap.after];
    const hasLineEnd = gap.text.includes('\n');
    // What is no white space to nginx stays.
    const mark = gap.before === -1 && beginsWithMark(this.text) ? BYTE_ORDER_MARK : '';
    if (gap.after === tokens.count) return mark + this.atEnd(gap);
    if (before === TokenKind.Lua || after === TokenKind.Lua) return gap.text;
    if (before === TokenKind.Placeholder || after === TokenKind.Placeholder) return gap.text;
    if (gap.before === -1) return this.level.isKept ? gap.text : mark;
    if (after === TokenKind.Comment && !hasLineEnd) return gap.text === '' ? ' ' : gap.text;
    if (this.directive !== null) return this.withinDirective(gap, this.directive);
    if (after === TokenKind.CloseBrace) {
      if (before === TokenKind.OpenBrace && !hasLineEnd) return gap.text;
      return this.lineBreak(gap, 1) + this.level.outer;
    }
    if (this.level.isKept) return gap.text;
    const most = before === TokenKind.OpenBrace ? 1 : 2;
    return this.lineBreak(gap, most) + this.level.inner;
  }

  /** Between the words of a directive, and before its `;` or `{`. */
  private withinDirective(gap: Gap, { indent, column }: Begun): string {
    const { kinds } = this.tokens;
    const after = kinds[gap.after];
    const isAfterComment = kinds[gap.before] === TokenKind.Comment;
    if (!isAfterComment && after === TokenKind.OpenBrace) return ' ';
    if (!isAfterComment && after === TokenKind.Semicolon && !gap.text.includes('\n')) return '';
    if (!gap.text.includes('\n')) return this.aligned.get(gap.after) ?? gap.text;
    const lineBreak = this.lineBreak(gap, 1);
    if (after === TokenKind.Semicolon || after === TokenKind.OpenBrace) return lineBreak + indent;
    // A line that goes on moves with the first one, so that what its author has aligned stays so.
    const own = this.width(lastLineOf(gap.text)) - column;
    const width = this.width(indent);
    return lineBreak + this.spaces(indent, width, own > 0 ? width + own : width + this.style.tabSize);
  }

  /** At the end of the text: no blank lines. */
  private atEnd({ before, text }: Gap): string {
    const [first] = lineEndsIn(text);
    if (first !== undefined) return before === -1 ? '' : first;
    const isEmpty = before === -1;
    return this.style.insertFinalNewline === true && !isEmpty
      ? lineEndingAt(this.text, this.text.length)
      : '';
  }

  /** The line ends of a gap, at least one and no more than `most`, in the form they have. */
  private lineBreak({ before, text }: Gap, most: number): string {
    const present = lineEndsIn(text).slice(0, most);
    if (present.length > 0) return present.join('');
    return lineEndingAt(this.text, tokenEnd(this.tokens, before));
  }

  /** Takes in the token after a gap. */
  private advance({ after }: Gap, newText: string): void {
    switch (this.tokens.kinds[after]) {
      case TokenKind.Semicolon:
        this.directive = null;
        return;
      case TokenKind.OpenBrace: {
        const outer = this.directive?.indent ?? this.level.inner;
        this.levels.push({ outer, inner: outer + this.unit, isKept: this.templated.has(after) });
        this.directive = null;
        return;
      }
      case TokenKind.CloseBrace:
        this.levels.pop();
        return;
      default:
        if (this.directive === null && isWord(this.tokens.kinds[after])) this.begin(after, newText);
    }
  }

  private begin(token: number, gap: string): void {
    const start = tokenStart(this.tokens, token);
    const line = this.text.slice(this.text.lastIndexOf('\n', start - 1) + 1, start);
    // In a block that stays as it is, the directive has the indentation that its author gave it.
    const isOnOwnLine = gap.includes('\n') || token === 0 || start === 0;
    const indent = this.level.isKept && isOnOwnLine ? lastLineOf(gap) : this.level.inner;
    this.directive = { indent, column: this.width(/^[ \t]*/.exec(line)?.[0] ?? '') };
  }

  /** Columns that white space takes. */
  private width(blanks: string): number {
    let column = 0;
    for (const blank of blanks) {
      column = blank === '\t' ? column - (column % this.style.tabSize) + this.style.tabSize : column + 1;
    }
    return column;
  }

  /** An indentation of `width` columns that begins as `indent`, which takes `from` of them. */
  private spaces(indent: string, from: number, width: number): string {
    const { insertSpaces, tabSize } = this.style;
    if (insertSpaces) return indent + ' '.repeat(width - from);
    // Where the indentation is mixed, the first tab takes less than the others.
    const tabs = Math.floor(width / tabSize) - Math.floor(from / tabSize);
    const spaces = tabs === 0 ? width - from : width % tabSize;
    return indent + '\t'.repeat(tabs) + ' '.repeat(spaces);
  }
}

function lastLineOf(blanks: string): string {
  return blanks.slice(blanks.lastIndexOf('\n') + 1);
}

function lineEndsIn(blanks: string): string[] {
  return blanks.match(/\r?\n/g) ?? [];
}

/** The blocks with lines of a template, by the token of their `{`; -1 for the top of the file. */
function templatedBlocks({ kinds, count }: Tokens): Set<number> {
  const templated = new Set<number>();
  const open = [-1];
  for (let index = 0; index < count; index += 1) {
    if (kinds[index] === TokenKind.OpenBrace) open.push(index);
    else if (kinds[index] === TokenKind.CloseBrace) open.pop();
    else if (kinds[index] === TokenKind.Placeholder) templated.add(open.at(-1) ?? -1);
  }
  return templated;
}
