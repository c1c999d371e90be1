// Runs test/vscode/suite in a real VS Code: in the browser-served host, or with VSCODE_TEST_DESKTOP=1 in a desktop
// VS Code that @vscode/test-electron downloads. Once more with workspace trust on, in Restricted Mode, and once more in
// Chinese. An argument is a regular expression: of the tests for a trusted workspace, only those whose name matches are
// run.
import path from 'node:path';
import { projectRoot, runScript } from './lib/process.mjs';
import { buildSuite, isDesktop, runSuite } from './lib/vscode-suite.mjs';

const [only] = process.argv.slice(2);

runScript(async () => {
  const options = {
    suite: await buildSuite('test/vscode/suite/index.ts'),
    workspace: 'test/vscode/workspace',
    screenshots:
      process.env['NGINX_WEBSOCKET_SCREENSHOTS'] ?? path.join(projectRoot, '.vscode-test/screenshots'),
  };
  if (only !== undefined) return runSuite({ ...options, env: { NGINX_WEBSOCKET_ONLY: only } });
  const codes = [await runSuite(options)];
  if (isDesktop) {
    // test-electron always has a desktop VS Code trust the folder, and another language takes a language pack.
    console.log(
      'Not run: the tests for Restricted Mode and for Chinese, which a desktop VS Code does not start in.',
    );
  } else {
    codes.push(await runSuite({ ...options, launchArgs: ['--keep-workspace-trust'] }));
    codes.push(await runSuite({ ...options, launchArgs: ['--language=zh-cn'] }));
  }
  return Math.max(...codes);
});
