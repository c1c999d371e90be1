import { bytesOf } from '../../model/bytes';

/** A character that stands for itself, or an escape that makes it do so. */
const LITERAL = /\\([!-/:-@[-`{-~])|[^\\.[\](){}^$*+?|]/uy;

/**
 * The plain characters, in bytes, with which everything that a pattern matches begins; null for a pattern that is not
 * tied to the beginning (`^`), or has alternatives that may not be.
 */
export function literalStart(pattern: string): string | null {
  if (!pattern.startsWith('^') || hasAlternatives(pattern)) return null;
  let text = '';
  let at = 1;
  while (at < pattern.length) {
    LITERAL.lastIndex = at;
    const match = LITERAL.exec(pattern);
    if (match === null) break;
    at = LITERAL.lastIndex;
    // What may be repeated may be missing.
    if (/[*+?{]/.test(pattern.charAt(at))) break;
    text += match[1] ?? match[0];
  }
  return bytesOf(text);
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
