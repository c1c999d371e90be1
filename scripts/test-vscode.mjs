// Runs test/vscode/suite in a real VS Code: in the browser-served host, or with VSCODE_TEST_DESKTOP=1 in a desktop
// VS Code that @vscode/test-electron downloads. Once more with workspace trust on, in Restricted Mode, and once more in
// Chinese; and test/vscode/web in the extension host of a browser, as vscode.dev has it. An argument is a regular expression: of the tests for a trusted workspace, only those whose name matches are
// run.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectRoot, runScript } from './lib/process.mjs';
import { bundle, isDesktop, packedExtension, runSuite } from './lib/vscode-suite.mjs';

/** @import { SuiteOptions } from './lib/vscode-suite.mjs' */

const [only] = process.argv.slice(2);

runScript(async () => {
  const options = {
    extension: await packedExtension(),
    suite: await bundle('test/vscode/suite/index.ts'),
    workspace: 'test/vscode/workspace',
    screenshots:
      process.env['NGINX_WEBSOCKET_SCREENSHOTS'] ?? path.join(projectRoot, '.vscode-test/screenshots'),
  };
  if (only === 'web') return runInBrowser(options);
  if (only !== undefined) return runSuite({ ...options, env: { NGINX_WEBSOCKET_ONLY: only } });
  // A time for what never ends: a machine may be several times as slow as usual.
  const trusted = await runSuite({ ...options, launchArgs: ['--test-deadline=1200'] });
  if (isDesktop) {
    // test-electron always has a desktop VS Code trust the folder, and another language takes a language pack.
    console.log(
      'Not run: the tests for Restricted Mode, for Chinese and for a browser, which a desktop VS Code does not start in.',
    );
    return trusted;
  }
  return Math.max(trusted, await runOthers(options));
});

/**
 * Runs the short suites, one after another: beside each other their pages do not come in time on a small machine.
 * @param {SuiteOptions} options
 */
async function runOthers(options) {
  return Math.max(
    await runSuite({ ...options, launchArgs: ['--keep-workspace-trust'] }),
    await runSuite({ ...options, launchArgs: ['--language=zh-cn'] }),
    await runInBrowser(options),
  );
}

/**
 * Runs the tests for a browser; what they need of the machine is started for them.
 * @param {SuiteOptions} options
 */
async function runInBrowser(options) {
  // VS Code runs tests where it runs the extension that their file is in.
  const suite = await bundle('test/vscode/web/index.ts', 'browser', options.extension);
  const { prepareMachine } = createRequire(import.meta.url)(
    await bundle('test/vscode/web/machine.ts', 'node'),
  );
  return runSuite({
    ...options,
    suite,
    async prepare(folder, answers) {
      await writeFile(path.join(folder, 'answers.txt'), answers);
      return prepareMachine(folder);
    },
    launchArgs: ['--extensionDevelopmentKind=web'],
  });
}
