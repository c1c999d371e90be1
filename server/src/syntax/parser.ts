import { entryBlock } from './entry-blocks';
import { beginsWithMark } from './byte-order-mark';
import { addError, isBraceError, type SyntaxError, type SyntaxErrorCode } from './errors';
import { lex } from './lexer';
import { behindPlaceholders, hasPlaceholder } from './templates/languages';
import { type BranchBraces, branchBraces } from './templates/placement';
import { isWord, TokenKind, type Tokens, tokenEnd, tokenStart, tokenText } from './tokens';
import { type OpenDirective, type SyntaxTree, wordAt } from './tree';

export interface ParseOptions {
  /** Whether the text is a template, see `lex`. Default false. */
  readonly template?: boolean;
  /**
   * Whether a word followed by so many more on its line may be a directive of nginx: the signal that the directive
   * before it lacks its `;`. Default: none may.
   */
  readonly isDirective?: (name: string, argumentCount: number) => boolean;
}

/**
 * Parses a text. Never fails: any text gives a tree and a list of errors, in linear time and without recursion.
 * Where the braces do not balance, the indentation tells which block was meant.
 */
export function parse(text: string, options: ParseOptions = {}): SyntaxTree {
  const template = options.template ?? false;
  const { tokens, errors } = lex(text, template);
  const isDirective = options.isDirective ?? (() => false);
  const branches = branchBraces(tokens);
  let parser = new Parser(tokens, template, isDirective, branches, BALANCED);
  parser.run();
  if (parser.imbalance.nginxOffset !== -1 && branches.prove) {
    parser = new Parser(tokens, template, isDirective, branches, parser.imbalance);
    parser.run();
  }
  const syntactic = branches.prove ? parser.errors : parser.errors.filter(({ code }) => !isBraceError(code));
  return {
    text,
    tokens,
    directives: parser.root,
    errors: mergeErrors(errors, syntactic),
    template,
  };
}

/**
 * Whether each block of a text whose braces balance is read to its `}` even when another text behind it lacks one: none of
 * them looks, by its indentation, as if it ended earlier.
 */
export function keepsBlocks({ tokens, template }: SyntaxTree, options: ParseOptions = {}): boolean {
  const isDirective = options.isDirective ?? (() => false);
  const parser = new Parser(tokens, template, isDirective, branchBraces(tokens), ONE_OPEN_BEHIND);
  parser.run();
  return !parser.errors.some(({ code }) => isBraceError(code));
}

/** How far the braces of a text are from balance, counted without a look at its indentation. */
interface Imbalance {
  /** The number of `}` that close nothing. */
  readonly strayBraces: number;
  /** The number of blocks that are open at the end. */
  readonly openBlocks: number;
  /** Offset of the character at which nginx gives up for it; -1 when the braces balance. */
  readonly nginxOffset: number;
}

const BALANCED: Imbalance = { strayBraces: 0, openBlocks: 0, nginxOffset: -1 };
const ONE_OPEN_BEHIND: Imbalance = { strayBraces: 0, openBlocks: 1, nginxOffset: 0 };

/** In place of a number of words: the block holds directives. */
const DIRECTIVES = 0;

/** A block that is open. */
interface Frame {
  readonly outer: Frame | null;
  /** The number of blocks around it. */
  readonly depth: number;
  readonly directive: OpenDirective;
  readonly name: string;
  /** The most words of an entry, or `DIRECTIVES`. */
  readonly entryWords: number;
  /** Column of the line that the block begins, `INLINE` when it does not begin one or when nobody is to know. */
  readonly column: number;
  /** The same of its first directive, `NONE_YET` until that is met. */
  contentColumn: number;
}

const INLINE = -1;
const NONE_YET = -2;

/** What reads as the name of a directive, and as little else. */
const UNKNOWN_NAME = /^[a-z]+(?:_[a-z0-9]+)+$/;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

