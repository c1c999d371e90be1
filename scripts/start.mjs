// Builds the extension, installs it into a real VS Code with the examples open, and stays until Ctrl-C: the desktop
// VS Code that is on PATH, else, or with --browser, one that is served to a browser on this machine. With --check:
// prints the analysis of the broken example instead, at once.
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { installHost, startServer, writeUserSettings } from './lib/host.mjs';
import {
  beforeExit,
  cleanEnvironment,
  findOnPath,
  isAlive,
  projectRoot,
  run,
  runScript,
  UserError,
  waitFor,
} from './lib/process.mjs';
import { buildVsix } from './lib/vsix.mjs';

const example = 'broken/nginx.conf';

runScript(async () => {
  if (process.argv.includes('--check')) return check();
  const temporary = await mkdtemp(path.join(tmpdir(), 'nginx-websocket-'));
  beforeExit(() => rm(temporary, { recursive: true, force: true }));
  console.log('Building the extension …');
  const vsix = await buildVsix(temporary);
  // A copy: what is tried out there does not change the project.
  const examples = path.join(temporary, 'examples');
  await cp(path.join(projectRoot, 'examples'), examples, { recursive: true });
  const code = process.argv.includes('--browser') ? undefined : desktopCode();
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

/** The program of a desktop VS Code that can open a window here. */
function desktopCode() {
  // In a terminal of a remote VS Code, and under WSL, `code` opens a window of another machine.
  if (process.env['VSCODE_IPC_HOOK_CLI'] !== undefined || process.env['WSL_DISTRO_NAME'] !== undefined) {
    return undefined;
  }
  const hasDisplay = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (process.env[name] ?? '') !== '');
  return process.platform === 'linux' && !hasDisplay ? undefined : findOnPath('code');
}

/**
 * Opens the examples in the desktop VS Code, apart from the user's own settings and extensions.
 * @param {string} code path of the program
 * @param {string} vsix
 * @param {string} examples
 * @param {string} temporary
 */
async function openDesktop(code, vsix, examples, temporary) {
  const data = path.join(temporary, 'data');
  const apart = ['--extensions-dir', path.join(temporary, 'extensions'), '--user-data-dir', data];
  // It refuses root without.
  if (process.platform === 'linux' && process.getuid?.() === 0) apart.push('--no-sandbox');
  const env = cleanEnvironment();
  const installed = await run(code, [...apart, '--install-extension', vsix], { env, output: 'keep' });
  if (installed.code !== 0)
    throw new UserError(`VS Code did not install the extension:\n${installed.output}`);
  beforeExit(() => closeDesktop(data));
  console.log(`
Look at the VS Code window that opens: a copy of the examples, with ${example}.
Put the cursor on what is underlined and press Ctrl+. (Cmd+. on macOS) to fix it.

Close the window, or press Ctrl-C, to end.`);
  const opened = await run(
    code,
    [...apart, '--new-window', '--wait', examples, path.join(examples, example)],
    {
      env,
    },
  );
  return opened.code;
}

/**
 * Ends the VS Code that has its data in a folder, should it still run: the program that opened it is another one.
 * @param {string} data
 */
async function closeDesktop(data) {
  const pid = Number(readTextIfAny(path.join(data, 'code.lock')));
  if (!(pid > 0) || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  await waitFor(() => (isAlive(pid) ? undefined : true), { deadline: 10_000, what: 'VS Code to close' });
}

/** @param {string} file */
function readTextIfAny(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
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
  await writeUserSettings(dataDirectory, {
    'chat.disableAIFeatures': true,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
  });
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
    { env: cleanEnvironment(), output: 'keep' },
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
  console.log(`
Open this address in a browser on this machine:

  ${addressOf(server.port, token, examples)}

It shows a copy of the examples, with ${example}.
Put the cursor on what is underlined and press Ctrl+. (Cmd+. on macOS) to fix it.

Ctrl-C ends it.`);
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
  const folder = pathToFileURL(examples).pathname;
  const payload = encodeURIComponent(
    JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${folder}/${example}`]]),
  );
  return `http://127.0.0.1:${port}/?tkn=${token}&folder=${folder}&payload=${payload}`;
}
