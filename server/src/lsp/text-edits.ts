import { diffLines } from 'diff';
import type { CreateFile, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { outerEdits } from '../documents/outer-edits';
import { applyEdits, type Edit } from '../edits/edit';
import type { SourceFile } from '../model/source-file';
import type { ServerContext } from './context';
import type { WithinDocument } from './outer-documents';
import { uriOf } from './uris';

/** A comparison that takes longer than this is not worth its small edits. */
const TIMEOUT_MS = 500;

/** The edits that make `newText` of a file: whole lines, and only those that differ. */
export function editsBetween(file: SourceFile, newText: string): Edit[] {
  const changes = diffLines(file.text, newText, { timeout: TIMEOUT_MS });
  if (changes === undefined) return [{ file, start: 0, end: file.text.length, newText }];
  const edits: Edit[] = [];
  let at = 0;
  for (const { value, added, removed } of changes) {
    const last = edits.at(-1);
    const end = removed ? at + value.length : at;
    const text = added ? value : '';
    if ((added || removed) && last?.end === at)
      edits[edits.length - 1] = { ...last, end, newText: last.newText + text };
    else if (added || removed) edits.push({ file, start: at, end, newText: text });
    if (!added) at += value.length;
  }
  return edits;
}

interface DocumentEdits {
  readonly uri: string;
  readonly version: number | null;
  readonly edits: TextEdit[];
}

/** The edits of a document that give a file within it another text. */
function editsAround({ document, region }: WithinDocument, text: string): TextEdit[] {
  return outerEdits(document.getText(), region, text).map(({ start, end, text: newText }) => ({
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText,
  }));
}

/** Whether a client makes files with its edits. */
export function canCreateFiles({ capabilities }: ServerContext): boolean {
  const { documentChanges, resourceOperations } = capabilities.workspace?.workspaceEdit ?? {};
  return documentChanges === true && resourceOperations?.includes('create') === true;
}

/** A new file as LSP has it: made first, then filled. It replaces none. */
export function fileCreation(path: string, text: string): (CreateFile | TextDocumentEdit)[] {
  const uri = uriOf(path);
  const start = { line: 0, character: 0 };
  return [
    { kind: 'create', uri, options: { overwrite: false } },
    { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText: text }] },
  ];
}

/**
 * Edits as LSP has them, for exactly the versions of the open documents that they were made for; null for files that
 * are not open. The texts must not have changed since.
 */
export function toWorkspaceEdit(context: ServerContext, edits: readonly Edit[]): WorkspaceEdit {
  const { capabilities, documents, positions } = context;
  const byFile = new Map<string, { file: SourceFile; edits: Edit[] }>();
  for (const edit of edits) {
    const group = byFile.get(edit.file.realPath) ?? { file: edit.file, edits: [] };
    group.edits.push(edit);
    byFile.set(edit.file.realPath, group);
  }
  const byUri = new Map<string, DocumentEdits>();
  for (const group of byFile.values()) {
    const uri = documents.uriOf(group.file);
    const version = documents.find(group.file.realPath)?.text.version ?? null;
    const within = documents.within(group.file.realPath);
    const edits =
      within === undefined
        ? group.edits.map((edit) => ({ range: positions.rangeOf(edit), newText: edit.newText }))
        : editsAround(within, applyEdits(group.edits).get(group.file.realPath) ?? group.file.text);
    const known = byUri.get(uri);
    byUri.set(uri, { uri, version, edits: [...(known?.edits ?? []), ...edits] });
  }
  const groups = [...byUri.values()];
  if (capabilities.workspace?.workspaceEdit?.documentChanges === true) {
    const documentChanges = groups.map(({ uri, version, edits }) => ({
      textDocument: { uri, version },
      edits,
    }));
    return { documentChanges };
  }
  return { changes: Object.fromEntries(groups.map(({ uri, edits }) => [uri, edits])) };
}
