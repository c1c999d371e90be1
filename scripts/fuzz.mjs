// Changes texts at random and looks whether anything fails, hangs, or shows what it must not (test/fuzz), for as long
// as it is told, with another seed each time.
//
// Usage: npm run fuzz -- [--minutes N] [--seed N]
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { localProgram, projectRoot, run, runScript, UserError } from './lib/process.mjs';

/** Real configurations, which are no part of the project; used where they are. */
const corpus = path.join(projectRoot, '../shared/corpus/files');

runScript(async () => {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const minutes = Number(values.minutes ?? '5');
  if (!(minutes > 0)) throw new UserError('--minutes is a number above 0.');
  const seed = values.seed ?? `${randomInt(2 ** 31)}`;
  console.log(`--minutes ${minutes} --seed ${seed}`);
  const env = {
    ...process.env,
    SEED: seed,
    FUZZ_SECONDS: `${minutes * 60}`,
    ...(existsSync(corpus) ? { FUZZ_CORPUS: corpus } : {}),
  };
  const args = ['run', 'test/fuzz', '--project=unit', '--disable-console-intercept'];
  const { code } = await run(localProgram('vitest'), args, { env });
  return code ?? 1;
});
