import { execFile, type ExecFileOptions } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { english, t } from '../l10n';
import { type NginxVersion, versionFromOutput } from '../reference/versions';

/** An nginx that can be started on this machine. */
export interface Program {
  /**
   * What starts it; its arguments follow. `FOLDER` stands for the folder that it may use, `NETWORK` for the network of
   * a container, and `ENTRY` for the program in it that gets the arguments.
   */
  readonly command: readonly string[];
  /** Whether it runs in a container, as the user that the command says. */
  readonly isContained: boolean;
  /** What it calls itself, and what it was called: `nginx/1.28.0 (/usr/sbin/nginx)`. */
  readonly name: string;
  readonly version: NginxVersion;
  /** What it was built with. */
  readonly built: string;
}

/** Who runs nginx where this process is of root: a user who owns nothing, which needs no name. */
export const NOBODY = 65_534;

/** There is no nginx to run, or it is none. The message says what to do. */
export class NoNginx extends Error {}

const HOW_TO_GET_ONE = english(
  'Install one (`apt-get install nginx-light`, `brew install nginx`, https://nginx.org/en/download.html), name it with --nginx PATH, or name an image with --image nginx:1.28. It need not run, and its own configuration is not touched.',
);

/**
 * The nginx to run.
 *
 * @param path that of one; null for the first on PATH, or in the directories of system programs
 * @param environment of this process
 * @throws NoNginx
 */
export async function findNginx(
  path: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Program> {
  // Debian keeps it in /usr/sbin, which the PATH of an ordinary user leaves out.
  const directories = [...(environment['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin'];
  const candidates = path === null ? directories.map((directory) => join(directory, 'nginx')) : [path];
  const found = candidates.find(isExecutable);
  if (found === undefined) {
    const what =
      path === null ? t('There is no nginx on this machine.') : t`${path} is no program that can be run.`;
    throw new NoNginx(`${what} ${t(HOW_TO_GET_ONE)}`);
  }
  return programOf([found], false, found, 10_000);
}

/**
 * The nginx of a container image, started by docker or podman. The container has its folder and nothing else; it has
 * the network of this machine only where its nginx cannot open tunnels out of none.
 *
 * @throws NoNginx
 */
export async function findImage(
  image: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Program> {
  const directories = (environment['PATH'] ?? '').split(delimiter);
  const engines = ['docker', 'podman'].flatMap((name) =>
    directories.map((directory) => join(directory, name)),
  );
  const engine = engines.find(isExecutable);
  if (engine === undefined)
    throw new NoNginx(t`An image takes docker or podman, and neither is on PATH. ${t(HOW_TO_GET_ONE)}`);
  const rights = ['--cap-drop=ALL', '--security-opt=no-new-privileges', '--read-only', `--user=${ownUser()}`];
  const command = [
    engine,
    'run',
    '--rm',
    '--network=NETWORK',
    ...rights,
    '--volume=FOLDER:FOLDER',
    '--entrypoint=ENTRY',
    image,
  ];
  // The engine may have to fetch the image first.
  return programOf(command, true, image, 300_000);
}

/** Whose files the folder holds. */
function ownUser(): string {
  const user = process.getuid?.() ?? 0;
  return user === 0 ? `${NOBODY}:${NOBODY}` : `${user}:${process.getgid?.() ?? user}`;
}

async function programOf(
  command: readonly string[],
  isContained: boolean,
  calledAs: string,
  timeout: number,
): Promise<Program> {
  const words = command.filter((word) => !word.startsWith('--volume='));
  const [program = '', ...args] = filledIn(words, { NETWORK: 'none', ENTRY: 'nginx' });
  const built = await outputOf(program, [...args, '-V'], { timeout, ...(isContained ? {} : asNobody()) });
  const version = versionFromOutput(built);
  if (version === null)
    throw new NoNginx(t`${calledAs} does not say that it is an nginx. ${t(HOW_TO_GET_ONE)}`);
  const name = `${/version: (\S+)/.exec(built)?.[1] ?? 'nginx'} (${calledAs})`;
  return { command, isContained, name, version, built };
}

/** A command with what its placeholders stand for. */
export function filledIn(command: readonly string[], values: Readonly<Record<string, string>>): string[] {
  return command.map((word) => word.replaceAll(/FOLDER|NETWORK|ENTRY/g, (name) => values[name] ?? name));
}

async function outputOf(program: string, args: readonly string[], options: ExecFileOptions): Promise<string> {
  try {
    const { stderr } = await promisify(execFile)(program, args, { ...options, encoding: 'utf8' });
    return stderr;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice =
      options.uid === undefined
        ? ''
        : t(' Root has it run by a user who owns nothing: all must be able to run it.');
    throw new NoNginx(t`${program} cannot be run: ${reason}.${advice}`);
  }
}

/** Has a program run as a user who owns nothing where this process is of root. */
export function asNobody(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The module for `stream`, where it is built apart and there: a `load_module` for it. Else ''. */
export function streamModule({ built, isContained }: Program): string {
  if (isContained || !/--with-stream=dynamic/.test(built)) return '';
  const directory = /--modules-path=(\S+)/.exec(built)?.[1] ?? '/usr/lib/nginx/modules';
  const module = join(directory, 'ngx_stream_module.so');
  return existsSync(module) ? `load_module ${module};` : '';
}

/** Whether it can open tunnels with no module from elsewhere. */
export function hasStream({ built }: Program): boolean {
  return /--with-stream(?:\s|$)/.test(built);
}
