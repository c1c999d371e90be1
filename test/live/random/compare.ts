import { textOf as textOfBytes } from '../../../server/src/model/bytes';
import { HIDDEN, hideInHeader, hideInUrl } from '../../../server/src/values/secrets';
import type { SeenRequest } from '../../../server/src/verify/strict-answer';
import { asksForLogin } from './player';
import type { Prediction } from './prediction';
import { isOfOtherLogin, type Outcome, type PlayedCase } from './trial';

/** Where a prediction differs from nginx. */
export interface Difference {
  readonly about: 'verdict' | 'status' | 'request' | 'case';
  readonly words: string;
}

/**
 * The first difference from nginx; null when there is none, or nothing was predicted.
 *
 * @param played the cases of the prediction as they ended
 */
export function difference(
  predicted: Prediction,
  seen: Outcome,
  played: readonly PlayedCase[],
): Difference | null {
  if (predicted.verdict === 'unknown' || isBeyondTest(predicted, seen)) return null;
  const verdict = verdictOf(seen);
  const isOneOfItsCases = predicted.verdict === 'depends' && isCase(predicted, seen);
  if (predicted.verdict !== verdict && !isOneOfItsCases)
    return {
      about: 'verdict',
      words: `the verdict is ${predicted.verdict}, nginx says ${verdict}: ${seen.reason ?? 'it works'}`,
    };
  if (predicted.status !== null && predicted.status !== seen.status)
    return {
      about: 'status',
      words: `the status is ${predicted.status}, nginx says ${seen.status ?? 'nothing'}`,
    };
  const words = requestDifference(predicted, seen);
  if (words !== null) return { about: 'request', words };
  for (const each of played) {
    const differs = caseDifference(each);
    if (differs !== null) return differs;
  }
  return null;
}

/**
 * Whether it is one of those that nginx decides by what is not in the files. The back end is no login. A request that
 * goes round ends wherever its connections run out. A page that is there and goes on to the next server is asked for by
 * its URL there, and what a URL names is taken not to be there.
 */
function isBeyondTest({ because, cases }: Prediction, { auxiliary }: Outcome): boolean {
  const says = (text: string): boolean => because.some(({ message }) => message.includes(text));
  const goesRound = cases.some(({ steps }) =>
    steps.some(({ message }) => message.includes('comes back to this nginx')),
  );
  // The service that stands for logins knows HTTP/1 alone.
  const isAskedOverHttp2 =
    auxiliary.some(({ method }) => method === 'PRI') && cases.some(({ ways }) => asksForLogin(ways));
  return (
    cases.some((each) => isOfOtherLogin(each, auxiliary)) ||
    isAskedOverHttp2 ||
    goesRound ||
    (says('goes on at `/page/') && because.some(({ hop = 1 }) => hop > 1))
  );
}

function caseDifference({ predicted, ended }: PlayedCase): Difference | null {
  if (ended === null) return null;
  const { verdict, status, when, steps } = predicted;
  const passes = verdict === 'passes';
  // What a subrequest brings down may have been answered by then, or not.
  const isOpen = status === null || steps.some(({ id }) => id === 'websocket-subrequest');
  if (passes === ended.passes && (isOpen || status === ended.status)) return null;
  const said = passes ? 'passes' : `ends with ${status}`;
  const got = ended.passes ? 'it passes' : `it ends with ${ended.status}`;
  return {
    about: 'case',
    words: `a case ${said}, nginx says ${got}\n${when.join(' and ')}\n${ended.reason ?? ''}\n${JSON.stringify(ended.sent)}`,
  };
}

/** Whether nginx has done what is said of a case, and with HTTP/1.0 that of one that passes. */
function isCase({ cases }: Prediction, { passes, status, depends }: Outcome): boolean {
  const isSaid = cases.some(
    (each) => (each.verdict === 'passes') === passes && (each.status === null || each.status === status),
  );
  return isSaid && (!depends || cases.some(({ verdict }) => verdict === 'passes'));
}

function verdictOf({ passes, depends }: Outcome): Prediction['verdict'] {
  if (passes) return 'passes';
  return depends ? 'depends' : 'blocked';
}

