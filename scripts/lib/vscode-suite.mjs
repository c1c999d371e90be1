// Runs a module with `run()` inside a real VS Code: the browser-served host, or a desktop VS Code. The extension is the
// packed one, as it is installed.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { beforeExit, projectRoot } from './process.mjs';
import { buildVsix, unpack } from './vsix.mjs';

const launcher = path.join(projectRoot, 'test/vscode/launcher.mjs');

/** Whether the tests run in a desktop VS Code that @vscode/test-electron downloads. */
export const isDesktop = process.env['VSCODE_TEST_DESKTOP'] === '1';

/** The desktop VS Code to download, such as `1.91.0` or `stable`, which is the default. */
const version = process.env['VSCODE_TEST_VERSION'];

/**
 * Packs the extension and unpacks it.
 * @returns {Promise<string>} its folder
 */
export async function packedExtension() {
  const temporary = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-'));
  beforeExit(() => rm(temporary, { recursive: true, force: true }));
  return unpack(await buildVsix(temporary), temporary);
}

/**
 * Bundles a suite, or another module of the tests.
 * @param {string} entry from the project's root
 * @param {'node' | 'browser'} [platform] what it is for
 * @param {string} [folder] where it goes
 * @returns {Promise<string>} the bundle
 */
export async function bundle(entry, platform = 'node', folder = path.join(projectRoot, 'dist')) {
  const outfile = path.join(folder, entry.replace(/\.ts$/, '.js'));
  await build({
    entryPoints: [path.join(projectRoot, entry)],
    outfile,
    bundle: true,
    platform,
    target: platform === 'node' ? 'node20' : 'es2022',
    format: 'cjs',
    external: platform === 'node' ? ['vscode', 'mocha'] : ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/**
 * @typedef {object} SuiteOptions
 * @property {string} extension the folder of the extension
 * @property {string} suite the bundle
 * @property {string} workspace the folder to open, from the project's root: a copy of it is opened
 * @property {string} screenshots the folder that pictures go to
 * @property {(folder: string, answers: string) => Promise<() => Promise<void>>} [prepare] called with the folder and with
 *   the one where the window leaves its answers, before it is opened; gives what stops what was started
 * @property {readonly string[]} [launchArgs] for test/vscode/launcher.mjs
 * @property {Record<string, string>} [env] for the suite
 */

/**
 * @param {SuiteOptions} options
 * @returns {Promise<number>} exit code
 */
export async function runSuite({
  extension,
  suite,
  workspace,
  screenshots,
  prepare,
  launchArgs = [],
  env = {},
}) {
  const temporary = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-'));
  beforeExit(() => rm(temporary, { recursive: true, force: true }));
  // Suites change the files that they open.
  const copy = path.join(temporary, 'workspace');
  await cp(path.join(projectRoot, workspace), copy, { recursive: true });
  const answers = path.join(temporary, 'answers');
  // Where test-electron would keep them, they would carry over from one run to the next.
  const profile = ['extensions', 'user-data'].map((name) => `--${name}-dir=${path.join(temporary, name)}`);
  await mkdir(answers, { recursive: true });
  await mkdir(screenshots, { recursive: true });
  const stop = await prepare?.(copy, answers);
  try {
    await runTests({
      // The launcher is a script: its name comes first among the arguments of Node.
      ...(isDesktop ? {} : { vscodeExecutablePath: process.execPath }),
      ...(version === undefined ? {} : { version }),
      extensionDevelopmentPath: [extension, path.join(projectRoot, 'test/vscode/other-extension')],
      extensionTestsPath: suite,
      launchArgs: [...(isDesktop ? [] : [launcher]), ...launchArgs, ...profile, copy],
      extensionTestsEnv: {
        NGINX_WEBSOCKET_ROOT: projectRoot,
        ...env,
        ...(isDesktop
          ? {}
          : { NGINX_WEBSOCKET_PAGE_ANSWERS: answers, NGINX_WEBSOCKET_SCREENSHOTS: screenshots }),
      },
    });
    return 0;
  } catch {
    // What failed has been printed.
    return 1;
  } finally {
    await stop?.();
  }
}
