import { RequestType } from 'vscode-languageserver';
import { type Status, type StatusParams, statusChanged, statusRequest } from '../protocol';
import type { ServerContext } from './context';
import type { Feature } from './feature';

/** Answers what the server knows of a document, and says when an answer it gave is no longer true. */
export const status: Feature = { register };

function register({ connection, documents, runner, workspace }: ServerContext): void {
  const given = new Map<string, string>();
  const request = new RequestType<StatusParams, Status | null, never>(statusRequest);
  connection.onRequest(request, ({ uri }, token) =>
    runner.answer<Status | null>('Status', token, null, async (checkpoint) => {
      const current = (await workspace.analysisOf(uri, checkpoint))?.status ?? null;
      // Null for a document that is about to be opened: that, too, will no longer be true then.
      given.set(uri, JSON.stringify(current));
      return current;
    }),
  );
  workspace.onDidAnswer(({ document: { uri }, status: current }) => {
    const last = given.get(uri);
    if (last === undefined || last === JSON.stringify(current)) return;
    given.delete(uri);
    runner.start('Status', () => connection.sendNotification(statusChanged));
  });
  documents.texts.onDidClose(({ document }) => given.delete(document.uri));
}
