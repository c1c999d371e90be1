// Types into Helix as a person would. What Helix and the server say to each other stands in its log: there it is seen what
// has come, before the next key.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { beforeExit, waitFor } from '../../scripts/lib/process.mjs';

/** Milliseconds until Helix shows what has come. */
const moment = 1000;

/** Milliseconds that a step may take. */
const deadline = 60_000;

/**
 * Opens nginx.conf, waits for its finding, applies the first action, waits until the finding is gone, and saves.
 * @param {string} program
 * @param {{cwd: string, env: NodeJS.ProcessEnv, log: string}} options
 * @returns {Promise<{code: number, output: string}>} what was found and applied
 */
export async function driveHelix(program, { cwd, env, log }) {
  // `script` gives it a terminal; one without a size has no room for a menu.
  const command = `stty rows 40 cols 120; exec '${program}' -v --log '${log}' nginx.conf`;
  const helix = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  beforeExit(() => void helix.kill());
  const ended = new Promise((resolve) => helix.once('close', (code) => resolve(code ?? 1)));
  const said = [];
  let seen = 0;

  const [found] = warnings(await received((message) => warnings(message)?.length === 1));
  said.push(`found: ${found.code} on line ${found.range.start.line + 1}`);
  await type(']d a');
  const offered = await received(({ result }) => Array.isArray(result) && result[0]?.title !== undefined);
  said.push(`applied: ${offered.result[0].title}`);
  await type('\r');
  await received((message) => warnings(message)?.length === 0);
  await type(':wq\r');
  return { code: await ended, output: said.join('\n') };

  /** @param {string} keys */
  async function type(keys) {
    await new Promise((resolve) => setTimeout(resolve, moment));
    helix.stdin.write(keys);
  }

  /**
   * Waits for a message of the server that comes after those that were waited for.
   * @param {(message: any) => boolean} isIt
   */
  function received(isIt) {
    const find = async () => {
      const text = await readFile(log, 'utf8').catch(() => '');
      const messages = [...text.matchAll(/ <- (\{"jsonrpc".*\})$/gm)].map(([, json = '']) =>
        JSON.parse(json),
      );
      const index = messages.findIndex((message, at) => at >= seen && isIt(message));
      if (index === -1) return undefined;
      seen = index + 1;
      return messages[index];
    };
    return waitFor(find, { deadline, what: 'a message of the server' });
  }
}

/**
 * The errors and warnings that a message tells of; undefined when it is of another kind.
 * @param {any} message
 */
function warnings({ method, params }) {
  if (method !== 'textDocument/publishDiagnostics') return undefined;
  return params.diagnostics.filter(({ severity }) => severity <= 2);
}
