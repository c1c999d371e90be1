import {
  defaultProxyConnection,
  defaultProxyHttpVersion,
  type IsSince,
  sendsHostWhenEmpty,
  sendsOneHost,
} from '../reference/versions';
import type { ConfigDirective } from '../model/configuration';
import type { Effective } from '../model/inheritance';
import type { Level, OuterLevel } from '../model/levels';
import { memoized, memoizedInward } from '../model/memo';
import { isFilledIn } from '../model/variables';
import { isNamed } from '../values/header-name';
import type { ClientHeader } from './client';
import { known, knownText, type Value } from './value';

/** How the values of a request are worked out. */
export interface Values {
  /** What is in force at a level for a directive. */
  inForce(level: Level, name: string): Effective;
  /** What argument `index` of a directive comes to. */
  argument(directive: ConfigDirective, index: number): Value;
  /** Whether nginx is a release or a later one. */
  readonly isSince: IsSince;
  /** `$proxy_host`. */
  readonly proxyHost: Value;
  /** Length of the body in bytes; null without one. */
  readonly bodyLength: number | null;
  /** The headers of the client. */
  readonly clientHeaders: readonly ClientHeader[];
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
  /** In the order of the wire. Made when they are asked for: there may be many, and few decide. */
  readonly headers: () => readonly UpstreamHeader[];
  /** Those of one name, in order. @param name in lower case */
  readonly named: (name: string) => readonly UpstreamHeader[];
  /** The `proxy_set_header` directives in force: a header that none of them names is nginx's or the client's. */
  readonly set: Effective;
  /** Whether the request line has three words, as it must: a space in the path makes it four. */
  readonly wellFormed: boolean;
  /** Whether these are all headers; else directives that are not here may set others. */
  readonly complete: boolean;
  /** The level around a fragment that is taken to set nothing, where that decides something; null for none. */
  readonly taken: 'http' | 'server' | null;
  /** The `proxy_pass_request_headers off` in force; null when the client's headers are passed on. */
  readonly dropsClientHeaders: ConfigDirective | null;
}

/**
 * Builds the request as ngx_http_proxy_create_request does: the headers set at the level in force, those that nginx
 * sets of itself, then the client's whose names were not set. One that comes to nothing is not sent.
 *
 * @param wellFormed whether the request line has three words
 * @param level the location whose `proxy_pass` answers, or the `limit_except` in it
 */
export function upstreamRequest(level: Level, values: Values, wellFormed = true): UpstreamRequest {
  const set = values.inForce(level, 'proxy_set_header');
  const drop = values.inForce(level, 'proxy_pass_request_headers').directives.at(-1) ?? null;
  const dropsClientHeaders = drop?.argument(0).toLowerCase() === 'off' ? drop : null;
  const { directives, certain } = values.inForce(level, 'proxy_http_version');
  const around = aroundFragment(level);
  const version = versionAt(values, directives.at(-1) ?? null, certain || around !== null);
  const sent = new Headers(values, set, version.value, dropsClientHeaders === null);
  return {
    method: methodAt(level, values),
    version,
    headers: () => sent.all(),
    named: (name) => sent.named(name),
    set,
    wellFormed,
    complete: set.certain || around !== null,
    taken: set.certain && certain ? null : around,
    dropsClientHeaders,
  };
}

/**
 * The level around whole servers, or whole locations, that is not here: it is taken to set nothing. Null where there is
 * none, or part of a location is not here.
 */
function aroundFragment(level: Level): 'http' | 'server' | null {
  const around = unseenAround(level);
  return around === 'hidden' ? null : around;
}

const unseenAround = memoizedInward<OuterLevel, 'http' | 'server' | 'hidden' | null>(
  ({ kind, unseen, opaque }, outer) => {
    const isAround = kind === 'http' || kind === 'server';
    if (outer === 'hidden' || opaque !== null || (unseen && !isAround)) return 'hidden';
    return unseen && isAround ? kind : outer;
  },
);

function methodAt(level: Level, values: Values): Value {
  const directive = values.inForce(level, 'proxy_method').directives.at(-1);
  return directive === undefined ? known('GET') : values.argument(directive, 0);
}

function versionAt(
  { isSince }: Values,
  directive: ConfigDirective | null,
  certain: boolean,
): UpstreamRequest['version'] {
  if (directive === null) return { value: defaultProxyHttpVersion(isSince), directive, certain };
  // nginx takes only one at a level: what is not here of it cannot say otherwise.
  return { value: directive.argument(0), directive, certain: !isFilledIn(directive, 0) };
}

