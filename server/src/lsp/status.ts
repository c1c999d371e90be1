import { RequestType } from 'vscode-languageserver';
import { type Status, type StatusParams, statusChanged, statusRequest } from '../protocol';
import type { ServerContext } from './context';

/** Answers what the server knows of a document, and says when an answer it gave is no longer true. */
export function registerStatus({ connection, documents, runner, workspace }: ServerContext): void {
  const given = new Map<string, string>();
  const request = new RequestType<StatusParams, Status | null, never>(statusRequest);
  connection.onRequest(request, ({ uri }, token) =>
    runner.answer<Status | null>('Status', token, null, async (checkpoint) => {
      const status = (await workspace.analysisOf(uri, checkpoint))?.status ?? null;
      // Null for a document that is about to be opened: that, too, will no longer be true then.
      given.set(uri, JSON.stringify(status));
      return status;
    }),
  );
  workspace.onDidAnswer(({ document: { uri }, status }) => {
    const last = given.get(uri);
    if (last === undefined || last === JSON.stringify(status)) return;
    given.delete(uri);
    runner.start('Status', () => connection.sendNotification(statusChanged));
  });
  documents.texts.onDidClose(({ document }) => given.delete(document.uri));
}
