// Which tests execute which lines of the source, and how long they take.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './process.mjs';

/**
 * @typedef {object} TestFile
 * @property {string} file from the project's root
 * @property {number} milliseconds
 * @property {Record<string, number[]>} reached files of the source, from the project's root, and lines in them, from one
 */

/** Random tests try so few; a mutation is tried by many tests. */
const FEW = { RUNS: '6', EDITS: '3', BATCHES: '12', PATTERNS: '60', ARGUMENTS: '1', NGINX_TEST_FILES: '40' };

/** These reach none of the source, or ask how much is bearable rather than what single lines do, and take long. */
const LEFT_OUT = [
  /^test\/(?:client|corpus|editors|fuzz|grammar|vscode|webview)\//,
  /^test\/live\/(?:refusals|verify-random)\.test\.ts$/,
  /\/(?:extremes|hostile-patterns|long-lists|performance)\.test\.ts$/,
];

/**
 * The arguments and the environment of vitest for files of tests, one after another in their order.
 * @param {readonly string[]} files from the project's root, all of one project of vitest
 */
export function vitestCall(files) {
  const project = files.some(isLive) ? 'live' : 'unit';
  const vitest = path.join(projectRoot, 'node_modules/vitest/vitest.mjs');
  const options = [
    '--config=scripts/lib/mutated.vitest.config.mts',
    `--project=${project}`,
    '--reporter=dot',
  ];
  return {
    args: [vitest, 'run', ...options, ...files],
    env: { ...process.env, ...FEW, TEST_ORDER: files.join(' ') },
  };
}

/**
 * Whether tests ask a running nginx.
 * @param {string} file from the project's root
 */
export function isLive(file) {
  return file.startsWith('test/live/');
}

/**
 * All tests that pass, unit tests and live ones, with what they reach: kept until a source or a test changes.
 * @param {string} copy a folder with the files of the project
 * @param {(args: readonly string[], env: NodeJS.ProcessEnv) => Promise<unknown>} runNode runs a program in the copy
 * @returns {Promise<TestFile[]>} the quickest first
 */
export async function testsByLine(copy, runNode) {
  const kept = path.join(projectRoot, `node_modules/.cache/tests-by-line-${await hashOf(copy)}.json`);
  const known = await readFile(kept, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known);
  const files = (await filesIn(copy, 'test')).filter(
    (file) => file.endsWith('.test.ts') && !LEFT_OUT.some((pattern) => pattern.test(file)),
  );
  const folder = path.join(copy, 'reached');
  await mkdir(folder);
  /** @type {TestFile[]} */
  const tests = [];
  for (const project of [files.filter((file) => !isLive(file)), files.filter(isLive)]) {
    const { args, env } = vitestCall(project);
    const report = path.join(folder, 'report.json');
    const reporter = ['--reporter=json', `--outputFile.json=${report}`];
    await runNode([...args, ...reporter], { ...env, REACHED_LINES: folder });
    tests.push(...(await passedIn(copy, folder, JSON.parse(await readFile(report, 'utf8')))));
  }
  tests.sort((a, b) => a.milliseconds - b.milliseconds);
  await mkdir(path.dirname(kept), { recursive: true });
  await writeFile(kept, JSON.stringify(tests));
  return tests;
}

/**
 * @param {string} copy
 * @param {string} folder
 * @param {{ testResults: { name: string, status: string, startTime: number, endTime: number }[] }} report
 * @returns {Promise<TestFile[]>}
 */
async function passedIn(copy, folder, { testResults }) {
  /** @type {TestFile[]} */
  const tests = [];
  for (const { name, status, startTime, endTime } of testResults) {
    const file = path.relative(copy, name);
    if (status !== 'passed') {
      console.log(`${file} fails without a mutation: it is left out`);
      continue;
    }
    const text = await readFile(path.join(folder, `${encodeURIComponent(file)}.json`), 'utf8');
    tests.push({ file, milliseconds: endTime - startTime, reached: JSON.parse(text) });
  }
  return tests;
}

/** @param {string} copy */
async function hashOf(copy) {
  const hash = createHash('sha256');
  const files = [...(await filesIn(copy, 'server/src')), ...(await filesIn(copy, 'test'))];
  for (const file of files.filter((name) => /\.(?:ts|mjs)$/.test(name)))
    hash.update(`${file}\n${await readFile(path.join(copy, file), 'utf8')}\n`);
  return hash.digest('hex').slice(0, 16);
}

/**
 * @param {string} copy
 * @param {string} folder
 * @returns {Promise<string[]>} paths from the copy's root, in order
 */
async function filesIn(copy, folder) {
  const names = await readdir(path.join(copy, folder), { recursive: true });
  return names.map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`).toSorted();
}

/**
 * The tests that reach a line. Of a line that none reaches, as far as is known, those that reach its file: what is done
 * when a module is loaded, or once and kept, is not counted for each of them.
 * @param {readonly TestFile[]} tests
 * @param {{ file: string, line: number }} place
 */
export function testsThatReach(tests, { file, line }) {
  const ofLine = tests.filter(({ reached }) => reached[file]?.includes(line));
  return ofLine.length > 0 ? ofLine : tests.filter(({ reached }) => file in reached);
}
