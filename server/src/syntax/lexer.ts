import { beginsWithMark } from './byte-order-mark';
import { conflictMarkerEnd } from './conflicts';
import { entryBlock } from './entry-blocks';
import { addError, type SyntaxError, type SyntaxErrorCode } from './errors';
import { likelyEnd } from './indentation';
import { findLuaEnd } from './lua';
import { placeholderEnd, placeholdersForDirectives } from './templates/placement';
import { TokenKind, type Tokens } from './tokens';

export interface LexResult {
  readonly tokens: Tokens;
  readonly errors: readonly SyntaxError[];
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const SHARP = 0x23;
const DOLLAR = 0x24;
const APOSTROPHE = 0x27;
const CLOSE_PARENTHESIS = 0x29;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;
const LESS_THAN = 0x3c;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;
const AT = 0x40;
const BACKSLASH = 0x5c;
const LOWER_K = 0x6b;
const BAR = 0x7c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const LUA_BLOCK = /^\w+_by_lua_block$/;
/** The same with one mistake in it: what a block of that name holds is meant as Lua. */
const NEARLY_LUA_BLOCK = /^\w+(?:_by_lua\w*|lua_block|_by\w{2,5}_block)$/;
/** No name of a directive is longer. */
const LONGEST_NAME = 64;
/** A count in a pattern, such as `{2,3}`. */
const COUNT = /^\{\d+(?:,\d*)?\}/;
const LINE_START = /\n[ \t]*$/;

/** A file with more Lua blocks that have no end than this is not read for Lua any further: each costs a whole scan. */
const UNCLOSED_LUA_LIMIT = 8;

/** nginx reads a file in pieces of this many bytes, and a word or a comment with what ends it must fit in one. */
const BUFFER = 4096;

/** 1 for the characters that an unquoted word does not simply run over. */
const WORD_STOPS = new Uint8Array(128);
for (const code of [
  TAB,
  LINE_FEED,
  CARRIAGE_RETURN,
  SPACE,
  SEMICOLON,
  OPEN_BRACE,
  BACKSLASH,
  DOLLAR,
  LESS_THAN,
  AT,
]) {
  WORD_STOPS[code] = 1;
}

/**
 * Cuts a text into tokens as ngx_conf_read_token does (nginx, src/core/ngx_conf_file.c), losing nothing and
 * never failing. Where nginx would give up it goes on: a quote that never closes ends with its line, and a byte order
 * mark at the beginning is white space.
 * Linear in the length of the text.
 *
 * @param template whether placeholders stand in the text, in whichever of the languages of `templates/`
 */
export function lex(text: string, template: boolean): LexResult {
  const lexer = new Lexer(text, template);
  lexer.run();
  return { tokens: lexer.tokens(), errors: lexer.errors };
}

class Lexer {
  readonly errors: SyntaxError[] = [];
  private kinds: Uint8Array;
  private starts: Uint32Array;
  private count = 0;
  /** Whether a directive has begun and not ended. */
  private inDirective = false;
  /** Whether the directive being read is a `*_by_lua_block`. */
  private isLuaBlock = false;
  private unclosedLua = 0;
  /** The range of the name of the directive being read. */
  private nameStart = 0;
  private nameEnd = 0;
  /** Whether the innermost block that is open holds entries: `//` may begin one. */
  private inEntries = false;
  /** Whether the markers of a conflict have begun and not ended. */
  private inConflict = false;

  constructor(
    private readonly text: string,
    private readonly template: boolean,
  ) {
    const capacity = (text.length >> 2) + 16;
    this.kinds = new Uint8Array(capacity);
    this.starts = new Uint32Array(capacity);
  }

  tokens(): Tokens {
    const { text, count } = this;
    if (count >= this.starts.length) this.grow();
    this.starts[count] = text.length;
    return {
      text,
      count,
      kinds: this.kinds.slice(0, count),
      starts: this.starts.slice(0, count + 1),
    };
  }

  run(): void {
    const { text } = this;
    let offset = beginsWithMark(text) ? this.whitespace(0) : 0;
    while (offset < text.length) {
      switch (text.charCodeAt(offset)) {
        case SPACE:
        case TAB:
        case LINE_FEED:
        case CARRIAGE_RETURN:
          offset = this.whitespace(offset);
          break;
        case SHARP:
          offset = this.comment(offset);
          break;
        case SEMICOLON:
          offset = this.push(TokenKind.Semicolon, offset, offset + 1);
          this.inDirective = false;
          break;
        case OPEN_BRACE:
          offset = this.openBrace(offset);
          break;
        case CLOSE_BRACE:
          offset = this.push(TokenKind.CloseBrace, offset, offset + 1);
          this.inDirective = false;
          this.inEntries = false;
          break;
        case QUOTE:
        case APOSTROPHE:
          offset = this.quoted(offset);
          break;
        case LESS_THAN:
        case EQUALS:
        case GREATER_THAN:
        case BAR:
          offset = this.conflictOrWord(offset);
          break;
        case SLASH:
          offset = this.slashCommentOrWord(offset);
          break;
        default:
          offset = this.wordOrPlaceholders(offset);
      }
    }
  }

