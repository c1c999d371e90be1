import { type ChildProcess, execFile, type spawn } from 'node:child_process';
import type net from 'node:net';
import type { Server, Socket } from 'node:net';
import { promisify } from 'node:util';
import { asNobody } from './program';

/**
 * Where the system has it, nginx gets a network of its own (`network_namespaces(7)`), in which there is nothing but
 * itself. Sockets of the file system lead there: in front of each listener and each back end stand two tunnels, one on
 * either side, with such a socket between them.
 */

/** Brings up 127.0.0.1, which a new network has, but down; its rights to do so are those of a user namespace. */
const ENTER: readonly [string, ...string[]] = [
  'unshare',
  '--user',
  '--map-current-user',
  '--net',
  '--keep-caps',
  '--',
  'sh',
  '-c',
  'ip link set lo up && exec "$@"',
  'sh',
];

/** VS Code has Node in a program that is Node only when it is told to be. */
export const asNode = { ELECTRON_RUN_AS_NODE: '1' };

/** How long it may take to find out whether it can be done, in milliseconds. */
const PATIENCE = 10_000;

let isFound = false;

/** Whether programs can be given a network of their own here: util-linux, iproute2, and leave to make namespaces. */
export async function hasOwnNetworks(): Promise<boolean> {
  // A machine does not lose this, but one that is busy may be asked in vain.
  if (isFound) return true;
  const [program, ...args] = [...ENTER, process.execPath, '-e', ''];
  const options = { timeout: PATIENCE, env: { ...process.env, ...asNode }, ...asNobody() };
  isFound = await promisify(execFile)(program, args, options).then(
    () => true,
    () => false,
  );
  return isFound;
}

/** A port of 127.0.0.1, or the path of a socket. */
type End = number | string;

/** From where to where a tunnel leads. */
export type Tunnel = readonly [from: End, to: End];

/** Opens tunnels on this side. */
export async function openTunnels(tunnels: readonly Tunnel[]): Promise<readonly Server[]> {
  const modules = await import('node:net');
  return Promise.all(tunnels.map(([from, to]) => openTunnel(modules, from, to)));
}

/** The command that starts another one in a network of its own, once the tunnels on that side are open. */
export function inOwnNetwork(command: readonly string[], tunnels: readonly Tunnel[]): string[] {
  const text = `(${runBehind.toString()})(require('node:net'), require('node:child_process').spawn, ${openTunnel.toString()})`;
  return [...ENTER, process.execPath, '-e', text, JSON.stringify(tunnels), ...command];
}

/** The configuration of an nginx that does the same by itself, where there is nothing but nginx. */
export function tunnelsOfNginx(folder: string, tunnels: readonly Tunnel[]): string {
  const addressOf = (end: End): string => (typeof end === 'number' ? `127.0.0.1:${end}` : `unix:${end}`);
  const servers = tunnels.map(
    ([from, to]) => `  server { listen ${addressOf(from)}; proxy_pass ${addressOf(to)}; }\n`,
  );
  return `pid ${folder}/tunnels.pid;\nworker_processes 1;\nevents {}\nstream {\n${servers.join('')}}\n`;
}

/** Runs as a text of its own, so it may use nothing but what it is given. */
async function runBehind(modules: typeof net, start: typeof spawn, open: typeof openTunnel): Promise<void> {
  const [, tunnels = '', program = '', ...args] = process.argv;
  let child: ChildProcess | null = null;
  // It is asked for before there is anything that would be left behind.
  process.on('SIGTERM', () => (child === null ? process.exit(1) : child.kill('SIGTERM')));
  const pairs = JSON.parse(tunnels) as Tunnel[];
  await Promise.all(pairs.map(([from, to]) => open(modules, from, to)));
  child = start(program, args, { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** The same holds for this one. */
function openTunnel(modules: typeof net, from: End, to: End): Promise<Server> {
  const placeOf = (end: End): { host: string; port: number } | { path: string } =>
    typeof end === 'number' ? { host: '127.0.0.1', port: end } : { path: end };
  const join = (here: Socket, there: Socket): void => {
    here.pipe(there);
    here.on('error', () => there.destroy());
    here.on('close', () => {
      if (!here.readableEnded) there.destroy();
    });
  };
  const server = modules.createServer({ allowHalfOpen: true }, (arrived) => {
    const further = modules.connect({ ...placeOf(to), allowHalfOpen: true });
    join(arrived, further);
    join(further, arrived);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(placeOf(from), () => resolve(server));
  });
}
