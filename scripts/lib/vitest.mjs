// Running the tests of vitest, so that nothing counts as passed that was not tried.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { localProgram, projectRoot, run } from './process.mjs';

/**
 * @typedef {{ fullName: string, status: string, failureMessages: string[] }} Assertion
 * @typedef {{ name: string, message: string, assertionResults: Assertion[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: TestFile[] }} Report
 */

/**
 * Runs a project of vitest.config.mts.
 * @param {string} project
 * @param {import('./process.mjs').RunOptions} [options]
 * @returns {Promise<{passed: number, failed: number, failures: string[], output: string}>} numbers of tests, those that
 *   were skipped have failed; which failed, and how; what was written, where that was kept
 */
export async function runVitest(project, options) {
  const report = path.join(projectRoot, `node_modules/.cache/vitest-${project}.json`);
  await rm(report, { force: true });
  const args = ['run', `--project=${project}`, '--reporter=default', '--reporter=json'];
  const all = [...args, `--outputFile.json=${report}`];
  const { code, output } = await run(localProgram('vitest'), all, options);
  const result = await readReport(report);
  if (result.numPendingTests > 0)
    console.log(`${result.numPendingTests} tests were skipped: they count as failed.`);
  const failed = result.numFailedTests + result.numPendingTests;
  const failures = result.testResults.flatMap(failuresOf);
  // A file that does not load has no failed test, but fails.
  return { passed: result.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed, failures, output };
}

/** @param {TestFile} file */
function failuresOf({ name, message, assertionResults }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  const file = path.relative(projectRoot, name);
  if (failed.length === 0) return message === '' ? [] : [`${file}\n${message}`];
  return failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}\n${failureMessages.join('\n')}`);
}

/**
 * @param {string} file
 * @returns {Promise<Report>}
 */
async function readReport(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, testResults: [] };
  }
}