  private push(kind: TokenKind, start: number, end: number): number {
    if (this.count >= this.kinds.length) this.grow();
    this.kinds[this.count] = kind;
    this.starts[this.count] = start;
    this.count += 1;
    return end;
  }

  private grow(): void {
    const capacity = this.kinds.length * 2;
    const kinds = new Uint8Array(capacity);
    const starts = new Uint32Array(capacity);
    kinds.set(this.kinds);
    starts.set(this.starts);
    this.kinds = kinds;
    this.starts = starts;
  }

  private lineEnd(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    return end === -1 ? this.text.length : end;
  }

  private comment(start: number): number {
    const end = this.lineEnd(start);
    if (this.isTooLong(start, end)) this.error('too-long-parameter', start, end, start);
    return this.push(TokenKind.Comment, start, end);
  }

  /** Whether nginx's buffer is full before it has met what ends the token. */
  private isTooLong(start: number, end: number): boolean {
    if ((end - start) * 3 < BUFFER) return false;
    const size = utf8Length(this.text.slice(start, end));
    return end === this.text.length ? size > BUFFER : size >= BUFFER;
  }

  private whitespace(start: number): number {
    const { text } = this;
    let offset = start + 1;
    while (isWhitespace(text.charCodeAt(offset))) offset += 1;
    return this.push(TokenKind.Whitespace, start, offset);
  }

  private word(start: number): number {
    const { text } = this;
    const end = text.length;
    let offset = start;
    let brace = -1;
    while (offset < end) {
      const code = text.charCodeAt(offset);
      if (code > 127 || WORD_STOPS[code] === 0) offset += 1;
      else if (code === BACKSLASH) offset += 2;
      else if (code === DOLLAR) {
        const placeholder = this.template ? placeholderEnd(text, offset) : -1;
        offset += 1;
        if (placeholder !== -1) offset = placeholder;
        else if (!this.template || placeholderEnd(text, offset) === -1) {
          while (text.charCodeAt(offset) === OPEN_BRACE) offset += 1;
        }
      } else {
        const placeholder = this.template ? placeholderEnd(text, offset) : -1;
        if (placeholder !== -1) offset = placeholder;
        else if (code === LESS_THAN || code === AT) offset += 1;
        else if (code === OPEN_BRACE && COUNT.test(text.slice(offset, offset + 16))) {
          if (brace === -1) brace = offset;
          offset = text.indexOf('}', offset) + 1;
        } else break;
      }
    }
    if (offset > end) offset = end;
    this.noteName(start, offset);
    if (brace !== -1) this.error('unquoted-brace', start, offset, brace);
    else if (this.isTooLong(start, offset)) this.error('too-long-parameter', start, offset, start);
    return this.push(TokenKind.Word, start, offset);
  }

  /**
   * Notes whether the word names a `*_by_lua_block`. nginx goes by the first word of a directive alone; a word that
   * begins a line counts here too, lest a `;` forgotten on the line before turn Lua into directives.
   */
  private noteName(start: number, end: number): void {
    const isFirst = !this.inDirective;
    this.inDirective = true;
    if (isFirst) {
      this.isLuaBlock = false;
      this.nameStart = start;
      this.nameEnd = end;
    }
    if (this.text.charCodeAt(end - 1) !== LOWER_K || !LUA_BLOCK.test(this.text.slice(start, end))) return;
    if (isFirst || LINE_START.test(this.text.slice(Math.max(0, start - 256), start))) this.isLuaBlock = true;
  }

  private quoted(start: number): number {
    const close = this.closingQuote(start);
    this.noteName(start + 1, close);
    if (close !== -1) {
      const next = close + 1 < this.text.length ? this.text.charCodeAt(close + 1) : SPACE;
      if (mayFollowQuote(next)) {
        if (this.isTooLong(start + 1, close + 1)) this.error('too-long-parameter', start, close + 1, start);
        return this.push(TokenKind.Quoted, start, close + 1);
      }
      if (!this.text.slice(start, close).includes('\n')) {
        this.error('text-after-quote', start, close + 1, close + 1);
        this.push(TokenKind.Quoted, start, close + 1);
        // A second quote right after it is one too many: it opens nothing.
        return next === QUOTE || next === APOSTROPHE ? this.word(close + 1) : close + 1;
      }
    }
    const end = this.openQuotedEnd(start, close === -1);
    const marked = Math.min(end, this.lineEnd(start));
    const stop = close === -1 ? this.text.length : close + 1;
    this.error('open-quote', start, marked, this.isTooLong(start + 1, stop) ? start : stop);
    return this.push(TokenKind.OpenQuoted, start, end);
  }

