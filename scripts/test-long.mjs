// Runs the tests over random configurations for longer and with another seed each time: the comparison with nginx, and
// the one of routes, URLs and findings. SEED, BATCHES and RUNS change seed and numbers.
import { randomInt } from 'node:crypto';
import { localProgram, run, runScript } from './lib/process.mjs';

/** 20 handshakes each. */
const batches = process.env['BATCHES'] ?? '600';

/** Two configurations each. */
const runs = process.env['RUNS'] ?? '2000';

runScript(async () => {
  const seed = process.env['SEED'] ?? `${randomInt(2 ** 31)}`;
  console.log(`SEED=${seed} BATCHES=${batches} RUNS=${runs}`);
  const env = { ...process.env, SEED: seed, BATCHES: batches, RUNS: runs };
  const parts = [
    ['--project=unit', 'test/one-truth.test.ts'],
    ['--project=live', 'test/live/random.test.ts'],
  ];
  let failed = 0;
  for (const part of parts) {
    const { code } = await run(localProgram('vitest'), ['run', ...part], { env });
    if (code !== 0) failed = 1;
  }
  return failed;
});
