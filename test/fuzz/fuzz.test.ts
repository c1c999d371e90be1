import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkEditing, step } from './editing';
import { checkAnalysis, checkDocuments, checkSyntax, inTime } from './invariants';
import { texts, textsFrom } from './texts';

/**
 * Whatever a text is, nothing fails, hangs or says what it must not. `npm run fuzz -- --minutes N` does this for longer,
 * with another seed each time.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_130);
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 12);
const CORPUS = process.env['FUZZ_CORPUS'] ?? null;

const known = texts(CORPUS);
const text = textsFrom(known);

const done = { inputs: 0, edits: 0, requests: 0, fixed: 0, megabytes: 0 };

/** Counts an input, and the most memory so far. */
function count(): void {
  done.inputs += 1;
  done.megabytes = Math.max(done.megabytes, Math.round(process.memoryUsage.rss() / 1024 / 1024));
}

/** Runs until the time is over; a failure is told with its seed, and made as small as it goes. */
const lasting = (share: number) => ({
  seed: SEED,
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: SECONDS * 1000 * share,
  markInterruptAsFailure: false,
});

describe(`SEED=${SEED} FUZZ_SECONDS=${SECONDS}, ${known.length} texts`, () => {
  it('any text is read, judged, shown and mended', { timeout: (SECONDS + 600) * 1000 }, async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (main, included) => {
        count();
        await inTime('the syntax', () => checkSyntax(main));
        await inTime('other texts around it', () => checkDocuments(main));
        done.fixed += await checkAnalysis({
          '/etc/nginx/nginx.conf': main,
          '/etc/nginx/conf.d/a.conf': included,
        });
      }),
      lasting(0.6),
    );
  });

  it('is edited while requests are under way', { timeout: (SECONDS + 600) * 1000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.array(step, { minLength: 1, maxLength: 20 }),
        async (main, included, steps) => {
          count();
          const files = { '/etc/nginx/nginx.conf': main, '/etc/nginx/conf.d/a.conf': included };
          const { edits, requests } = await checkEditing(files, steps);
          done.edits += edits;
          done.requests += requests;
        },
      ),
      lasting(0.4),
    );
    console.log(`SEED=${SEED}: ${JSON.stringify(done)}`);
  });
});
