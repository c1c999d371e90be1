// Builds the extension, installs it into a real VS Code with the examples open, and stays until Ctrl-C: the desktop
// VS Code that is on PATH, else one that is served to a browser on this machine. With --check: prints the analysis of
// the broken example instead, at once.
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installHost, startServer, writeUserSettings } from './lib/host.mjs';
import {
  beforeExit,
  findOnPath,
  localProgram,
  projectRoot,
  run,
  runScript,
  UserError,
} from './lib/process.mjs';

const example = 'broken/nginx.conf';

runScript(async () => {
  if (process.argv.includes('--check')) return check();
  const temporary = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-'));
  beforeExit(() => rm(temporary, { recursive: true, force: true }));
  const vsix = await buildVsix(temporary);
  // A copy: what is tried out there does not change the project.
  const examples = path.join(temporary, 'examples');
  await cp(path.join(projectRoot, 'examples'), examples, { recursive: true });
  const code = findOnPath('code');
  return code === undefined ? serve(vsix, examples, temporary) : openDesktop(code, vsix, examples, temporary);
});

async function check() {
  await buildIfStale();
  const { code } = await run(process.execPath, [
    path.join(projectRoot, 'dist/cli.js'),
    'check',
    path.relative(process.cwd(), path.join(projectRoot, 'examples', example)),
  ]);
  // To find something is what the example is for.
  return code === 1 ? 0 : code;
}

async function buildIfStale() {
  const built = modified(path.join(projectRoot, 'dist/cli.js'));
  const names = await readdir(path.join(projectRoot, 'server/src'), { recursive: true });
  const sources = [
    ...names.map((name) => path.join(projectRoot, 'server/src', name)),
    path.join(projectRoot, 'package.json'),
  ];
  if (sources.every((file) => modified(file) <= built)) return;
  const { code } = await run(process.execPath, [path.join(projectRoot, 'scripts/build.mjs')]);
  if (code !== 0) throw new UserError('The build failed.');
}

/** @param {string} file */
function modified(file) {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {string} directory */
async function buildVsix(directory) {
  const vsix = path.join(directory, 'nginx-websocket.vsix');
  console.log('Building the extension …');
  const { code, output } = await run(localProgram('vsce'), ['package', '--no-dependencies', '--out', vsix], {
    output: 'keep',
  });
  if (code !== 0) throw new UserError(`The extension could not be packed:\n${output}`);
  return vsix;
}

/**
 * Opens the examples in the desktop VS Code, apart from the user's own settings and extensions.
 * @param {string} code path of the program
 * @param {string} vsix
 * @param {string} examples
 * @param {string} temporary
 */
async function openDesktop(code, vsix, examples, temporary) {
  const apart = [
    '--extensions-dir',
    path.join(temporary, 'extensions'),
    '--user-data-dir',
    path.join(temporary, 'data'),
  ];
  const installed = await run(code, [...apart, '--install-extension', vsix], { output: 'keep' });
  if (installed.code !== 0)
    throw new UserError(`VS Code did not install the extension:\n${installed.output}`);
  console.log(
    `Look at the VS Code window that opens: ${example} is marked. Close it, or press Ctrl-C, to end.`,
  );
  const opened = await run(code, [
    ...apart,
    '--new-window',
    '--wait',
    examples,
    path.join(examples, example),
  ]);
  return opened.code;
}

/**
 * Serves VS Code to a browser of this machine, until Ctrl-C.
 * @param {string} vsix
 * @param {string} examples
 * @param {string} temporary
 */
async function serve(vsix, examples, temporary) {
  const host = await installHost({ log: console.log });
  const dataDirectory = path.join(temporary, 'data');
  const extensionsDirectory = path.join(temporary, 'extensions');
  await mkdir(dataDirectory, { recursive: true });
  await writeUserSettings(dataDirectory, { 'workbench.secondarySideBar.defaultVisibility': 'hidden' });
  const installed = await run(
    host.node,
    [
      host.serverMain,
      '--accept-server-license-terms',
      '--server-data-dir',
      dataDirectory,
      '--extensions-dir',
      extensionsDirectory,
      '--install-extension',
      vsix,
    ],
    { output: 'keep' },
  );
  if (installed.code !== 0)
    throw new UserError(`VS Code did not install the extension:\n${installed.output}`);
  const token = randomBytes(16).toString('hex');
  const server = await startServer({ host, dataDirectory, extensionsDirectory, connectionToken: token });
  let isEnding = false;
  beforeExit(() => {
    isEnding = true;
    return server.stop();
  });
  console.log(
    `\nOpen this address in a browser on this machine:\n\n  ${addressOf(server.port, token, examples)}\n`,
  );
  console.log('Ctrl-C ends it.');
  await server.ended;
  if (isEnding) return 0;
  throw new UserError(`The VS Code server ended by itself:\n${server.output()}`);
}

/**
 * @param {number} port
 * @param {string} token
 * @param {string} examples
 */
function addressOf(port, token, examples) {
  const file = `vscode-remote://127.0.0.1:${port}${path.join(examples, example)}`;
  const payload = encodeURIComponent(JSON.stringify([['openFile', file]]));
  return `http://127.0.0.1:${port}/?tkn=${token}&folder=${encodeURI(examples)}&payload=${payload}`;
}
