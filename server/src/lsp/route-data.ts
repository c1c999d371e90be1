import type { WorkspaceEdit } from 'vscode-languageserver';
import type { Evidence } from '../handshake/evidence';
import type { ExplainedCase } from '../handshake/explanation';
import type { Place } from '../model/configuration';
import type { FilePlace, RouteCase, RouteRemedy, RouteStep } from '../protocol';
import type { Fix } from '../rules/support/rule';
import type { ServerContext } from './context';
import { toWorkspaceEdit } from './text-edits';

/** Null in built-in files that replace missing ones. */
export function toPlace({ documents, positions }: ServerContext, place: Place | null): FilePlace | null {
  if (place === null || place.file.builtIn) return null;
  return { uri: documents.uriOf(place.file), range: positions.rangeOf(place) };
}

export function toCase(context: ServerContext, { because, ...rest }: ExplainedCase): RouteCase {
  return { ...rest, because: because.map((step) => toStep(context, step)) };
}

export function toStep(context: ServerContext, { id, message, place, hop = 1 }: Evidence): RouteStep {
  return { id, message, place: toPlace(context, place), hop };
}

export function toRemedy(context: ServerContext, { title, edits }: Fix): RouteRemedy<WorkspaceEdit> {
  return { title, edit: toWorkspaceEdit(context, edits) };
}
