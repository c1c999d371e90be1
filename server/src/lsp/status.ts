import { RequestType } from 'vscode-languageserver';
import { countRoutes, routesTree } from '../features/routes-tree';
import { type Status, type StatusParams, statusChanged, statusRequest } from '../protocol';
import { routes } from '../service';
import type { ServerContext } from './context';
import type { Feature } from './feature';
import { Quiet } from './quiet';
import type { Answer } from './workspace';

/** Answers requests for the status of a document, and notifies the client when an answer is outdated. */
export const status: Feature = { register };

function register({ connection, documents, runner, timer, workspace }: ServerContext): void {
  const given = new Map<string, string>();
  const request = new RequestType<StatusParams, Status | null, never>(statusRequest);
  connection.onRequest(request, ({ uri }, token) =>
    runner.answer<Status | null>('Status', token, null, async (checkpoint) => {
      const answer = await workspace.analysisOf(uri, checkpoint);
      const current = answer === null ? null : statusOf(answer);
      // Null for a document that is about to be opened: that answer will be outdated then, too.
      given.set(uri, JSON.stringify(current));
      return current;
    }),
  );
  /** The last answer about each document that its status may have changed with. */
  const latest = new Map<string, Answer>();
  const tell = async (): Promise<void> => {
    const changed = [...latest].filter(([uri, answer]) => {
      const last = given.get(uri);
      return last !== undefined && last !== JSON.stringify(statusOf(answer));
    });
    latest.clear();
    for (const [uri] of changed) given.delete(uri);
    if (changed.length > 0) await connection.sendNotification(statusChanged);
  };
  const quiet = new Quiet(timer);
  workspace.onDidAnswer((answer) => {
    const { uri } = answer.document;
    if (!given.has(uri)) return;
    latest.set(uri, answer);
    // It counts the routes of the whole configuration: what is being answered does not wait for that.
    quiet.afterwards(() => runner.start('Status', tell));
  });
  documents.texts.onDidClose(({ document: { uri } }) => {
    given.delete(uri);
    latest.delete(uri);
  });
}

function statusOf({ analysis, status: judged }: Answer): Status {
  return { ...judged, ...countRoutes(routesTree(analysis.model, routes(analysis))) };
}
