import type { SyntaxError, SyntaxErrorCode } from './errors';
import { lex } from './lexer';
import { isWord, TokenKind, type Tokens, tokenEnd, tokenStart, tokenText } from './tokens';
import { type SyntaxTree, wordAt } from './tree';

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
  let parser = new Parser(tokens, isDirective, false);
  parser.run();
  if (!parser.balanced) {
    parser = new Parser(tokens, isDirective, true);
    parser.run();
  }
  return {
    text,
    tokens,
    directives: parser.root,
    errors: mergeErrors(errors, parser.errors),
    template,
  };
}

interface OpenDirective {
  parent: OpenDirective | null;
  first: number;
  lastWord: number;
  open: number;
  last: number;
  terminated: boolean;
  children: OpenDirective[] | null;
}

/** Blocks whose lines are entries, not directives: a name of a directive at the start of a line means nothing there. */
const ENTRY_BLOCKS: ReadonlySet<string> = new Set([
  'map',
  'geo',
  'types',
  'split_clients',
  'charset_map',
  'match',
]);

class Parser {
  readonly root: OpenDirective[] = [];
  readonly errors: SyntaxError[] = [];
  balanced = true;
  private block: OpenDirective | null = null;
  private blockHasEntries = false;
  /** First and last word of the directive being read, -1 between directives. */
  private first = -1;
  private lastWord = -1;

  constructor(
    private readonly tokens: Tokens,
    private readonly isDirective: (name: string, argumentCount: number) => boolean,
    private readonly byIndentation: boolean,
  ) {}

  run(): void {
    const { tokens } = this;
    const { kinds, count } = tokens;
    for (let index = 0; index < count; index += 1) {
      switch (kinds[index]) {
        case TokenKind.Word:
        case TokenKind.Quoted:
        case TokenKind.OpenQuoted:
          this.word(index);
          break;
        case TokenKind.Semicolon:
          if (this.first === -1) this.error('unexpected-semicolon', index, tokenStart(tokens, index));
          else this.endSimple(index, true);
          break;
        case TokenKind.OpenBrace:
          this.openBlock(index);
          break;
        case TokenKind.CloseBrace:
          this.closeBrace(index);
          break;
        default:
      }
    }
    this.endOfFile();
  }

  private word(index: number): void {
    if (this.first !== -1 && this.lacksSemicolonBefore(index)) {
      this.missingSemicolon(-1);
    }
    if (this.first === -1) {
      if (this.byIndentation) this.closeBlocksLeft(index);
      this.first = index;
    }
    this.lastWord = index;
  }

  private lacksSemicolonBefore(index: number): boolean {
    const { tokens } = this;
    if (this.blockHasEntries || tokens.kinds[index] !== TokenKind.Word || !this.beginsLine(index))
      return false;
    return this.isDirective(wordAt(tokens, index).value, this.wordsAfter(index));
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
    const { tokens } = this;
    if (index === 0) return true;
    if (tokens.kinds[index - 1] !== TokenKind.Whitespace) return false;
    const lineFeed = tokens.text.lastIndexOf('\n', tokenStart(tokens, index) - 1);
    return lineFeed >= tokenStart(tokens, index - 1);
  }

  private missingSemicolon(nginxOffset: number): void {
    const last = this.lastWord;
    const end = tokenEnd(this.tokens, last);
    this.push({ code: 'missing-semicolon', start: tokenStart(this.tokens, last), end, nginxOffset });
    this.endSimple(last, false);
  }

