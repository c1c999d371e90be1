import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asNode, hasOwnNetworks, inOwnNetwork, openTunnels, type Tunnel, tunnelsOfNginx } from './network';
import { asNobody, filledIn, hasStream, NOBODY, type Program } from './program';
import { setTimeout as sleep } from 'node:timers/promises';

/** What an nginx is started with. */
export interface Start {
  readonly program: Program;
  /** The main file, relative to the folder. */
  readonly main: string;
  /** Directives of the main level. */
  readonly globals: string;
}

/** The ports that lead into the copy, and out of it. */
export interface Ports {
  readonly listeners: readonly number[];
  readonly backEnds: readonly number[];
}

/**
 * Makes the folder, says so, and waits. Its input ends when this process does, however that is: then it removes the
 * folder, as often as nginx still writes to it.
 */
const GUARD =
  'mkdir -m 700 "$0" && echo made; read -r _; i=0; while [ -e "$0" ] && [ $i -lt 100 ]; do rm -rf -- "$0"; i=$((i+1)); sleep 0.1; done';

/** Becomes nginx in the same process, beside a guard that ends it when the input ends. */
const GUARDED = '{ read -r _ <&3 || kill -TERM $$; } >/dev/null 2>&1 & exec "$@" 3<&-';

/**
 * In a container: opens the tunnels there, and becomes nginx. The first argument is their folder. The first process of
 * a container ends by the signals only that it asks for.
 */
const BEHIND_TUNNELS =
  'trap "exit 1" TERM; nginx -p "$0/" -e "$0/error.log" -c "$0/tunnels.conf" && exec nginx "$@"';

/** A test makes an empty file of that name: only a start gets this one. */
const PID = 'nginx.pid';

/** The address of a socket of the file system has 107 bytes at most (unix(7)). */
const LONGEST_FOLDER = 90;

/** How long nginx may take to test a configuration, to start, and to end, in milliseconds. */
const PATIENCE = 10_000;

/**
 * A folder of this process alone, and the nginx that runs in it. Both are gone after `remove`, and when this process
 * ends in whatever way. Where this process is of root, nginx is not.
 */
export class Sandbox {
  private nginx: ChildProcess | null = null;
  private tunnels: readonly Server[] = [];

  private constructor(
    readonly folder: string,
    private readonly guard: ChildProcess,
    /** Whether nginx gets a network of its own. */
    readonly hasOwnNetwork: boolean,
  ) {}

  /** @param program what is to run in it */
  static async make(program: Program): Promise<Sandbox> {
    const name = `nginx-websocket-verify-${randomBytes(8).toString('hex')}`;
    const folder = join(await realpath(tmpdir()), name);
    const canHaveOwn = program.isContained ? hasStream(program) : await hasOwnNetworks();
    const hasOwnNetwork = folder.length < LONGEST_FOLDER && canHaveOwn;
    // A group of its own: Ctrl-C is for the process that has started it.
    const guard = spawn('/bin/sh', ['-c', GUARD, folder], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    const [said] = (await Promise.race([once(guard.stdout, 'data'), once(guard, 'exit')])) as [unknown];
    if (!Buffer.isBuffer(said)) throw new Error(`The folder ${folder} could not be made.`);
    const sandbox = new Sandbox(folder, guard, hasOwnNetwork);
    await sandbox.handOver(folder);
    return sandbox;
  }

  /** Makes a directory in the folder. */
  async makeDirectory(path: string): Promise<void> {
    const first = await mkdir(join(this.folder, path), { recursive: true });
    if (first === undefined) return;
    for (let at = join(this.folder, path); at.length >= first.length; at = dirname(at))
      await this.handOver(at);
  }

  /** Writes a file in the folder. */
  async write(path: string, text: string): Promise<void> {
    await this.makeDirectory(dirname(path));
    await writeFile(join(this.folder, path), text);
    await this.handOver(join(this.folder, path));
  }

  /** What nginx says of a configuration; null where it takes it. */
  async test(start: Start, signal: AbortSignal): Promise<string | null> {
    const command = [...this.commandOf(start.program), ...this.argumentsOf(start, 'test.pid'), '-t', '-q'];
    const child = this.spawn(command, start.program);
    const output = collected(child);
    const closed = once(child, 'close', { signal }) as Promise<[number | null]>;
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    try {
      const [code] = await closed;
      return code === 0 ? null : output();
    } finally {
      clearTimeout(timer);
      release(child);
      child.kill('SIGKILL');
    }
  }

  /**
   * Starts nginx and waits until it listens.
   *
   * @returns what it says where it does not start, else null
   */
  async start(start: Start, ports: Ports, signal: AbortSignal): Promise<string | null> {
    const { program } = start;
    const args = this.argumentsOf(start, PID);
    const command = this.hasOwnNetwork
      ? await this.behindTunnels(program, args, ports)
      : [...this.commandOf(program), ...args];
    const child = this.spawn(command, program);
    this.nginx = child;
    const output = collected(child);
    const pid = join(this.folder, PID);
    for (let waited = 0; waited < PATIENCE; waited += 10) {
      signal.throwIfAborted();
      if (hasEnded(child)) return output();
      // It is written once nginx has read the configuration and listens.
      if (existsSync(pid)) return null;
      await sleep(10);
    }
    return 'nginx did not start in time.';
  }

  /** What the error log holds. */
  async log(): Promise<string> {
    return readFile(join(this.folder, 'error.log'), 'utf8').catch(() => '');
  }

  /** Ends nginx. */
  async stop(): Promise<void> {
    const child = this.nginx;
    this.nginx = null;
    for (const tunnel of this.tunnels) tunnel.close();
    this.tunnels = [];
    if (child === null || hasEnded(child)) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => killGroup(child), PATIENCE);
    await exited;
    clearTimeout(timer);
    release(child);
  }

