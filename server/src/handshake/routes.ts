import { type ConfigDirective, placeOf } from '../model/configuration';
import { effective, ownDirectives, replaced } from '../model/inheritance';
import { type Intent, intentOf } from '../model/intent';
import { type Level, levelsWithin, opaqueAt } from '../model/levels';
import type { Model } from '../model/model';
import { variablesIn } from '../model/variables';
import { evaluate } from './evaluate';
import type { Evidence, EvidenceId, Verdict } from './evidence';
import { type Condition, headersNamed, strictChecks } from './strict-backend';
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

/** A condition that the request does not meet, and why. */
export interface Fault {
  readonly condition: Condition;
  readonly id: EvidenceId;
  /** The directive at fault; null when the fault is that there is none. */
  readonly directive: ConfigDirective | null;
}

/** The routes of a configuration, in order; those of an included file once for each place it is included. */
export function routesOf(model: Model): Route[] {
  if (model.http === null) return [];
  const routes: Route[] = [];
  for (const level of levelsWithin(model.http)) {
    const location = locationAround(level);
    if (location === null) continue;
    // A second proxy_pass on one level is refused by nginx.
    const proxyPass = level.directives.find(({ name, words }) => name === 'proxy_pass' && words.length > 1);
    if (proxyPass !== undefined) routes.push(routeOf(model, level, location, proxyPass));
  }
  return routes;
}

function locationAround(level: Level): Level | null {
  if (level.kind === 'location') return level;
  const isInner = level.kind === 'if' || level.kind === 'limit_except';
  return isInner && level.parent?.kind === 'location' ? level.parent : null;
}

function routeOf(model: Model, level: Level, location: Level, proxyPass: ConfigDirective): Route {
  const request = upstreamRequest(model, location);
  const common = { proxyPass, level, location, request, intent: intentOf(location, proxyPass.argument(0)) };
  const unseen = unseenReason(model, location);
  if (unseen !== null) return { ...common, verdict: 'unknown', status: null, faults: [], because: [unseen] };
  const checks = strictChecks(request);
  const faults = [
    ...undefinedVariables(model, request),
    ...checks
      .filter(({ met }) => met === 'no')
      .map(({ condition }) => faultOf(model, location, request, condition)),
  ];
  const verdict = verdictOf(
    faults,
    checks.some(({ met }) => met === 'unknown'),
  );
  const first = checks.find(({ met }) => met !== 'yes');
  const status = first === undefined ? 101 : first.met === 'no' ? first.status : null;
  return {
    ...common,
    verdict,
    status: verdict === 'unknown' ? null : status,
    faults,
    because: faults.map((fault) => evidenceOf(proxyPass, fault)),
  };
}

function verdictOf(faults: readonly Fault[], hasUnknown: boolean): Verdict {
  if (faults.some(({ condition }) => condition !== 'http-version')) return 'blocked';
  if (hasUnknown) return 'unknown';
  return faults.length > 0 ? 'depends' : 'passes';
}

function unseenReason(model: Model, location: Level): Evidence | null {
  const place = opaqueAt(location);
  if (place !== null) {
    const message = `What \`${place.file.text.slice(place.start, place.end)}\` brings in is not to be seen here.`;
    return { id: 'include-unresolved', place, message };
  }
  const [first] = model.configuration.directives;
  if (!model.configuration.truncated || first === undefined) return null;
  return {
    id: 'include-unresolved',
    place: placeOf(first),
    message: 'The configuration is too large to read whole.',
  };
}

/** nginx does not start while a header names a variable that is defined nowhere (ngx_http_variables_init_vars). */
function undefinedVariables(model: Model, request: UpstreamRequest): Fault[] {
  if (model.hasUnseenParts) return [];
  return request.set.directives
    .filter((directive) => isNamed(directive, 'connection') && undefinedIn(model, directive).length > 0)
    .map((directive) => ({ condition: 'connection', id: 'connection-map-missing', directive }));
}

/** The variables in the value of a header that are certainly defined nowhere. */
export function undefinedIn(model: Model, header: ConfigDirective): string[] {
  // In a template `${NAME}` is filled in before nginx sees it.
  const value = header.file.tree.template
    ? header.argument(1).replaceAll(/\$\{[A-Z0-9_]+\}/g, '')
    : header.argument(1);
  return variablesIn(value).filter((name) => !model.variables.has(name));
}

/** Whether a `proxy_set_header` sets the header; `name` in lower case. */
export function isNamed(directive: ConfigDirective, name: string): boolean {
  return directive.argument(0).toLowerCase() === name;
}

