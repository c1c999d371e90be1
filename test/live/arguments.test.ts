import { expect, it } from 'vitest';
import { argumentPools } from './support/argument-pools';
import { Random } from './support/random';
import { compareRefusals } from './support/refusals';

/** Directives with arguments taken at random out of pools: ARGUMENTS is the number for each, SEED the seed. */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const COUNT = Number(process.env['ARGUMENTS'] ?? 8);

it(`are refused as nginx refuses them (SEED=${SEED})`, { timeout: 60_000 + COUNT * 5000 }, async () => {
  const random = new Random(SEED);
  const texts = argumentPools.flatMap(({ start, words, most, end, around }) =>
    Array.from({ length: COUNT }, () => {
      const taken = Array.from({ length: 1 + random.below(most) }, () => random.of(words));
      return around(`${start} ${taken.join(' ')}${end}`);
    }),
  );
  const { mismatches, refused } = await compareRefusals(texts);
  expect(mismatches).toEqual([]);
  expect(refused).toBeGreaterThan(0);
});
