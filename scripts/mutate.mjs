// Changes single lines of the source, one at a time, and looks whether the tests near it notice. Works on a copy of the
// project. A change that no test notices needs a test, or means the same as before.
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

const FOLDERS = ['handshake', 'model', 'rules', 'edits', 'probe'];

/** A change that makes a loop endless is noticed, too. */
const LONGEST_MS = 240_000;

/** These take long, and look at how much is bearable rather than at single lines. */
const TOO_LONG = ['**/extremes.test.ts', '**/hostile-patterns.test.ts', 'test/rules/fixes.test.ts'];

/** The tests that run now. @type {import('node:child_process').ChildProcess | undefined} */
let underWay;
beforeExit(() => (underWay === undefined ? undefined : endGroup(underWay)));

/** @typedef {import('./lib/mutations.mjs').Mutation & { file: string }} Place */

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
  /** @type {Place[]} */
  const survivors = [];
  let tried = 0;
  for (const place of places) {
    if (tried === count || Date.now() > end) break;
    if (!(await makesAnother(copy, place))) continue;
    const isNoticed = await isNoticedIn(copy, place);
    tried += 1;
    if (!isNoticed) survivors.push(place);
    console.log(`${isNoticed ? 'noticed ' : 'SURVIVED'}  ${place.file}:${place.line}  ${place.after.trim()}`);
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
 * Whether tests near a change fail: first the nearest, then those around them.
 * @param {string} copy
 * @param {Place} place
 */
async function isNoticedIn(copy, place) {
  const file = path.join(copy, place.file);
  const text = await readFile(file, 'utf8');
  await writeFile(file, withMutation(text, place));
  try {
    for (const args of testsNear(place.file)) if (!(await passes(copy, args))) return true;
    return false;
  } finally {
    await writeFile(file, text);
  }
}

/**
 * @param {string} file
 * @returns {string[][]} arguments of vitest, the nearest tests first
 */
function testsNear(file) {
  const [, , folder = '', ...rest] = file.split('/');
  const name = path.basename(file, '.ts');
  const unit = (/** @type {string[]} */ ...tests) => ['--project=unit', ...tests];
  switch (folder) {
    case 'handshake':
      return [
        unit(`test/handshake/${name}`, 'test/handshake/handshake'),
        unit('test/handshake/', 'test/one-truth'),
        unit('test/rules/'),
      ];
    case 'model':
      return [
        unit(`test/model/${name}`, 'test/handshake/handshake'),
        unit('test/model/', 'test/handshake/'),
        unit('test/rules/'),
      ];
    case 'edits':
      return [unit('test/edits/'), unit('test/rules/', 'test/project/')];
    case 'probe':
      return [unit('test/probe/', 'test/lsp/probe', 'test/cli/probe'), ['--project=live', 'test/live/probe']];
    default:
      return rest.length === 1 ? [unit(`test/rules/${name}`), unit('test/rules/')] : [unit('test/rules/')];
  }
}

/**
 * @param {string} copy
 * @param {readonly string[]} args
 * @returns {Promise<boolean>} whether all tests passed, in time
 */
function passes(copy, args) {
  const vitest = path.join(copy, 'node_modules/vitest/vitest.mjs');
  const excluded = TOO_LONG.map((pattern) => `--exclude=${pattern}`);
  const all = [vitest, 'run', ...args, '--bail=1', '--reporter=dot', ...excluded];
  const child = spawn(process.execPath, all, { cwd: copy, stdio: 'ignore', detached: true });
  underWay = child;
  return new Promise((resolve) => {
    const timer = setTimeout(() => void endGroup(child), LONGEST_MS);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}
