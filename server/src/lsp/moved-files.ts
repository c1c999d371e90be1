import type { RenameFilesParams, WorkspaceEdit } from 'vscode-languageserver';
import type { Edit } from '../edits/edit';
import { editsForMoves } from '../features/moved-files';
import type { ServerContext } from './context';
import { onCurrentTexts } from './current-texts';
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
  return onCurrentTexts<WorkspaceEdit | null>(context, null, async () => {
    const configurations = await workspace.configurationsOf([...new Set(uris)], checkpoint);
    const edits = new Map<string, Edit>();
    for (const { closure } of configurations) {
      for (const edit of editsForMoves(closure, moves)) {
        const key = `${edit.file.realPath} ${edit.start}`;
        if (!edits.has(key)) edits.set(key, edit);
      }
    }
    const all = [...edits.values()];
    return {
      result: all.length === 0 ? null : toWorkspaceEdit(context, all),
      files: all.map(({ file }) => file),
    };
  });
}
