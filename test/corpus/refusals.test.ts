import { expect, it } from 'vitest';
import { compareRefusals } from '../live/support/refusals';
import { makeMistake } from '../live/support/random-configurations';
import { Random } from '../live/support/random';
import { corpusRows, corpusText } from './corpus';

/**
 * What we say that nginx refuses first, compared with what the nginx of this machine refuses, in text and line: real
 * configurations with mistakes made at random. NGINX_TEST_FILES is their number, NGINX_TEST_SEED the seed.
 */

const count = Number(process.env['NGINX_TEST_FILES'] ?? 100);
const seed = Number(process.env['NGINX_TEST_SEED'] ?? 20_261_124);

it(`real configurations with mistakes are refused as we say (${count} files)`, {
  timeout: count * 2000 + 60_000,
}, async () => {
  // Whole configurations that nginx accepts once the machine has what they ask for.
  const bases = corpusRows
    .filter(({ context, ok }) => context === 'main' && ok)
    .map(corpusText)
    .filter((text) => text.length < 20_000 && !/\b(?:include|load_module|mail)\b/.test(text));
  const random = new Random(seed);
  const texts = Array.from({ length: count }, () => {
    let text = random.of(bases);
    for (let mistakes = random.below(3); mistakes > 0; mistakes -= 1) text = makeMistake(text, random);
    return text;
  });
  const { mismatches } = await compareRefusals(texts);
  expect(mismatches, `seed ${seed}`).toEqual([]);
});