  /** Ends nginx and removes the folder. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    this.guard.stdin?.end();
    if (!hasEnded(this.guard)) await once(this.guard, 'exit');
  }

  /** Opens the tunnels on this side; the command opens those on the other, and starts nginx there. */
  private async behindTunnels(program: Program, args: readonly string[], ports: Ports): Promise<string[]> {
    const { folder } = this;
    await this.makeDirectory('network');
    const between = (port: number): string => join(folder, 'network', `${port}`);
    for (const port of [...ports.listeners, ...ports.backEnds]) await rm(between(port), { force: true });
    this.tunnels = await openTunnels([
      ...ports.listeners.map((port) => [port, between(port)] as const),
      ...ports.backEnds.map((port) => [between(port), port] as const),
    ]);
    for (const port of ports.backEnds) await this.handOver(between(port));
    const there: Tunnel[] = [
      ...ports.listeners.map((port) => [between(port), port] as const),
      ...ports.backEnds.map((port) => [port, between(port)] as const),
    ];
    if (!program.isContained) return inOwnNetwork([...this.commandOf(program), ...args], there);
    const own = join(folder, 'network');
    await this.write('network/tunnels.conf', tunnelsOfNginx(own, there));
    return [...this.commandOf(program, 'sh'), '-c', BEHIND_TUNNELS, own, ...args];
  }

  /** What starts a program. */
  private commandOf({ command }: Program, entry = 'nginx'): string[] {
    const network = this.hasOwnNetwork ? 'none' : 'host';
    return filledIn(command, { FOLDER: this.folder, NETWORK: network, ENTRY: entry });
  }

  /** What nginx is started with. */
  private argumentsOf({ main, globals }: Start, pid: string): string[] {
    const { folder } = this;
    const log = `${folder}/error.log`;
    const own = `daemon off; pid ${folder}/${pid}; worker_processes 1; error_log ${log} error; ${globals}`;
    return ['-p', `${folder}/`, '-e', log, '-c', join(folder, main), '-g', own];
  }

  private spawn(command: readonly string[], program: Program): ChildProcess {
    const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', ...command], {
      cwd: this.folder,
      env: { ...process.env, ...asNode },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C is for this process, and its workers can be ended with it.
      detached: true,
      ...(program.isContained ? {} : asNobody()),
    });
    child.stdio[3]?.on('error', () => {});
    child.once('exit', () => release(child));
    return child;
  }

  private async handOver(path: string): Promise<void> {
    if (isRoot()) await chown(path, NOBODY, NOBODY);
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function collected(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** Tells the guard that there is nothing left to end. */
function release(child: ChildProcess): void {
  const guard = child.stdio[3];
  if (guard && 'end' in guard) guard.end('\n');
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}
