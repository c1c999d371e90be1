import { type ConfigDirective, placeOf } from '../model/configuration';
import { ownDirectives } from '../model/inheritance';
import { type Intent, intentOf } from '../model/intent';
import { type Level, levelsWithin } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import type { Evidence, Verdict } from './evidence';
import { CONDITION_MESSAGES, type Fault, judge } from './faults';
import { type Condition, strictChecks } from './strict-backend';
import { type UpstreamRequest, upstreamRequest } from './upstream-request';

/** One `proxy_pass` where it takes effect, and what becomes of a handshake that reaches it. */
export interface Route {
  readonly proxyPass: ConfigDirective;
  /** The level of the `proxy_pass`: a location, or an `if` or `limit_except` in one. */
  readonly level: Level;
  /** The location around it: the level at which headers can be set. */
  readonly location: Level;
  readonly intent: Intent;
  readonly request: UpstreamRequest;
  readonly verdict: Verdict;
  /** What the client sees with a strict back end; null when that cannot be told. */
  readonly status: number | null;
  /** What stops the handshake, in the order in which the back end would find it; empty when nothing is known to. */
  readonly faults: readonly Fault[];
  readonly because: readonly Evidence[];
}

/** The routes of a configuration, in order; those of an included file once for each place it is included. */
export const routesOf: (model: Model) => readonly Route[] = memoized(readRoutes);

function readRoutes(model: Model): Route[] {
  if (model.http === null) return [];
  const outcomes = new Outcomes(model);
  const routes: Route[] = [];
  for (const level of levelsWithin(model.http)) {
    const location = locationAround(level);
    if (location === null) continue;
    // A second proxy_pass on one level is refused by nginx.
    const proxyPass = ownDirectives(level, 'proxy_pass').find(({ words }) => words.length > 1);
    if (proxyPass === undefined) continue;
    const { unseen, ...outcome } = outcomes.at(level, location);
    routes.push({
      proxyPass,
      level,
      location,
      intent: intentOf(location, proxyPass.argument(0)),
      ...outcome,
      because: unseen === null ? reasonsOf(proxyPass, outcome) : [unseen],
    });
  }
  return routes;
}

function locationAround(level: Level): Level | null {
  if (level.kind === 'location') return level;
  const isInner = level.kind === 'if' || level.kind === 'limit_except';
  return isInner && level.parent?.kind === 'location' ? level.parent : null;
}

/** What becomes of a handshake at a level, as far as the `proxy_pass` does not matter. */
interface Outcome extends Pick<Route, 'request' | 'verdict' | 'status' | 'faults'> {
  /** What keeps us from knowing; null when all is to be seen. */
  readonly unseen: Evidence | null;
}

/** A location with none of these has the request of its neighbours without them. */
const DECISIVE: readonly string[] = [
  'proxy_set_header',
  'proxy_http_version',
  'proxy_method',
  'proxy_pass_request_headers',
  'add_header',
  'set',
  'if',
];

/** The outcomes of a model, each worked out once: locations by the thousand share what their server sets. */
class Outcomes {
  /** Of levels that say something themselves. */
  private readonly own = new Map<Level, Outcome>();
  /** Of the locations without a word of their own, by the level around them. */
  private readonly within = new Map<Level, Outcome>();
  private readonly around = new Map<Level, Level>();

  constructor(private readonly model: Model) {}

  at(level: Level, location: Level): Outcome {
    // The location's `set` directives have not run in its `limit_except`.
    const decisive = level.kind === 'limit_except' ? level : location;
    const around = this.decisiveAround(decisive);
    const outcomes = around === decisive ? this.own : this.within;
    const known = outcomes.get(around) ?? outcomeAt(this.model, decisive, location);
    outcomes.set(around, known);
    return known;
  }

  /** The level itself when it says something, else the nearest around it that does, or is no location. */
  private decisiveAround(level: Level): Level {
    const passed: Level[] = [];
    let at = level;
    while (isSilent(at) && at.parent !== null) {
      passed.push(at);
      at = this.around.get(at) ?? at.parent;
    }
    for (const each of passed) this.around.set(each, at);
    return at;
  }
}

function isSilent(level: Level): boolean {
  return (
    level.kind === 'location' &&
    !level.unseen &&
    level.opaque === null &&
    !DECISIVE.some((name) => level.byName.has(name))
  );
}

function outcomeAt(model: Model, level: Level, location: Level): Outcome {
  const request = upstreamRequest(model, level);
  const unseen = unseenReason(model, location);
  if (unseen !== null) return { request, verdict: 'unknown', status: null, faults: [], unseen };
  return { request, ...judge(model, location, request), unseen };
}

function unseenReason(model: Model, location: Level): Evidence | null {
  const place = location.opaqueInForce;
  if (place !== null) {
    const message = `What \`${place.file.text.slice(place.start, place.end)}\` brings in is not to be seen here.`;
    return { id: 'include-unresolved', place, message, step: 'location' };
  }
  const [first] = model.configuration.directives;
  if (!model.configuration.truncated || first === undefined) return null;
  return {
    id: 'include-unresolved',
    place: placeOf(first),
    message: 'The configuration is too large to read whole.',
    step: 'location',
  };
}

function reasonsOf(
  proxyPass: ConfigDirective,
  { verdict, faults, request }: Omit<Outcome, 'unseen'>,
): Evidence[] {
  if (verdict !== 'unknown') return faults.map((fault) => evidenceOf(proxyPass, fault));
  const first = strictChecks(request).find(({ met }) => met === 'unknown');
  return first === undefined ? [] : [doubt(proxyPass, request, first.condition)];
}

/** The header that a condition is about. */
const HEADERS: Readonly<Partial<Record<Condition, string>>> = {
  upgrade: 'upgrade',
  connection: 'connection',
  host: 'host',
  key: 'sec-websocket-key',
  'websocket-version': 'sec-websocket-version',
};

/** Why it cannot be told whether a request meets a condition: a value, or a level around it, is not known. */
function doubt(
  proxyPass: ConfigDirective,
  { headers, version, complete }: UpstreamRequest,
  condition: Condition,
): Evidence {
  const header = headers.find(
    ({ name, value }) => value.kind === 'unknown' && name.toLowerCase() === HEADERS[condition],
  );
  const directive = condition === 'http-version' ? version.directive : (header?.directive ?? null);
  if (directive !== null) {
    const place = placeOf(directive);
    const written = place.file.text.slice(place.start, place.end);
    const message = `What \`${written}\` comes to is known only when nginx runs.`;
    return { id: 'value-unknown', place, message, step: 'request' };
  }
  if (!complete || !version.certain) {
    const message = 'What stands around this part of a configuration is not to be seen.';
    return { id: 'include-unresolved', place: null, message, step: 'location' };
  }
  const message = 'What reaches the back end is known only when nginx runs.';
  return { id: 'value-unknown', place: placeOf(proxyPass), message, step: 'request' };
}

function evidenceOf(proxyPass: ConfigDirective, fault: Fault): Evidence {
  return {
    id: fault.id,
    place: placeOf(fault.directive ?? proxyPass),
    message: CONDITION_MESSAGES[fault.condition],
    step: 'back end',
  };
}
