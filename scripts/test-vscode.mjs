// Runs test/vscode/suite in a real VS Code: in the browser-served host, or with VSCODE_TEST_DESKTOP=1 in a desktop
// VS Code that @vscode/test-electron downloads. Once more with workspace trust on, in Restricted Mode. An argument is
// a regular expression: of the tests for a trusted workspace, only those whose name matches are run.
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
  // test-electron always has a desktop VS Code trust the folder.
  if (isDesktop)
    console.log('Not run: the tests for Restricted Mode, which a desktop VS Code cannot be started in.');
  else codes.push(await runSuite({ ...options, launchArgs: ['--keep-workspace-trust'] }));
  return Math.max(...codes);
});
