import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type NginxVersion, versionFromOutput } from '../reference/versions';

/** An nginx of this machine. */
export interface Program {
  /** Its path. */
  readonly path: string;
  /** What it calls itself, `nginx/1.28.0`. */
  readonly name: string;
  readonly version: NginxVersion;
  /** What it was built with. */
  readonly built: string;
}

/** There is no nginx to run, or it is none. The message says what to do. */
export class NoNginx extends Error {}

const HOW_TO_GET_ONE =
  'Install one (`apt-get install nginx-light`, `brew install nginx`, https://nginx.org/en/download.html), or name it with --nginx PATH. It need not run, and its own configuration is not touched.';

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
      path === null ? 'There is no nginx on this machine.' : `${path} is no program that can be run.`;
    throw new NoNginx(`${what} ${HOW_TO_GET_ONE}`);
  }
  const built = await outputOf(found);
  const version = versionFromOutput(built);
  if (version === null) throw new NoNginx(`${found} does not say that it is an nginx. ${HOW_TO_GET_ONE}`);
  return { path: found, name: /version: (\S+)/.exec(built)?.[1] ?? found, version, built };
}

async function outputOf(program: string): Promise<string> {
  try {
    const { stderr } = await promisify(execFile)(program, ['-V'], { timeout: 10_000 });
    return stderr;
  } catch (error) {
    throw new NoNginx(`${program} cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
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
export function streamModule({ built }: Program): string {
  if (!/--with-stream=dynamic/.test(built)) return '';
  const directory = /--modules-path=(\S+)/.exec(built)?.[1] ?? '/usr/lib/nginx/modules';
  const module = join(directory, 'ngx_stream_module.so');
  return existsSync(module) ? `load_module ${module};` : '';
}
