import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from './inputs';

/** What a program took. */
export interface Run {
  /** Milliseconds on the clock. */
  readonly wall: number;
  /** Megabytes at the most; null for another program than Node. */
  readonly memory: number | null;
}

/** What a Node process says of itself when it ends. */
const REPORT = `data:text/javascript,process.on('exit', () => {
  process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS + '\\n');
});`;

/** Runs a script of Node to its end. */
export function runNode(args: readonly string[], timeout = 30_000): Run {
  const start = performance.now();
  const { stderr, error } = spawnSync(process.execPath, ['--import', REPORT, ...args], {
    encoding: 'utf8',
    timeout,
    maxBuffer: Infinity,
  });
  if (error !== undefined) return { wall: Infinity, memory: Infinity };
  const peak = /^peak (\d+)$/m.exec(stderr)?.[1];
  return { wall: performance.now() - start, memory: peak === undefined ? null : Number(peak) / 1000 };
}

/** Runs another program; null where it is not there. */
export function runProgram(program: string, args: readonly string[]): Run | null {
  const start = performance.now();
  const { error } = spawnSync(program, args, { stdio: 'ignore' });
  return error === undefined ? { wall: performance.now() - start, memory: null } : null;
}

/** Milliseconds until a language server has answered `initialize`. */
export function startServer(script: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const server = spawn(process.execPath, [script, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const params = { processId: null, rootUri: null, capabilities: {} };
    const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
    server.once('error', reject);
    server.stdout.once('data', () => {
      resolve(performance.now() - start);
      server.kill();
    });
  });
}

/** Does something with files that are on the disk meanwhile. @param use gets the path of the folder that stands for `/` */
export function onDisk<Result>(files: Files, use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-websocket-bench-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
