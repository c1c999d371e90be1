import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { accepts, freePorts } from './ports';
import { Resources, type Stoppable, type TemporaryDirectory, temporaryDirectory } from './resources';
import { until, within } from './waiting';

/** One message of nginx about a configuration. */
export interface NginxMessage {
  /** `emerg`, `warn`, `crit`, … */
  readonly level: string;
  /** What it says, without the place. */
  readonly text: string;
  /** The file as nginx names it; null when the message names none. */
  readonly file: string | null;
  /** One-based; null when the message names none. */
  readonly line: number | null;
}

/** What `nginx -t` said. */
export interface NginxTest {
  readonly ok: boolean;
  /** It ended by a signal, as on an include cycle. */
  readonly crashed: boolean;
  /** What refused the configuration; otherwise the first message, if any. */
  readonly first: NginxMessage | null;
  readonly messages: readonly NginxMessage[];
}

/** A running nginx with a directory of its own. */
export interface Nginx extends Stoppable {
  /** Its prefix: pid, error log and temporary files are in it. `stop` removes it. */
  readonly directory: string;
  /** What the error log holds so far. */
  errorLog(): Promise<string>;
}

/** An nginx whose configuration the harness wrote. */
export interface NginxServers extends Nginx {
  /** The port of each server on 127.0.0.1, in the order they were given. */
  readonly ports: readonly number[];
}

/** One `server` of a configuration that the harness writes. `@DIR` is a directory of this server alone. */
export interface ServerBlock {
  /** What stands inside `server { }`, without `listen`. */
  readonly body: string;
  /** Texts to write, by path relative to `@DIR`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** nginx would not run with this configuration. */
export class NginxRefused extends Error {
  readonly messages: readonly NginxMessage[];

  /** @param output what nginx wrote to standard error */
  constructor(output: string) {
    super(`nginx did not start:\n${output.trim() || '(it said nothing)'}`);
    this.messages = parseMessages(output);
  }
}

const run = promisify(execFile);
const startDeadline = 10_000;
const stopDeadline = 5000;

/**
 * The nginx program: the one that NGINX_BINARY names, else the first on PATH or in the directories for system programs.
 *
 * @throws Error that says what to install when there is none
 */
export function nginxBinary(): string {
  const named = process.env['NGINX_BINARY'];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new Error(`NGINX_BINARY is ${named}, which is no program that can be run.`);
  }
  // Debian keeps nginx in /usr/sbin, which an ordinary user's PATH leaves out.
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [...path, '/usr/local/sbin', '/usr/sbin'].map((directory) => join(directory, 'nginx'));
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    'The live tests need nginx, which is not on PATH. Install it: ' +
      'apt-get install -y --no-install-recommends nginx libnginx-mod-stream. Or set NGINX_BINARY to one.',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What that nginx says of itself, and of how it was built. */
export async function nginxBuild(): Promise<string> {
  const { stderr } = await run(nginxBinary(), ['-V'], { timeout: startDeadline });
  return stderr;
}

/** The version of that nginx, `1.22.1`; of a fork, the one the fork calls itself. */
export async function nginxVersion(): Promise<string> {
  const said = await nginxBuild();
  const version = /version: [^/\s]+\/(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) throw new Error(`${nginxBinary()} -V does not say its version: ${said}`);
  return version;
}

/** A directory to start nginx in. Builds that log to `logs/` of their prefix refuse to start without it. */
async function prefixDirectory(): Promise<TemporaryDirectory> {
  const directory = await temporaryDirectory();
  await mkdir(join(directory.path, 'logs'));
  return directory;
}

/** Writes texts below a directory, by relative path. */
export async function writeTree(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/**
 * Starts one nginx with many servers, each on a port of its own: a hundred cost no more than one.
 *
 * @param servers the blocks
 * @param http what stands beside them in `http { }`; `@DIR` in it is a directory too
 * @throws NginxRefused when nginx refuses the configuration
 */
export async function startServers(servers: readonly ServerBlock[], http = ''): Promise<NginxServers> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryServers(servers, http);
    } catch (error) {
      // Between asking for free ports and listening on them another process may have taken one.
      const taken = error instanceof NginxRefused && error.message.includes('(98: Address already in use)');
      if (!taken || attempt === 3) throw error;
    }
  }
}

async function tryServers(servers: readonly ServerBlock[], http: string): Promise<NginxServers> {
  const resources = new Resources();
  try {
    const ports = await freePorts(servers.length);
    const directory = resources.add(await prefixDirectory()).path;
    const file = join(directory, 'nginx.conf');
    for (const [index, { files }] of servers.entries()) {
      await mkdir(join(directory, `${index}`));
      await writeTree(join(directory, `${index}`), files ?? {});
    }
    await writeFile(file, mainFile(directory, servers, ports, http));
    // What `root` is when none is written, empty.
    await mkdir(join(directory, 'html'));
    const log = `error_log ${directory}/error.log info;`;
    const nginx = resources.add(
      await launch(directory, { file, shownAs: file, globals: log }, ports.slice(0, 1)),
    );
    return { ...nginx, ports, stop: () => resources.stop() };
  } catch (error) {
    await resources.stop();
    throw error;
  }
}

