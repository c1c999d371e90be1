import { RequestType, type WorkspaceEdit } from 'vscode-languageserver';
import { explainText } from '../features/explain-text';
import { remedyFor } from '../features/remedies';
import { silenceOf } from '../features/silence';
import { type LocationNode, routesTree, type ServerNode } from '../features/routes-tree';
import type { Evidence } from '../handshake/evidence';
import type { Place } from '../model/configuration';
import { directoryOf } from '../model/paths';
import { problemsOf } from '../project/problems';
import {
  type ConfigurationMap,
  type ExplainParams,
  explainRequest,
  type ExplainResult,
  type FilePlace,
  type LocationRoutes,
  type MapParams,
  mapRequest,
  type RouteFix,
  type RouteFixParams,
  routeFixRequest,
  type RouteReason,
  type RouteRemedy,
  type Routes,
  routesChanged,
  type RoutesParams,
  routesRequest,
  type ServerRoutes,
  type Way,
  type WayParams,
  wayRequest,
} from '../protocol';
import type { Fix } from '../rules/support/rule';
import { type Problem, problemKey } from '../rules/support/problem';
import { type Analysis, explain, remedyOf, routes as routeRows } from '../service';
import { LineIndex } from '../syntax/lines';
import type { ServerContext } from './context';
import { onCurrentTexts } from './current-texts';
import type { Feature } from './feature';
import type { Checkpoint } from './runner';
import { toMap } from './map';
import { Quiet } from './quiet';
import { toCase, toPlace, toRemedy, toStep } from './route-data';
import { toWay } from './way';
import type { Answer } from './workspace';

/** The tree of routes, the explanation of a URL, and the fixes of both; notifies the client when its answers are outdated. */
export const routes: Feature = { register };

function register(context: ServerContext): void {
  const { connection, documents, runner, sights, timer, workspace } = context;
  /** The analysis of the last answer, by the requested document. */
  const told = new Map<string, Analysis | null>();
  const answerTo = async (uri: string, checkpoint: Checkpoint): Promise<Answer | null> => {
    let answer: Answer | null = null;
    try {
      answer = await workspace.analysisOf(uri, checkpoint);
      return answer;
    } finally {
      // Null where there is no answer yet: that will be outdated then, too.
      told.set(uri, answer?.analysis ?? null);
    }
  };

  connection.onRequest(new RequestType<RoutesParams, Routes | null, never>(routesRequest), ({ uri }, token) =>
    runner.answer<Routes | null>('Routes', token, null, async (checkpoint) => {
      const answer = await answerTo(uri, checkpoint);
      return answer === null ? null : toRoutes(context, answer);
    }),
  );
  connection.onRequest(
    new RequestType<ExplainParams, ExplainResult<WorkspaceEdit> | null, never>(explainRequest),
    ({ uri, url }, token) =>
      runner.answer<ExplainResult<WorkspaceEdit> | null>('Explain', token, null, (checkpoint) =>
        withFixes(context, async () => {
          const answer = await answerTo(uri, checkpoint);
          return answer === null ? null : toExplainResult(context, answer, url);
        }),
      ),
  );
  connection.onRequest(
    new RequestType<WayParams, Way<WorkspaceEdit> | null, never>(wayRequest),
    ({ uri, url }, token) =>
      runner.answer<Way<WorkspaceEdit> | null>('Way', token, null, (checkpoint) =>
        withFixes(context, async () => {
          const answer = await answerTo(uri, checkpoint);
          return answer === null ? null : toWay(context, answer, url);
        }),
      ),
  );
  connection.onRequest(
    new RequestType<MapParams, ConfigurationMap | null, never>(mapRequest),
    ({ uri }, token) =>
      runner.answer<ConfigurationMap | null>('Map', token, null, async (checkpoint) => {
        const answer = await answerTo(uri, checkpoint);
        return answer === null ? null : toMap(context, answer);
      }),
  );
  connection.onRequest(
    new RequestType<RouteFixParams, RouteRemedy<WorkspaceEdit> | null, never>(routeFixRequest),
    ({ uri, id }, token) =>
      runner.answer<RouteRemedy<WorkspaceEdit> | null>('Fix', token, null, (checkpoint) =>
        withFixes(context, async () => {
          const answer = await workspace.analysisOf(uri, checkpoint);
          const fix = answer === null ? null : fixOf(answer, id);
          return fix === null ? null : { result: toRemedy(context, fix), fixes: [fix] };
        }),
      ),
  );
  const quiet = new Quiet(timer);
  let isNews = false;
  workspace.onDidAnswer((answer) => {
    for (const [uri, last] of told) {
      if (!isOutdated(uri, last, answer)) continue;
      told.delete(uri);
      isNews = true;
    }
    // The client then requests all routes again.
    if (isNews) quiet.afterwards(() => runner.start('Routes', tell));
  });
  const tell = (): Promise<void> => {
    isNews = false;
    return connection.sendNotification(routesChanged);
  };
  sights.onDidChange(() => runner.start('Routes', tell));
  documents.texts.onDidClose(({ document }) => told.delete(document.uri));
}

