import { describe, expect, it } from 'vitest';
import { parse } from '../server/src/syntax/parser';
import { isDirective } from '../server/src/reference/directives';
import { manyFiles, manyLocations } from './bench/inputs';
import { completion, findings, inLocation, plainLoop, textsOf, typing } from './bench/keystrokes';
import { median, ratio, timeInRounds } from './bench/measure';

/**
 * The short form of `npm run bench`. Each is in times of something that is done in the same rounds, so that a busy machine
 * slows both; it fails at several times what holds on a quiet one.
 */
describe('how fast it is', () => {
  it('reads a text in a few times of a loop over its characters', () => {
    const text = textOfMain(100_000);
    const [parsed = [], loops = []] = timeInRounds(9, [
      repeated(() => parse(text, { isDirective })),
      repeated(() => plainLoop([text])),
    ]);
    expect(ratio(parsed, loops)).toBeLessThan(4 * 8);
  });

  it('finds the problems of a text in some thousand times of it, and what completes a word in a few', async () => {
    const files = manyFiles(40_000, 20);
    const { closure, press } = await typing(files, inLocation, findings);
    const completing = await typing(files, inLocation, completion);
    const texts = textsOf(closure);
    const loop = repeated(() => plainLoop(texts));
    const [found = [], completed = [], loops = []] = timeInRounds(5, [press, completing.press, loop]);
    expect(ratio(found, loops) * TIMES).toBeLessThan(4 * 1000);
    expect(ratio(completed, loops) * TIMES).toBeLessThan(8 * 20);
  });

  it('takes four times as long for four times as many locations in a server', async () => {
    const inServer = { ...inLocation, before: 'location' };
    const [few, many] = await Promise.all(
      [100, 400].map((count) => typing(manyLocations(count, 0), inServer, findings)),
    );
    const [short = [], long = []] = timeInRounds(5, [few?.press ?? never, many?.press ?? never]);
    expect(median(long) / median(short)).toBeLessThan(4 * 5);
  });
});

/** What is short is done so often in a round: the clock is coarse. */
const TIMES = 20;

function repeated(run: () => unknown): () => unknown {
  return () => Array.from({ length: TIMES }, run);
}

function never(): never {
  throw new Error('There is no such text.');
}

function textOfMain(size: number): string {
  return Object.values(manyFiles(size, 0))[0] ?? '';
}
