import { visible } from '../features/support/escape';
import { formatVersion } from '../reference/versions';
import type { CommonArguments } from './arguments';
import { shellWord } from './words';

/**
 * The command that makes the fixes which a command shows, for a shell.
 *
 * @param args those of the command that shows them
 * @param isUnsafe whether one of them is a suggestion. Default: false
 */
export function fixCommand(args: CommonArguments, isUnsafe = false): string {
  return commandLine('fix', args, isUnsafe ? ['--unsafe'] : []);
}

/**
 * The command that asks about a URL, for a shell.
 *
 * @param args those of the command that shows it
 */
export function checkCommand(args: CommonArguments, url: string): string {
  return commandLine('check', { ...args, websocketUrls: [url] });
}

function commandLine(
  command: 'check' | 'fix',
  { files, main, version, isVersionAssumed, versionFile, websocketUrls }: CommonArguments,
  first: readonly string[] = [],
): string {
  const isVersionGiven = !isVersionAssumed && versionFile === null;
  const options = [
    ...first,
    ...(main === null ? [] : ['--main', main]),
    ...websocketUrls.flatMap((url) => ['--url', url]),
    ...(isVersionGiven ? ['--nginx-version', formatVersion(version)] : []),
  ];
  // A name that begins with a dash would be taken for an option.
  const separator = files.some((file) => file.startsWith('-')) ? ['--'] : [];
  return visible(
    ['nginx-websocket', command, ...[...options, ...separator, ...files].map(shellWord)].join(' '),
  );
}
