import { type ClientHeader, clientHeadersFor } from './client';
import { isAddress, type Target } from './target';
import {
  EMPTY,
  hostHeaderOf,
  known,
  knownText,
  NOT_A_TOKEN,
  open,
  type Origin,
  prefixOf,
  type Value,
  concat,
  joined,
} from './value';

/** What a request is known to have: that of one URL, of any handshake for a location, or of the next hop. */
export interface Facts {
  /** `http` or `https`. */
  readonly scheme: Value;
  readonly port: Value;
  /** The name of the `Host`: in lower case and without port; empty where none is sent. */
  readonly host: Value;
  /** Path as it is sent, percent-encoded. */
  readonly path: Value;
  /** What follows the `?` of the request line. An open one brings its `?` with it. */
  readonly query: Value;
  readonly serverAddress: Value;
  /** The address that connects, IPv6 without brackets, or `unix:`; null where that differs from client to client. */
  readonly clientAddress: string | null;
  /** `HTTP/1.1`; empty where the request line cannot be read. */
  readonly protocol: string;
  /** Whether lines of one header are joined in its variable, which otherwise has the first: since 1.23.0 (CHANGES). */
  readonly joinsLines: () => boolean;
  /** The headers that are surely sent, in the order of the wire. */
  readonly headers: readonly ClientHeader[];
  /** Names of headers, in lower case, that the client may send and this request does not have. */
  readonly dropped: ReadonlySet<string>;
}

/** What each client decides for itself; none of it is sent by one that sends no more than it must. */
const OF_THE_CLIENT: ReadonlyMap<string, boolean> = new Map([
  ['origin', false],
  ['cookie', false],
  ['authorization', false],
  ['sec-websocket-protocol', false],
  // Programs of which a configuration names a few.
  ['user-agent', true],
  // A proxy in front may set these.
  ['x-forwarded-for', false],
  ['x-forwarded-host', false],
  ['x-forwarded-port', false],
  ['x-forwarded-proto', false],
  ['x-forwarded-ssl', false],
  ['x-real-ip', false],
  ['x-scheme', false],
  ['front-end-https', false],
  ['cf-connecting-ip', true],
  ['cf-visitor', false],
]);

/** The names of the headers that a client may send and need not. */
export const REFUSABLE: readonly string[] = [...OF_THE_CLIENT.keys()];

/** What stands for the query that any handshake may have. */
export const ANY_QUERY = open('the query', { bare: '', sample: '' });

/** The same with its question mark, behind a path that is known. */
export const MARKED_QUERY = open('the query with its `?`', { bare: '', sample: '', shape: /^(?:\?|$)/ });

/** What follows the path of a prefix. */
export const REST_OF_PATH = open('the rest of the path', { bare: '', sample: '' });

/** The same of a name that ends with a slash: nginx makes one of two in a row. */
export const REST_AFTER_SLASH = open(REST_OF_PATH.name, { bare: '', sample: '', shape: /^(?!\/)/ });

/** The value of a header; '' where the client does not send it. @param name in lower case */
export function headerOf({ headers, dropped, joinsLines }: Facts, name: string): Value {
  const values = headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value);
  const [first, ...others] = values;
  if (first !== undefined)
    return others.length === 0 || !joinsLines()
      ? first
      : joined([first, ...others.map((each) => concat(known(', '), each))]);
  const isCrowd = dropped.has(name) ? undefined : OF_THE_CLIENT.get(name);
  if (isCrowd === undefined) return EMPTY;
  return [open(`$http_${name.replaceAll('-', '_')}`, { bare: '', sample: '', isCrowd })];
}

/** How long the body is that comes with a request, in bytes; null where none does: that of a handshake never has one. */
export function bodyLengthOf(facts: Facts): number | null {
  const text = knownText(headerOf(facts, 'content-length'));
  return text === null || text === '' ? null : Number(text);
}

/** The value of a cookie. @param name as it is written in lower case */
export function cookieOf({ headers, dropped }: Facts, name: string): Value {
  const isSent = headers.some((header) => header.name.toLowerCase() === 'cookie');
  return isSent || dropped.has('cookie') ? EMPTY : [open(`$cookie_${name}`, { bare: '', sample: '' })];
}

/** `$request_uri`: path and query as they are sent. */
export function requestUri({ path, query }: Facts): Value {
  const text = knownText(query);
  if (text === '') return path;
  if (text !== null) return concat(path, known(`?${text}`));
  return concat(path, knownText(path) === null ? query : [MARKED_QUERY]);
}

/** What is known of a handshake for one URL. */
export function factsOfUrl({ secure, host, port, hostHeader, path, query }: Target): Facts {
  return {
    scheme: known(secure ? 'https' : 'http'),
    port: known(String(port)),
    host: known(host.replace(/\.$/, '')),
    path: known(path),
    query: known(query),
    serverAddress: isAddress(host)
      ? known(host.replaceAll(/[[\]]/g, ''))
      : [open('$server_addr', { isFilled: true, shape: ADDRESS, sample: '127.0.0.1' })],
    clientAddress: null,
    protocol: 'HTTP/1.1',
    joinsLines: () => true,
    headers: clientHeadersFor(known(hostHeader)),
    dropped: new Set(),
  };
}

/** Texts that are addresses. */
export const ADDRESS = /^[\da-f.:]*$/i;

/** What is known of any handshake that asks for one of some origins. */
interface AnyOrigin {
  /** Empty where nothing is known of them. */
  readonly origins: readonly Origin[];
  /** Whether the host is one of theirs; else a client may have sent any. */
  readonly hasNames: boolean;
  /** As it is sent. */
  readonly path: Value;
}

/** What is known of any handshake for a location. */
export function factsOfAny({ origins, hasNames, path }: AnyOrigin): Facts {
  const byOrigin = (name: string, sample: string, textOf: (origin: Origin) => string): Value => [
    open(name, {
      isFilled: true,
      shape: NOT_A_TOKEN,
      sample,
      byOrigin: origins.length === 0 ? null : textOf,
    }),
  ];
  const anyHost = (name: string): Value => [
    open(name, { isFilled: true, shape: NOT_A_TOKEN, sample: 'localhost' }),
  ];
  const host = hasNames ? byOrigin('$host', 'localhost', ({ host: name }) => name) : anyHost('$host');
  const header = hasNames ? byOrigin('$http_host', 'localhost', hostHeaderOf) : anyHost('$http_host');
  return {
    scheme: byOrigin('$scheme', 'http', ({ secure }) => (secure ? 'https' : 'http')),
    port: byOrigin('$server_port', '80', ({ port }) => String(port)),
    host,
    path,
    query: [ANY_QUERY],
    serverAddress: [open('$server_addr', { isFilled: true, shape: ADDRESS, sample: '127.0.0.1' })],
    clientAddress: null,
    protocol: 'HTTP/1.1',
    joinsLines: () => true,
    headers: clientHeadersFor(header),
    dropped: new Set(),
  };
}

/** Whether captures of the path are escaped again where they go into a query: what is open is taken to need none. */
export function hasEscapes({ path }: Facts): boolean {
  return /[%+]/.test(prefixOf(path));
}
