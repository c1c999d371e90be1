// Runs every test: what `npm run check` looks at; the packages; units; a running nginx; a real VS Code. What a machine
// lacks is installed first, or named. All parts run, even when others fail; what failed is told once more at the end,
// where it is found, and the last line has the sum.
import path from 'node:path';
import { installHost } from './lib/host.mjs';
import { ensurePrograms } from './lib/machine.mjs';
import { projectRoot, run, runNpm, runScript } from './lib/process.mjs';
import { runVitest } from './lib/vitest.mjs';
import { isDesktop } from './lib/vscode-suite.mjs';

/**
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} notes the tests that failed, and how, and those that were tried again
 * @property {number} seconds
 */

runScript(async () => {
  await ensurePrograms();
  // What takes long to come is asked for first; what is wrong with it is told where it is needed.
  if (!isDesktop) installHost({ log: () => {} }).catch(() => {});
  // Live tests wait for nginx much of the time: all others get along beside them.
  const live = runVitest('live', { output: 'keep' });
  const outcomes = [
    await part('check', runCheck),
    await part('packages', runPackages),
    await part('unit tests', async () => noted(await runVitest('unit'))),
    await part('VS Code tests', runVsCode),
    await part('live tests', async () => shown(await live)),
  ];
  console.log('');
  for (const { name, notes } of outcomes) {
    for (const note of notes) console.log(`--- ${name}: ${note}\n`);
  }
  for (const { name, passed, failed, seconds } of outcomes) {
    console.log(
      `${name.padEnd(14)} ${failed === 0 ? 'passed' : 'FAILED'}  ${passed} of ${passed + failed}, ${seconds.toFixed(0)} s`,
    );
  }
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
});

/**
 * @param {string} name
 * @param {() => Promise<Omit<Outcome, 'name' | 'seconds'>>} work
 * @returns {Promise<Outcome>}
 */
async function part(name, work) {
  console.log(`\n=== ${name}`);
  const start = Date.now();
  const { passed, failed, notes } = await work();
  return { name, passed, failed, notes, seconds: (Date.now() - start) / 1000 };
}

/** @param {Awaited<ReturnType<typeof runVitest>>} result */
function shown(result) {
  process.stdout.write(result.output);
  return noted(result);
}

/** @param {Awaited<ReturnType<typeof runVitest>>} result */
function noted({ passed, failed, failures }) {
  return { passed, failed, notes: failures.map((failure) => `failed: ${failure}`) };
}

async function runCheck() {
  const { code } = await runNpm(['run', 'check', '--', '--no-tests']);
  return code === 0 ? { passed: 1, failed: 0, notes: [] } : { passed: 0, failed: 1, notes: [] };
}

async function runPackages() {
  const script = path.join(projectRoot, 'scripts/test-packages.mjs');
  const { code, output } = await run(process.execPath, [script], { output: 'both' });
  return { passed: [...output.matchAll(/^passed: /gm)].length, failed: code === 0 ? 0 : 1, notes: [] };
}

async function runVsCode() {
  const { code, output } = await run(process.execPath, [path.join(projectRoot, 'scripts/test-vscode.mjs')], {
    output: 'both',
  });
  // The suite prints `N passing` by itself; there are several runs.
  const count = (/** @type {string} */ word) =>
    [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, 'gm'))].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    );
  const skipped = count('pending');
  if (skipped > 0) console.log(`${skipped} tests were skipped: they count as failed.`);
  const passed = count('passing');
  const failed = count('failing') + skipped;
  const retried = [...output.matchAll(/^.*(?:tried again: |The tests did not end).*$/gm)].map(
    ([line]) => line,
  );
  // Behind the number of those that failed, each is told with its error, up to how the run ended.
  const told = [...output.matchAll(/^\s*\d+ failing$.*?^Exit code:/gms)].map(([text]) => text);
  const notes = [...retried, ...told];
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed, notes };
}
