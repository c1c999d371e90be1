import { t } from '../l10n';
import { isTruncated } from '../model/asking';
import { inForce } from './in-force';
import { bytesOf } from '../model/bytes';
import type { ConfigDirective, Place } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Intent } from '../model/intent';
import { type Level, levelsWithin } from '../model/levels';
import { memoized, once } from '../model/memo';
import type { Model } from '../model/model';
import { Views } from '../model/view';
import { locationName } from '../values/location';
import {
  captureOpenHost,
  certificateRefusal,
  finished,
  headerRefusal,
  holdsFor,
  refusedConnection,
} from './arrival';
import { Assumptions, type Limits } from './assumptions';
import { serverOfTlsName } from './listening';
import { answeredByNginx, type Outcome } from './outcome';
import { withoutAsking } from './choices';
import { type Cases, casesOf, decidingReasons, newWalk, reasonsOf, statusOf } from './cases';
import { CannotTell, orWhereUntold } from './cannot-tell';
import type { Evidence, Fault, Verdict } from './evidence';
import { type Facts, factsOfAny, factsOfUrl, REST_AFTER_SLASH, REST_OF_PATH } from './facts';
import { entriesOf } from './error-pages';
import { isLedTo } from './internal-targets';
import { literalHead } from './literal-start';
import { isAskedAsIs, mayMatchAt, mayTake, mayTakeBelow } from './own-paths';
import { intentOfRoute } from './route-intent';
import { noteFurther } from './content';
import { enterLevel, locationOf, passOf } from './location-config';
import { serve } from './phases';
import { isSince } from './release';
import { type Arrived, Assigned, Request, type Walk } from './request';
import { hasNames, originsOf, socketOf } from './route-urls';
import { tlsNameOf } from './target';
import { escapePath } from './uri';
import { type UpstreamRequest, upstreamRequest, type Values } from './upstream-request';
import {
  concat,
  knownText,
  mapKnown,
  NOT_A_TOKEN,
  opaque,
  type Origin,
  open,
  originText,
  type Value,
} from './value';
import { argumentOf, valueOf } from './variables';

/** One `proxy_pass` of a location, and what becomes of the handshakes that reach the location. */
export interface Route {
  readonly proxyPass: ConfigDirective;
  /** The level of the `proxy_pass`: a location, or an `if` or `limit_except` in one. */
  readonly level: Level;
  /** The location around it: the level at which headers can be set. */
  readonly location: Level;
  readonly intent: Intent;
  /** Every way that a handshake for the location may take. */
  readonly cases: Cases;
  readonly verdict: Verdict;
  /** What a client sees that sends no more than it must; null where that is not enough to tell. */
  readonly status: number | null;
  /** What stops the handshake, or cannot be told: what holds in all cases first. */
  readonly because: readonly Evidence[];
  /** What stops it in every case that comes as far as a back end, or HTTP/1.0. */
  readonly reasons: readonly Evidence[];
  /** Those of them that the request of this location has, in the order in which a back end would find them. */
  readonly faults: readonly Fault[];
  /** The request that this location sends. */
  readonly request: UpstreamRequest;
  /** What an argument of a directive comes to where the request ends; number of the argument from 0. */
  readonly argumentOf: (directive: ConfigDirective, index: number) => Value;
  /** The same for a text with variables. */
  readonly valueOf: (text: string) => Value;
}

/** The routes of one server, in order. */
export interface RoutesOfServer {
  readonly server: Level;
  readonly routes: readonly Route[];
}

/**
 * The routes of each server of a configuration, of those without routes too, in order. They are the same objects from
 * version to version, as long as the server stays and the model gives the answers that it was asked for.
 */
export const routesByServer: (model: Model) => readonly RoutesOfServer[] = memoized((model) => {
  const { http } = model;
  if (http === null) return [];
  // A fragment may be of one server, or of a location.
  if (http.kind !== 'http') return [{ server: http.server ?? http, routes: readRoutesWithin(model, http) }];
  return routesOfServers(
    model,
    http.levels,
    http.levels.map(() => null),
  );
});

/** The routes of a configuration, in order; those of an included file once for each place it is included. */
export const routesOf: (model: Model) => readonly Route[] = memoized((model) =>
  routesByServer(model).flatMap(({ routes }) => routes),
);

const views = new Views();

