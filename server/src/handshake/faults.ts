import { t } from '../l10n';
import { isDefined, mapOf } from '../model/asking';
import type { ConfigDirective } from '../model/configuration';
import { effective, ownDirectives, replaced } from '../model/inheritance';
import type { Level } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { isNamed } from '../values/header-name';
import { variablesIn } from '../values/script';
import { http11ByDefault } from '../reference/versions';
import type { Condition, Fault } from './evidence';
import { before, takesHttp2ToBackEnds } from './release';
import type { Request } from './request';
import { type Check, strictChecks } from './strict-backend';
import { headersNamedIn, type UpstreamRequest } from './upstream-request';
import { surelyHasToken } from './value';
import { argumentOf } from './variables';

/** What the strict back end makes of a request. */
export interface Judgement {
  /** What it answers; null when that cannot be told, or nginx does not start. */
  readonly status: number | null;
  /** In the order in which it would find them. */
  readonly faults: readonly Fault[];
  /** Whether no fault is known, and yet a condition may not be met: code that we do not know decides. */
  readonly isUnknown: boolean;
  /** Whether nginx does not start with it, so that nobody answers. */
  readonly refused: boolean;
}

/**
 * Judges the request that reaches a back end.
 *
 * @param request the request of the client
 * @param location the location whose directives make the request
 * @param sent what reaches the back end
 */
export function judge(request: Request, location: Level, sent: UpstreamRequest): Judgement {
  const { model, assumptions } = request;
  const checks = strictChecks(sent, assumptions);
  const undefinedNames = undefinedVariables(model, sent);
  const faults = [
    ...undefinedNames,
    ...checks
      .filter(({ met }) => met === 'no')
      .map(({ condition }) => faultOf(request, location, sent, condition)),
  ];
  const isDecided = faults.some((fault) => !isVersionFault(fault, sent));
  const isUnknown = !isDecided && checks.some(({ met }) => met === 'unknown');
  const refused = undefinedNames.length > 0 || refusesVersion(model, sent);
  const status = refused || isUnknown ? null : statusOf(sent, checks);
  return { status, faults, isUnknown, refused };
}

/** Whether HTTP/1.0 is all that is wrong: lenient back ends accept it. */
export function isOnlyVersion({ faults, isUnknown }: Judgement, sent: UpstreamRequest): boolean {
  return !isUnknown && faults.length > 0 && faults.every((fault) => isVersionFault(fault, sent));
}

function isVersionFault({ condition }: Fault, { version }: UpstreamRequest): boolean {
  return condition === 'http-version' && version.value === '1.0';
}

function statusOf(sent: UpstreamRequest, checks: readonly Check[]): number | null {
  // The back end answers HTTP/2 with an error in HTTP/1.1, which nginx cannot read.
  if (isOverHttp2(sent)) return 502;
  const first = checks.find(({ met }) => met !== 'yes');
  return first === undefined ? 101 : first.met === 'no' ? first.status : null;
}

/** Whether a request is surely sent over HTTP/2. */
export function isOverHttp2({ version }: UpstreamRequest): boolean {
  return version.certain && version.value === '2';
}

/** Whether nginx does not start with the value of `proxy_http_version`. */
function refusesVersion(model: Model, { version }: UpstreamRequest): boolean {
  if (!version.certain || version.value === '1.0' || version.value === '1.1') return false;
  return version.value !== '2' || !takesHttp2ToBackEnds(model);
}

/** nginx does not start while a header names a variable that is defined nowhere (ngx_http_variables_init_vars). */
function undefinedVariables(model: Model, request: UpstreamRequest): Fault[] {
  if (model.hasUnseenParts) return [];
  return headersNamedIn(request.set.directives, 'connection')
    .filter((directive) => undefinedIn(model, directive).length > 0)
    .map((directive) => ({ condition: 'connection', id: 'connection-map-missing', directive }));
}

/** The variables in the value of a header that are certainly defined nowhere. */
export function undefinedIn(model: Model, header: ConfigDirective): string[] {
  return namedIn(header).filter((name) => !isDefined(model, name));
}

const namedIn = memoized((header: ConfigDirective): readonly string[] => {
  // In a template `${NAME}` is filled in before nginx sees it.
  const value = header.file.tree.template
    ? header.argument(1).replaceAll(/\$\{[A-Z0-9_]+\}/g, '')
    : header.argument(1);
  return variablesIn(value);
});

