import type { Assumptions } from './assumptions';
import type { Condition } from './evidence';
import type { UpstreamHeader, UpstreamRequest } from './upstream-request';
import { isFilled, known, knownText, shownText } from './value';

/** Whether the request meets a condition: `unknown` where a value cannot be told. */
export interface Check {
  readonly condition: Condition;
  readonly met: 'yes' | 'no' | 'unknown';
  /** What the back end answers when it is the first one not met. */
  readonly status: number;
}

/**
 * What a back end that keeps to RFC 6455 §4.2.1 finds, condition by condition; the first that is not met decides.
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
    check('host', unlessUnseen(hasHost(named('host'), assumptions)), 400),
    check('key', unlessUnseen(isKey(named('sec-websocket-key'), assumptions)), 400),
    check('websocket-version', unlessUnseen(hasVersion(named('sec-websocket-version'), assumptions)), 426),
  ];
}

function check(condition: Condition, met: boolean | null, status: number): Check {
  if (met === null) return { condition, met: 'unknown', status };
  return { condition, met: met ? 'yes' : 'no', status };
}

function hasHost(headers: readonly UpstreamHeader[], assumptions: Assumptions): boolean | null {
  let isUnknown = false;
  for (const { value, directive } of headers) {
    if (isFilled(value)) return true;
    const isEmpty = assumptions.isEmpty(value, directive?.argument(1) ?? 'Host');
    if (isEmpty === false) return true;
    isUnknown ||= isEmpty === null;
  }
  return isUnknown ? null : false;
}

/** The key is 16 bytes of base64 (RFC 6455 §4.2.1, item 5). */
function isKey(headers: readonly UpstreamHeader[], assumptions: Assumptions): boolean | null {
  return matches(headers, '^[A-Za-z0-9+/]{22}==$', assumptions);
}

function hasVersion(headers: readonly UpstreamHeader[], assumptions: Assumptions): boolean | null {
  return matches(headers, '^13$', assumptions);
}

/** Lines of one name count as one list (RFC 9110 §5.3): two keys are no key. */
function matches(
  headers: readonly UpstreamHeader[],
  pattern: string,
  assumptions: Assumptions,
): boolean | null {
  const [first] = headers;
  if (first === undefined || headers.length > 1) return false;
  const { value, directive } = first;
  const text = knownText(value)?.trim();
  const match = assumptions.match(
    text === undefined ? value : known(text),
    pattern,
    false,
    directive?.argument(1) ?? first.name,
  );
  return match === 'unknown' ? null : match !== null;
}
