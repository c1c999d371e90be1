import { TokenKind, type Tokens, tokenEnd, tokenStart, tokenText } from '../tokens';
import { conflictRole } from '../conflicts';
import { isOpening, type Role } from './language';
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

/** `${core.web.enabled}listen`, `{tls}ssl_certificate`: it comes to nothing, or to a `#`. */
const SWITCH = /^(?:\$\{[^}]*\.|\{\w)/;

function isSwitch(text: string, start: number, end: number): boolean {
  return SWITCH.test(text.slice(start, end)) && /[a-z]/.test(text.charAt(end));
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

/** How the branches of a text open and close the blocks around them. */
export interface BranchBraces {
  /** The tokens at which a condition begins that has alternatives. */
  readonly starts: ReadonlySet<number>;
  /** Of the token at which an alternative begins, the one at which its condition does: only one of them is written. */
  readonly alternatives: ReadonlyMap<number, number>;
  /** Whether a surplus or lack of braces is a mistake: not where one alternative opens a block, and another does not. */
  readonly prove: boolean;
}

const NO_BRANCHES: BranchBraces = { starts: new Set(), alternatives: new Map(), prove: true };

/** A condition, loop or block that is open. */
interface OpenBranch {
  readonly start: number;
  readonly depth: number;
  /** The tokens at which its alternatives begin. */
  readonly alternatives: number[];
  /** By how many blocks each alternative that is over goes deeper. */
  readonly moves: number[];
  /** Whether the opposite is asked elsewhere: what one opens the other may as well. */
  readonly isInverted: boolean;
}

/** Reads how the branches of a text open and close blocks. */
export function branchBraces(tokens: Tokens): BranchBraces {
  const { kinds, count } = tokens;
  if (!kinds.includes(TokenKind.Placeholder)) return NO_BRANCHES;
  const starts = new Set<number>();
  const alternatives = new Map<number, number>();
  const open: OpenBranch[] = [];
  let prove = true;
  let depth = 0;
  const next = (index: number): void => {
    const top = open.at(-1);
    if (top === undefined) return;
    top.moves.push(depth - top.depth);
    top.alternatives.push(index);
    depth = top.depth;
  };
  const end = (): void => {
    const top = open.pop();
    if (top === undefined) return;
    const move = depth - top.depth;
    if (top.isInverted && move !== 0) prove = false;
    if (top.moves.every((each) => each === move)) {
      if (top.alternatives.length > 0) starts.add(top.start);
      for (const index of top.alternatives) alternatives.set(index, top.start);
    } else {
      prove = false;
      depth += top.moves.reduce((sum, each) => sum + each, 0);
    }
  };
  for (let index = 0; index < count; index += 1) {
    const kind = kinds[index];
    if (kind === TokenKind.OpenBrace) depth += 1;
    else if (kind === TokenKind.CloseBrace) depth -= 1;
    else if (kind !== TokenKind.Whitespace && kind !== TokenKind.Semicolon) {
      for (const { placeholder, role } of placeholdersIn(tokens, index)) {
        if (role.kind === 'else') next(index);
        if (role.kind === 'end') end();
        if (isOpening(role) || (role.kind === 'end' && role.next !== null)) {
          const isInverted = placeholder.startsWith('{{^');
          open.push({ start: index, depth, alternatives: [], moves: [], isInverted });
        }
      }
    }
  }
  while (open.length > 0) end();
  return { starts, alternatives, prove };
}

/** A placeholder or a marker of a conflict, and what it does to the text around it. */
interface PlacedRole {
  readonly start: number;
  readonly end: number;
  readonly placeholder: string;
  readonly role: Role;
}

/** The placeholders in one token: a statement may stand in a word or in a comment, too. */
export function placeholdersIn(tokens: Tokens, index: number): PlacedRole[] {
  const { text, kinds } = tokens;
  const start = tokenStart(tokens, index);
  const end = tokenEnd(tokens, index);
  if (kinds[index] === TokenKind.Placeholder) {
    const placeholder = text.slice(start, end);
    return [{ start, end, placeholder, role: conflictRole(placeholder, index) ?? roleOf(placeholder) }];
  }
  const found: PlacedRole[] = [];
  for (let offset = start; offset < end; offset += 1) {
    const at = placeholderAt(text, offset);
    if (at === null) continue;
    const placeholder = text.slice(offset, at.end);
    found.push({ start: offset, end: at.end, placeholder, role: at.language.roleOf(placeholder) });
    offset = at.end - 1;
  }
  return found;
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
