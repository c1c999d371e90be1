// Looks at templates of others, which are no part of the project: what is told of each, and how many of the faults that
// are put into them are found (test/templates.test.ts). Whether nginx says the same of what a template becomes is for a
// person to judge: engines fill in what nobody here knows.
//
// Usage: npm run verify:templates -- FOLDER [--faults N] [--seed N], with a folder for each language in FOLDER
import path from 'node:path';
import { parseArgs } from 'node:util';
import { localProgram, run, runScript, UserError } from './lib/process.mjs';

runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { faults: { type: 'string' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const [folder] = positionals;
  if (folder === undefined) throw new UserError('Name the folder of the templates.');
  const env = {
    ...process.env,
    TEMPLATES: path.resolve(folder),
    ...(values.faults === undefined ? {} : { FAULTS: values.faults }),
    ...(values.seed === undefined ? {} : { SEED: values.seed }),
  };
  const { code } = await run(localProgram('vitest'), ['run', 'test/templates.test.ts', '--project=unit'], {
    env,
  });
  return code ?? 1;
});
