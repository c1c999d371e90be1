import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Ran, Run } from './lsp/environment';
import { nativePath } from './node-host';

/** A test of a configuration at most looks up hosts; what takes longer waits for input. */
const TIMEOUT_MS = 30_000;

/** More is not read: `nginx -T` prints the whole configuration, of which more is not analysed. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** Starts a program of this machine, without a shell, and waits for its end. Never rejects. */
export const runProgram: Run = async (command, directory, token) => {
  const [program = '', ...args] = command;
  const cwd = directory === null ? null : nativePath(directory);
  try {
    const child = spawn(program, args, {
      // Where the directory is missing, the error is that of a missing program.
      ...(cwd !== null && (await isDirectory(cwd)) ? { cwd } : {}),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    return await endOf(child, token);
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
};

function endOf(
  child: ChildProcessByStdio<null, Readable, Readable>,
  token: Parameters<Run>[2],
): Promise<Ran> {
  return new Promise((resolve) => {
    const all: Buffer[] = [];
    const printed: Buffer[] = [];
    let size = 0;
    const takeInto = (lists: readonly Buffer[][]) => (chunk: Buffer) => {
      if (size < OUTPUT_LIMIT) for (const list of lists) list.push(chunk);
      size += chunk.length;
    };
    child.stdout.on('data', takeInto([all, printed]));
    child.stderr.on('data', takeInto([all]));
    const stop = (kind: 'cancelled' | 'timeout'): void => {
      child.kill('SIGKILL');
      // What it has started may hold the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ kind });
    };
    const timer = setTimeout(() => stop('timeout'), TIMEOUT_MS);
    const cancelling = token.onCancellationRequested(() => stop('cancelled'));
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? { kind: 'missing' } : { kind: 'failed', reason: error.message });
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      cancelling.dispose();
      resolve({ kind: 'ended', status, output: textOf(all), printed: textOf(printed) });
    });
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
