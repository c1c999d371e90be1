// Changes single lines of the source, one at a time, and looks whether a test that executes it notices. Works on a copy of
// the project. A change that no test notices needs a test, or means the same as before.
//
// Usage: npm run mutate -- [--count N] [--seed N] [--minutes N] [FOLDER...], folders below server/src
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { transform } from 'esbuild';
import { drawn, mutationsOf, withMutation } from './lib/mutations.mjs';
import { beforeExit, endGroup, projectRoot, run, runScript } from './lib/process.mjs';
import { isLive, testsByLine, testsThatReach, vitestCall } from './lib/tests-by-line.mjs';

const FOLDERS = ['handshake', 'model', 'rules', 'edits', 'probe'];

/** Of the tests that reach a line, so many milliseconds are tried first; to load a file takes some, too. */
const QUICK_MS = 5000;
const LOADING_MS = 100;

/** The tests that run now. @type {import('node:child_process').ChildProcess | undefined} */
let underWay;

/** @typedef {import('./lib/mutations.mjs').Mutation & { file: string }} Place */
/** @typedef {import('./lib/tests-by-line.mjs').TestFile} TestFile */

runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { count: { type: 'string' }, seed: { type: 'string' }, minutes: { type: 'string' } },
    allowPositionals: true,
  });
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  const end = Date.now() + Number(values.minutes ?? 600) * 60_000;
  const count = Number(values.count ?? 100);
  const files = await sourceFiles(positionals.length === 0 ? FOLDERS : positionals);
  const places = drawn(await placesIn(files), seed);
  console.log(`--seed ${seed} --count ${count}`);
  const copy = await copyOfProject();
  // What is registered last is done first: the tests end before their folder is removed.
  beforeExit(() => (underWay === undefined ? undefined : endGroup(underWay)));
  const tests = await testsByLine(copy, (args, env) => runIn(copy, args, env));
  /** @type {Place[]} */
  const survivors = [];
  let tried = 0;
  for (const place of places) {
    if (tried === count || Date.now() > end) break;
    if (!(await makesAnother(copy, place))) continue;
    const outcome = await outcomeOf(copy, place, tests);
    tried += 1;
    if (outcome === 'SURVIVED') survivors.push(place);
    console.log(`${outcome.padEnd(8)}  ${place.file}:${place.line}  ${place.after.trim()}`);
  }
  console.log(`\n${tried - survivors.length} of ${tried} noticed (--seed ${seed})`);
  for (const { file, line, before, after } of survivors)
    console.log(`${file}:${line}\n  - ${before.trim()}\n  + ${after.trim()}`);
  return survivors.length === 0 ? 0 : 1;
});

/** @param {readonly string[]} folders @returns {Promise<string[]>} from the project's root */
async function sourceFiles(folders) {
  const { output } = await run('git', ['ls-files', ...folders.map((folder) => `server/src/${folder}`)], {
    output: 'keep',
  });
  return output.split('\n').filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'));
}

/** All mutations of some files. @param {readonly string[]} files */
async function placesIn(files) {
  /** @type {Place[]} */
  const places = [];
  for (const file of files) {
    const text = await readFile(path.join(projectRoot, file), 'utf8');
    for (const mutation of mutationsOf(text)) places.push({ file, ...mutation });
  }
  return places;
}

/**
 * Whether a mutation makes another program: one of a type does not, and some make none.
 * @param {string} copy
 * @param {Place} place
 */
async function makesAnother(copy, place) {
  const text = await readFile(path.join(copy, place.file), 'utf8');
  const changed = await compiled(withMutation(text, place));
  return changed !== null && changed !== (await compiled(text));
}

/** @param {string} text @returns {Promise<string | null>} null for what is no program */
async function compiled(text) {
  try {
    return (await transform(text, { loader: 'ts', logLevel: 'silent' })).code;
  } catch {
    return null;
  }
}

/** @returns {Promise<string>} a folder with the files of the project, which may be changed */
async function copyOfProject() {
  const copy = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-mutate-'));
  beforeExit(() => rm(copy, { recursive: true, force: true }));
  const { output } = await run('git', ['ls-files'], { output: 'keep' });
  const tops = new Set(output.split('\n').map((file) => file.split('/')[0] ?? ''));
  tops.delete('');
  for (const top of tops) await cp(path.join(projectRoot, top), path.join(copy, top), { recursive: true });
  await symlink(path.join(projectRoot, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

/**
 * What tests that reach a change make of it: first the nearest, which together take a few seconds, then all others, then
 * those with a running nginx. `endless` is noticed, too: a loop does not end, or the machine is too busy.
 * @param {string} copy
 * @param {Place} place
 * @param {readonly TestFile[]} tests
 * @returns {Promise<'noticed' | 'endless' | 'SURVIVED'>}
 */
async function outcomeOf(copy, place, tests) {
  const file = path.join(copy, place.file);
  const text = await readFile(file, 'utf8');
  await writeFile(file, withMutation(text, place));
  try {
    for (const stage of stagesOf(testsThatReach(tests, place), place.file)) {
      const code = await exitCodeOf(copy, stage);
      if (code !== 0) return code === null ? 'endless' : 'noticed';
    }
    return 'SURVIVED';
  } finally {
    await writeFile(file, text);
  }
}

/**
 * @param {readonly TestFile[]} tests the quickest first
 * @param {string} file that was changed
 * @returns {TestFile[][]}
 */
function stagesOf(tests, file) {
  const unit = nearestFirst(
    tests.filter((test) => !isLive(test.file)),
    file,
  );
  let milliseconds = 0;
  const later = unit.findIndex((test) => (milliseconds += LOADING_MS + test.milliseconds) > QUICK_MS);
  const quick = later === -1 ? unit.length : Math.max(later, 1);
  return [unit.slice(0, quick), unit.slice(quick), tests.filter((test) => isLive(test.file))].filter(
    (stage) => stage.length > 0,
  );
}

/**
 * The tests of a file itself, those of its folder, all others.
 * @param {readonly TestFile[]} tests
 * @param {string} file
 */
function nearestFirst(tests, file) {
  const own = file.replace(/^server\/src\/(.*)\.ts$/, 'test/$1.test.ts');
  const folder = own.split('/', 2).join('/');
  const rank = (/** @type {TestFile} */ test) =>
    test.file === own ? 0 : test.file.startsWith(`${folder}/`) ? 1 : 2;
  return tests.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * @param {string} copy
 * @param {readonly TestFile[]} tests of one project
 */
function exitCodeOf(copy, tests) {
  const milliseconds = tests.reduce((sum, test) => sum + LOADING_MS + test.milliseconds, 0);
  const { args, env } = vitestCall(tests.map(({ file }) => file));
  return runIn(copy, args, env, 120_000 + 5 * milliseconds);
}

/**
 * @param {string} folder
 * @param {readonly string[]} args of node
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [limit] milliseconds
 * @returns {Promise<number | null>} the exit code; null where it took too long
 */
function runIn(folder, args, env, limit = 3_600_000) {
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore', detached: true });
  underWay = child;
  let isLate = false;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      isLate = true;
      void endGroup(child);
    }, limit);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(isLate ? null : code);
    });
  });
}