/** An error page or a mirror may bring about several requests: the prediction has to be one of them. */
function requestDifference(predicted: Prediction, seen: Outcome): string | null {
  const { verdict, upstreamRequest, comesBack } = predicted;
  if (upstreamRequest === null)
    return verdict !== 'passes' ? null : 'there is no request to the back end, but the handshake reaches it';
  const requests = [...seen.requests, ...seen.auxiliary].map(decoded);
  if (comesBack && verdict !== 'passes') return null;
  if (verdict !== 'passes' && !isOfThisClient(predicted, seen)) return null;
  if (requests.some((request) => isSame(upstreamRequest, request))) return null;
  // Of HTTP/2 a back end for HTTP/1.1 sees the beginning alone (RFC 9113 §3.4).
  if (upstreamRequest.version === '2' && requests.some(({ method }) => method === 'PRI')) return null;
  const [last] = requests.slice(-1);
  const part = last === undefined ? 'there is none' : partOf(upstreamRequest, last);
  const got = requests.map(textOf).join('\n') || 'none';
  return `the request differs: ${part}\nit is\n${textOf(upstreamRequest)}\nthe back end got\n${got}`;
}

/** Whether the request that is shown is this client's: it may be that of a case in which another is let in. */
function isOfThisClient({ cases, shown, status }: Prediction, seen: Outcome): boolean {
  if (cases.length <= 1) return true;
  if (seen.requests.length + seen.auxiliary.length === 0 || status === null) return false;
  const of = cases[shown ?? -1];
  return of !== undefined && (of.verdict === 'passes') === seen.passes && of.status === seen.status;
}

/** The first part in which two requests differ. */
function partOf(predicted: SeenRequest, seen: SeenRequest): string {
  for (const part of ['method', 'uri', 'version'] as const) if (predicted[part] !== seen[part]) return part;
  const names = new Set([...predicted.headers, ...seen.headers].map(([name]) => name));
  const valuesOf = ({ headers }: SeenRequest, name: string): string =>
    headers.flatMap((header) => (header[0] === name ? [header[1].trim()] : [])).join('\n');
  for (const name of names)
    if (!UNTOLD.test(valuesOf(predicted, name)) && valuesOf(predicted, name) !== valuesOf(seen, name))
      return name;
  return 'the order of the headers';
}

/** Variables that no configuration tells: a value with one stands as it is written. */
const UNTOLD = /\$\{?(?:remote_addr|proxy_add_x_forwarded_for|connection)\b/;

/** `$connection`, of which nothing matters but that it is a number. */
const isSerial = (predicted: string, seen: string): boolean => predicted === '1' && /^\d+$/.test(seen);

function isSame(predicted: SeenRequest, seen: SeenRequest): boolean {
  const headers = predicted.headers.map(([name, value], index) => {
    const [, other = ''] = seen.headers[index] ?? [];
    // Secrets are not shown: that of nginx is hidden in the same way.
    const isUntold =
      UNTOLD.test(value) || isSerial(value, other) || isHidden(value, hideInHeader(name, other));
    return [name, isUntold ? other : value] as const;
  });
  const uri = isHidden(predicted.uri, hideInUrl(seen.uri)) ? seen.uri : predicted.uri;
  return textOf({ ...predicted, uri, headers }) === textOf(seen);
}

function isHidden(predicted: string, seen: string): boolean {
  return predicted.includes(HIDDEN) && predicted === seen;
}

/** The back end reads bytes as Latin 1, so that none is lost. */
function decoded(request: SeenRequest): SeenRequest {
  const headers = request.headers.map(([name, value]) => [textOfBytes(name), textOfBytes(value)] as const);
  return { ...request, uri: textOfBytes(request.uri), headers };
}

function textOf({ method, uri, version, headers }: SeenRequest): string {
  // The back end sees no blanks around a value, nor whether a colon is the end of a name or the beginning of a value.
  const lines = headers.map(([name, value]) =>
    `${name}: ${value.trim()}`.replace(/^([^:]*):[ \t]*:[ \t]*/, '$1:: '),
  );
  return [`${method} ${uri} HTTP/${version}`, ...lines].join('\n');
}
