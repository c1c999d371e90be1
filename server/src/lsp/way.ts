import type { WorkspaceEdit } from 'vscode-languageserver';
import { fixDiff } from '../features/fix-diff';
import { visible } from '../features/support/escape';
import { type RequestPart, type Station, type Stop, type WayCase as Case, wayOf } from '../features/way';
import type { Evidence } from '../handshake/evidence';
import { problemsOf } from '../project/problems';
import type {
  RouteStep,
  Way,
  WayCase,
  WayFix,
  WayHunk,
  WayRequestPart,
  WayStation,
  WayStop,
} from '../protocol';
import type { Fix } from '../rules/support/rule';
import { explain } from '../service';
import type { ServerContext } from './context';
import { toPlace, toRemedy, toStep } from './route-data';
import type { Answer } from './workspace';

/** The way of a handshake, and the fixes in it. */
export function toWay(
  context: ServerContext,
  { analysis, analyses }: Answer,
  url: string,
): { readonly result: Way<WorkspaceEdit>; readonly fixes: readonly Fix[] } {
  const way = wayOf(problemsOf(analyses), explain(analysis, url));
  const { nextStep } = way;
  const result: Way<WorkspaceEdit> = {
    ...way,
    url: visible(way.url),
    conditions: way.conditions.map(visible),
    cases: way.cases.map((each) => toWayCase(context, each)),
    nextStep:
      nextStep === null
        ? null
        : {
            advice: visible(nextStep.advice),
            place: toPlace(context, nextStep.place),
            lines: nextStep.lines.map(visible),
          },
    error: way.error === null ? null : visible(way.error),
  };
  return { result, fixes: way.cases.flatMap(({ stop }) => stop?.fix ?? []) };
}

function toWayCase(
  context: ServerContext,
  { when, stations, request, stop, ...rest }: Case,
): WayCase<WorkspaceEdit> {
  return {
    ...rest,
    when: when.map(visible),
    stations: stations.map((each) => toStation(context, each)),
    request: request.map((each) => toPart(context, each)),
    stop: stop === null ? null : toStop(context, stop),
  };
}

function toStation(context: ServerContext, { name, place, steps, ...rest }: Station): WayStation {
  return {
    ...rest,
    name: visible(name),
    place: toPlace(context, place),
    steps: steps.map((each) => toShownStep(context, each)),
  };
}

function toShownStep(context: ServerContext, evidence: Evidence): RouteStep {
  const step = toStep(context, evidence);
  return { ...step, message: visible(step.message) };
}

function toPart(context: ServerContext, { name, value, place, ...rest }: RequestPart): WayRequestPart {
  return {
    ...rest,
    name: visible(name),
    value: value === null ? null : visible(value),
    place: toPlace(context, place),
  };
}

function toStop(context: ServerContext, { reason, fix }: Stop): WayStop<WorkspaceEdit> {
  const { message, place } = toShownStep(context, reason);
  return { message, place, fix: fix === null ? null : toWayFix(context, fix) };
}

function toWayFix(context: ServerContext, fix: Fix): WayFix<WorkspaceEdit> {
  const { title, edit } = toRemedy(context, fix);
  const diff = fixDiff(fix.edits).map(
    ({ file, start, lines }): WayHunk => ({
      place: toPlace(context, { file, start, end: start }),
      lines: lines.map(({ kind, text }) => ({ kind, text: visible(text) })),
    }),
  );
  return { title: visible(title), edit, diff };
}