class Parser {
  readonly root: OpenDirective[] = [];
  readonly errors: SyntaxError[] = [];
  imbalance = BALANCED;
  private frame: Frame | null = null;
  /** First and last word of the directive being read, -1 between directives, and their number. */
  private first = -1;
  private lastWord = -1;
  private words = 0;
  /** The column of its first word, `NONE_YET` until someone asks. */
  private firstColumn = NONE_YET;
  /** What of the known imbalance is not yet accounted for. */
  private strayBracesLeft: number;
  private openBlocksLeft: number;
  /** The block that was open where a condition with alternatives begins, by its token. */
  private readonly frames = new Map<number, Frame | null>();

  /** @param known the imbalance to make up for by the indentation */
  constructor(
    private readonly tokens: Tokens,
    private readonly template: boolean,
    private readonly isDirective: (name: string, argumentCount: number) => boolean,
    private readonly branches: BranchBraces,
    private readonly known: Imbalance,
  ) {
    this.strayBracesLeft = known.strayBraces;
    this.openBlocksLeft = known.openBlocks;
  }

  run(): void {
    const { kinds, count } = this.tokens;
    for (let index = 0; index < count; index += 1) {
      if (this.branches.starts.has(index)) this.frames.set(index, this.frame);
      switch (kinds[index]) {
        case TokenKind.Placeholder:
          this.placeholder(index);
          break;
        case TokenKind.Word:
        case TokenKind.Quoted:
        case TokenKind.OpenQuoted:
          this.word(index);
          break;
        case TokenKind.Semicolon:
          if (this.first === -1) this.error('unexpected-semicolon', index, tokenStart(this.tokens, index));
          else this.endSimple(index, true);
          break;
        case TokenKind.OpenBrace:
          this.openBrace(index);
          break;
        case TokenKind.CloseBrace:
          this.closeBrace(index);
          break;
        default:
      }
    }
    this.endOfFile();
  }

  /** Where an alternative begins, the blocks are open that were where its condition begins. */
  private placeholder(index: number): void {
    const start = this.branches.alternatives.get(index);
    const frame = start === undefined ? undefined : this.frames.get(start);
    if (frame === undefined || this.first !== -1) return;
    const last = this.lastBefore(index);
    for (let left = this.frame; left !== null && left.depth > (frame?.depth ?? -1); left = left.outer) {
      left.directive.last = last;
    }
    this.frame = frame;
  }

  private word(index: number): void {
    if (this.first !== -1 && this.beginsLine(index)) {
      if (this.isAfterMissingBrace(index)) this.missingOpenBrace(this.known.nginxOffset);
      else if (this.isAfterMissingSemicolon(index)) this.missingSemicolon(-1);
    }
    if (this.first === -1) {
      if (this.known !== BALANCED) this.noteColumn(index);
      this.first = index;
      this.firstColumn = NONE_YET;
      this.words = 0;
    }
    this.lastWord = index;
    this.words += 1;
  }

  /** Whether the word, the first of a line within a directive, begins a directive or an entry of its own. */
  private isAfterMissingSemicolon(index: number): boolean {
    const entryWords = this.frame?.entryWords ?? DIRECTIVES;
    if (entryWords !== DIRECTIVES) return this.words >= entryWords;
    if (this.tokens.kinds[index] !== TokenKind.Word) return false;
    const { value } = wordAt(this.tokens, index);
    const name = this.template ? behindPlaceholders(value) : value;
    const wordsAfter = this.wordsAfter(index);
    if (this.isFlagOfRewrite(name, wordsAfter)) return false;
    if (this.isDirective(name, wordsAfter)) return true;
    // A directive of a module that nobody knows: its argument would stand further right, and it has some of its own.
    return wordsAfter > 0 && UNKNOWN_NAME.test(name) && this.column(index) === this.columnOfFirst();
  }

