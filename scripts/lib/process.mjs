// Starting other programs, and making sure that they end with us.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path of the project's folder. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Thrown for what a person has to put right: shown as its message alone, without a stack. */
export class UserError extends Error {}

/**
 * The value that a child's environment is given: ours, without what an enclosing VS Code terminal or Electron
 * left in it, which would turn another VS Code into something else.
 * @param {Record<string, string | undefined>} [more] set on top; undefined removes
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(more = {}) {
  const entries = Object.entries({ ...process.env, ...more }).filter(
    ([name, value]) =>
      value !== undefined && (name in more || (!name.startsWith('VSCODE_') && !name.startsWith('ELECTRON_'))),
  );
  return Object.fromEntries(entries);
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the folder to run in; the project's unless given
 * @property {NodeJS.ProcessEnv} [env] the whole environment; ours unless given
 * @property {'show' | 'keep' | 'both'} [output] show it as it comes, keep it for the result, or both
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} its exit code (1 when a signal ended it) and what it
 *   wrote to both its outputs, where that was kept
 * @throws {UserError} when it cannot be started
 */
export function run(command, args, { cwd = projectRoot, env = process.env, output = 'show' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: output === 'show' ? 'inherit' : ['inherit', 'pipe', 'pipe'],
      // The command files of npm and VS Code on Windows are not programs but need a shell.
      shell: process.platform === 'win32' && /\.(cmd|bat)$/i.test(command),
    });
    running.add(child);
    let kept = '';
    /** @param {NodeJS.WriteStream} to */
    const take = (to) => (/** @type {Buffer} */ data) => {
      kept += data.toString();
      if (output === 'both') to.write(data);
    };
    child.stdout?.on('data', take(process.stdout));
    child.stderr?.on('data', take(process.stderr));
    child.on('error', (error) => {
      running.delete(child);
      reject(new UserError(`${command} could not be started: ${error.message}`));
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, output: kept });
    });
  });
}

/**
 * Runs npm itself, the one that runs us where there is one.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNpm(args, options) {
  const npm = process.env['npm_execpath'];
  if (npm !== undefined && /\.[cm]?js$/.test(npm)) return run(process.execPath, [npm, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/**
 * The path of a program of a package in node_modules/.bin.
 * @param {string} name
 */
export function localProgram(name) {
  return path.join(projectRoot, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

/**
 * Looks a program up on PATH.
 * @param {string} name
 * @returns {string | undefined} its absolute path
 */
export function findOnPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter((entry) => entry !== '')) {
    for (const ending of endings) {
      const file = path.resolve(folder, name + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

/** @param {string} file */
export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Asks a condition again and again until it gives something.
 * @template T
 * @param {() => T | undefined | Promise<T | undefined>} condition
 * @param {{ deadline: number, what: string, every?: number }} options deadline and every in milliseconds; what
 *   completes "Waited 5 s for …"
 * @returns {Promise<T>}
 */
export async function waitFor(condition, { deadline, what, every = 100 }) {
  const end = Date.now() + deadline;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (Date.now() >= end) throw new UserError(`Waited ${Math.round(deadline / 1000)} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

/**
 * Whether there is a process of this id.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Ends a process that was started with `detached: true`, and everything that it started.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<void>} when it has ended
 */
export async function endGroup(child) {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    await run('taskkill', ['/pid', String(pid), '/t', '/f'], { output: 'keep' });
    return;
  }
  signalGroup(pid, 'SIGTERM');
  try {
    await waitFor(() => (groupLives(pid) ? undefined : true), {
      deadline: 3000,
      what: `process ${pid} to end`,
    });
  } catch {
    signalGroup(pid, 'SIGKILL');
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** @param {number} pid */
function groupLives(pid) {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Gives the programs that `run` started, and that have been told to end, some seconds to do so. */
async function runningEnded() {
  try {
    await waitFor(() => (running.size === 0 ? true : undefined), { deadline: 5000, what: 'programs to end' });
  } catch {
    for (const child of running) child.kill('SIGKILL');
  }
}

/** @type {(() => unknown)[]} */
const cleanups = [];

/**
 * Has something done before this process ends, however it ends: last registered, first done.
 * @param {() => unknown} cleanup may be asynchronous
 */
export function beforeExit(cleanup) {
  cleanups.push(cleanup);
}

/** @type {Promise<void> | undefined} */
let cleaning;

async function cleanUp() {
  for (const cleanup of cleanups.reverse()) {
    try {
      await cleanup();
    } catch (error) {
      console.error(`While cleaning up: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/**
 * Runs a script's main function, does the clean-ups, and ends the process. Ctrl-C and SIGTERM end it in the same
 * orderly way; the programs that `run` started get the signal too.
 * @param {() => Promise<number>} main gives the exit code; what it throws is shown, and the code is 1
 */
export function runScript(main) {
  /** @param {number} code */
  const finish = async (code) => {
    cleaning ??= cleanUp();
    await cleaning;
    process.exit(code);
  };
  let interrupted = false;
  for (const [signal, number] of /** @type {const} */ ([
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ])) {
    process.on(signal, () => {
      interrupted = true;
      // Ctrl-C reaches the programs that share our terminal by itself.
      const children = signal === 'SIGINT' && process.stdin.isTTY ? [] : running;
      for (const child of children) child.kill(signal);
      void runningEnded().then(() => finish(128 + number));
    });
  }
  void main()
    .catch((error) => {
      // What fails because it was interrupted is no news.
      if (!interrupted) console.error(error instanceof UserError ? error.message : error);
      return 1;
    })
    .then((code) => (interrupted ? undefined : finish(code)));
}
