import { memoized } from '../../model/memo';
import type { SourceFile } from '../../model/source-file';
import { textsIn } from '../../model/texts';
import { firstControlCharacter } from '../../syntax/control-characters';
import type { SyntaxTree } from '../../syntax/tree';

/**
 * The offset from which a file is no text, by its first control character; `Infinity` where there is none. Beyond it
 * only this damage is reported.
 */
export const damagedFrom: (file: SourceFile) => number = memoized((file) => {
  const isDamaged = textsIn(file).some(({ tree }) => firstIn(tree) !== -1);
  return isDamaged ? firstIn(file.tree) : Number.POSITIVE_INFINITY;
});

const firstIn = memoized(({ tokens }: SyntaxTree): number => firstControlCharacter(tokens));