/** Why a request does not meet a condition. */
function faultOf(request: Request, location: Level, sent: UpstreamRequest, condition: Condition): Fault {
  switch (condition) {
    case 'request-line':
      return { condition, id: 'protocol-mismatch', directive: null };
    case 'upgrade':
    case 'connection':
      return headerFault(request, location, sent, condition);
    case 'http-version': {
      const { directive } = sent.version;
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
      return hostFault(sent, condition);
    case 'key':
      return dropped(sent, condition, 'sec-websocket-key');
    case 'websocket-version':
      return dropped(sent, condition, 'sec-websocket-version');
  }
}

/** `Host` is sent more than once, or not at all. */
function hostFault(sent: UpstreamRequest, condition: Condition): Fault {
  const lines = sent.named('host');
  if (lines.length < 2) return dropped(sent, condition, 'host');
  return { condition, id: 'request-header-duplicate', directive: lines.at(-1)?.directive ?? null };
}

function dropped(request: UpstreamRequest, condition: Condition, header: string): Fault {
  const directive = headersNamedIn(request.set.directives, header)[0] ?? request.dropsClientHeaders;
  return { condition, id: 'websocket-request-headers-dropped', directive };
}

/** Why the back end does not see Upgrade or Connection as it must. */
function headerFault(
  request: Request,
  location: Level,
  sent: UpstreamRequest,
  condition: 'upgrade' | 'connection',
): Fault {
  const set = sent.set.directives;
  const own = headersNamedIn(set, condition).at(-1);
  const misnamed = headersNamedIn(set, `${condition}:`).at(-1);
  const wrong = own ?? misnamed ?? addedToResponse(location, condition);
  if (wrong !== undefined && own === wrong && isThroughMap(request.model, wrong)) {
    return { condition, id: 'connection-map-incomplete', directive: wrong };
  }
  const worksFurtherOut = replacedHeader(request, sent, condition);
  if (own === undefined && worksFurtherOut !== undefined) {
    return { condition, id: 'websocket-headers-overridden', directive: worksFurtherOut };
  }
  // Without any Upgrade the location was not made for WebSocket: a Connection for keepalive is not its mistake.
  const isMeant =
    condition === 'upgrade' ||
    namesUpgrade(location, set) ||
    replacedHeader(request, sent, 'upgrade') !== undefined;
  if (wrong !== undefined && isMeant) return { condition, id: 'websocket-header-value', directive: wrong };
  return { condition, id: 'websocket-upgrade-missing', directive: own ?? null };
}

function namesUpgrade(location: Level, set: readonly ConfigDirective[]): boolean {
  const isSet = ['upgrade', 'upgrade:'].some((name) => headersNamedIn(set, name).length > 0);
  return isSet || addedToResponse(location, 'upgrade') !== undefined;
}

/** An `add_header` of that name: it goes to the client, where `proxy_set_header` was meant. */
function addedToResponse(location: Level, condition: string): ConfigDirective | undefined {
  return ownDirectives(location, 'add_header').find((directive) => isNamed(directive, condition));
}

function isThroughMap(model: Model, directive: ConfigDirective): boolean {
  return (
    isNamed(directive, 'connection') &&
    variablesIn(directive.argument(1)).some((name) => mapOf(model, name) !== undefined)
  );
}

/** The header of an outer level that would do, had the level in force not replaced it. */
function replacedHeader(
  request: Request,
  { set }: UpstreamRequest,
  condition: 'upgrade' | 'connection',
): ConfigDirective | undefined {
  if (set.level === null) return undefined;
  const token = condition === 'upgrade' ? 'websocket' : 'upgrade';
  // nginx does not work it out: it leaves no traces, and is no reason to ask.
  const asking = request.with(new Map(), request.moment);
  return headersNamedIn(replaced(set.level, 'proxy_set_header'), condition).find((directive) => {
    const value = request.assumptions.quietly(() => argumentOf(asking, directive, 1));
    return value !== undefined && surelyHasToken(value, token);
  });
}

/** ` before nginx 1.29.7`, where earlier releases alone speak HTTP/1.0, and it is not known which one runs; else nothing. */
export function releasesText(model: Model, { version }: UpstreamRequest): string {
  return version.directive === null ? before(model, http11ByDefault) : '';
}

/** What the back end misses, in a sentence that begins with it: narrow views cut the end off. */
export function conditionMessage(model: Model, condition: Condition, sent: UpstreamRequest): string {
  const { version, named } = sent;
  switch (condition) {
    case 'request-line':
      return t('A blank in the path breaks the request line: no server accepts it.');
    case 'method':
      return t('A method other than GET reaches the back end.');
    case 'upgrade':
      return t('No `Upgrade: websocket` reaches the back end.');
    case 'connection':
      return t('No `Connection: upgrade` reaches the back end.');
    case 'http-version':
      return t`The request to the back end is HTTP/${version.value}${releasesText(model, sent)}: a handshake needs HTTP/1.1.`;
    case 'host':
      return named('host').length > 1
        ? t('`Host` reaches the back end more than once: a server must answer 400 (RFC 9112).')
        : t('No `Host` reaches the back end.');
    case 'key':
      return t('No `Sec-WebSocket-Key` reaches the back end.');
    case 'websocket-version':
      return t('No `Sec-WebSocket-Version: 13` reaches the back end.');
  }
}
