import { TokenKind, type Tokens, tokenText } from '../tokens';
import { conflictRole } from '../conflicts';
import type { Role } from './language';
import { placeholderAt, roleOf } from './languages';

/** Offset after the placeholder that begins at `offset`, or -1 when none does. */
export function placeholderEnd(text: string, offset: number): number {
  return placeholderAt(text, offset)?.end ?? -1;
}

/**
 * The placeholders at `start`, where a directive could begin, that stand for directives and not for a word: a
 * statement such as `{% if %}`, or all up to the end of the line if nothing else is on it.
 *
 * @returns the offsets of their starts and ends in turn; none when a word begins here, as in `{{ name }} {{ value }};`
 */
export function placeholdersForDirectives(text: string, start: number): number[] {
  const offsets: number[] = [];
  for (let offset = start; !endsLines(text, offset); offset = skipBlanks(text, offset)) {
    const found = placeholderAt(text, offset);
    if (found === null) return [];
    const { language, end } = found;
    offsets.push(offset, end);
    const isText = language.roleOf(text.slice(offset, end)).kind === 'text';
    if (offset === start && (!isText || isSwitch(text, offset, end))) break;
    offset = end;
  }
  return offsets;
}

/** `${core.web.enabled}listen`: it comes to nothing, or to a `#`. */
function isSwitch(text: string, start: number, end: number): boolean {
  return (
    text.startsWith('${', start) && text.slice(start, end).includes('.') && /[a-z]/.test(text.charAt(end))
  );
}

/** Whether the placeholder that token `index` is may leave directives in the text: not one that steers, nor a comment. */
export function mayBringDirectives(tokens: Tokens, index: number): boolean {
  // One that a name follows at once switches that directive on or off.
  const isSwitching = tokens.kinds[index + 1] === TokenKind.Word;
  const role = roleOfToken(tokens, index);
  return (
    (role.kind === 'text' && !isSwitching) || role.kind === 'lines' || (role.kind === 'block' && role.lines)
  );
}

/** What the placeholder, or the marker of a conflict, that token `index` is does to the text around it. */
function roleOfToken(tokens: Tokens, index: number): Role {
  const text = tokenText(tokens, index);
  return conflictRole(text, index) ?? roleOf(text);
}

/**
 * Whether the branches of a text open or close blocks of the text around them: each may open the one that is closed only
 * once, so that the number of braces proves nothing.
 */
export function branchesMoveBraces(tokens: Tokens): boolean {
  const { kinds, count } = tokens;
  if (!kinds.includes(TokenKind.Placeholder)) return false;
  const open: { readonly depth: number; hasElse: boolean; moves: boolean }[] = [];
  let depth = 0;
  for (let index = 0; index < count; index += 1) {
    if (kinds[index] === TokenKind.OpenBrace) depth += 1;
    else if (kinds[index] === TokenKind.CloseBrace) depth -= 1;
    else if (kinds[index] === TokenKind.Placeholder) {
      const placeholder = tokenText(tokens, index);
      const { kind } = roleOfToken(tokens, index);
      const top = open.at(-1);
      if (kind === 'if' || kind === 'loop' || kind === 'block') {
        open.push({ depth, hasElse: placeholder.startsWith('{{^'), moves: false });
      } else if (top !== undefined && (kind === 'else' || kind === 'end')) {
        top.moves ||= depth !== top.depth;
        top.hasElse ||= kind === 'else';
        if (top.moves && top.hasElse) return true;
        if (kind === 'end') open.pop();
      }
    }
  }
  return open.some(({ hasElse }) => hasElse);
}

function skipBlanks(text: string, start: number): number {
  let offset = start;
  while (' \t\r'.includes(text.charAt(offset)) && offset < text.length) offset += 1;
  return offset;
}

/** Whether the line ends there, but for a comment or the end of a block. */
function endsLines(text: string, offset: number): boolean {
  return offset >= text.length || '\n#}'.includes(text.charAt(offset));
}
