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
export function fixCommand(
  { files, main, version, isVersionAssumed, versionFile, websocketUrls }: CommonArguments,
  isUnsafe = false,
): string {
  const isVersionGiven = !isVersionAssumed && versionFile === null;
  const options = [
    ...(isUnsafe ? ['--unsafe'] : []),
    ...(main === null ? [] : ['--main', main]),
    ...websocketUrls.flatMap((url) => ['--url', url]),
    ...(isVersionGiven ? ['--nginx-version', formatVersion(version)] : []),
  ];
  // A name that begins with a dash would be taken for an option.
  const separator = files.some((file) => file.startsWith('-')) ? ['--'] : [];
  return visible(
    ['nginx-websocket', 'fix', ...[...options, ...separator, ...files].map(shellWord)].join(' '),
  );
}
