// What a change must pass before it is tested: each script of package.json whose name begins with `check:`, even
// when others fail. The output of a failed one is shown; lines that begin with `note:` are always shown.
//   npm run check -- --no-tests   without those that are tests, for who runs all tests anyway
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { cleanEnvironment, projectRoot, runNpm, runScript } from './lib/process.mjs';

const PREFIX = 'check:';

runScript(async () => {
  const { scripts } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
  const isLeftOut = (/** @type {string} */ name) =>
    process.argv.includes('--no-tests') && scripts[name].startsWith('vitest ');
  const parts = Object.keys(scripts).filter((name) => name.startsWith(PREFIX) && !isLeftOut(name));
  /** @type {string[]} */
  const failed = [];
  // As many at a time as there are processors, the slow ones first.
  const waiting = parts.values();
  const worker = async () => {
    for (const part of waiting) if (!(await hasPassed(part))) failed.push(part);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  console.log(failed.length === 0 ? `All ${parts.length} parts passed.` : `FAILED: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});

/**
 * Runs a part, and shows how it has ended.
 * @param {string} part a script of package.json
 * @returns {Promise<boolean>}
 */
async function hasPassed(part) {
  const begun = Date.now();
  // With colours, the lines would begin with escape codes.
  const env = cleanEnvironment({ NO_COLOR: '1', FORCE_COLOR: undefined });
  const { code, output } = await runNpm(['run', '--silent', part], { env, output: 'keep' });
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  const notes = output.split('\n').filter((line) => line.startsWith('note:'));
  const shown = code === 0 ? notes : [output.trimEnd()];
  const name = part.slice(PREFIX.length);
  console.log([`${code === 0 ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`, ...shown].join('\n'));
  return code === 0;
}
