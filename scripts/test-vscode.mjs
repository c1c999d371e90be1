// Runs test/vscode/suite in a real VS Code: in the browser-served host, or with VSCODE_TEST_DESKTOP=1 in a desktop
// VS Code that @vscode/test-electron downloads. Once more with workspace trust on, in Restricted Mode. An argument is
// a regular expression: of the tests for a trusted workspace, only those whose name matches are run.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { beforeExit, projectRoot, run, runScript, UserError } from './lib/process.mjs';

const suite = path.join(projectRoot, 'dist/test/vscode/index.js');
const launcher = path.join(projectRoot, 'test/vscode/launcher.mjs');
const [only] = process.argv.slice(2);
const isDesktop = process.env['VSCODE_TEST_DESKTOP'] === '1';

runScript(async () => {
  const { code } = await run(process.execPath, [path.join(projectRoot, 'scripts/build.mjs')]);
  if (code !== 0) throw new UserError('The build failed.');
  await build({
    entryPoints: [path.join(projectRoot, 'test/vscode/suite/index.ts')],
    outfile: suite,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const temporary = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-'));
  beforeExit(() => rm(temporary, { recursive: true, force: true }));
  const codes = [await runSuite(path.join(temporary, 'trusted'), [])];
  // test-electron always has a desktop VS Code trust the folder.
  if (only !== undefined) console.log('Not run: the tests for Restricted Mode, as only some were asked for.');
  else if (isDesktop)
    console.log('Not run: the tests for Restricted Mode, which a desktop VS Code cannot be started in.');
  else codes.push(await runSuite(path.join(temporary, 'restricted'), ['--keep-workspace-trust']));
  return Math.max(...codes);
});

/**
 * @param {string} temporary a folder of its own
 * @param {readonly string[]} launchArgs
 * @returns {Promise<number>} exit code
 */
async function runSuite(temporary, launchArgs) {
  // The tests change the files that they open.
  const workspace = path.join(temporary, 'workspace');
  await cp(path.join(projectRoot, 'test/vscode/workspace'), workspace, { recursive: true });
  const answers = path.join(temporary, 'answers');
  // Where test-electron would keep them, they would carry over from one run to the next.
  const profile = ['extensions', 'user-data'].map((name) => `--${name}-dir=${path.join(temporary, name)}`);
  const screenshots =
    process.env['NGINX_WEBSOCKET_SCREENSHOTS'] ?? path.join(projectRoot, '.vscode-test/screenshots');
  await mkdir(answers, { recursive: true });
  await mkdir(screenshots, { recursive: true });
  try {
    await runTests({
      // The launcher is a script: its name comes first among the arguments of Node.
      ...(isDesktop ? {} : { vscodeExecutablePath: process.execPath }),
      extensionDevelopmentPath: [projectRoot, path.join(projectRoot, 'test/vscode/other-extension')],
      extensionTestsPath: suite,
      launchArgs: [...(isDesktop ? [] : [launcher]), ...launchArgs, ...profile, workspace],
      extensionTestsEnv: {
        NGINX_WEBSOCKET_ROOT: projectRoot,
        ...(only === undefined ? {} : { NGINX_WEBSOCKET_ONLY: only }),
        ...(isDesktop
          ? {}
          : { NGINX_WEBSOCKET_PAGE_ANSWERS: answers, NGINX_WEBSOCKET_SCREENSHOTS: screenshots }),
      },
    });
    return 0;
  } catch {
    // The failed tests have been printed.
    return 1;
  }
}
