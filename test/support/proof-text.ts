import type { Proof, Text } from '../../server/src/rules/support/proof';
import type { RuleDocs } from '../../server/src/rules/support/rule';

/**
 * The text that a proof is about, as it is in the file.
 *
 * @throws Error when a piece to replace is not there
 */
export function textOf(docs: RuleDocs, text: Text): string {
  if (typeof text === 'string') {
    const example = text === 'bad' ? docs.bad : text === 'good' ? docs.good : text;
    return example.trimStart();
  }
  const [example, swaps] = 'bad' in text ? [docs.bad, text.bad] : [docs.good, text.good];
  let swapped = example;
  for (const [piece, by] of swaps) {
    if (!swapped.includes(piece)) throw new Error(`There is no ${piece} in:\n${swapped}`);
    swapped = swapped.replace(piece, () => by);
  }
  return swapped.trimStart();
}

/** Whether a proof tells the mistake from the mended text, and so shows that it is one. */
export function comparesAnything({ finds, mended }: Proof): boolean {
  return finds !== false && mended !== 'same';
}
