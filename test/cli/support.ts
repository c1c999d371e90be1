import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { run } from '../../server/src/cli/main';
import type { Host } from '../../server/src/model/host';
import { nodeHost } from '../../server/src/node-host';

/** What a run of the command line gave. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

export interface Surroundings {
  /** Whether both outputs are terminals. Default: no. */
  readonly isTerminal?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the disk. */
  readonly host?: Host;
  /** What comes in on the standard input. Default: nothing may ask. */
  readonly input?: string | Uint8Array;
  /** Default: nobody presses Ctrl-C. */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

/** Runs the command line inside this process, with `cwd` as the working directory. */
export async function runIn(
  cwd: string,
  argv: readonly string[],
  {
    isTerminal = false,
    environment = {},
    host = nodeHost,
    onInterrupt = () => () => {},
    input,
  }: Surroundings = {},
): Promise<Outcome> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const outputTo = (chunks: Buffer[]) => ({
    write: (data: string | Uint8Array): void => {
      chunks.push(Buffer.from(data));
    },
    isTerminal,
  });
  const readInput = (): Promise<Uint8Array> =>
    input === undefined
      ? Promise.reject(new Error('Nothing comes in.'))
      : Promise.resolve(Buffer.from(input));
  const status = await run(
    argv,
    {
      stdout: outputTo(stdout),
      stderr: outputTo(stderr),
      cwd,
      readInput,
      environment,
      onInterrupt,
      onStop: () => () => {},
    },
    host,
  );
  const stdoutBytes = Buffer.concat(stdout);
  return { status, stdout: stdoutBytes.toString(), stdoutBytes, stderr: Buffer.concat(stderr).toString() };
}

/** Bundles the command line from its source, as the build does: the path of the program, in that directory. */
export async function bundleCli(directory: string): Promise<string> {
  const outfile = join(directory, 'cli.js');
  const entryPoints = [join(import.meta.dirname, '../../server/src/cli.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  return outfile;
}

/** A directory with these files, removed after the test. */
export async function directoryWith(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'nginx-websocket-')));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return directory;
}

/** The lines of a configuration with one location whose handshake fails; `fix` adds three lines to it. */
export const brokenLines = [
  'events {}',
  'http {',
  '    server {',
  '        listen 80;',
  '        location /ws {',
  '            proxy_pass http://127.0.0.1:8080;',
  '        }',
  '    }',
  '}',
  '',
];

/** What `fix` makes of it. */
export const fixedLines = [
  ...brokenLines.slice(0, 6),
  '            proxy_http_version 1.1;',
  '            proxy_set_header Upgrade $http_upgrade;',
  '            proxy_set_header Connection "upgrade";',
  ...brokenLines.slice(6),
];

export const broken = brokenLines.join('\n');
export const fixed = fixedLines.join('\n');
