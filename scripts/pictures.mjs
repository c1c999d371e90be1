// Takes the pictures of the README from the extension at work in a real VS Code (test/vscode/pictures), and writes
// them to docs/images. Arguments name the pictures to take; without any, it takes all.
import path from 'node:path';
import { projectRoot, runScript } from './lib/process.mjs';
import { buildSuite, runSuite } from './lib/vscode-suite.mjs';

runScript(async () =>
  runSuite({
    suite: await buildSuite('test/vscode/pictures/index.ts'),
    workspace: 'test/vscode/pictures/workspace',
    screenshots: path.join(projectRoot, 'docs/images'),
    launchArgs: ['--window=1000x620'],
    env: { NGINX_WEBSOCKET_ONLY: process.argv.slice(2).join(' ') },
  }),
);