  /** `break` is a directive, too; behind the two arguments of `rewrite` it is its flag. */
  private isFlagOfRewrite(name: string, wordsAfter: number): boolean {
    return (
      name === 'break' &&
      wordsAfter === 0 &&
      this.words === 3 &&
      wordAt(this.tokens, this.first).value === 'rewrite'
    );
  }

  /** Whether the directive that is being read opens a block, but for its `{`: a `}` is left over, and this line is indented. */
  private isAfterMissingBrace(index: number): boolean {
    if (this.strayBracesLeft <= 0 || this.columnOfFirst() === INLINE) return false;
    if (this.column(index) <= this.columnOfFirst()) return false;
    return (
      entryBlock(wordAt(this.tokens, this.first).value) !== undefined || this.isAfterMissingSemicolon(index)
    );
  }

  private columnOfFirst(): number {
    if (this.firstColumn === NONE_YET) this.firstColumn = this.column(this.first);
    return this.firstColumn;
  }

  /** The number of words that follow token `index` on its line. */
  private wordsAfter(index: number): number {
    const { kinds } = this.tokens;
    let words = 0;
    for (let next = index + 1; isWord(kinds[next]) || kinds[next] === TokenKind.Whitespace; next += 1) {
      if (isWord(kinds[next])) words += 1;
      else if (tokenText(this.tokens, next).includes('\n')) break;
    }
    return words;
  }

  private beginsLine(index: number): boolean {
    const { text } = this.tokens;
    let offset = tokenStart(this.tokens, index) - 1;
    while (isBlank(text.charCodeAt(offset))) offset -= 1;
    return offset < 0 || text.charCodeAt(offset) === LINE_FEED || (offset === 0 && beginsWithMark(text));
  }

  private missingSemicolon(nginxOffset: number): void {
    if (this.template) this.leavePlaceholders();
    const last = this.lastWord;
    // One that stands for the name may bring all of the directive.
    if (!this.template || !hasPlaceholder(tokenText(this.tokens, this.first))) {
      this.error('missing-semicolon', last, nginxOffset);
    }
    this.endSimple(last, false);
  }

  /** The lines that hold placeholders alone, at the end of a directive that is not ended, are none of it. */
  private leavePlaceholders(): void {
    const { kinds } = this.tokens;
    for (;;) {
      let from = this.lastWord;
      while (from > this.first && this.isOfPlaceholders(from) && !this.beginsLine(from)) from -= 1;
      if (from <= this.first || kinds[from] !== TokenKind.Word || !this.isOfPlaceholders(from)) return;
      for (let index = from; index <= this.lastWord; index += 1) {
        if (kinds[index] === TokenKind.Word) kinds[index] = TokenKind.Placeholder;
      }
      this.lastWord = from - 1;
      while (!isWord(kinds[this.lastWord])) this.lastWord -= 1;
    }
  }

  private isOfPlaceholders(index: number): boolean {
    const kind = this.tokens.kinds[index];
    const text = tokenText(this.tokens, index);
    if (kind === TokenKind.Whitespace) return !text.includes('\n');
    return kind === TokenKind.Word && behindPlaceholders(text) === '';
  }

  private missingOpenBrace(nginxOffset: number): void {
    this.strayBracesLeft -= 1;
    this.error('missing-open-brace', this.lastWord, nginxOffset);
    this.openBlock(this.lastWord);
  }

  private endSimple(last: number, terminated: boolean): void {
    this.add({
      parent: this.frame?.directive ?? null,
      first: this.first,
      lastWord: this.lastWord,
      open: -1,
      last,
      terminated,
      children: null,
    });
    this.first = -1;
    this.lastWord = -1;
  }

  private add(directive: OpenDirective): void {
    (this.frame?.directive.children ?? this.root).push(directive);
  }