const routesOfServers = views.keeping(
  (server, _about: null, model): RoutesOfServer => ({ server, routes: readRoutesWithin(model, server) }),
);

function readRoutesWithin(model: Model, level: Level): readonly Route[] {
  const routes: Route[] = [];
  for (const location of levelsWithin(level)) {
    if (location.kind !== 'location') continue;
    const found = passOf(location, 'proxy_pass');
    if (found !== null) routes.push(routeAt(model, location, found.directive, found.level));
  }
  return routes;
}

function routeAt(model: Model, location: Level, proxyPass: ConfigDirective, level: Level): Route {
  const cases = casesAt(model, location);
  const sent = once(() => sentBy(model, location, cases));
  const atEnd = once(() => requestAtEnd(model, location));
  const intent = intentOfRoute(model, location, proxyPass.argument(0));
  // What nginx refuses matters wherever it stands.
  const further = furtherReasons(cases, proxyPass, atEnd, sent).filter(
    ({ id }) => intent.strength !== 'none' || id === 'websocket-http-version',
  );
  const reasons = [...decidingReasons(cases), ...further];
  return {
    proxyPass,
    level,
    location,
    intent,
    cases,
    verdict: cases.verdict,
    status: statusOf(cases),
    because: reasonsOf(cases),
    reasons,
    faults: reasons.flatMap(({ fault, hop = 1 }) => (fault === undefined || hop > 1 ? [] : [fault])),
    get request() {
      return sent();
    },
    argumentOf: (directive, index) => toldArgument(atEnd(), directive, index),
    valueOf: (text) => orWhereUntold(() => valueOf(atEnd(), text), [opaque(text)]),
  };
}

/**
 * What is wrong with the request of a location that no handshake makes it send, because something stops it before, or
 * because it cannot be told whether one does.
 */
function furtherReasons(
  { verdict, all }: Cases,
  proxyPass: ConfigDirective,
  atEnd: () => Request,
  sent: () => UpstreamRequest,
): readonly Evidence[] {
  const isOpen = verdict === 'passes' || verdict === 'depends';
  if (isOpen || all.some((each) => each.isSent || each.verdict === 'passes')) return [];
  const request = atEnd().resting();
  takeEntry(request, request.level.block?.argument(0) ?? '');
  noteFurther(request, 'proxy', sent(), proxyPass);
  return request.steps;
}

/** What a text with variables comes to for any handshake, wherever it stands. */
export function valueForAny(model: Model, http: Level, text: string): Value {
  const assumptions = new Assumptions(withoutAsking, []);
  const walk = newWalk(model, assumptions);
  const facts = factsOfAny({ origins: [], hasNames: false, path: ['/', REST_OF_PATH] });
  const request = new Request(walk, facts, http, new Assigned(), [], true, 1);
  request.uri = facts.path;
  request.hasPast = true;
  return valueOf(request, text);
}

/** The model as what is found for a location asks it. */
export function modelFor(model: Model, { server }: Level): Model {
  return views.of(model, server);
}

/** The cases of the handshakes for a location. */
export function casesAt(model: Model, location: Level): Cases {
  return casesIn(modelFor(model, location))(location);
}

const casesIn = memoized((model: Model) => memoized((location: Level) => readCases(model, location)));

function readCases(model: Model, location: Level): Cases {
  const { server } = location;
  const origins = server === null ? [] : originsOf(model, server);
  return casesOf(model, origins, (walk, steps) => startAt(walk, steps, location));
}

/** Follows a request that the location takes. */
function startAt(walk: Walk, steps: Evidence[], location: Level): Arrived {
  const { model } = walk;
  const { server } = location;
  if (server === null) throw new RangeError('A location is in a server.');
  refuseTruncated(model);
  const refused = refusedOrigin(walk, server);
  if (refused !== null) {
    steps.push(refused);
    return { outcome: answeredByNginx(server, null), request: null };
  }
  if (location.block !== null) walk.assumptions.takeAsWritten(location.block);
  const request = requestAt(walk, steps, location, server);
  const refusal =
    headerRefusal(request, server) ??
    (requiresCertificate(request) ? certificateRefusal(request, askingServer(walk, server), null) : null);
  const outcome = refusal === null ? serveAt(request, location) : finished(request, refusal);
  return { outcome, request };
}