function faultOf(model: Model, location: Level, request: UpstreamRequest, condition: Condition): Fault {
  switch (condition) {
    case 'upgrade':
    case 'connection':
      return headerFault(model, location, request, condition);
    case 'http-version': {
      const { directive } = request.version;
      return {
        condition,
        id: directive === null ? 'websocket-upgrade-missing' : 'websocket-http-version',
        directive,
      };
    }
    case 'method':
      return {
        condition,
        id: 'websocket-method-or-body',
        directive: effective(location, 'proxy_method').directives.at(-1) ?? null,
      };
    case 'host':
      return dropped(request, condition, 'host');
    case 'key':
      return dropped(request, condition, 'sec-websocket-key');
    case 'websocket-version':
      return dropped(request, condition, 'sec-websocket-version');
  }
}

function dropped(request: UpstreamRequest, condition: Condition, header: string): Fault {
  const directive =
    request.set.directives.find((each) => isNamed(each, header)) ?? request.dropsClientHeaders;
  return { condition, id: 'websocket-request-headers-dropped', directive };
}

/** Why the back end does not see Upgrade or Connection as it must. */
function headerFault(
  model: Model,
  location: Level,
  request: UpstreamRequest,
  condition: 'upgrade' | 'connection',
): Fault {
  const set = request.set.directives;
  const own = set.findLast((directive) => isNamed(directive, condition));
  const misnamed = set.findLast((directive) => isNamed(directive, `${condition}:`));
  const wrong = own ?? misnamed ?? addedToResponse(location, condition);
  if (wrong !== undefined && own === wrong && isThroughMap(model, wrong)) {
    return { condition, id: 'connection-map-incomplete', directive: wrong };
  }
  const worksFurtherOut = replacedHeader(model, request, location, condition);
  if (own === undefined && worksFurtherOut !== undefined) {
    return { condition, id: 'websocket-headers-overridden', directive: worksFurtherOut };
  }
  // Without any Upgrade the location was not made for WebSocket: a Connection for keepalive is not its mistake.
  const isMeant = condition === 'upgrade' || namesUpgrade(location, set);
  if (wrong !== undefined && isMeant) return { condition, id: 'websocket-header-value', directive: wrong };
  return { condition, id: 'websocket-upgrade-missing', directive: own ?? null };
}

function namesUpgrade(location: Level, set: readonly ConfigDirective[]): boolean {
  const isUpgrade = (directive: ConfigDirective): boolean =>
    isNamed(directive, 'upgrade') || isNamed(directive, 'upgrade:');
  return set.some(isUpgrade) || addedToResponse(location, 'upgrade') !== undefined;
}

/** An `add_header` of that name: it goes to the client, where `proxy_set_header` was meant. */
function addedToResponse(location: Level, condition: string): ConfigDirective | undefined {
  return ownDirectives(location, 'add_header').find((directive) => isNamed(directive, condition));
}

function isThroughMap(model: Model, directive: ConfigDirective): boolean {
  return (
    isNamed(directive, 'connection') &&
    variablesIn(directive.argument(1)).some((name) => model.maps.has(name))
  );
}

/** The header of an outer level that would do, had the level in force not replaced it. */
function replacedHeader(
  model: Model,
  request: UpstreamRequest,
  location: Level,
  condition: 'upgrade' | 'connection',
): ConfigDirective | undefined {
  const inForce = request.set.level;
  if (inForce === null) return undefined;
  return replaced(inForce, 'proxy_set_header').find((directive) => {
    if (!isNamed(directive, condition)) return false;
    const value = evaluate(model, location, directive.argument(1));
    const headers = headersNamed([{ name: condition, value, directive }], condition);
    return strictChecks({ ...request, headers }).some(
      (check) => check.condition === condition && check.met === 'yes',
    );
  });
}

function evidenceOf(proxyPass: ConfigDirective, fault: Fault): Evidence {
  return { id: fault.id, place: placeOf(fault.directive ?? proxyPass), message: MESSAGES[fault.condition] };
}

const MESSAGES: Readonly<Record<Condition, string>> = {
  method: 'The back end takes a handshake only with the method GET.',
  upgrade: 'The back end sees no `Upgrade: websocket`.',
  connection: 'The back end sees no `Connection: upgrade`.',
  'http-version': 'The back end is asked over HTTP/1.0.',
  host: 'The back end sees no `Host`.',
  key: 'The back end sees no `Sec-WebSocket-Key`.',
  'websocket-version': 'The back end sees no `Sec-WebSocket-Version: 13`.',
};
