import { byteLength, bytesOf } from '../syntax/byte-length';
import { findLuaEnd } from '../syntax/lua';
import { TokenKind } from '../syntax/tokens';
import type { Directive, OpenDirective, SyntaxTree } from '../syntax/tree';

/**
 * How nginx itself reads a file (ngx_conf_read_token, ngx_conf_parse): to the first character that it does not expect,
 * and no further. The parser of `syntax/` gives the same tree for a file without errors; for one with errors it gives
 * what its author meant, and this gives what nginx sees.
 */
export interface StrictReading {
  /** What was read, without what is after the fault. */
  readonly tree: SyntaxTree;
  readonly fault: SyntaxFault | null;
}

export interface SyntaxFault {
  /** A node in the tree, in the place of what could not be read. */
  readonly node: Directive;
  readonly text: string;
  /** An offset in the line that nginx names. */
  readonly offset: number;
}

/** nginx reads through a buffer of so many bytes; no token may fill it. */
const BUFFER = 4096;

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
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const QUOTES: ReadonlySet<number> = new Set([QUOTE, APOSTROPHE]);

const LUA_BLOCK = /^\w+_by_lua_block$/;

/** Reads a text as nginx does. */
export function readStrictly(text: string): StrictReading {
  return new StrictReader(text).read();
}

/** How a token ends. */
type Ending = 'semicolon' | 'open' | 'close' | 'end' | 'fault';

class StrictReader {
  private readonly kinds: number[] = [];
  private readonly starts: number[] = [];
  private readonly root: OpenDirective[] = [];
  private block: OpenDirective | null = null;
  private at = 0;
  /** Offset in bytes of the character at `at`, of the end of the buffer, and of the start of the token in it. */
  private byte = 0;
  private bufferEnd = 0;
  private byteStart = 0;
  private readonly bytes: number;
  /** Up to here the text is cut into tokens. */
  private cut = 0;
  private firstWord = -1;
  private lastWord = -1;
  private words = 0;
  private message = '';
  private messageOffset = 0;

  constructor(private readonly text: string) {
    this.bytes = byteLength(text);
  }

  read(): StrictReading {
    while (true) {
      this.firstWord = -1;
      this.words = 0;
      const ending = this.readDirective();
      if (ending === 'semicolon') this.add(-1, true);
      else if (ending === 'open') this.openBlock();
      else if (ending === 'close') {
        if (this.block === null) this.fail('unexpected "}"', this.at - 1);
        else this.closeBlock(this.block);
      } else if (ending === 'end' && this.block !== null) {
        this.fail('unexpected end of file, expecting "}"', this.text.length);
      } else if (ending === 'end') return this.reading(null);
      if (this.message !== '') return this.reading(this.fault());
    }
  }

  /** Reads the words of a directive up to what ends it. */
  private readDirective(): Ending {
    const { text } = this;
    let lastSpace = true;
    let needSpace = false;
    let quoted = false;
    let comment = false;
    let variable = false;
    let quote = 0;
    let start = this.at;
    this.byteStart = this.byte;
    while (true) {
      const filled = this.fill();
      if (filled === 'end') {
        if (this.words === 0 && lastSpace) return 'end';
        return this.fail('unexpected end of file, expecting ";" or "}"', text.length);
      }
      if (filled === 'full') return this.tooLong(quote, start);
      const offset = this.at;
      const code = text.charCodeAt(offset);
      this.at += 1;
      this.byte += bytesOf(code);
      if (code === LINE_FEED) comment = false;
      if (comment) continue;
      if (quoted) {
        quoted = false;
        continue;
      }
      if (needSpace) {
        if (isSpace(code)) {
          lastSpace = true;
          needSpace = false;
          continue;
        }
        if (code === SEMICOLON) return this.end(TokenKind.Semicolon, 'semicolon');
        if (code === OPEN_BRACE) return this.end(TokenKind.OpenBrace, 'open');
        if (code !== CLOSE_PARENTHESIS) return this.fail(`unexpected "${characterAt(text, offset)}"`, offset);
        lastSpace = true;
        needSpace = false;
      }
      if (lastSpace) {
        start = offset;
        this.byteStart = this.byte - bytesOf(code);
        if (isSpace(code)) continue;
        if (code === SEMICOLON || code === OPEN_BRACE) {
          if (this.words === 0) return this.fail(`unexpected "${text.charAt(offset)}"`, offset);
          return code === SEMICOLON
            ? this.end(TokenKind.Semicolon, 'semicolon')
            : this.end(TokenKind.OpenBrace, 'open');
        }
        if (code === CLOSE_BRACE) {
          if (this.words > 0) return this.fail('unexpected "}"', offset);
          return this.end(TokenKind.CloseBrace, 'close');
        }
        if (code === SHARP) {
          comment = true;
          continue;
        }
        lastSpace = false;
        if (code === BACKSLASH) quoted = true;
        else if (code === QUOTE || code === APOSTROPHE) {
          quote = code;
          this.byteStart += 1;
        } else if (code === DOLLAR) variable = true;
        continue;
      }
      if (code === OPEN_BRACE && variable) continue;
      variable = false;
      if (code === BACKSLASH) quoted = true;
      else if (code === DOLLAR) variable = true;
      else if (quote !== 0) {
        if (code !== quote) continue;
        quote = 0;
        needSpace = true;
        this.word(start, this.at, TokenKind.Quoted);
      } else if (isSpace(code) || code === SEMICOLON || code === OPEN_BRACE) {
        lastSpace = true;
        this.word(start, offset, TokenKind.Word);
        if (code === SEMICOLON) return this.end(TokenKind.Semicolon, 'semicolon');
        if (code === OPEN_BRACE) return this.end(TokenKind.OpenBrace, 'open');
      }
    }
  }

