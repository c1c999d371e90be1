const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const DASH = 0x2d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const EQUALS = 0x3d;

/**
 * Where the body of a `*_by_lua_block` ends. Braces in Lua strings, long strings and comments do not count;
 * a string that is not closed on its line is not a string (lua-nginx-module, ngx_http_lua_lex.c).
 *
 * @param start offset just after the opening brace
 * @returns the offset of the closing brace, or -1 when there is none
 */
export function findLuaEnd(text: string, start: number): number {
  let depth = 1;
  let offset = start;
  /** Up to here neither kind of quote is looked at again: one before it did not close on this line, so none does. */
  let deadQuotes = start;
  let deadApostrophes = start;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    let end = -1;
    if (code === OPEN_BRACE) depth += 1;
    else if (code === CLOSE_BRACE) {
      depth -= 1;
      if (depth === 0) return offset;
    } else if (code === DASH && text.charCodeAt(offset + 1) === DASH) {
      end = longBracketEnd(text, offset + 2);
      if (end === NOT_LONG) end = lineEnd(text, offset);
    } else if (code === OPEN_BRACKET) end = longBracketEnd(text, offset);
    else if (code === QUOTE && offset >= deadQuotes) {
      end = stringEnd(text, offset);
      if (end === -1) deadQuotes = lineEnd(text, offset);
    } else if (code === APOSTROPHE && offset >= deadApostrophes) {
      end = stringEnd(text, offset);
      if (end === -1) deadApostrophes = lineEnd(text, offset);
    }
    if (end === UNCLOSED) return -1;
    offset = end === -1 ? offset + 1 : end;
  }
  return -1;
}

const NOT_LONG = -1;
const UNCLOSED = -2;

/** Offset after `[==[ … ]==]` at `offset`, `NOT_LONG` if none begins there, `UNCLOSED` if it has no end. */
function longBracketEnd(text: string, offset: number): number {
  if (text.charCodeAt(offset) !== OPEN_BRACKET) return NOT_LONG;
  let bracket = offset + 1;
  while (text.charCodeAt(bracket) === EQUALS) bracket += 1;
  if (text.charCodeAt(bracket) !== OPEN_BRACKET) return NOT_LONG;
  const closing = `]${text.slice(offset + 1, bracket)}]`;
  const end = text.indexOf(closing, bracket + 1);
  return end === -1 ? UNCLOSED : end + closing.length;
}

/** Offset after the string that opens at `offset`, -1 when it is not closed on its line. */
function stringEnd(text: string, offset: number): number {
  const quote = text.charCodeAt(offset);
  for (let at = offset + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === LINE_FEED) return -1;
    if (code === BACKSLASH && text.charCodeAt(at + 1) !== LINE_FEED) at += 1;
  }
  return -1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}
