import {
  ErrorCodes,
  type PrepareRenameParams,
  type PrepareRenameResult,
  type RenameParams,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { renamableAt, renameAt } from '../features/rename';
import { t } from '../l10n';
import type { ServerContext } from './context';
import { onCurrentTexts } from './current-texts';
import { aboutPosition, type Feature } from './feature';
import type { Checkpoint } from './runner';
import { toWorkspaceEdit } from './text-edits';

/** Renames a name of the configuration in all its files. What cannot be renamed is refused with a message. */
export const rename: Feature = {
  capabilities: ({ textDocument }) => {
    if (textDocument?.rename === undefined) return {};
    return { renameProvider: textDocument.rename.prepareSupport === true ? { prepareProvider: true } : true };
  },
  register(context) {
    const { connection, runner } = context;
    connection.onPrepareRename(
      aboutPosition<PrepareRenameParams, PrepareRenameResult | ResponseError | null>(
        context,
        'Rename',
        null,
        ({ analysis, file }, offset) => {
          const found = renamableAt(analysis.model.configuration, file, offset);
          if ('reason' in found) return refusal(found.reason);
          return { range: context.positions.rangeOf(found.place), placeholder: found.name };
        },
      ),
    );
    connection.onRenameRequest((params, token) =>
      runner.answer<WorkspaceEdit | ResponseError | null>('Rename', token, null, (checkpoint) =>
        renamed(context, params, checkpoint),
      ),
    );
  },
};

async function renamed(
  context: ServerContext,
  { textDocument, position, newName }: RenameParams,
  checkpoint: Checkpoint,
): Promise<WorkspaceEdit | ResponseError | null> {
  const { workspace, positions } = context;
  const stale = refusal(t('Files of the configuration change all the while. Try again.'));
  return onCurrentTexts<WorkspaceEdit | ResponseError | null>(context, stale, async () => {
    const answer = await workspace.analysisOf(textDocument.uri, checkpoint);
    if (answer === null) return { result: null, files: [] };
    const { analysis, file } = answer;
    const offset = positions.offsetAt(file, position);
    const edits = renameAt(analysis.model.configuration, file, offset, newName);
    if ('reason' in edits) return { result: refusal(edits.reason), files: [] };
    return { result: toWorkspaceEdit(context, edits), files: edits.map((edit) => edit.file) };
  });
}

function refusal(reason: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidRequest, reason);
}