function mainFile(
  directory: string,
  servers: readonly ServerBlock[],
  ports: readonly number[],
  http: string,
): string {
  const blocks = servers.map(({ body }, index) => {
    const text = body.replaceAll('@DIR', join(directory, `${index}`));
    return `server {\nlisten 127.0.0.1:${ports[index]};\n${text}\n}`;
  });
  return [
    'events { worker_connections 4096; }',
    'http {',
    ...httpDirectives(directory, ''),
    http.replaceAll('@DIR', directory),
    ...blocks,
    '}\n',
  ].join('\n');
}

/**
 * Starts nginx with a complete main file as it lies on disk, its `events` and `http` included, from its own directory,
 * so that relative includes work. Nothing of it is changed but what belongs to the machine: where nginx would keep its
 * pid, logs and temporary files, as whom and how often it would run. Lines keep their numbers. Listeners stay as they
 * are written.
 *
 * @param file path of the main file
 * @param ports those of 127.0.0.1 to wait for
 * @throws NginxRefused when nginx refuses the configuration
 */
export async function startMainFile(file: string, ports: readonly number[]): Promise<Nginx> {
  const resources = new Resources();
  try {
    const directory = resources.add(await prefixDirectory()).path;
    const text = await readFile(file, 'latin1');
    const copy = resources.add(await writeCopy(file, forPrivateUse(text, directory)));
    const globals = `error_log ${directory}/error.log info; ${await modulesFor(text)}`;
    const nginx = resources.add(await launch(directory, { file: copy.path, shownAs: file, globals }, ports));
    return { ...nginx, stop: () => resources.stop() };
  } catch (error) {
    await resources.stop();
    throw error;
  }
}

/**
 * Asks `nginx -t` about a main file.
 *
 * @param file path of the main file
 * @param options `exact`: the file itself is read, byte for byte, and may then name logs and temporary files of the
 *   machine. Otherwise a copy beside it as {@link startMainFile} takes it; messages name the file itself.
 */
export async function testMainFile(
  file: string,
  options: { readonly exact?: boolean } = {},
): Promise<NginxTest> {
  const resources = new Resources();
  try {
    const directory = resources.add(await prefixDirectory()).path;
    const text = await readFile(file, 'latin1');
    const exact = options.exact === true;
    const tested = exact ? file : resources.add(await writeCopy(file, forPrivateUse(text, directory))).path;
    // A pid of the file's own stays: nginx would call a second one a duplicate.
    const pid = exact && namesPid.test(text) ? '' : `pid ${directory}/nginx.pid;`;
    const globals = `${pid} ${await modulesFor(text)}`.trim();
    const prefix = ['-p', `${directory}/`, '-e', join(directory, 'error.log')];
    const { code, output } = await ask([
      '-t',
      ...prefix,
      '-c',
      tested,
      ...(globals === '' ? [] : ['-g', globals]),
    ]);
    const messages = parseMessages(output.replaceAll(tested, file));
    const fatal =
      code === 0 ? undefined : messages.find(({ level }) => level !== 'warn' && level !== 'notice');
    return { ok: code === 0, crashed: code === null, first: fatal ?? messages[0] ?? null, messages };
  } finally {
    await resources.stop();
  }
}

