import { type Uri, workspace } from 'vscode';
import { fileUri } from './documents';

let count = 0;

/**
 * A copy of a folder of the workspace, within it, whose documents were never open before: VS Code keeps those that a
 * test opened for minutes. Not for tests about changes on the disk: in a folder that has just been made, VS Code may
 * not notice them. It stays: the folder that the tests run in is a copy.
 */
export async function scratchCopy(...path: string[]): Promise<Uri> {
  count += 1;
  const folder = fileUri('scratch', String(count));
  await workspace.fs.copy(fileUri(...path), folder, { overwrite: true });
  return folder;
}
