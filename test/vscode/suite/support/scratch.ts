import { type Uri, workspace } from 'vscode';
import { fileUri } from './documents';

let count = 0;

/**
 * A copy of a folder of the workspace, within it, for a test to change files in. It has documents that were never
 * open before, too: VS Code keeps those that a test opened for minutes. `removeScratch` removes it.
 */
export async function scratchCopy(...path: string[]): Promise<Uri> {
  count += 1;
  const folder = fileUri('scratch', String(count));
  await workspace.fs.copy(fileUri(...path), folder, { overwrite: true });
  return folder;
}

export async function write(uri: Uri, text: string): Promise<void> {
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

export async function removeScratch(): Promise<void> {
  await workspace.fs.delete(fileUri('scratch'), { recursive: true });
}