  private endSimple(last: number, terminated: boolean): void {
    this.add({
      parent: this.block,
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
    (this.block === null ? this.root : (this.block.children ?? [])).push(directive);
  }

  private openBlock(index: number): void {
    if (this.first === -1) {
      this.error('unexpected-open-brace', index, tokenStart(this.tokens, index));
      // The block is kept, nameless, so that its closing brace finds it.
      this.first = index;
      this.lastWord = index - 1;
    }
    const directive: OpenDirective = {
      parent: this.block,
      first: this.first,
      lastWord: this.lastWord,
      open: index,
      last: index,
      terminated: false,
      children: [],
    };
    this.add(directive);
    this.first = -1;
    this.lastWord = -1;
    this.enter(directive);
  }

  private enter(block: OpenDirective | null): void {
    this.block = block;
    this.blockHasEntries =
      block !== null &&
      isWord(this.tokens.kinds[block.first]) &&
      ENTRY_BLOCKS.has(wordAt(this.tokens, block.first).value);
  }

  private closeBrace(index: number): void {
    const offset = tokenStart(this.tokens, index);
    if (this.first !== -1) this.missingSemicolon(offset);
    if (this.byIndentation) this.closeBlocksLeft(index);
    if (this.block === null || (this.byIndentation && this.isStrayByIndentation(index))) {
      this.balanced = false;
      this.error('stray-close-brace', index, offset);
      return;
    }
    this.close(index, true);
  }

  private close(last: number, terminated: boolean): void {
    const { block } = this;
    if (block === null) return;
    block.last = last;
    block.terminated = terminated;
    this.enter(block.parent);
  }

  /**
   * Closes the blocks that the token at `index` has left by its indentation: it begins a line, and stands
   * further left than the opening line of the block (or as far, unless it is the block's own `}`).
   * A block whose content is not indented tells nothing.
   */
  private closeBlocksLeft(index: number): void {
    if (!this.beginsLine(index)) return;
    const own = this.column(index);
    const isBrace = this.tokens.kinds[index] === TokenKind.CloseBrace;
    while (this.block !== null && this.isIndented(this.block)) {
      const opening = this.column(this.block.first);
      if (own > opening || (isBrace && own === opening)) return;
      this.missingCloseBrace(index, tokenStart(this.tokens, index));
    }
  }

  private isIndented(block: OpenDirective): boolean {
    const child = block.children?.[0];
    if (child === undefined || !this.beginsLine(block.first) || !this.beginsLine(child.first)) return false;
    return this.column(child.first) > this.column(block.first);
  }

  private missingCloseBrace(before: number, nginxOffset: number): void {
    let last = before - 1;
    while (last > 0 && this.isTrivia(last)) last -= 1;
    this.push({
      code: 'missing-close-brace',
      start: tokenStart(this.tokens, last),
      end: tokenEnd(this.tokens, last),
      nginxOffset,
    });
    this.close(last, false);
  }

  private isTrivia(index: number): boolean {
    const kind = this.tokens.kinds[index];
    return kind === TokenKind.Whitespace || kind === TokenKind.Comment || kind === TokenKind.Placeholder;
  }

  /** A `}` that begins its line further right than the line that opens the block closes nothing. */
  private isStrayByIndentation(index: number): boolean {
    const { block } = this;
    if (block === null || !this.beginsLine(index) || !this.isIndented(block)) return false;
    return this.column(index) > this.column(block.first);
  }

  private column(index: number): number {
    const start = tokenStart(this.tokens, index);
    return start - 1 - this.tokens.text.lastIndexOf('\n', start - 1);
  }

  private endOfFile(): void {
    const { tokens } = this;
    const end = tokens.text.length;
    if (this.first !== -1) this.missingSemicolon(end);
    if (this.block === null) return;
    this.balanced = false;
    // One mistake, one error: the innermost block stands for all that are left open.
    this.missingCloseBrace(tokens.count, end);
    while (this.block !== null) this.close(tokens.count - 1, false);
  }

  private error(code: SyntaxErrorCode, index: number, nginxOffset: number): void {
    this.push({
      code,
      start: tokenStart(this.tokens, index),
      end: tokenEnd(this.tokens, index),
      nginxOffset,
    });
  }

  private push(error: SyntaxError): void {
    this.errors.push(error);
  }
}

/** Both lists in the order of the text; a lexical error silences the parser's on the same token. */
function mergeErrors(lexical: readonly SyntaxError[], syntactic: readonly SyntaxError[]): SyntaxError[] {
  const marked = new Set(lexical.map((error) => error.start));
  const rest = syntactic.filter((error) => !marked.has(error.start));
  return [...lexical, ...rest].toSorted((a, b) => a.start - b.start);
}
