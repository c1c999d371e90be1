import type { ConfigDirective } from '../model/configuration';
import { effective, ownDirectives, replaced } from '../model/inheritance';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { isNamed } from '../values/header-name';
import { variablesIn } from '../values/script';
import { isAtLeast, type NginxVersion } from '../reference/versions';
import { evaluateArgument } from './evaluate';
import type { EvidenceId, Verdict } from './evidence';
import { type Check, type Condition, headersNamed, strictChecks } from './strict-backend';
import type { UpstreamRequest } from './upstream-request';

/** A condition that the request does not meet, and why. */
export interface Fault {
  readonly condition: Condition;
  readonly id: EvidenceId;
  /** The directive at fault; null when the fault is that there is none. */
  readonly directive: ConfigDirective | null;
}

/** What the back end makes of a request. */
export interface Judgement {
  readonly verdict: Verdict;
  /** What the strict back end answers; null when that cannot be told, or nginx does not start. */
  readonly status: number | null;
  /** In the order in which the back end would find them. */
  readonly faults: readonly Fault[];
  /** Whether nginx does not start with it, so that nobody answers. */
  readonly refused: boolean;
}

/**
 * Judges the request that reaches a back end.
 *
 * @param location the location whose directives make the request
 */
export function judge(model: Model, location: Level, request: UpstreamRequest): Judgement {
  const checks = strictChecks(request);
  const undefinedNames = undefinedVariables(model, request);
  const faults = [
    ...undefinedNames,
    ...checks
      .filter(({ met }) => met === 'no')
      .map(({ condition }) => faultOf(model, location, request, condition)),
  ];
  const verdict = verdictOf(request, checks, faults);
  const refused = undefinedNames.length > 0 || refusesVersion(model.version, request);
  const status = refused || verdict === 'unknown' ? null : statusOf(request, checks);
  return { verdict, status, faults, refused };
}

function verdictOf(
  { version, wellFormed }: UpstreamRequest,
  checks: readonly Check[],
  faults: readonly Fault[],
): Verdict {
  const isForgivable = ({ condition }: Fault): boolean =>
    condition === 'http-version' && version.value === '1.0' && wellFormed;
  if (!faults.every(isForgivable)) return 'blocked';
  if (checks.some(({ met }) => met === 'unknown')) return 'unknown';
  return faults.length > 0 ? 'depends' : 'passes';
}

function statusOf({ version }: UpstreamRequest, checks: readonly Check[]): number | null {
  // The back end answers HTTP/2 with an error in HTTP/1.1, which nginx cannot read.
  if (version.certain && version.value === '2') return 502;
  const first = checks.find(({ met }) => met !== 'yes');
  return first === undefined ? 101 : first.met === 'no' ? first.status : null;
}

/** HTTP/2 to back ends came with 1.29.4 (CHANGES). */
const http2Since: NginxVersion = { major: 1, minor: 29, patch: 4 };

/** Whether nginx does not start with the value of `proxy_http_version`. */
function refusesVersion(nginx: NginxVersion, { version }: UpstreamRequest): boolean {
  if (!version.certain || version.value === '1.0' || version.value === '1.1') return false;
  return version.value !== '2' || !isAtLeast(nginx, http2Since);
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

/**
 * Those of a list of headers that have a name, in order. The list of one level is asked for by every location in it,
 * and may be long: it is sorted once.
 */
export function headersNamedIn(
  headers: readonly ConfigDirective[],
  name: string,
): readonly ConfigDirective[] {
  let index = indexes.get(headers);
  if (index === undefined) {
    index = new Map();
    for (const header of headers) {
      const key = header.argument(0).toLowerCase();
      const group = index.get(key);
      if (group === undefined) index.set(key, [header]);
      else group.push(header);
    }
    indexes.set(headers, index);
  }
  return index.get(name) ?? [];
}

const indexes = new WeakMap<readonly ConfigDirective[], Map<string, ConfigDirective[]>>();

/** Why a request does not meet a condition. */
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
  const isMeant =
    condition === 'upgrade' ||
    namesUpgrade(location, set) ||
    replacedHeader(model, request, location, 'upgrade') !== undefined;
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
    const value = evaluateArgument(model, location, directive, 1);
    const headers = headersNamed([{ name: condition, value, directive }], condition);
    return strictChecks({ ...request, headers }).some(
      (check) => check.condition === condition && check.met === 'yes',
    );
  });
}

/** What the back end misses, in a sentence that begins with it: narrow views cut the end off. */
export const CONDITION_MESSAGES: Readonly<Record<Condition, string>> = {
  method: 'A method other than GET reaches the back end.',
  upgrade: 'No `Upgrade: websocket` reaches the back end.',
  connection: 'No `Connection: upgrade` reaches the back end.',
  'http-version': 'HTTP/1.1 is not what the back end is asked over.',
  host: 'No `Host` reaches the back end.',
  key: 'No `Sec-WebSocket-Key` reaches the back end.',
  'websocket-version': 'No `Sec-WebSocket-Version: 13` reaches the back end.',
};
