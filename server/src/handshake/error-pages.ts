import { english, t } from '../l10n';
import { inForce } from './in-force';
import type { ConfigDirective } from '../model/configuration';
import { ownDirectives } from '../model/inheritance';
import { type Level, levelsWithin, type OuterLevel } from '../model/levels';
import { namedLocation } from '../model/locations';
import { memoized } from '../model/memo';
import { internalError, type Phase, type Refusal, refusal } from './answer';
import { enterLevel } from './location-config';
import type { Request } from './request';
import { EMPTY, knownText, shownText, splitQuery, type Value } from './value';
import { cannotTell, decidingValue } from './variables';

/** What is left of a request: it goes on, or this status is sent. */
export type Continuation =
  | Phase
  | {
      readonly kind: 'sent';
      readonly status: number;
      /** What is answered so; null where that is noted. */
      readonly cause: Refusal | null;
    };

/** One page for one or more statuses, as `error_page` says. */
interface ErrorPage {
  readonly directive: ConfigDirective;
  readonly statuses: readonly number[];
  /** The status to send instead: 0 for that of the page (`=`); null for the first one. */
  readonly overwrite: number | null;
  readonly uri: string;
}

/** nginx's own statuses for TLS and long headers are 400 to the client. */
const SENT_AS_400: ReadonlySet<number> = new Set([494, 495, 496, 497]);

/** Answers a request with a status, or with the `error_page` for it (ngx_http_special_response_handler). */
export function answerSpecially(request: Request, cause: Refusal): Continuation {
  const { status } = cause;
  request.errorStatus = SENT_AS_400.has(status) ? 400 : status;
  const pages = errorPages(request);
  if (!request.hadErrorPage && pages.length > 0 && request.uriChanges > 0) {
    const recursive = inForce(request, request.level, 'recursive_error_pages').directives.at(-1);
    if (recursive?.argument(0).toLowerCase() !== 'on') request.hadErrorPage = true;
    const page = pages.find(({ statuses }) => statuses.includes(status));
    if (page !== undefined) return sendErrorPage(request, page, cause);
  }
  return { kind: 'sent', status: request.errorStatus, cause };
}

/** The page that would be next for a status; null when there is none. */
export function errorPageFor(request: Request, status: number): ErrorPage | null {
  if (request.hadErrorPage || request.uriChanges === 0) return null;
  return errorPages(request).find(({ statuses }) => statuses.includes(status)) ?? null;
}

/** How a request comes to a named location: what `error_page` leaves it, or nothing where another directive leads there. */
export interface Entry {
  readonly directive: ConfigDirective | null;
  /** The status that is sent whatever the answer is; 0 for the answer's own. */
  readonly errorStatus: number;
}

/** The ways in which requests of a server come to a named location, each status once. */
export function entriesOf(server: Level, name: string): readonly Entry[] {
  return entriesByName(server).get(name) ?? [];
}

const entriesByName = memoized((server: Level): ReadonlyMap<string, readonly Entry[]> => {
  const entries = new Map<string, Map<number, Entry>>();
  const add = (name: string, entry: Entry): void => {
    const known = entries.get(name) ?? new Map<number, Entry>();
    entries.set(name, known);
    if (!known.has(entry.errorStatus)) known.set(entry.errorStatus, entry);
  };
  // Those of http are inherited.
  const isInherited = server.parent !== null && !server.byName.has('error_page');
  const outer: readonly OuterLevel[] = isInherited ? [server.parent] : [];
  for (const level of [...outer, ...levelsWithin(server)]) {
    for (const { directive, overwrite, statuses, uri } of ownErrorPages(level)) {
      add(uri, { directive, errorStatus: overwrite ?? statuses[0] ?? 0 });
    }
    for (const directive of ownDirectives(level, 'try_files')) {
      add(directive.words.at(-1)?.value ?? '', { directive: null, errorStatus: 0 });
    }
  }
  return new Map([...entries].map(([name, byStatus]) => [name, [...byStatus.values()]] as const));
});

/** Whether the level of a request has a page for a status. */
export function hasErrorPage(request: Request, status: number): boolean {
  return errorPages(request).some(({ statuses }) => statuses.includes(status));
}

function errorPages(request: Request): ErrorPage[] {
  return inForce(request, request.level, 'error_page').directives.map(readErrorPage);
}

function ownErrorPages(level: OuterLevel): ErrorPage[] {
  return ownDirectives(level, 'error_page').map(readErrorPage);
}

function readErrorPage(directive: ConfigDirective): ErrorPage {
  const values = directive.words.slice(1, -1).map(({ value }) => value);
  const overwrite = values.find((value) => value.startsWith('='));
  return {
    directive,
    statuses: values.filter((value) => /^\d+$/.test(value)).map(Number),
    overwrite: overwrite === undefined ? null : Number(overwrite.slice(1)),
    uri: directive.words.at(-1)?.value ?? '',
  };
}

/** ngx_http_send_error_page */
function sendErrorPage(request: Request, page: ErrorPage, cause: Refusal): Continuation {
  const { directive, overwrite } = page;
  if (overwrite !== null) request.errorStatus = overwrite;
  request.errorPage = directive;
  request.note('answer', cause.message, cause.about);
  const value = decidingValue(request, page.uri, directive, 'answer');
  const uri = shownText(value);
  request.note('answer', t`\`error_page ${cause.status}\` goes on at ${uri}.`, directive);
  if (uri.startsWith('/')) return internalRedirect(request, value);
  if (uri.startsWith('@')) return toNamedLocation(request, value, directive);
  const isRedirect = overwrite !== null && overwrite >= 301 && overwrite <= 308;
  request.errorStatus = isRedirect ? overwrite : 302;
  const message = t`\`error_page ${cause.status}\` sends the client elsewhere (${request.errorStatus}): a handshake does not follow.`;
  request.note('answer', message, directive, 'websocket-redirected');
  return { kind: 'sent', status: request.errorStatus, cause: null };
}

/** Goes on with another path (ngx_http_internal_redirect). */
export function internalRedirect(request: Request, uri: Value): Continuation {
  request.uriChanges -= 1;
  if (request.uriChanges === 0) return cycle(request);
  const { path, query } = splitQuery(uri);
  request.uri = path;
  request.args = query ?? EMPTY;
  request.level = request.server;
  request.given = null;
  request.internal = true;
  request.isPathAsSent = false;
  request.isLocationPath = true;
  request.backEnd = null;
  return 'server-rewrite';
}

/** Goes on in a named location (ngx_http_named_location). */
export function toNamedLocation(request: Request, value: Value, directive: ConfigDirective): Continuation {
  const name = knownText(value);
  if (name === null) throw cannotTell(shownText(value), directive, 'location');
  request.uriChanges -= 1;
  if (request.uriChanges === 0) return cycle(request);
  if (knownText(request.assumptions.resolve(request.uri)) === '') {
    return answerSpecially(
      request,
      internalError(t('The path has no length: nginx answers 500.'), directive),
    );
  }
  const location = namedLocation(request.server, name);
  if (location === undefined) {
    return answerSpecially(request, internalError(t`The server has no \`location ${name}\`.`, directive));
  }
  request.internal = true;
  request.contentHandler = null;
  request.uriChanged = false;
  enterLevel(request, location);
  return 'rewrite';
}

function cycle(request: Request): Continuation {
  return answerSpecially(request, refusal(500, 'internal-error', t(CYCLE), request.level));
}

export const CYCLE = english('The request is redirected in a circle; nginx stops it after ten rounds.');
