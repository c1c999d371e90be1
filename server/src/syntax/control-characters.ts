import { TokenKind, tokenAt, type Tokens } from './tokens';

const SPACE = 0x20;
const DELETE = 0x7f;

/** 1 for the control characters that are no white space to nginx. */
const CONTROL = new Uint8Array(128);
for (let code = 0; code < SPACE; code += 1)
  CONTROL[code] = '\t\n\r'.includes(String.fromCharCode(code)) ? 0 : 1;
CONTROL[DELETE] = 1;

/**
 * Offset of the first control character where a configuration has none, -1 without one: in a comment any may stand, in
 * quotes any but NUL, which ends a text in nginx. A file with one is damaged, or no text in UTF-8 at all.
 */
export function firstControlCharacter(tokens: Tokens): number {
  const { text } = tokens;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (CONTROL[code] !== 1) continue;
    const kind = tokens.kinds[tokenAt(tokens, offset)];
    if (kind === TokenKind.Comment || kind === TokenKind.Lua) continue;
    if (kind !== TokenKind.Quoted || code === 0) return offset;
  }
  return -1;
}
