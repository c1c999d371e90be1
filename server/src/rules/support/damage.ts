import { memoized } from '../../model/memo';
import { firstControlCharacter } from '../../syntax/control-characters';
import type { SyntaxTree } from '../../syntax/tree';

/**
 * From which offset on a file is no text that anybody has written, by its first control character; `Infinity` where it is
 * whole. Of what stands there only that is told.
 */
export const damagedFrom: (tree: SyntaxTree) => number = memoized(({ tokens }) => {
  const first = firstControlCharacter(tokens);
  return first === -1 ? Number.POSITIVE_INFINITY : first;
});