  private openBrace(index: number): void {
    const offset = tokenStart(this.tokens, index);
    if (this.first === -1) {
      this.error('unexpected-open-brace', index, offset);
      if (this.openBlocksLeft > 0) {
        this.openBlocksLeft -= 1;
        return;
      }
      // The braces balance: the block is kept, nameless, so that its closing brace finds it.
      this.first = index;
      this.lastWord = index - 1;
    } else if (this.frame !== null && this.frame.entryWords !== DIRECTIVES) {
      this.error('unexpected-open-brace', index, offset);
      this.stumble(offset, 0, 0);
    }
    this.openBlock(index);
  }

  private openBlock(open: number): void {
    const directive: OpenDirective = {
      parent: this.frame?.directive ?? null,
      first: this.first,
      lastWord: this.lastWord,
      open,
      last: open,
      terminated: false,
      children: [],
    };
    this.add(directive);
    const name = wordAt(this.tokens, this.first).value;
    this.frame = {
      outer: this.frame,
      depth: this.frame === null ? 0 : this.frame.depth + 1,
      directive,
      name,
      entryWords: entryBlock(name)?.words ?? DIRECTIVES,
      column: this.known === BALANCED ? INLINE : this.column(this.first),
      contentColumn: NONE_YET,
    };
    this.first = -1;
    this.lastWord = -1;
  }

  private closeBrace(index: number): void {
    const offset = tokenStart(this.tokens, index);
    const column = this.known === BALANCED ? INLINE : this.column(index);
    if (this.first !== -1 && this.endUnterminated(offset, column)) return;
    this.closeBlocksLeft(index, column, '}');
    if (this.frame === null || this.isStrayByIndentation(column)) {
      this.strayBracesLeft -= 1;
      this.stumble(offset, 1, 0);
      this.error('stray-close-brace', index, this.nginxOffsetOf(offset));
      return;
    }
    this.close(this.frame, index, true);
  }

  /** Ends the directive that a `}` cuts short; gives whether that accounts for the brace, too. */
  private endUnterminated(offset: number, column: number): boolean {
    if (this.strayBracesLeft > 0 && column !== INLINE && column === this.columnOfFirst()) {
      this.missingOpenBrace(offset);
      return false;
    }
    this.missingSemicolon(offset);
    // One `}` too many that stands where a `;` should be was meant as one.
    const isTypo = this.strayBracesLeft > 0 && column === INLINE;
    if (isTypo) this.strayBracesLeft -= 1;
    return isTypo;
  }

  /** Ends a block. Of alternatives that each end it the first counts. */
  private close({ directive, outer }: Frame, last: number, terminated: boolean): void {
    if (!directive.terminated) {
      directive.last = last;
      directive.terminated = terminated;
    }
    this.frame = outer;
  }

  private stumble(offset: number, strayBraces: number, openBlocks: number): void {
    const { imbalance } = this;
    this.imbalance = {
      strayBraces: imbalance.strayBraces + strayBraces,
      openBlocks: imbalance.openBlocks + openBlocks,
      nginxOffset: imbalance.nginxOffset === -1 ? offset : imbalance.nginxOffset,
    };
  }

  /** Where nginx gives up for a brace: at the first that is one too many or too few, however the mistake is marked. */
  private nginxOffsetOf(offset: number): number {
    return this.known === BALANCED ? offset : this.known.nginxOffset;
  }

  /** Takes note of the indentation of the first word of a directive. */
  private noteColumn(index: number): void {
    const column = this.column(index);
    this.closeBlocksLeft(index, column, wordAt(this.tokens, index).value);
    if (this.frame?.contentColumn === NONE_YET) this.frame.contentColumn = column;
  }

  /** Closes the blocks that the token at `index` has left by its indentation, as many as are known to be open. */
  private closeBlocksLeft(index: number, column: number, name: string): void {
    if (column === INLINE || this.openBlocksLeft <= 0) return;
    let last = -1;
    while (this.frame !== null && this.openBlocksLeft > 0 && hasLeft(this.frame, column, name)) {
      if (last === -1) last = this.lastBefore(index);
      this.openBlocksLeft -= 1;
      this.missingCloseBrace(last, this.known.nginxOffset);
      this.close(this.frame, last, false);
    }
  }

