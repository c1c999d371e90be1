import type { SyntaxError } from './errors';
import { findLuaEnd } from './lua';
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
const SEMICOLON = 0x3b;
const LESS_THAN = 0x3c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A file with more Lua blocks that have no end than this is not read for Lua any further: each costs a whole scan. */
const UNCLOSED_LUA_LIMIT = 8;

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
]) {
  WORD_STOPS[code] = 1;
}

/**
 * Cuts a text into tokens as ngx_conf_read_token does (nginx, src/core/ngx_conf_file.c), losing nothing and
 * never failing. Where nginx would give up it goes on: a quote that never closes ends with its line.
 * Linear in the length of the text.
 *
 * @param template whether placeholders of Jinja, ERB and the like stand in the text: `{{ }}`, `{% %}`, `{# #}`, `<% %>`
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
  /** Offset of the first word of the directive being read, -1 between directives. */
  private directive = -1;
  private unclosedLua = 0;

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
    this.reserve();
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
    let offset = 0;
    while (offset < text.length) {
      switch (text.charCodeAt(offset)) {
        case SPACE:
        case TAB:
        case LINE_FEED:
        case CARRIAGE_RETURN:
          offset = this.whitespace(offset);
          break;
        case SHARP:
          offset = this.push(TokenKind.Comment, offset, this.lineEnd(offset));
          break;
        case SEMICOLON:
          offset = this.push(TokenKind.Semicolon, offset, offset + 1);
          this.directive = -1;
          break;
        case OPEN_BRACE:
          offset = this.openBrace(offset);
          break;
        case CLOSE_BRACE:
          offset = this.push(TokenKind.CloseBrace, offset, offset + 1);
          this.directive = -1;
          break;
        case QUOTE:
        case APOSTROPHE:
          offset = this.quoted(offset);
          break;
        case LESS_THAN:
          offset = this.template ? this.placeholderOrWord(offset) : this.word(offset);
          break;
        default:
          offset = this.word(offset);
      }
    }
  }

  private push(kind: TokenKind, start: number, end: number): number {
    if (this.count >= this.kinds.length) this.reserve();
    this.kinds[this.count] = kind;
    this.starts[this.count] = start;
    this.count += 1;
    return end;
  }

  private reserve(): void {
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
    while (offset < end) {
      const code = text.charCodeAt(offset);
      if (code > 127 || WORD_STOPS[code] === 0) offset += 1;
      else if (code === BACKSLASH) offset += 2;
      else if (
        this.template &&
        (code === OPEN_BRACE || code === LESS_THAN) &&
        this.placeholderEnd(offset) !== -1
      ) {
        offset = this.placeholderEnd(offset);
      } else if (code === LESS_THAN) offset += 1;
      else if (code === DOLLAR) {
        offset += 1;
        if (!this.template || this.placeholderEnd(offset) === -1) {
          while (text.charCodeAt(offset) === OPEN_BRACE) offset += 1;
        }
      } else break;
    }
    if (this.directive === -1) this.directive = start;
    return this.push(TokenKind.Word, start, Math.min(offset, end));
  }

  private quoted(start: number): number {
    if (this.directive === -1) this.directive = start;
    const close = this.closingQuote(start);
    if (close !== -1) {
      const next = close + 1 < this.text.length ? this.text.charCodeAt(close + 1) : SPACE;
      if (mayFollowQuote(next)) return this.push(TokenKind.Quoted, start, close + 1);
      if (!this.text.slice(start, close).includes('\n')) {
        this.errors.push({ code: 'text-after-quote', start, end: close + 1, nginxOffset: close + 1 });
        return this.push(TokenKind.Quoted, start, close + 1);
      }
    }
    const end = this.openQuotedEnd(start);
    const nginxOffset = close === -1 ? this.text.length : close + 1;
    this.errors.push({ code: 'open-quote', start, end, nginxOffset });
    return this.push(TokenKind.OpenQuoted, start, end);
  }

  private closingQuote(start: number): number {
    const { text } = this;
    const quote = text.charCodeAt(start);
    for (let offset = start + 1; offset < text.length; offset += 1) {
      const code = text.charCodeAt(offset);
      if (code === quote) return offset;
      if (code === BACKSLASH) offset += 1;
      else if (this.template && (code === OPEN_BRACE || code === LESS_THAN)) {
        const end = this.placeholderEnd(offset);
        if (end !== -1) offset = end - 1;
      }
    }
    return -1;
  }

  /** A quote that does not close is taken to end with its line, before the `;` or `{` that ends the directive. */
  private openQuotedEnd(start: number): number {
    let end = this.lineEnd(start);
    while (end > start + 1 && isWhitespace(this.text.charCodeAt(end - 1))) end -= 1;
    const last = this.text.charCodeAt(end - 1);
    if (end > start + 1 && (last === SEMICOLON || last === OPEN_BRACE)) end -= 1;
    while (end > start + 1 && isWhitespace(this.text.charCodeAt(end - 1))) end -= 1;
    return end;
  }

  private openBrace(offset: number): number {
    if (this.template && this.placeholderEnd(offset) !== -1) return this.placeholderOrWord(offset);
    const directive = this.directive;
    this.directive = -1;
    this.push(TokenKind.OpenBrace, offset, offset + 1);
    if (directive === -1 || !this.isLuaBlock(directive)) return offset + 1;
    const end = findLuaEnd(this.text, offset + 1);
    if (end === -1) {
      this.unclosedLua += 1;
      this.errors.push({
        code: 'unclosed-lua',
        start: offset,
        end: offset + 1,
        nginxOffset: this.text.length,
      });
      return offset + 1;
    }
    return end === offset + 1 ? end : this.push(TokenKind.Lua, offset + 1, end);
  }

  private isLuaBlock(directive: number): boolean {
    if (this.unclosedLua >= UNCLOSED_LUA_LIMIT) return false;
    const name = this.text.slice(directive, directive + 64);
    return /^["']?\w+_by_lua_block["'\s{]/.test(name);
  }

  /** A placeholder that fills the rest of its line, or any `{% %}`, stands for whole directives; another is a word. */
  private placeholderOrWord(start: number): number {
    const end = this.placeholderEnd(start);
    if (end === -1 || this.directive !== -1) return this.word(start);
    const isExpression = this.text.charCodeAt(start + 1) === OPEN_BRACE || this.text.startsWith('<%=', start);
    if (isExpression && !/^[ \t\r]*(?:\n|$)/.test(this.text.slice(end, end + 256))) return this.word(start);
    return this.push(TokenKind.Placeholder, start, end);
  }

  /** Offset after the placeholder that begins at `offset`, or -1. A placeholder does not run over 4,096 characters. */
  private placeholderEnd(offset: number): number {
    const { text } = this;
    const opening = text.slice(offset, offset + 2);
    const closing = PLACEHOLDERS.get(opening);
    if (closing === undefined) return -1;
    const rest = text.slice(offset + 2, offset + 4096);
    const end = rest.indexOf(closing);
    // An expression stands on one line; two braces that do not are something else.
    if (end === -1 || (opening === '{{' && rest.slice(0, end).includes('\n'))) return -1;
    return offset + 2 + end + closing.length;
  }
}

const PLACEHOLDERS: ReadonlyMap<string, string> = new Map([
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
  ['<%', '%>'],
]);

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