/** The headers that reach the back end: those that are set, nginx's own, and the client's that are passed on. */
class Headers {
  private known: readonly UpstreamHeader[] | undefined;
  private readonly byName = new Map<string, readonly UpstreamHeader[]>();

  constructor(
    private readonly values: Values,
    private readonly set: Effective,
    private readonly version: string,
    private readonly passesOn: boolean,
  ) {}

  /** All of them in the order of the wire. `Host` goes first from the version on that treats it apart. */
  all(): readonly UpstreamHeader[] {
    if (this.known !== undefined) return this.known;
    const written = this.sent(this.set.directives).map((directive) => this.written(directive));
    const named = new Set(this.set.directives.map((directive) => directive.argument(0).toLowerCase()));
    const rest = this.unset((name) => !named.has(name));
    const headers = [...written, ...rest].map((header) => this.filled(header)).filter(isSent);
    const isFirst = sendsHostWhenEmpty(this.values.isSince);
    this.known = isFirst ? [...headers.filter(isHost), ...headers.filter((each) => !isHost(each))] : headers;
    return this.known;
  }

  named(name: string): readonly UpstreamHeader[] {
    const known = this.byName.get(name) ?? this.find(name);
    this.byName.set(name, known);
    return known;
  }

  private find(name: string): readonly UpstreamHeader[] {
    const directives = headersNamedIn(this.set.directives, name);
    const headers =
      directives.length > 0
        ? this.sent(directives).map((directive) => this.written(directive))
        : this.unset((each) => each === name);
    return headers.map((header) => this.filled(header)).filter(isSent);
  }

  /** Of several for `Host` the last alone is sent, from the version on that treats it apart. */
  private sent(directives: readonly ConfigDirective[]): readonly ConfigDirective[] {
    if (!sendsOneHost(this.values.isSince)) return directives;
    const last = directives.findLast((directive) => isNamed(directive, 'host'));
    return directives.filter((directive) => directive === last || !isNamed(directive, 'host'));
  }

  private written(directive: ConfigDirective): UpstreamHeader {
    return { name: directive.argument(0), value: this.values.argument(directive, 1), directive };
  }

  /** An empty `Host` is filled in from the version on that treats it apart. */
  private filled(header: UpstreamHeader): UpstreamHeader {
    const isEmptyHost = isHost(header) && !isSent(header);
    return isEmptyHost && this.version === '1.1' && sendsHostWhenEmpty(this.values.isSince)
      ? { ...header, value: this.values.proxyHost }
      : header;
  }

  /**
   * Those that reach the back end unless a directive sets one of their name: those that nginx sets of itself and that come
   * to anything for a handshake, and the client's. The release decides only where it is asked for `Connection`.
   *
   * @param isWanted gets a name in lower case
   */
  private unset(isWanted: (name: string) => boolean): UpstreamHeader[] {
    const { proxyHost, bodyLength, isSince, clientHeaders } = this.values;
    const headers: UpstreamHeader[] = [];
    const add = (name: string, value: () => Value): void => {
      if (isWanted(name.toLowerCase())) headers.push({ name, value: value(), directive: null });
    };
    add('Host', () => proxyHost);
    add('Connection', () => known(defaultProxyConnection(isSince)));
    if (bodyLength !== null) add('Content-Length', () => known(String(bodyLength)));
    for (const { name, value } of this.passesOn ? clientHeaders : [])
      if (!OF_NGINX.has(name.toLowerCase())) add(name, () => value);
    return headers;
  }
}

function isSent({ value }: UpstreamHeader): boolean {
  return knownText(value) !== '';
}

function isHost({ name }: UpstreamHeader): boolean {
  return name.toLowerCase() === 'host';
}

/** Names that nginx sets of itself, so that the client's are never passed on (ngx_http_proxy_headers). */
const OF_NGINX: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'te',
  'keep-alive',
  'expect',
  'upgrade',
]);

/**
 * Those of a list of headers that have a name, in order. The list of one level is asked for by every location in it,
 * and may be long: it is sorted once.
 *
 * @param name in lower case
 */
export function headersNamedIn(
  headers: readonly ConfigDirective[],
  name: string,
): readonly ConfigDirective[] {
  return index(headers).get(name) ?? [];
}

const index = memoized((headers: readonly ConfigDirective[]): ReadonlyMap<string, ConfigDirective[]> => {
  const byName = new Map<string, ConfigDirective[]>();
  for (const header of headers) {
    const key = header.argument(0).toLowerCase();
    const group = byName.get(key);
    if (group === undefined) byName.set(key, [header]);
    else group.push(header);
  }
  return byName;
});
