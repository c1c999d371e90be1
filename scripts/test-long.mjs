// Runs the tests over random configurations for longer and with another seed each time: the comparisons with nginx, by
// the tests and by Verify, the one of routes, URLs and findings, that of what is kept with a fresh start, and those of
// fixes. SEED, BATCHES, RUNS and EDITS change seed and numbers.
import { randomInt } from 'node:crypto';
import { localProgram, run, runScript } from './lib/process.mjs';

/** 20 handshakes each. */
const batches = process.env['BATCHES'] ?? '600';

/** Two configurations each; Verify tries one. */
const runs = process.env['RUNS'] ?? '2000';

/** Of each configuration; an eighth of the others is edited, and as many are mended. */
const edits = process.env['EDITS'] ?? '20';

runScript(async () => {
  const seed = process.env['SEED'] ?? `${randomInt(2 ** 31)}`;
  console.log(`SEED=${seed} BATCHES=${batches} RUNS=${runs} EDITS=${edits}`);
  const env = { ...process.env, SEED: seed, BATCHES: batches, RUNS: runs, EDITS: edits };
  const fewer = { ...env, RUNS: `${Math.ceil(Number(runs) / 8)}` };
  /** @type {[string, string, NodeJS.ProcessEnv][]} */
  const parts = [
    ['--project=unit', 'test/one-truth.test.ts', env],
    ['--project=unit', 'test/only-what-changed.test.ts', fewer],
    ['--project=unit', 'test/project/fix-never-worse.test.ts', fewer],
    ['--project=unit', 'test/rules/fixes.test.ts', env],
    ['--project=live', 'test/live/random.test.ts', env],
    ['--project=live', 'test/live/verify-random.test.ts', env],
  ];
  let failed = 0;
  for (const [project, file, variables] of parts) {
    const { code } = await run(localProgram('vitest'), ['run', project, file], { env: variables });
    if (code !== 0) failed = 1;
  }
  return failed;
});
