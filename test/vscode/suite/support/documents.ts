import { commands, languages, Range, type TextDocument, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import { waitFor } from './waiting';

/** The folder that is open, test/vscode/workspace. */
export function fileUri(...path: string[]): Uri {
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('The tests need test/vscode/workspace to be open as a folder.');
  return Uri.joinPath(folder.uri, ...path);
}

/** Opens a file of the workspace in an editor of its own, as a person would. */
export async function show(...path: string[]): Promise<TextDocument> {
  return showUri(fileUri(...path));
}

export async function showUri(uri: Uri): Promise<TextDocument> {
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { preview: false });
  return document;
}

/** Closes all editors; what was not saved is lost. */
export async function closeAll(): Promise<void> {
  for (const document of workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await window.showTextDocument(document);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
}

/**
 * Does something while there is no nginx configuration. Closed editors would do, but VS Code keeps their documents for
 * minutes: they are plain text meanwhile.
 */
export async function withoutConfigurations(work: () => Promise<void>): Promise<void> {
  const documents = workspace.textDocuments
    .filter(({ languageId }) => languageId.toLowerCase() === 'nginx')
    .map((document) => ({ document, languageId: document.languageId }));
  try {
    for (const { document } of documents) await setLanguage(document, 'plaintext');
    await work();
  } finally {
    for (const { document, languageId } of documents) await setLanguage(document, languageId);
  }
}

/** Sets the language of a document, but of one that VS Code has closed meanwhile. */
async function setLanguage(document: TextDocument, languageId: string): Promise<void> {
  if (document.isClosed) return;
  try {
    await languages.setTextDocumentLanguage(document, languageId);
  } catch (error) {
    // The window may have closed it before it says so here.
    if (!/document .* NOT found/.test(String(error))) throw error;
  }
}

/** Replaces a piece of text that stands in the document once, without saving. */
export async function replace(document: TextDocument, text: string, by: string): Promise<void> {
  const start = document.getText().indexOf(text);
  if (start === -1 || start !== document.getText().lastIndexOf(text)) {
    throw new Error(`Not exactly once in ${document.fileName}: ${text}`);
  }
  const edit = new WorkspaceEdit();
  const range = new Range(document.positionAt(start), document.positionAt(start + text.length));
  edit.replace(document.uri, range, by);
  if (!(await workspace.applyEdit(edit))) throw new Error(`${document.fileName} was not edited.`);
}

/** How long a source action is given before it is asked for again. */
const SOURCE_ACTION_MS = 3_000;

/**
 * Runs a source action (`source.fixAll…`) on the document in the active editor, as its menu would, until the text has
 * changed. VS Code drops one without a word when the markers of the document change while it is being computed; a
 * person would ask again.
 */
export async function runSourceAction(document: TextDocument, kind: string): Promise<void> {
  const before = document.getText();
  const hasChanged = (): boolean => document.getText() !== before;
  await waitFor(`the edits of ${kind}`, async () => {
    await commands.executeCommand('editor.action.sourceAction', { kind, apply: 'first' });
    const deadline = Date.now() + SOURCE_ACTION_MS;
    return waitFor(`an answer to ${kind}`, () => hasChanged() || Date.now() > deadline).then(hasChanged);
  });
}
