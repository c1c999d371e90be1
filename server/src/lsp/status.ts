import { RequestType } from 'vscode-languageserver';
import { countRoutes, routesTree } from '../features/routes-tree';
import { type Status, type StatusParams, statusChanged, statusRequest } from '../protocol';
import { routes } from '../service';
import type { ServerContext } from './context';
import type { Feature } from './feature';
import type { Answer } from './workspace';

/** Answers what the server knows of a document, and says when an answer it gave is no longer true. */
export const status: Feature = { register };

function register({ connection, documents, runner, workspace }: ServerContext): void {
  const given = new Map<string, string>();
  const request = new RequestType<StatusParams, Status | null, never>(statusRequest);
  connection.onRequest(request, ({ uri }, token) =>
    runner.answer<Status | null>('Status', token, null, async (checkpoint) => {
      const answer = await workspace.analysisOf(uri, checkpoint);
      const current = answer === null ? null : statusOf(answer);
      // Null for a document that is about to be opened: that, too, will no longer be true then.
      given.set(uri, JSON.stringify(current));
      return current;
    }),
  );
  workspace.onDidAnswer((answer) => {
    const { uri } = answer.document;
    const last = given.get(uri);
    if (last === undefined || last === JSON.stringify(statusOf(answer))) return;
    given.delete(uri);
    runner.start('Status', () => connection.sendNotification(statusChanged));
  });
  documents.texts.onDidClose(({ document }) => given.delete(document.uri));
}

function statusOf({ analysis, status: judged }: Answer): Status {
  return { ...judged, ...countRoutes(routesTree(analysis.model, routes(analysis))) };
}
