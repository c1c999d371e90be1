// Runs the random comparison with nginx for longer and with another seed each time: SEED and BATCHES say otherwise.
import { randomInt } from 'node:crypto';
import { localProgram, run, runScript } from './lib/process.mjs';

/** 20 handshakes each. */
const batches = process.env['BATCHES'] ?? '600';

runScript(async () => {
  const seed = process.env['SEED'] ?? `${randomInt(2 ** 31)}`;
  console.log(`SEED=${seed} BATCHES=${batches}`);
  const args = ['run', '--project=live', 'test/live/random.test.ts'];
  const { code } = await run(localProgram('vitest'), args, {
    env: { ...process.env, SEED: seed, BATCHES: batches },
  });
  return code;
});