/** Whether the client must present a certificate: that is asked of it over TLS alone. */
function requiresCertificate({ server, facts, assumptions }: Request): boolean {
  const verifies = effective(server, 'ssl_verify_client').directives.at(-1);
  return verifies?.argument(0) === 'on' && assumptions.equals(facts.scheme, 'https', '$scheme') === true;
}

/** The server that asks the client for its certificate. */
function askingServer({ model, assumptions }: Walk, server: Level): Level {
  const find = (origin: Origin): Level => {
    const socket = socketOf(model, server, origin);
    return socket === null ? server : serverOfTlsName(model, socket, tlsNameOf(origin));
  };
  return assumptions.kindOfOrigin('server of the TLS name', find) ?? server;
}

/** A named location is entered from within; of others the directives of the server run first. */
function serveAt(request: Request, location: Level): Outcome {
  if (kindOf(location) !== 'named') return serve(request);
  const name = location.block?.argument(0) ?? '';
  takeEntry(request, name);
  request.given = null;
  request.note('location', `\`location ${name}\``, location);
  enterLevel(request, location);
  return serve(request, 'rewrite');
}

/** Gives the request the status that the `error_page` leaves it by which it comes to a named location. */
function takeEntry(request: Request, name: string): void {
  const entries = entriesOf(request.server, name);
  const answers = entries.map(({ directive }) => t`the request comes by ${written(directive)}`);
  const answer =
    entries.length < 2
      ? 0
      : request.assumptions.ask({ key: `entry ${name}`, answers, bare: null, others: null });
  const entry = entries[answer];
  request.errorStatus = entry?.errorStatus ?? 0;
  request.errorPage = entry?.directive ?? null;
  request.hadErrorPage = request.errorPage !== null;
}

function written(errorPage: ConfigDirective | null): string {
  return errorPage === null ? '`try_files`' : `\`${errorPage.words.map(({ value }) => value).join(' ')}\``;
}

function requestAt(walk: Walk, steps: Evidence[], location: Level, server: Level): Request {
  const { model } = walk;
  const path = pathOf(location);
  const facts: Facts = factsOfAny({
    origins: walk.assumptions.origins,
    hasNames: hasNames(server),
    path: mapKnown(path, escapePath),
  });
  const request = new Request(walk, facts, server, new Assigned(), steps, true, 1);
  request.uri = path;
  request.given = location;
  if (!hasNames(server)) captureOpenHost(request);
  const isNamed = kindOf(location) === 'named';
  if (!isNamed) walk.assumptions.limit(pathsOf(location, path));
  // Where something in the server leads to it, it is that by which clients come.
  const isWithin = isNamed || (isInternal(location) && isReached(model, server, location));
  request.internal = isWithin;
  request.hasPast = isWithin || server.unseen;
  return request;
}

/** The request of a client that sends no more than it must, where it has come to its end, for values that decide nothing. */
function requestAtEnd(model: Model, location: Level): Request {
  const { server } = location;
  if (server === null) throw new RangeError('A location is in a server.');
  const assumptions = new Assumptions(withoutAsking, originsOf(model, server));
  if (location.block !== null) assumptions.takeAsWritten(location.block);
  const walk = newWalk(model, assumptions);
  const request = requestAt(walk, [], location, server);
  orWhereUntold(() => void serveAt(request, location), undefined);
  request.level = location;
  return request;
}

function refuseTruncated(model: Model): void {
  if (!isTruncated(model)) return;
  const [first] = model.configuration.directives;
  if (first === undefined) return;
  const message = t('The configuration is too large to read whole.');
  throw new CannotTell('location', message, first, 'include-unresolved');
}

/** Why no request can be made over a connection for the server; each listener that differs is a way of its own. */
function refusedOrigin(walk: Walk, server: Level): Evidence | null {
  const { model, assumptions } = walk;
  const refusals = refusalsByOrigin(model, server);
  const keyOf = (refusal: Evidence | null): string =>
    refusal === null ? '' : `${refusal.id} ${refusal.message}`;
  const kind = assumptions.kindOfOrigin(`listener ${server.block?.start}`, (origin) => {
    const refusal = refusals.get(originText(origin)) ?? null;
    return refusal !== null && holdsFor(walk, refusal) ? keyOf(refusal) : '';
  });
  if (kind === undefined || kind === '') return null;
  return [...refusals.values()].find((refusal) => keyOf(refusal) === kind) ?? null;
}

