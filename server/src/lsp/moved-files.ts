import type { RenameFilesParams, WorkspaceEdit } from 'vscode-languageserver';
import type { Edit } from '../edits/edit';
import { editsForMoves } from '../features/moved-files';
import type { ServerContext } from './context';
import type { Feature } from './feature';
import type { Checkpoint } from './runner';
import { toWorkspaceEdit } from './text-edits';
import { pathOf, uriOf } from './uris';

/** When a file or folder is renamed or moved, each `include` that names it is changed with it. */
export const movedFiles: Feature = {
  capabilities: ({ workspace }) =>
    workspace?.fileOperations?.willRename === true
      ? { workspace: { fileOperations: { willRename: { filters: [{ pattern: { glob: '**/*' } }] } } } }
      : {},
  register(context) {
    const { connection, runner } = context;
    connection.workspace.onWillRenameFiles((params, token) =>
      runner.answer<WorkspaceEdit | null>('Moved files', token, null, (checkpoint) =>
        editFor(context, params, checkpoint),
      ),
    );
  },
};

/** Files that are not open are looked at again, as often as this, before edits for them are given away. */
const ATTEMPTS = 3;

/** Of more than these only the configurations that are open are looked at. */
const MOST_FILES = 50;

/** For the configurations that the files belong to, and those that are open: a folder belongs to none itself. */
async function editFor(
  context: ServerContext,
  { files }: RenameFilesParams,
  checkpoint: Checkpoint,
): Promise<WorkspaceEdit | null> {
  const { documents, workspace } = context;
  const moves = files.map(({ oldUri, newUri }) => ({ from: pathOf(oldUri), to: pathOf(newUri) }));
  const uris = [
    ...files.slice(0, MOST_FILES).map(({ oldUri }) => uriOf(pathOf(oldUri))),
    ...documents.all().map(({ text }) => text.uri),
  ];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const configurations = await workspace.configurationsOf([...new Set(uris)], checkpoint);
    const edits = new Map<string, Edit>();
    for (const { closure } of configurations) {
      for (const edit of editsForMoves(closure, moves)) {
        const key = `${edit.file.realPath} ${edit.start}`;
        if (!edits.has(key)) edits.set(key, edit);
      }
    }
    const all = [...edits.values()];
    if (all.length === 0) return null;
    if (!all.every(({ file }) => isCurrent(context, file))) continue;
    const edit = toWorkspaceEdit(context, all);
    if (await workspace.areUnchanged(all.map(({ file }) => file))) return edit;
  }
  return null;
}

/** Whether an open document still has the text that edits were made for. */
function isCurrent({ documents }: ServerContext, { realPath, text }: Edit['file']): boolean {
  const open = documents.openText(realPath);
  return open === undefined || open === text;
}
