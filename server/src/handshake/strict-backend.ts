import type { Value } from './evaluate';
import type { UpstreamHeader, UpstreamRequest } from './upstream-request';

/** A condition of RFC 6455 §4.2.1 on the request, in the order in which the strict back end checks them. */
export type Condition =
  | 'method'
  | 'upgrade'
  | 'connection'
  | 'http-version'
  | 'host'
  | 'key'
  | 'websocket-version';

/** Whether the request meets a condition: `unknown` where a value cannot be told. */
export interface Check {
  readonly condition: Condition;
  readonly met: 'yes' | 'no' | 'unknown';
  /** What the back end answers when it is the first one not met. */
  readonly status: number;
}

/** What a back end that keeps to RFC 6455 §4.2.1 finds, condition by condition; the first that is not met decides. */
export function strictChecks(request: UpstreamRequest): Check[] {
  const { headers, method, version, complete, wellFormed } = request;
  const isGet = method.kind === 'known' ? method.text === 'GET' : null;
  const isHttp11 = !wellFormed ? false : version.certain ? version.value === '1.1' : null;
  const unlessUnseen = (met: boolean | null): boolean | null => (met === false && !complete ? null : met);
  return [
    check('method', isGet, 405),
    check('upgrade', unlessUnseen(hasToken(headers, 'upgrade', 'websocket')), 426),
    check('connection', unlessUnseen(hasToken(headers, 'connection', 'upgrade')), 400),
    check('http-version', isHttp11, 400),
    check('host', unlessUnseen(hasHeader(headers, 'host')), 400),
    check('key', unlessUnseen(isKey(headers)), 400),
    check('websocket-version', unlessUnseen(hasVersion(headers)), 426),
  ];
}

function check(condition: Condition, met: boolean | null, status: number): Check {
  if (met === null) return { condition, met: 'unknown', status };
  return { condition, met: met ? 'yes' : 'no', status };
}

/** Headers of one name, in order: names compare without case. */
export function headersNamed(headers: readonly UpstreamHeader[], name: string): UpstreamHeader[] {
  return headers.filter((header) => header.name.toLowerCase() === name);
}

/** Whether a comma-separated list holds the token, over all headers of the name; null where that cannot be told. */
function hasToken(headers: readonly UpstreamHeader[], name: string, token: string): boolean | null {
  const values = headersNamed(headers, name).map((header) => header.value);
  const tokens = values.flatMap((value) => (isTold(value) ? value.text.toLowerCase().split(',') : []));
  if (tokens.some((each) => each.trim() === token)) return true;
  return values.every(isTold) ? false : null;
}

/** Whether the words of a value are told: serial numbers and times hold none that matters. */
function isTold(value: Value): value is Exclude<Value, { readonly kind: 'unknown' }> {
  return value.kind === 'known' || (value.kind === 'some' && !value.isWord);
}

function hasHeader(headers: readonly UpstreamHeader[], name: string): boolean | null {
  const values = headersNamed(headers, name).map((header) => header.value);
  if (values.some((value) => value.kind !== 'unknown')) return true;
  return values.length === 0 ? false : null;
}

/** The key is 16 bytes of base64 (RFC 6455 §4.2.1, item 5). */
function isKey(headers: readonly UpstreamHeader[]): boolean | null {
  return matches(headers, 'sec-websocket-key', /^[A-Za-z0-9+/]{22}==$/);
}

function hasVersion(headers: readonly UpstreamHeader[]): boolean | null {
  return matches(headers, 'sec-websocket-version', /^13$/);
}

/** Lines of one name count as one list (RFC 9110 §5.3): two keys are no key. */
function matches(headers: readonly UpstreamHeader[], name: string, pattern: RegExp): boolean | null {
  const values = headersNamed(headers, name).map((header) => header.value);
  if (values.length === 0) return false;
  const texts = values.flatMap((value) => (value.kind === 'known' ? [value.text.trim()] : []));
  if (texts.length > 1) return false;
  return texts.length === values.length ? pattern.test(texts.join('')) : null;
}
