import * as fc from 'fast-check';
import { expect } from 'vitest';
import {
  CancellationTokenSource,
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentSymbolRequest,
  ErrorCodes,
  FoldingRangeRequest,
  type Hover,
  HoverRequest,
  LSPErrorCodes,
  MarkupKind,
  PrepareRenameRequest,
  type Range,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  SelectionRangeRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
  type WorkspaceEdit,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  explainCommand,
  explainRequest,
  probeCommand,
  routesRequest,
  statusRequest,
} from '../../server/src/protocol';
import { capable, type TestClient } from '../lsp/support/client';
import { type SessionOptions, startSession } from '../lsp/support/in-process';
import { leadsTo, OBEYED } from '../support/hostile';
import { mutated, mutation } from './texts';

/** What an editor does next: a change, and a request that may be cancelled; numbers are cut to what is there. */
export const step = fc.record({
  change: fc.option(mutation, { freq: 2 }),
  file: fc.noBias(fc.nat()),
  request: fc.noBias(fc.nat()),
  place: fc.noBias(fc.nat()),
  isCancelled: fc.boolean(),
  isAwaited: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const editor: SessionOptions = {
  capabilities: {
    ...capable,
    textDocument: { ...capable.textDocument, hover: { contentFormat: [MarkupKind.Markdown] } },
  },
  initializationOptions: { commands: [explainCommand, probeCommand] },
  outlives: true,
};

/** The requests that an editor makes, of a document and a range of it. */
const REQUESTS: readonly ((
  uri: string,
  range: Range,
) => readonly [method: string, params: Readonly<Record<string, unknown>>])[] = [
  (uri) => [DocumentDiagnosticRequest.method, { textDocument: { uri } }],
  (uri, range) => [HoverRequest.method, { textDocument: { uri }, position: range.start }],
  (uri, range) => [CompletionRequest.method, { textDocument: { uri }, position: range.start }],
  (uri, range) => [SignatureHelpRequest.method, { textDocument: { uri }, position: range.start }],
  (uri, range) => [DefinitionRequest.method, { textDocument: { uri }, position: range.start }],
  (uri, range) => [DocumentHighlightRequest.method, { textDocument: { uri }, position: range.start }],
  (uri, range) => [
    ReferencesRequest.method,
    { textDocument: { uri }, position: range.start, context: { includeDeclaration: true } },
  ],
  (uri, range) => [PrepareRenameRequest.method, { textDocument: { uri }, position: range.start }],
  (uri, range) => [
    RenameRequest.method,
    { textDocument: { uri }, position: range.start, newName: 'renamed' },
  ],
  (uri, range) => [CodeActionRequest.method, { textDocument: { uri }, range, context: { diagnostics: [] } }],
  (uri) => [CodeLensRequest.method, { textDocument: { uri } }],
  (uri) => [DocumentSymbolRequest.method, { textDocument: { uri } }],
  (uri) => [DocumentLinkRequest.method, { textDocument: { uri } }],
  (uri) => [FoldingRangeRequest.method, { textDocument: { uri } }],
  (uri, range) => [SelectionRangeRequest.method, { textDocument: { uri }, positions: [range.start] }],
  (uri) => [SemanticTokensRequest.method, { textDocument: { uri } }],
  (uri) => [
    DocumentFormattingRequest.method,
    { textDocument: { uri }, options: { tabSize: 4, insertSpaces: true } },
  ],
  (uri, range) => [
    DocumentOnTypeFormattingRequest.method,
    {
      textDocument: { uri },
      position: range.start,
      ch: '\n',
      options: { tabSize: 4, insertSpaces: true },
    },
  ],
  () => [WorkspaceSymbolRequest.method, { query: 'a' }],
  (uri) => [routesRequest, { uri }],
  (uri) => [explainRequest, { uri, url: 'ws://localhost/ws' }],
  (uri) => [statusRequest, { uri }],
];

/** What an editor may be told instead of an answer. */
const NOT_ANSWERED: ReadonlySet<number> = new Set([
  LSPErrorCodes.RequestCancelled,
  LSPErrorCodes.ContentModified,
]);

/** What cannot be renamed is refused in words. */
const REFUSING: ReadonlySet<string> = new Set([RenameRequest.method, PrepareRenameRequest.method]);

/** The numbers of what was done. */
export interface Done {
  readonly edits: number;
  readonly requests: number;
}

/**
 * Edits documents while requests are under way. Whatever comes is an answer or says that it is none; in the end the
 * findings are those of a fresh start, and nothing was logged as a fault.
 *
 * @param files the texts of the documents, by path; all are open
 */
export async function checkEditing(
  files: Readonly<Record<string, string>>,
  steps: readonly Step[],
): Promise<Done> {
  const session = await startSession({}, editor);
  try {
    return await edited(session.client, files, steps);
  } finally {
    session.dispose();
  }
}

async function edited(
  client: TestClient,
  files: Readonly<Record<string, string>>,
  steps: readonly Step[],
): Promise<Done> {
  const uris = Object.keys(files).map((path) => `file://${path}`);
  for (const [path, text] of Object.entries(files)) await client.open(`file://${path}`, text);
  const pending: Promise<unknown>[] = [];
  let edits = 0;
  for (const { change, file, request, place, isCancelled, isAwaited } of steps) {
    const uri = uris[file % uris.length] ?? '';
    const document = documentOf(client, uri);
    if (change !== null) {
      const text = document.getText();
      const range = { start: document.positionAt(0), end: document.positionAt(text.length) };
      const other = documentOf(client, uris[0] ?? '').getText();
      await client.change(uri, [narrowed(document, range, mutated(text, change, other))]);
      edits += 1;
    }
    const answer = ask(client, uri, request, place, isCancelled).catch((error: unknown) => error);
    pending.push(answer);
    if (isAwaited) await answer;
  }
  expect((await Promise.all(pending)).filter((error) => error !== undefined)).toEqual([]);
  await checkEnd(client, uris);
  expect(client.log.filter((each) => / failed\b/.test(each))).toEqual([]);
  return { edits, requests: pending.length };
}

/** The change of a whole text as an editor sends it: of what differs alone. */
function narrowed(document: TextDocument, whole: Range, newText: string): { range: Range; newText: string } {
  const text = document.getText();
  let start = 0;
  while (start < text.length && start < newText.length && text[start] === newText[start]) start += 1;
  let cut = 0;
  const most = Math.min(text.length, newText.length) - start;
  while (cut < most && text.at(-1 - cut) === newText.at(-1 - cut)) cut += 1;
  return {
    range: {
      start: document.positionAt(start),
      end: cut === 0 ? whole.end : document.positionAt(text.length - cut),
    },
    newText: newText.slice(start, newText.length - cut),
  };
}

async function ask(
  client: TestClient,
  uri: string,
  request: number,
  place: number,
  isCancelled: boolean,
): Promise<void> {
  const document = documentOf(client, uri);
  const start = document.positionAt(place % (document.getText().length + 1));
  const end = document.positionAt((place % (document.getText().length + 1)) + 200);
  const [method, params] = REQUESTS[request % REQUESTS.length]?.(uri, { start, end }) ?? ['', {}];
  const source = new CancellationTokenSource();
  const { version } = document;
  const sent = client.connection.sendRequest(method, params, source.token);
  if (isCancelled) source.cancel();
  try {
    const answer: unknown = await sent;
    if (answer !== null && documentOf(client, uri).version === version)
      await checkAnswer(client, method, answer);
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    if (NOT_ANSWERED.has(error.code)) return;
    if (REFUSING.has(method) && error.code === ErrorCodes.InvalidRequest) return;
    throw error;
  }
}

/** What people read of an answer is escaped, and its edits can be made. */
async function checkAnswer(client: TestClient, method: string, answer: unknown): Promise<void> {
  if (method === HoverRequest.method) {
    const { contents } = answer as Hover;
    const value = typeof contents === 'object' && 'value' in contents ? contents.value : '';
    expect(value).not.toMatch(OBEYED);
    // The manual of nginx leads to other pages, too; what a text would lead to is in test/support/hostile.ts.
    for (const target of leadsTo(value)) expect(target).not.toMatch(/evil|^command:|^html_/);
  }
  if (method === CodeActionRequest.method) {
    for (const action of answer as CodeAction[]) {
      expect(action.title).not.toMatch(OBEYED);
      checkEdit(client, await resolved(client, action));
    }
  }
  if (method === RenameRequest.method) checkEdit(client, answer as WorkspaceEdit);
}

async function resolved(client: TestClient, action: CodeAction): Promise<WorkspaceEdit | undefined> {
  if (action.edit !== undefined || action.data === undefined) return action.edit;
  return (await client.connection.sendRequest(CodeActionResolveRequest.type, action)).edit;
}

/** An edit of the versions that are open is one that a client can make. */
function checkEdit(client: TestClient, edit: WorkspaceEdit | undefined): void {
  if (edit === undefined) return;
  const isCurrent = (edit.documentChanges ?? []).every(
    (change) =>
      !('textDocument' in change) ||
      client.documents.get(change.textDocument.uri)?.version === change.textDocument.version,
  );
  if (isCurrent) client.preview(edit, (uri) => documentOf(client, uri));
}

/** The findings are those of a server that has seen nothing before, once nobody is writing any more. */
async function checkEnd(client: TestClient, uris: readonly string[]): Promise<void> {
  const fresh = await startSession({}, editor);
  for (const uri of uris) await fresh.client.open(uri, documentOf(client, uri).getText());
  for (const uri of uris) {
    const expected = await fresh.client.diagnostics(uri);
    await expect.poll(() => client.diagnostics(uri), { interval: 10 }).toEqual(expected);
    for (const { message } of expected) {
      const text = typeof message === 'string' ? message : '';
      expect(text).not.toMatch(OBEYED);
      expect(text).not.toContain('\n');
    }
  }
  fresh.dispose();
}

function documentOf(client: TestClient, uri: string): TextDocument {
  const document = client.documents.get(uri);
  if (document === undefined) throw new Error(`${uri} is not open`);
  return document;
}