  /** Marks the last token of a block; of Lua, which then ends with the brace of another block, its last character. */
  private missingCloseBrace(last: number, nginxOffset: number): void {
    const start = tokenStart(this.tokens, last);
    const end = start + tokenText(this.tokens, last).trimEnd().length;
    const isLua = this.tokens.kinds[last] === TokenKind.Lua;
    addError(this.errors, { code: 'missing-close-brace', start: isLua ? end - 1 : start, end, nginxOffset });
  }

  /** The last token before `index` that is not white space or comment. */
  private lastBefore(index: number): number {
    let last = index - 1;
    while (last > 0 && this.isTrivia(last)) last -= 1;
    return last;
  }

  private isTrivia(index: number): boolean {
    const kind = this.tokens.kinds[index];
    return kind === TokenKind.Whitespace || kind === TokenKind.Comment || kind === TokenKind.Placeholder;
  }

  /** A `}` that begins its line further right than the line that opens the block closes nothing. */
  private isStrayByIndentation(column: number): boolean {
    const { frame } = this;
    return this.strayBracesLeft > 0 && frame !== null && isIndented(frame) && column > frame.column;
  }

  /** The column of a token that begins a line, otherwise `INLINE`. */
  private column(index: number): number {
    if (!this.beginsLine(index)) return INLINE;
    const { text } = this.tokens;
    const start = tokenStart(this.tokens, index);
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    return start - lineStart - (lineStart === 0 && beginsWithMark(text) ? 1 : 0);
  }

  private endOfFile(): void {
    const { count, text } = this.tokens;
    if (this.first !== -1) this.missingSemicolon(text.length);
    if (this.frame === null) return;
    // One mistake, one error: the innermost block stands for all that are left open.
    const last = this.lastBefore(count);
    this.missingCloseBrace(last, this.nginxOffsetOf(text.length));
    while (this.frame !== null) {
      this.stumble(text.length, 0, 1);
      this.close(this.frame, last, false);
    }
  }

  private error(code: SyntaxErrorCode, index: number, nginxOffset: number): void {
    const start = tokenStart(this.tokens, index);
    addError(this.errors, { code, start, end: tokenEnd(this.tokens, index), nginxOffset });
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || code === CARRIAGE_RETURN;
}

/** Whether the content of a block is indented, so that its indentation tells anything. */
function isIndented({ column, contentColumn }: Frame): boolean {
  return column !== INLINE && contentColumn > column;
}

/**
 * Whether `name`, a directive or a `}` that begins a line at `column`, is no longer in the block: it stands further left
 * than the line that opens the block, or as far, unless it can only belong to it.
 */
function hasLeft(frame: Frame, column: number, name: string): boolean {
  if (frame.column === INLINE) return false;
  if (frame.contentColumn === NONE_YET) return column < frame.column;
  return isIndented(frame) && (column < frame.column || (column === frame.column && !isOwn(frame, name)));
}

function isOwn(frame: Frame, name: string): boolean {
  return name === '}' || (name === 'location' && frame.name === 'server');
}

/**
 * Both lists in the order of the text. One mistake, one error: at each place the first counts, a lexical one before
 * the parser's; and of braces after a Lua block without end nobody can tell whose they are.
 */
function mergeErrors(lexical: readonly SyntaxError[], syntactic: readonly SyntaxError[]): SyntaxError[] {
  const lua = lexical.find(({ code }) => code === 'unclosed-lua')?.start ?? Number.POSITIVE_INFINITY;
  const told = syntactic.filter(({ code, start }) => start < lua || !isBraceError(code));
  const merged: SyntaxError[] = [];
  for (const error of [...lexical, ...told].toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last?.start !== error.start) merged.push(error);
    else if (last.nginxOffset === -1) merged[merged.length - 1] = { ...last, nginxOffset: error.nginxOffset };
  }
  return merged;
}
