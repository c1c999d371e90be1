import { bytesOf } from '../model/bytes';

/** A character that stands for itself, or an escape that makes it do so. */
const LITERAL = /\\([!-/:-@[-`{-~])|[^\\.[\](){}^$*+?|]/uy;

/** How a pattern begins: plain characters, in bytes, and the rest of the pattern as it is written. */
export interface LiteralHead {
  readonly text: string;
  readonly tail: string;
}

/** The plain characters that a pattern begins with; null for one that is not tied to the beginning (`^`), or has alternatives that may not be. */
export function literalHead(pattern: string): LiteralHead | null {
  if (!pattern.startsWith('^') || hasAlternatives(pattern)) return null;
  let text = '';
  let at = 1;
  while (at < pattern.length) {
    LITERAL.lastIndex = at;
    const match = LITERAL.exec(pattern);
    if (match === null) break;
    const end = LITERAL.lastIndex;
    // What may be repeated may be missing.
    if (/[*+?{]/.test(pattern.charAt(end))) break;
    text += match[1] ?? match[0];
    at = end;
  }
  return { text: bytesOf(text), tail: pattern.slice(at) };
}

/** The plain characters, in bytes, with which everything that a pattern matches begins; null as above. */
export function literalStart(pattern: string): string | null {
  return literalHead(pattern)?.text ?? null;
}

/** Whether there is a `|` outside of all groups and brackets. */
function hasAlternatives(pattern: string): boolean {
  let depth = 0;
  for (const [token] of pattern.matchAll(/\\.|\[\^?\]?[^\]]*\]|[()|]/gs)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (token === '|' && depth <= 0) return true;
  }
  return false;
}