  private closingQuote(start: number): number {
    const { text } = this;
    const quote = text.charCodeAt(start);
    for (let offset = start + 1; offset < text.length; offset += 1) {
      const code = text.charCodeAt(offset);
      if (code === quote) return offset;
      if (code === BACKSLASH) offset += 1;
      else if (this.template && (code === OPEN_BRACE || code === LESS_THAN || code === DOLLAR)) {
        const end = placeholderEnd(text, offset);
        if (end !== -1) offset = end - 1;
      }
    }
    return -1;
  }

  /**
   * A quote that does not close is taken to end with its line, before the `;` or `{` that ends the directive. One with
   * nothing after it on its line was to go over many: those before a `;` or `}` that stands no further right than it.
   */
  private openQuotedEnd(start: number, isLast: boolean): number {
    const lineEnd = this.lineEnd(start);
    const line = this.text.slice(start, lineEnd).trimEnd();
    if (line.length === 1 && isLast) {
      const end = likelyEnd(this.text, start);
      return end === -1 ? start + 1 : start + this.text.slice(start, end).trimEnd().length;
    }
    const end = line.search(/[;{][ \t\r]*(?:#[^\n]*)?$/);
    const quoted = end === -1 ? line : line.slice(0, end);
    return start + Math.max(quoted.trimEnd().length, 1);
  }

  private openBrace(offset: number): number {
    if (this.template && placeholderEnd(this.text, offset) !== -1) return this.placeholdersOrWord(offset);
    const isLuaBlock =
      this.inDirective &&
      (this.isLuaBlock || this.isNearlyLuaBlock(offset)) &&
      this.unclosedLua < UNCLOSED_LUA_LIMIT;
    this.inEntries =
      this.inDirective && entryBlock(this.text.slice(this.nameStart, this.nameEnd)) !== undefined;
    this.inDirective = false;
    this.push(TokenKind.OpenBrace, offset, offset + 1);
    return isLuaBlock ? this.lua(offset) : offset + 1;
  }

  /** Whether the brace at `open` stands right behind a misspelt `*_by_lua_block`. */
  private isNearlyLuaBlock(open: number): boolean {
    const { text, nameStart, nameEnd } = this;
    if (nameEnd - nameStart > LONGEST_NAME) return false;
    return NEARLY_LUA_BLOCK.test(text.slice(nameStart, nameEnd)) && text.slice(nameEnd, open).trim() === '';
  }

  /** The body of a Lua block that opens at `open`. One that does not end is taken to end by its indentation. */
  private lua(open: number): number {
    const { text } = this;
    let end = findLuaEnd(text, open + 1);
    if (end === -1) {
      this.unclosedLua += 1;
      this.error('unclosed-lua', open, open + 1, text.length);
      end = likelyEnd(text, open);
      if (end === -1) end = text.length;
    }
    return end === open + 1 ? end : this.push(TokenKind.Lua, open + 1, end);
  }

  private error(code: SyntaxErrorCode, start: number, end: number, nginxOffset: number): void {
    addError(this.errors, { code, start, end, nginxOffset });
  }

  /** A marker of a conflict between two versions of the text is skipped; one error stands for all of a conflict. */
  private conflictOrWord(start: number): number {
    const end = conflictMarkerEnd(this.text, start);
    if (end === -1) return this.wordOrPlaceholders(start);
    if (!this.inConflict) this.error('conflict', start, end, -1);
    this.inConflict = this.text.charCodeAt(start) !== GREATER_THAN;
    return this.push(TokenKind.Placeholder, start, end);
  }

  /** What its author took for a comment, to the end of its line: nginx reads a directive of that name. */
  private slashCommentOrWord(start: number): number {
    if (this.inDirective || this.inEntries || this.text.charCodeAt(start + 1) !== SLASH)
      return this.wordOrPlaceholders(start);
    return this.comment(start);
  }

  private wordOrPlaceholders(start: number): number {
    return this.template ? this.placeholdersOrWord(start) : this.word(start);
  }

  /** What a character begins in a template: placeholders that stand for directives, or a word. */
  private placeholdersOrWord(start: number): number {
    if (this.inDirective) return this.word(start);
    const offsets = placeholdersForDirectives(this.text, start);
    if (offsets.length === 0) return this.word(start);
    let end = start;
    for (const [index, offset] of offsets.entries()) {
      if (offset > end)
        this.push(index % 2 === 0 ? TokenKind.Whitespace : TokenKind.Placeholder, end, offset);
      end = offset;
    }
    return end;
  }
}

function utf8Length(text: string): number {
  let length = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    // A pair of surrogates is four bytes, two for each half.
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    length += code < 0x80 ? 1 : code < 0x800 || isSurrogate ? 2 : 3;
  }
  return length;
}

function isWhitespace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
}

/** nginx refuses `}` here too, but as it does everywhere in an argument list: that is the parser's to say. */
function mayFollowQuote(code: number): boolean {
  return (
    isWhitespace(code) ||
    code === SEMICOLON ||
    code === OPEN_BRACE ||
    code === CLOSE_BRACE ||
    code === CLOSE_PARENTHESIS
  );
}