/** Why no request can be made over a connection for a URL of a server, by what such URLs begin with. */
function refusalsByOrigin(model: Model, server: Level): ReadonlyMap<string, Evidence | null> {
  const find = (all: Model): ReadonlyMap<string, Evidence | null> =>
    new Map(originsOf(all, server).map((each) => [originText(each), refusalOf(all, server, each)] as const));
  const isAny = (all: Model): boolean => [...find(all).values()].some((refusal) => refusal !== null);
  if (!model.ask('has refused origins', server, isAny, Object.is, 'listeners')) return NONE_REFUSED;
  return model.ask('refused origins', server, find, isSameRefusals);
}

const NONE_REFUSED: ReadonlyMap<string, Evidence | null> = new Map();

function isSameRefusals(
  a: ReadonlyMap<string, Evidence | null>,
  b: ReadonlyMap<string, Evidence | null>,
): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([origin, one]) => {
    const other = b.get(origin);
    if (one === null || other === null || other === undefined) return one === other;
    return one.message === other.message && isSamePlace(one.place, other.place);
  });
}

function isSamePlace(a: Place | null, b: Place | null): boolean {
  return a === null || b === null ? a === b : a.file === b.file && a.start === b.start;
}

function refusalOf(model: Model, server: Level, origin: Origin): Evidence | null {
  const socket = socketOf(model, server, origin);
  if (socket === null) return null;
  const facts = factsOfUrl({ ...origin, hostHeader: origin.host, path: '/', query: '' });
  return refusedConnection(model, { socket, facts, tlsName: tlsNameOf(origin), hop: 1 });
}

function kindOf({ block }: Level): string {
  return block === null ? '' : locationName(block).kind;
}

/** A path that the location takes, as far as it is known. */
function pathOf({ block }: Level): Value {
  if (block === null) return ['/', REST_OF_PATH];
  const { kind, name } = locationName(block);
  switch (kind) {
    case 'exact':
      return [bytesOf(name)];
    case 'prefix':
      if (isAskedAsIs(name)) return [bytesOf(name.replace(/\/?$/, '/'))];
      return concat([bytesOf(name)], [name.endsWith('/') ? REST_AFTER_SLASH : REST_OF_PATH]);
    case 'regex': {
      const start = literalHead(name)?.text ?? '';
      return [start.startsWith('/') ? start : '/', REST_OF_PATH];
    }
    case 'named':
      return ['/', open('the rest of the path')];
  }
}

/** Paths that lead to the location. */
function pathsOf(location: Level, path: Value): Limits {
  return {
    value: path,
    mayBe: (text) => mayTake(location, text),
    mayBegin: (text) => mayTakeBelow(location, text),
    mayMatch: (pattern, ignoreCase) => mayMatchAt(location, pattern, ignoreCase),
  };
}

function isInternal(location: Level): boolean {
  return effective(location, 'internal').directives.length > 0;
}

function isReached(model: Model, server: Level, location: Level): boolean {
  const path = knownText(pathOf(location).slice(0, 1)) ?? '/';
  return isLedTo(model, server, path);
}

// --- The request that a location sends

function sentBy(model: Model, location: Level, { assumed }: Cases): UpstreamRequest {
  for (const { upstream, hops } of assumed) {
    if (upstream !== null && hops === 1 && locationOf(upstream.level) === location) return upstream.request;
  }
  return upstreamRequest(location, valuesAt(model, location));
}

/** The values of the request that a location would send, where none comes so far. What cannot be told is opaque. */
export function valuesAt(model: Model, location: Level): Values {
  const request = requestAtEnd(model, location);
  return {
    inForce: inForce.bind(null, request),
    argument: (directive, index) => toldArgument(request, directive, index),
    isSince: isSince.bind(null, request),
    proxyHost: [open('$proxy_host', { isFilled: true, shape: NOT_A_TOKEN, sample: 'backend' })],
    bodyLength: null,
    clientHeaders: request.facts.headers,
  };
}

function toldArgument(request: Request, directive: ConfigDirective, index: number): Value {
  return orWhereUntold(() => argumentOf(request, directive, index), [opaque(directive.argument(index))]);
}
