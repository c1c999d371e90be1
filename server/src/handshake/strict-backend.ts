import { surelyMeet } from '../model/branches';
import type { Assumptions } from './assumptions';
import type { Condition } from './evidence';
import type { UpstreamHeader, UpstreamRequest } from './upstream-request';
import { isFilled, knownText, shownText, surelyHasToken, type Value } from './value';

/** Whether the request meets a condition: `unknown` where a value cannot be told. */
export interface Check {
  readonly condition: Condition;
  readonly met: 'yes' | 'no' | 'unknown';
  /** What the back end answers when it is the first one not met. */
  readonly status: number;
}

/**
 * What a back end that keeps to RFC 9112 and RFC 6455 §4.2.1 finds, condition by condition; the first that is not met decides.
 *
 * @param assumptions decide what the client decides
 */
export function strictChecks(request: UpstreamRequest, assumptions: Assumptions): Check[] {
  const { named, method, version, complete, wellFormed } = request;
  const isGet = assumptions.equals(method, 'GET', shownText(method));
  const isHttp11 = version.certain ? version.value === '1.1' : null;
  const unlessUnseen = (met: boolean | null): boolean | null => (met === false && !complete ? null : met);
  const hasToken = (name: string, token: string): boolean | null =>
    assumptions.hasToken(
      named(name).map(({ value }) => value),
      token,
      named(name)[0]?.directive?.argument(1) ?? name,
    );
  return [
    check('method', isGet, 405),
    check('upgrade', unlessUnseen(hasToken('upgrade', 'websocket')), 426),
    check('connection', unlessUnseen(hasToken('connection', 'upgrade')), 400),
    // What stands behind a blank in the path is read as the version.
    check('request-line', wellFormed, 400),
    check('http-version', isHttp11, 400),
    check('host', unlessUnseen(hasOneHost(named('host'), assumptions)), 400),
    check('key', unlessUnseen(isKey(named('sec-websocket-key'), assumptions)), 400),
    check('websocket-version', unlessUnseen(hasVersion(named('sec-websocket-version'), assumptions)), 426),
  ];
}

function check(condition: Condition, met: boolean | null, status: number): Check {
  if (met === null) return { condition, met: 'unknown', status };
  return { condition, met: met ? 'yes' : 'no', status };
}

/** `Host` must be there once, and not be empty (RFC 9112 §3.2). */
function hasOneHost(headers: readonly UpstreamHeader[], assumptions: Assumptions): boolean | null {
  const isEmpty = ({ value, directive }: UpstreamHeader): boolean | null =>
    isFilled(value) ? false : assumptions.isEmpty(value, directive?.argument(1) ?? 'Host');
  const found = headers.map(isEmpty);
  const filled = found.filter((empty) => empty === false).length;
  if (filled > 1) return mayBeBranches(headers);
  return found.includes(null) ? null : filled === 1;
}

/** Whether one of the lines may be there without another: those of a template that has conditions and loops. */
export function mayBeBranches(headers: readonly UpstreamHeader[]): boolean {
  const [first, ...others] = headers.flatMap(({ directive }) => directive ?? []);
  return first !== undefined && others.some((other) => !surelyMeet(first, other));
}

/** Whether a header, were it the only one of its name, surely is what a handshake needs of it. */
export function sufficesAlone(name: string, value: Value): boolean {
  switch (name) {
    case 'upgrade':
      return surelyHasToken(value, 'websocket');
    case 'connection':
      return surelyHasToken(value, 'upgrade');
    default:
      return isFilled(value);
  }
}

/** The key is 16 bytes of base64 (RFC 6455 §4.2.1, item 5). */
function isKey(headers: readonly UpstreamHeader[], assumptions: Assumptions): boolean | null {
  return matches(headers, /^[A-Za-z0-9+/]{22}==$/, assumptions);
}

function hasVersion(headers: readonly UpstreamHeader[], assumptions: Assumptions): boolean | null {
  return matches(headers, /^13$/, assumptions);
}

/** Lines of one name count as one list (RFC 9110 §5.3): two keys are no key. */
function matches(
  headers: readonly UpstreamHeader[],
  pattern: RegExp,
  assumptions: Assumptions,
): boolean | null {
  const [first] = headers;
  if (first === undefined || headers.length > 1) return false;
  const { value, directive } = first;
  const text = knownText(value);
  if (text !== null) return pattern.test(text.trim());
  const match = assumptions.match(value, pattern.source, false, directive?.argument(1) ?? first.name);
  return match === 'unknown' ? null : match !== null;
}
