import type { SyntaxError, SyntaxErrorCode } from '../syntax/errors';
import { tokenEnd } from '../syntax/tokens';
import { type Directive, directiveEnd, directiveStart, type SyntaxTree } from '../syntax/tree';
import type { Part } from './source-file';
import { offsetInWhole } from './texts';

/** Mistakes that the parser makes up for where they stand: what is around is read as if they were not there. */
const LOCAL: ReadonlySet<SyntaxErrorCode> = new Set([
  'missing-semicolon',
  'unexpected-semicolon',
  'text-after-quote',
  'unquoted-brace',
]);

/** Whether nothing around an error is read otherwise for it. */
export function isLocal({ code }: SyntaxError): boolean {
  return LOCAL.has(code);
}

/** Whether a text with this error may be read in parts; where a block ends that lacks its `}` is told by indentation. */
export function mayBeInParts(error: SyntaxError): boolean {
  return isLocal(error) || error.code === 'missing-close-brace';
}

/** A stretch of a text, with the directives that stand directly in it. */
export interface Stretch {
  readonly tree: SyntaxTree;
  readonly directives: readonly Directive[];
  readonly start: number;
  readonly end: number;
}

/** Whether the parts of a stretch, each read alone, have the directives and errors that it has within the text. */
export function areReadAlike(parts: readonly Part[], { tree, directives, start, end }: Stretch): boolean {
  const errors = tree.errors.filter((error) => error.start >= start && error.start < end);
  const own = errorsIn(parts);
  if (own.length !== errors.length) return false;
  if (own.length === 0) return true;
  const isSame = own
    .toSorted((a, b) => a.start - b.start)
    .every((error, index) => {
      const other = errors[index];
      return other?.code === error.code && other.start === error.start && other.end === error.end;
    });
  return isSame && haveDirectives(parts, tree, directives);
}

/** The errors of parts, with offsets in the whole but for where nginx stumbles. */
function errorsIn(parts: readonly Part[]): SyntaxError[] {
  return parts.flatMap((part) => {
    const own = part.file.tree.errors.map((error) => ({
      ...error,
      start: offsetInWhole(part, error.start),
      end: offsetInWhole(part, error.end),
    }));
    return part.inner === null ? own : [...own, ...errorsIn(part.inner.parts)];
  });
}

/** Whether parts have these directives of the whole. */
function haveDirectives(parts: readonly Part[], tree: SyntaxTree, directives: readonly Directive[]): boolean {
  let count = 0;
  for (const part of parts) {
    for (const own of part.file.tree.directives) {
      const other = directives[count];
      if (other === undefined || !isAlike(part, own, tree, other)) return false;
      if (part.inner !== null && !haveDirectives(part.inner.parts, tree, other.children ?? [])) return false;
      count += 1;
    }
  }
  return count === directives.length;
}

/** Whether a directive of a part is one of the whole, with all in its block that is not in parts of its own. */
function isAlike(part: Part, directive: Directive, tree: SyntaxTree, inWhole: Directive): boolean {
  const { tree: own } = part.file;
  const pairs: [Directive, Directive][] = [[directive, inWhole]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [one, other] = pair;
    const isSame = (offset: number, offsetOfOther: number): boolean =>
      offsetInWhole(part, offset) === offsetOfOther;
    if (
      one.terminated !== other.terminated ||
      (one.children === null) !== (other.children === null) ||
      !isSame(directiveStart(own, one), directiveStart(tree, other)) ||
      !isSame(directiveEnd(own, one), directiveEnd(tree, other)) ||
      !isSame(tokenEnd(own.tokens, one.lastWord), tokenEnd(tree.tokens, other.lastWord))
    )
      return false;
    if (one.children === null || other.children === null || part.inner !== null) continue;
    if (one.children.length !== other.children.length) return false;
    for (const [index, child] of one.children.entries()) {
      const otherChild = other.children[index];
      if (otherChild !== undefined) pairs.push([child, otherChild]);
    }
  }
  return true;
}
