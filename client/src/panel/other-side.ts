import { Uri, ViewColumn, window } from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import type { FilePlace } from '../../../server/src/protocol';
import { toRange } from '../places';

/** Files are shown where they are visible, else on the other side of the panel, so that the panel stays. */

/** Goes to a line. @param panel the column of the panel */
export async function showPlace({ uri, range }: FilePlace, panel: ViewColumn | undefined): Promise<void> {
  const target = Uri.parse(uri);
  await window.showTextDocument(target, {
    viewColumn: columnFor(target, panel),
    selection: toRange(range),
  });
}

/** Shows the files that an edit has changed; the keyboard stays where it is. @param panel the column of the panel */
export async function showEdited(edit: WorkspaceEdit, panel: ViewColumn | undefined): Promise<void> {
  for (const uri of editedFiles(edit)) {
    const target = Uri.parse(uri);
    const viewColumn = columnFor(target, panel);
    await window.showTextDocument(target, { preview: false, viewColumn, preserveFocus: true });
  }
}

function columnFor(uri: Uri, panel: ViewColumn | undefined): ViewColumn {
  const shown = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  return shown?.viewColumn ?? (panel === ViewColumn.One ? ViewColumn.Two : ViewColumn.One);
}

/** URIs of the files that an edit changes. */
function editedFiles({ documentChanges = [], changes = {} }: WorkspaceEdit): string[] {
  const versioned = documentChanges.flatMap((each) =>
    'textDocument' in each ? [each.textDocument.uri] : [],
  );
  return [...new Set([...versioned, ...Object.keys(changes)])];
}
