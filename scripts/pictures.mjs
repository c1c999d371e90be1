// Takes the pictures of EXTENSION.md from the extension at work in a real VS Code (test/vscode/pictures), and writes
// them to docs/images. Arguments name the pictures to take; without any, it takes all. With --look it takes those of the
// panel in all widths and themes instead, to be looked at, and writes them to .vscode-test/look; --language=zh-cn has them
// in that language.
import path from 'node:path';
import { projectRoot, runScript } from './lib/process.mjs';
import { bundle, packedExtension, runSuite } from './lib/vscode-suite.mjs';

const names = process.argv.slice(2);
const isLook = names.includes('--look');
const language = names.find((name) => name.startsWith('--language='));

runScript(async () =>
  runSuite({
    extension: await packedExtension(),
    suite: await bundle('test/vscode/pictures/index.ts'),
    workspace: 'test/vscode/pictures/workspace',
    screenshots: path.join(projectRoot, isLook ? '.vscode-test/look' : 'docs/images'),
    launchArgs: [
      '--window=1000x620',
      '--test-deadline=600',
      ...(isLook && language !== undefined ? [language] : []),
    ],
    env: isLook ? { NGINX_WEBSOCKET_LOOK: '1' } : { NGINX_WEBSOCKET_ONLY: names.join(' ') },
  }),
);
