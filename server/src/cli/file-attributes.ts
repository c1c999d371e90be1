import { execFile } from 'node:child_process';

/**
 * Gives a file the extended attributes and the access control list of another. Node cannot, but `cp` of GNU can, which
 * Linux has, but for small images with BusyBox: without it, and on other systems, neither is kept.
 *
 * @throws Error where they cannot be kept
 */
export async function copyAttributes(from: string, to: string): Promise<void> {
  if (!(await (hasGnuCp ??= isGnuCp()))) return;
  const { isDone, output } = await runCp(
    '--attributes-only',
    '--preserve=mode,ownership,xattr',
    '--',
    from,
    to,
  );
  if (!isDone) throw new Error(`its extended attributes cannot be kept: ${output}`);
}

let hasGnuCp: Promise<boolean> | undefined;

async function isGnuCp(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const { output } = await runCp('--version');
  return output.includes('GNU coreutils');
}

/** Runs `cp`, whose first line is what matters. Never rejects. */
function runCp(...args: readonly string[]): Promise<{ readonly isDone: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    execFile('cp', args, { env: { ...process.env, LC_ALL: 'C' } }, (error, stdout, stderr) => {
      const [output = ''] = `${stderr}${stdout}`.split('\n');
      resolve({ isDone: error === null, output });
    });
  });
}