  /** Makes sure that a character is in the buffer; `full` when the token fills it. */
  private fill(): 'ready' | 'end' | 'full' {
    if (this.at >= this.text.length) return 'end';
    if (this.byte < this.bufferEnd) return 'ready';
    const length = this.byte - this.byteStart;
    if (length >= BUFFER) return 'full';
    this.bufferEnd = this.byte + Math.min(this.bytes - this.byte, BUFFER - length);
    return 'ready';
  }

  private tooLong(quote: number, start: number): Ending {
    if (quote !== 0) {
      const character = String.fromCharCode(quote);
      return this.fail(`too long parameter, probably missing terminating "${character}" character`, start);
    }
    const from = start + (QUOTES.has(this.text.charCodeAt(start)) ? 1 : 0);
    return this.fail(
      `too long parameter "${firstBytes(this.text.slice(from, from + 10), 10)}..." started`,
      start,
    );
  }

  private word(start: number, end: number, kind: TokenKind): void {
    this.token(start, end, kind);
    this.lastWord = this.kinds.length - 1;
    if (this.words === 0) this.firstWord = this.lastWord;
    this.words += 1;
  }

  /** Cuts a token out of the text, and what lies before it. */
  private token(start: number, end: number, kind: TokenKind): void {
    if (start > this.cut) {
      this.kinds.push(TokenKind.Whitespace);
      this.starts.push(this.cut);
    }
    this.kinds.push(kind);
    this.starts.push(start);
    this.cut = end;
  }

  private end(kind: TokenKind, ending: Ending): Ending {
    this.token(this.at - 1, this.at, kind);
    return ending;
  }

  private add(open: number, terminated: boolean): OpenDirective {
    const last = this.kinds.length - 1;
    const directive: OpenDirective = {
      parent: this.block,
      first: this.firstWord,
      lastWord: this.lastWord,
      open,
      last,
      terminated,
      children: open === -1 ? null : [],
    };
    (this.block?.children ?? this.root).push(directive);
    return directive;
  }

  private openBlock(): void {
    const start = this.starts[this.firstWord] ?? 0;
    const isLua = LUA_BLOCK.test(this.text.slice(start, this.starts[this.firstWord + 1] ?? start));
    this.block = this.add(this.kinds.length - 1, false);
    if (!isLua) return;
    const end = findLuaEnd(this.text, this.at);
    if (end === -1) {
      // nginx with Lua names the line at which the file ends.
      this.fail('unexpected end of file, expecting "}"', this.text.length);
      return;
    }
    if (end > this.at) this.token(this.at, end, TokenKind.Lua);
    this.byte += byteLength(this.text.slice(this.at, end));
    this.bufferEnd = this.byte;
    this.at = end;
  }

  private closeBlock(block: OpenDirective): void {
    block.last = this.kinds.length - 1;
    block.terminated = true;
    this.block = block.parent;
  }

  private fail(message: string, offset: number): Ending {
    this.message = message;
    this.messageOffset = offset;
    return 'fault';
  }

  /** Puts a node in the place of what could not be read. */
  private fault(): SyntaxFault {
    const start = Math.max(this.cut, Math.min(this.messageOffset, this.text.length));
    this.token(start, this.text.length, TokenKind.Word);
    this.firstWord = this.kinds.length - 1;
    this.lastWord = this.firstWord;
    return { node: this.add(-1, false), text: this.message, offset: this.messageOffset };
  }

  private reading(fault: SyntaxFault | null): StrictReading {
    const { text } = this;
    if (this.cut < text.length) this.token(text.length, text.length, TokenKind.Whitespace);
    for (let open = this.block; open !== null; open = open.parent) open.last = this.kinds.length - 1;
    const count = this.kinds.length;
    const tokens = {
      text,
      count,
      kinds: Uint8Array.from(this.kinds),
      starts: Uint32Array.from([...this.starts, text.length]),
    };
    return { tree: { text, tokens, directives: this.root, errors: [], template: false }, fault };
  }
}

/** The first bytes of a text; what is left of a character that they cut is a replacement character. */
function firstBytes(text: string, most: number): string {
  let bytes = 0;
  for (let end = 0; end < text.length; end += 1) {
    const next = bytes + bytesOf(text.charCodeAt(end));
    if (next > most) return text.slice(0, end) + (bytes < most ? '\uFFFD' : '');
    bytes = next;
  }
  return text;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CARRIAGE_RETURN || code === LINE_FEED;
}

function characterAt(text: string, offset: number): string {
  return String.fromCodePoint(text.codePointAt(offset) ?? 0);
}