/** Whether the last answer for a document may be outdated, now that there is a newer one. */
function isOutdated(uri: string, last: Analysis | null, { document, analysis }: Answer): boolean {
  if (document.uri === uri) return last !== analysis;
  // The new answer is for another document, which may belong to the same configuration.
  const { main } = analysis.closure;
  return last !== null && last.closure.main.realPath === main.realPath && last.closure !== analysis.closure;
}

/** Gives an answer whose fixes are for the texts that the client, or the disk, has now. */
async function withFixes<Result>(
  context: ServerContext,
  make: () => Promise<{ readonly result: Result; readonly fixes: readonly Fix[] } | null>,
): Promise<Result | null> {
  return onCurrentTexts<Result | null>(context, null, async () => {
    const { result, fixes } = (await make()) ?? { result: null, fixes: [] };
    return { result, files: fixes.flatMap(({ edits }) => edits.map(({ file }) => file)) };
  });
}

function toRoutes(context: ServerContext, { analysis, analyses, status }: Answer): Routes {
  const servers = routesTree(analysis.model, routeRows(analysis));
  const problems = problemsOf(analyses);
  return {
    main: status.main,
    servers: servers.map((server) => toServer(context, analysis, problems, server)),
    websocketUrls: analysis.options.websocketUrls ?? [],
  };
}

function toServer(
  context: ServerContext,
  analysis: Analysis,
  problems: readonly Problem[],
  server: ServerNode,
): ServerRoutes {
  const { id, names, listen, answer, place, whole, locations } = server;
  return {
    id,
    names,
    listen,
    answer,
    place: toPlace(context, place),
    block: toPlace(context, whole),
    locations: locations.map((location) => toLocation(context, analysis, problems, location)),
  };
}

function toLocation(
  context: ServerContext,
  { closure }: Analysis,
  problems: readonly Problem[],
  node: LocationNode,
): LocationRoutes {
  const { place, whole, reasons, cases, level: _, ...location } = node;
  return {
    ...location,
    seen: context.sights.textOf(closure, place, node.verdict),
    cases: cases.map((each) => toCase(context, each)),
    reasons: reasons.map((reason) => toReason(context, problems, reason, whole)),
    place: toPlace(context, place),
    block: toPlace(context, whole),
  };
}

function toReason(
  context: ServerContext,
  problems: readonly Problem[],
  reason: Evidence,
  location: Place,
): RouteReason {
  return { ...toStep(context, reason), fix: toFix(remedyFor(problems, reason, location)) };
}

/** The first fix of a problem. */
function toFix(problem: Problem | null): RouteFix | null {
  const [fix] = problem?.fixes() ?? [];
  return problem === null || fix === undefined ? null : { title: fix.title, id: problemKey(problem) };
}

function fixOf({ analyses }: Answer, id: string): Fix | null {
  return (
    problemsOf(analyses)
      .find((problem) => problemKey(problem) === id)
      ?.fixes()[0] ?? null
  );
}

/** An explanation is shown in one half of the window. */
const PLACE_COLUMN = 52;

function toExplainResult(
  context: ServerContext,
  { analysis, analyses }: Answer,
  url: string,
): { readonly result: ExplainResult<WorkspaceEdit>; readonly fixes: readonly Fix[] } {
  const explanation = explain(analysis, url);
  const problems = problemsOf(analyses);
  const [fix = null] = remedyOf(problems, explanation)?.fixes() ?? [];
  const silence = silenceOf(analysis.model, problems, explanation.location);
  const [longer = null] = silence?.remedy?.fixes() ?? [];
  const placeName = placeNames(analysis);
  const { text, links } = explainText(explanation, { placeName, fix, placeColumn: PLACE_COLUMN });
  const index = new LineIndex(text);
  const positionAt = (offset: number): FilePlace['range']['start'] => {
    const { line, column } = index.positionAt(offset);
    return { line, character: column };
  };
  const { verdict, status, location, because, conditions, cases, hops, error } = explanation;
  const result: ExplainResult<WorkspaceEdit> = {
    text,
    links: links.flatMap(({ start, end, target }) => {
      const to = toPlace(context, target);
      return to === null ? [] : [{ range: { start: positionAt(start), end: positionAt(end) }, target: to }];
    }),
    verdict,
    status,
    location: toPlace(context, location),
    because: because.map((step) => toStep(context, step)),
    conditions,
    cases: cases.map((each) => toCase(context, each)),
    hops,
    remedy: fix === null ? null : toRemedy(context, fix),
    silence:
      silence === null
        ? null
        : {
            seconds: silence.seconds,
            message: silence.message,
            place: toPlace(context, silence.place),
            remedy: longer === null ? null : toRemedy(context, longer),
          },
    error: error ?? null,
  };
  return { result, fixes: [fix, longer].filter((each) => each !== null) };
}

/** `conf.d/app.conf:12`: the path from the directory of the main file, and the line from one. */
function placeNames({ closure }: Analysis): (place: Place) => string {
  const directory = `${directoryOf(closure.main.path)}/`;
  const indexes = new Map<string, LineIndex>();
  return ({ file: { path, realPath, text }, start }) => {
    const index = indexes.get(realPath) ?? new LineIndex(text);
    indexes.set(realPath, index);
    const name = path.startsWith(directory) ? path.slice(directory.length) : path;
    return `${name}:${index.positionAt(start).line + 1}`;
  };
}
