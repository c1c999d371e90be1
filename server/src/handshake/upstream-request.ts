import { defaultProxyConnection, defaultProxyHttpVersion, sendsHostWhenEmpty } from '../reference/versions';
import type { ConfigDirective } from '../model/configuration';
import { type Effective, effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { isFilledIn } from '../model/variables';
import { clientHeaders } from './client';
import { evaluateArgument, type Value } from './evaluate';

/** How the values of a request are worked out: for one handshake, or for all that may reach a location. */
export interface Values {
  /** What argument `index` of a directive comes to. */
  argument(directive: ConfigDirective, index: number): Value;
  /** `$proxy_host`. */
  readonly proxyHost: Value;
  /** Length of the body in bytes; null without one. */
  readonly bodyLength: number | null;
  /** The headers of the client. */
  readonly clientHeaders: readonly (readonly [name: string, value: string])[];
}

/** The values at a level for any handshake that reaches it. */
export function valuesAt(model: Model, level: Level): Values {
  return {
    argument: (directive, index) => evaluateArgument(model, level, directive, index),
    proxyHost: { kind: 'some', text: 'backend', isWord: true },
    bodyLength: null,
    clientHeaders,
  };
}

/** One header that nginx sends to the back end. */
export interface UpstreamHeader {
  /** As written, or as nginx or the client writes it. */
  readonly name: string;
  /** Never known to be empty: such a header is not sent. */
  readonly value: Value;
  /** The directive that sets it; null for nginx's own and the client's. */
  readonly directive: ConfigDirective | null;
}

/** The request that reaches the back end when a handshake meets a `proxy_pass`. */
export interface UpstreamRequest {
  readonly method: Value;
  /** `1.0`, `1.1`, `2`, or as written. */
  readonly version: {
    readonly value: string;
    readonly directive: ConfigDirective | null;
    readonly certain: boolean;
  };
  /** In the order of the wire. */
  readonly headers: readonly UpstreamHeader[];
  /** The `proxy_set_header` directives in force: a header that none of them names is nginx's or the client's. */
  readonly set: Effective;
  /** Whether the request line has three words, as it must: a space in the path makes it four. */
  readonly wellFormed: boolean;
  /** Whether these are all headers; else a level that is not to be seen may set others. */
  readonly complete: boolean;
  /** The `proxy_pass_request_headers off` in force; null when the client's headers are passed on. */
  readonly dropsClientHeaders: ConfigDirective | null;
}

/**
 * Builds the request as ngx_http_proxy_create_request does: the headers set at the level in force, those that nginx
 * sets of itself, then the client's whose names were not set. One that comes to nothing is not sent.
 *
 * @param level the location whose `proxy_pass` answers, or the `limit_except` in it
 */
export function upstreamRequest(
  model: Model,
  level: Level,
  values: Values = valuesAt(model, level),
): UpstreamRequest {
  const set = effective(level, 'proxy_set_header');
  const drop = effective(level, 'proxy_pass_request_headers').directives.at(-1) ?? null;
  const dropsClientHeaders = drop?.argument(0).toLowerCase() === 'off' ? drop : null;
  const version = versionAt(model, level);
  return {
    method: methodAt(level, values),
    version,
    headers: withoutEmpty([
      ...inOrder(model, ownHeaders(model, values, set, version.value)),
      ...(dropsClientHeaders === null ? passedHeaders(set, values) : []),
    ]),
    set,
    wellFormed: true,
    complete: set.certain || isInServer(level),
    dropsClientHeaders,
  };
}

/**
 * Whether all levels up to the server are to be seen. Of a file with whole servers only the http level is missing:
 * that a header for WebSocket is set there, for all servers alike, is not assumed.
 */
function isInServer(level: Level): boolean {
  return level.server !== null && !level.server.unseen;
}

function methodAt(level: Level, values: Values): Value {
  const directive = effective(level, 'proxy_method').directives.at(-1);
  return directive === undefined ? { kind: 'known', text: 'GET' } : values.argument(directive, 0);
}

function versionAt(model: Model, level: Level): UpstreamRequest['version'] {
  const { directives, certain } = effective(level, 'proxy_http_version');
  const directive = directives.at(-1) ?? null;
  if (directive === null) return { value: defaultProxyHttpVersion(model.version), directive, certain };
  // nginx takes only one at a level: what is not to be seen of it cannot say otherwise.
  return { value: directive.argument(0), directive, certain: !isFilledIn(directive, 0) };
}

/** The headers that are set, and those that nginx sets of itself. */
function ownHeaders(model: Model, values: Values, set: Effective, version: string): UpstreamHeader[] {
  const written = set.directives.map((directive) => ({
    name: directive.argument(0),
    value: values.argument(directive, 1),
    directive,
  }));
  const named = namesOf(set);
  const defaults = defaultHeaders(model, values).filter((header) => !named.has(header.name.toLowerCase()));
  const fillsHost = sendsHostWhenEmpty(model.version) && version === '1.1';
  const filled = ({ name, directive }: UpstreamHeader): UpstreamHeader => ({
    name,
    value: values.proxyHost,
    directive,
  });
  return [...written, ...defaults].map((header) =>
    fillsHost && isHost(header) && isEmpty(header) ? filled(header) : header,
  );
}

/** The client's headers that are passed on. */
function passedHeaders(set: Effective, values: Values): UpstreamHeader[] {
  const taken = new Set([...namesOf(set), ...DEFAULT_NAMES]);
  return values.clientHeaders
    .filter(([name]) => !taken.has(name.toLowerCase()))
    .map(([name, text]) => ({ name, value: { kind: 'known', text }, directive: null }));
}

/** `Host` goes first from the version on that treats it apart. */
function inOrder(model: Model, headers: readonly UpstreamHeader[]): readonly UpstreamHeader[] {
  if (!sendsHostWhenEmpty(model.version)) return headers;
  return [...headers.filter(isHost), ...headers.filter((header) => !isHost(header))];
}

function withoutEmpty(headers: readonly UpstreamHeader[]): UpstreamHeader[] {
  return headers.filter((header) => !isEmpty(header));
}

function isEmpty({ value }: UpstreamHeader): boolean {
  return value.kind !== 'unknown' && value.text === '';
}

function isHost({ name }: UpstreamHeader): boolean {
  return name.toLowerCase() === 'host';
}

function namesOf(set: Effective): Set<string> {
  return new Set(set.directives.map((directive) => directive.argument(0).toLowerCase()));
}

/** Names that nginx sets of itself, so that the client's are never passed on (ngx_http_proxy_headers). */
const DEFAULT_NAMES: readonly string[] = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'te',
  'keep-alive',
  'expect',
  'upgrade',
];

/** Those of them that come to anything for a handshake. */
function defaultHeaders(model: Model, { proxyHost, bodyLength }: Values): UpstreamHeader[] {
  const known = (name: string, text: string): UpstreamHeader => ({
    name,
    value: { kind: 'known', text },
    directive: null,
  });
  return [
    { name: 'Host', value: proxyHost, directive: null },
    known('Connection', defaultProxyConnection(model.version)),
    ...(bodyLength === null ? [] : [known('Content-Length', String(bodyLength))]),
  ];
}
