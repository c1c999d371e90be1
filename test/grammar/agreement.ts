import { entryBlock } from '../../server/src/syntax/entry-blocks';
import { TokenKind, tokenEnd, tokenStart } from '../../server/src/syntax/tokens';
import { type Directive, nameOf, type SyntaxTree, wordsOf } from '../../server/src/syntax/tree';
import type { ScopedText } from './tokenizer';

/** A place where the grammar and the parser say different things. */
export interface Disagreement {
  /** One-based. */
  readonly line: number;
  readonly text: string;
  /** What the parser says it is. */
  readonly expected: string;
  /** What the grammar says it is. */
  readonly scopes: string;
}

const NAME =
  /^(?:support\.function\.directive|storage\.type\.block|keyword\.control\.(?:conditional|rewrite|flow))/;
const STRUCTURE = /^(?:comment\.|punctuation\.terminator\.|punctuation\.section\.block\.)/;

/**
 * Compares the scopes of a text with its tree, at the first character of each token: names of directives, comments,
 * strings, `;`, braces and Lua are one for both, and no argument is taken for any of these.
 */
export function disagreements(
  tree: SyntaxTree,
  lines: readonly (readonly ScopedText[])[],
): readonly Disagreement[] {
  const { text, tokens } = tree;
  const names = namesIn(tree);
  const found: Disagreement[] = [];
  const scopesAt = scopesByOffset(text, lines);
  for (let index = 0; index < tokens.count; index += 1) {
    const start = tokenStart(tokens, index);
    const source = text.slice(start, tokenEnd(tokens, index));
    const at = start + (source.length - source.trimStart().length);
    if (at === tokenEnd(tokens, index)) continue;
    const expected = expectation(tokens.kinds[index], names.get(index));
    const scopes = scopesAt(at);
    if (expected === null || expected.holds(scopes)) continue;
    const line = text.slice(0, at).split('\n').length;
    found.push({ line, text: source.slice(0, 60), expected: expected.says, scopes: scopes.join(' ') });
  }
  return found;
}

interface Expectation {
  readonly says: string;
  readonly holds: (scopes: readonly string[]) => boolean;
}

function expectation(kind: number | undefined, role: Role | undefined): Expectation | null {
  const some = (says: string, pattern: RegExp): Expectation => ({
    says,
    holds: (scopes) => scopes.some((scope) => pattern.test(scope)),
  });
  switch (kind) {
    case TokenKind.Comment:
      return some('comment', /^comment\.line\.number-sign/);
    case TokenKind.Semicolon:
      return some('terminator', /^punctuation\.terminator/);
    case TokenKind.OpenBrace:
      return some('block begin', /^punctuation\.section\.block\.begin/);
    case TokenKind.CloseBrace:
      return some('block end', /^punctuation\.section\.block\.end/);
    case TokenKind.Lua:
      return some('Lua', /^meta\.embedded\.block\.lua/);
    case TokenKind.Quoted:
      return some('string', /^string\./);
    case TokenKind.Word:
      if (role === 'name') return some('name', NAME);
      return {
        says: 'argument',
        holds: (scopes) => !scopes.some((scope) => STRUCTURE.test(scope) || NAME.test(scope)),
      };
    default:
      return null;
  }
}

type Role = 'name' | 'data';

/** What the first token of each directive is. */
function namesIn(tree: SyntaxTree): ReadonlyMap<number, Role> {
  const roles = new Map<number, Role>();
  const pending: (readonly Directive[])[] = [tree.directives];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const directive of next) {
      // The lines of a table are data: their first words are no names of directives.
      const inTable =
        directive.parent !== null && entryBlock(nameOf(tree, directive.parent))?.isTable === true;
      const [first] = wordsOf(tree, directive);
      const isName = !inTable && first !== undefined && /^[A-Za-z_][\w.-]*$/.test(first.value);
      roles.set(directive.first, isName ? 'name' : 'data');
      if (directive.children !== null) pending.push(directive.children);
    }
  }
  return roles;
}

/** The scopes of the character at an offset of the text, whose lines end as the tokenizer has them end. */
function scopesByOffset(
  text: string,
  lines: readonly (readonly ScopedText[])[],
): (offset: number) => readonly string[] {
  const pieces: { readonly start: number; readonly scopes: readonly string[] }[] = [];
  let offset = 0;
  for (const line of lines) {
    for (const { text: piece, scopes } of line) {
      pieces.push({ start: offset, scopes });
      offset += piece.length;
    }
    pieces.push({ start: offset, scopes: [] });
    offset += /^(?:\r\n|\r|\n)?/.exec(text.slice(offset, offset + 2))?.[0].length ?? 0;
  }
  return (at) => {
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.start ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return pieces[low]?.scopes ?? [];
  };
}
