import { execFile } from 'node:child_process';
import { bundleCli } from '../../cli/support';
import { temporaryDirectory } from './resources';

/** How one run of the command line ended. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `check --format json` prints. */
export interface CheckReport {
  readonly nginxVersion: string;
  readonly files: readonly {
    readonly file: string;
    readonly diagnostics: readonly {
      readonly rule: string;
      readonly severity: string;
      readonly line: number;
      readonly fixable: boolean;
    }[];
  }[];
  readonly summary: Readonly<Record<'error' | 'warning' | 'information' | 'hint', number>>;
}

let program: Promise<string> | null = null;

/** The path of the command line, bundled from its source once for all: what the tests try needs no build. */
export function cliProgram(): Promise<string> {
  program ??= temporaryDirectory().then(({ path }) => bundleCli(path));
  return program;
}

/**
 * Runs the command line.
 *
 * @throws Error when it does not end in time
 */
export async function runCli(...args: readonly string[]): Promise<CliRun> {
  const path = await cliProgram();
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [path, ...args],
      { timeout: 30_000 },
      (_error, stdout, stderr) => {
        if (child.signalCode === null) resolve({ code: child.exitCode, stdout, stderr });
        else reject(new Error(`nginx-websocket ${args.join(' ')} ended by ${child.signalCode}: ${stderr}`));
      },
    );
  });
}

/** Runs `check --format json` on a file. */
export async function runCheck(
  file: string,
  nginxVersion: string,
): Promise<{ code: number | null; report: CheckReport }> {
  const { code, stdout, stderr } = await runCli(
    'check',
    '--format',
    'json',
    '--nginx-version',
    nginxVersion,
    file,
  );
  if (stdout === '') throw new Error(`check printed nothing and ended with ${code}: ${stderr}`);
  return { code, report: JSON.parse(stdout) as CheckReport };
}