/** Runs nginx to its end; the code is null when a signal ended it. */
async function ask(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(nginxBinary(), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const output = collect(child);
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    const [code] = await within(startDeadline, 'nginx -t', closed);
    return { code, output: output() };
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

function collect(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** The messages in what nginx wrote to standard error. */
function parseMessages(output: string): NginxMessage[] {
  return output.split(/^nginx: /m).flatMap((part): NginxMessage[] => {
    const [, level, message] = /^\[(\w+)\] ([\s\S]*?)\n?$/.exec(part) ?? [];
    if (level === undefined || message === undefined) return [];
    const [, text, file, line] = /^([\s\S]*) in (\S.*):(\d+)$/.exec(message) ?? [];
    if (text === undefined || file === undefined) return [{ level, text: message, file: null, line: null }];
    return [{ level, text, file, line: Number(line) }];
  });
}

const namesPid = /^[^#\n]*\bpid\s/m;

/** Writes the text beside the file, under a name that no glob of an include matches; `stop` removes it. */
async function writeCopy(file: string, text: string): Promise<Stoppable & { readonly path: string }> {
  const path = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString('hex')}`);
  await writeFile(path, text, 'latin1');
  return { path, stop: () => rm(path, { force: true }) };
}

/** Directives that belong to the machine, each with its `;` at the start of a statement and on one line. */
const machineDirective =
  /(?<=^|[;{}])[ \t]*(daemon|master_process|pid|lock_file|user|worker_processes|error_log|access_log)[ \t][^;{}#\n]*;/gm;
const logs: ReadonlySet<string> = new Set(['error_log', 'access_log']);

/** The main file with what belongs to the machine blanked out, and ours on the line of `http {` instead. */
function forPrivateUse(text: string, directory: string): string {
  const blanked = text.replace(machineDirective, (match, name: string, offset: number) =>
    logs.has(name) || isTopLevel(text, offset) ? ' '.repeat(match.length) : match,
  );
  const ours = httpDirectives(directory, blanked).join(' ');
  return blanked.replace(/(?<=^|[;}])[ \t]*http\s*\{/m, (opening) => `${opening} ${ours}`);
}

/** Whether no block is open there: `user` in a map is no directive. */
function isTopLevel(text: string, offset: number): boolean {
  const before = text.slice(0, offset).replaceAll(/#.*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '');
  return before.split('{').length === before.split('}').length;
}

/** Directives of http level that keep an nginx in its own directory, but those that the text has. */
function httpDirectives(directory: string, text: string): string[] {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path`);
  return [
    'access_log off;',
    ...paths.filter((name) => !text.includes(name)).map((name) => `${name} ${join(directory, name)};`),
  ];
}

/**
 * `load_module` for what the text uses and Debian builds apart; nothing where it is built in. NGINX_MODULES names the
 * directory of the modules where it is another than nginx was built for.
 */
export async function modulesFor(text: string): Promise<string> {
  if (!/^[ \t]*stream\s*\{/m.test(text) || /\bload_module\b/.test(text)) return '';
  const built = await nginxBuild();
  if (!/--with-stream=dynamic/.test(built)) return '';
  const builtFor = /--modules-path=(\S+)/.exec(built)?.[1] ?? '/usr/lib/nginx/modules';
  const directory = process.env['NGINX_MODULES'] ?? builtFor;
  const module = join(directory, 'ngx_stream_module.so');
  if (existsSync(module)) return `load_module ${module};`;
  throw new Error(
    `${module} is missing. Install it: apt-get install -y --no-install-recommends libnginx-mod-stream`,
  );
}

/**
 * Becomes nginx, in the same process, beside a guard: when this end of descriptor 3 closes without a word, as it does
 * however a test run dies, the guard ends nginx.
 */
const guarded = '{ read -r _ <&3 || kill -TERM $$; } >/dev/null 2>&1 & exec "$@" 3<&-';

/**
 * Starts nginx and waits until it accepts connections on all the ports.
 *
 * @param directory its prefix
 * @param file the main file
 * @param shownAs what messages call that file
 * @param globals directives of the main level
 */
export async function launch(
  directory: string,
  { file, shownAs, globals }: { readonly file: string; readonly shownAs: string; readonly globals: string },
  ports: readonly number[],
): Promise<Nginx> {
  // The worker of an nginx started by root must be able to read what this process wrote.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const main = `daemon off; pid ${directory}/nginx.pid; worker_processes 1; ${user} ${globals}`;
  const log = join(directory, 'error.log');
  const args = ['-p', `${directory}/`, '-e', log, '-c', file, '-g', main];
  const child = spawn('/bin/sh', ['-c', guarded, 'sh', nginxBinary(), ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // A group of its own: should the master not end in time, its workers can be ended with it.
    detached: true,
  });
  const output = collect(child);
  const closed = once(child, 'close');
  // Where nginx does not start, its guard is gone as well.
  child.stdio[3]?.on('error', () => {});
  child.once('exit', () => release(child));
  const stop = () => stopChild(child, closed);
  try {
    await until(
      startDeadline,
      `nginx runs and accepts connections on ${ports.join(', ') || 'its ports'}`,
      async () => {
        if (hasEnded(child)) {
          await closed;
          throw new NginxRefused(output().replaceAll(file, shownAs));
        }
        // It writes its pid once it has read the file and listens.
        const answers = await Promise.all(ports.map(accepts));
        return existsSync(join(directory, 'nginx.pid')) && answers.every(Boolean);
      },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { directory, stop, errorLog: () => readFile(log, 'utf8') };
}

/** Has an nginx that was launched read its files again, as an administrator would. Old connections may live on. */
export async function reload(directory: string, file: string): Promise<void> {
  const log = join(directory, 'error.log');
  const pid = `pid ${directory}/nginx.pid;`;
  await run(nginxBinary(), ['-p', `${directory}/`, '-e', log, '-c', file, '-g', pid, '-s', 'reload'], {
    timeout: startDeadline,
  });
}

/** Tells the guard that there is nothing left to end. */
function release(child: ChildProcess): void {
  const guard = child.stdio[3];
  if (guard && 'end' in guard) guard.end('\n');
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stopChild(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  try {
    if (!hasEnded(child)) child.kill('SIGTERM');
    await within(stopDeadline, 'stopping nginx', closed);
  } catch {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await within(stopDeadline, 'killing nginx', closed);
  }
}
