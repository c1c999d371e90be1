import { memoized } from '../../model/memo';
import { firstControlCharacter } from '../../syntax/control-characters';
import type { SyntaxTree } from '../../syntax/tree';

/**
 * The offset from which a file is no text, by its first control character; `Infinity` where there is none. Beyond it
 * only this damage is reported.
 */
export const damagedFrom: (tree: SyntaxTree) => number = memoized(({ tokens }) => {
  const first = firstControlCharacter(tokens);
  return first === -1 ? Number.POSITIVE_INFINITY : first;
});
