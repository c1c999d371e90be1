import { defaultProxyConnection, defaultProxyHttpVersion, sendsHostWhenEmpty } from '../reference/versions';
import type { ConfigDirective } from '../model/configuration';
import { type Effective, effective } from '../model/inheritance';
import { type Level, outward } from '../model/levels';
import type { Model } from '../model/model';
import { clientHeaders } from './client';
import { evaluate, type Value } from './evaluate';

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
  /** Whether these are all headers; else a level that is not to be seen may set others. */
  readonly complete: boolean;
  /** The `proxy_pass_request_headers off` in force; null when the client's headers are passed on. */
  readonly dropsClientHeaders: ConfigDirective | null;
}

/**
 * Builds the request as ngx_http_proxy_create_request does: `Host`, then the headers set at the level in force and
 * those that nginx sets of itself, then the client's whose names were not set. One that comes to nothing is not sent.
 *
 * @param level the location whose `proxy_pass` answers
 */
export function upstreamRequest(model: Model, level: Level): UpstreamRequest {
  const set = effective(level, 'proxy_set_header');
  const drop = effective(level, 'proxy_pass_request_headers').directives.at(-1) ?? null;
  const dropsClientHeaders = drop?.argument(0).toLowerCase() === 'off' ? drop : null;
  return {
    method: method(model, level),
    version: version(model, level),
    headers: headers(model, level, set, dropsClientHeaders !== null),
    set,
    complete: set.certain || isInServer(level),
    dropsClientHeaders,
  };
}

/**
 * Whether all levels up to the server are to be seen. Of a file with whole servers only the http level is missing:
 * that a header for WebSocket is set there, for all servers alike, is not assumed.
 */
function isInServer(level: Level): boolean {
  return outward(level).every((at) => !at.unseen || at.kind === 'http');
}

function method(model: Model, level: Level): Value {
  const directive = effective(level, 'proxy_method').directives.at(-1);
  return directive === undefined
    ? { kind: 'known', text: 'GET' }
    : evaluate(model, level, directive.argument(0));
}

function version(model: Model, level: Level): UpstreamRequest['version'] {
  const { directives, certain } = effective(level, 'proxy_http_version');
  const directive = directives.at(-1) ?? null;
  return { value: directive?.argument(0) ?? defaultProxyHttpVersion(model.version), directive, certain };
}

function headers(model: Model, level: Level, set: Effective, dropsClient: boolean): UpstreamHeader[] {
  const own: UpstreamHeader[] = set.directives.map((directive) => ({
    name: directive.argument(0),
    value: evaluate(model, level, directive.argument(1)),
    directive,
  }));
  const named = new Set(own.map((header) => header.name.toLowerCase()));
  const defaults = defaultHeaders(model).filter((header) => !named.has(header.name.toLowerCase()));
  const taken = new Set([...named, ...DEFAULT_NAMES]);
  const client = clientHeaders
    .filter(([name]) => !dropsClient && !taken.has(name.toLowerCase()))
    .map(([name, text]): UpstreamHeader => ({ name, value: { kind: 'known', text }, directive: null }));
  const isHost = (header: UpstreamHeader): boolean => header.name.toLowerCase() === 'host';
  const all = [...own, ...defaults].map((header) => (isHost(header) ? withHost(model, header) : header));
  const ordered = [...all.filter(isHost), ...all.filter((header) => !isHost(header)), ...client];
  return ordered.filter(({ value }) => value.kind === 'unknown' || value.text !== '');
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
function defaultHeaders(model: Model): UpstreamHeader[] {
  return [
    { name: 'Host', value: { kind: 'some', text: 'backend' }, directive: null },
    {
      name: 'Connection',
      value: { kind: 'known', text: defaultProxyConnection(model.version) },
      directive: null,
    },
  ];
}

function withHost(model: Model, header: UpstreamHeader): UpstreamHeader {
  const isEmpty = header.value.kind !== 'unknown' && header.value.text === '';
  if (!isEmpty || !sendsHostWhenEmpty(model.version)) return header;
  return { ...header, value: { kind: 'some', text: 'backend' } };
}
