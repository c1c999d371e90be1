import { t } from '../l10n';
import { isSameSocket, type Reached } from './listening';
import { keyOfText } from '../model/source-file';
import { bytesOf } from '../model/bytes';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { type Socket, socketsOf, socketsOnPort, unixSocketsOf } from '../model/sockets';
import { upstreamOf } from '../model/asking';
import type { IsSince, NginxVersion } from '../reference/versions';
import { hostIn } from '../values/host';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { CannotTell } from './cannot-tell';
import { errorPageFor } from './error-pages';
import type { Evidence } from './evidence';
import { ANY_QUERY, type Facts, MARKED_QUERY, REFUSABLE } from './facts';
import { answeredByNginx, type BackEnd, type Outcome, type Upstream } from './outcome';
import { isSince } from './release';
import type { Request } from './request';
import { effective } from '../model/inheritance';
import { isAddress } from './target';
import { concat, EMPTY, known, knownText, mapKnown, splitQuery, type Value } from './value';
import { argumentOf } from './variables';

/** So many times a handshake may come back to the same nginx. */
const HOP_LIMIT = 5;

/** The variable of a header has the first of its lines before, all of them from then on (CHANGES). */
const joinedSince: NginxVersion = { major: 1, minor: 23, patch: 0 };

/** A listener of the same configuration that a `proxy_pass` leads to. */
export interface Hop {
  readonly socket: Reached;
  readonly secure: boolean;
  /** `127.0.0.1`, `::1`, or `unix:`: where the connection comes from. */
  readonly from: string;
}

/**
 * The listener of the same configuration that a request goes to; null when it leaves this nginx. Of several servers of
 * an `upstream` each is a way to go on.
 */
export function nextHop({ model, assumptions }: Request, { pass, address }: BackEnd): Hop | null {
  const ways = waysOn(model, address);
  if (ways.every(({ hop }) => hop === null)) return null;
  const name = address?.authority ?? '';
  const answers = ways.map(({ authority }) => t`\`upstream ${name}\` chooses ${authority}`);
  const key = `upstream ${keyOfText(pass.file)}:${pass.start}`;
  const answer = ways.length === 1 ? 0 : assumptions.ask({ key, answers, bare: null, others: null });
  return ways[answer]?.hop ?? null;
}

/** Whether a request may come back to this nginx. */
export function mayComeBack({ model }: Request, { address }: BackEnd): boolean {
  return waysOn(model, address).some(({ hop }) => hop !== null);
}

interface WayOn {
  readonly authority: string;
  readonly hop: Hop | null;
}

/** The servers that an address stands for: those of an `upstream`, or itself. */
function waysOn(model: Model, address: BackEnd['address']): readonly WayOn[] {
  if (address === null) return [];
  const secure = address.scheme?.toLowerCase() === 'https';
  const group = upstreamOf(model, address.authority.toLowerCase());
  const authorities = group === undefined ? [address.authority] : group.inUse;
  return authorities.map((authority) => ({ authority, hop: hopTo(model, authority, secure) }));
}

/** Hosts that may be this machine. */
const LOCAL = /^(?:unix:|127\.\d+\.\d+\.\d+$|localhost$|\[::1\]$)/;

/**
 * The listener of the configuration that an authority leads to; null when it is none.
 *
 * @param secure whether it is reached by `https://`, so that a port that is not written is 443
 */
export function hopTo(model: Model, authority: string, secure: boolean): Hop | null {
  if (!LOCAL.test(hostOf(authority))) return null;
  const find = (all: Model): Hop | null =>
    all.http === null ? null : findHop(all, all.http, authority, secure);
  return model.ask(secure ? 'hop over TLS' : 'hop', authority, find, isSameHop);
}

function isSameHop(a: Hop | null, b: Hop | null): boolean {
  return a?.from === b?.from && isSameSocket(a?.socket ?? null, b?.socket ?? null);
}

function findHop(model: Model, http: Level, authority: string, secure: boolean): Hop | null {
  const host = hostOf(authority);
  if (host.startsWith('unix:')) {
    // Paths are compared as they are written.
    const path = parseProxyTarget(`http://${authority}`).authority;
    const socket = unixSocketsOf(http, model.version).find(({ address }) => address === path);
    return socket === undefined ? null : { socket, secure, from: 'unix:' };
  }
  const written = /:([^:\]]+)$/.exec(authority)?.[1] ?? (secure ? '443' : '80');
  // One that a template fills in may be any.
  if (/\D/.test(written)) return null;
  const port = Number(written);
  const ofPort = socketsOnPort(socketsOf(http, model.version), port);
  const at = (address: string): Socket | undefined => ofPort.find((socket) => socket.address === address);
  const dual = ofPort.find(({ address, ipv6only }) => address === '[::]' && !ipv6only);
  const ipv4 = /^127\.\d+\.\d+\.\d+$/.test(host) ? host : host === 'localhost' ? '127.0.0.1' : null;
  const over4 = ipv4 === null ? undefined : (at(ipv4) ?? at('*') ?? dual);
  if (over4 !== undefined) return { socket: over4, secure, from: '127.0.0.1' };
  const over6 = host === '[::1]' || host === 'localhost' ? (at('[::1]') ?? at('[::]')) : undefined;
  return over6 === undefined ? null : { socket: over6, secure, from: '::1' };
}

/**
 * Follows the request to the next listener.
 *
 * @param isLost whether the handshake cannot pass any more, so that what else is wrong does not matter
 */
export function followHop(request: Request, upstream: Upstream, hop: Hop, isLost: boolean): Outcome {
  const { level, walk, steps } = request;
  if (request.hop >= HOP_LIMIT) {
    refuseErrorPage(request, upstream);
    const message = t('The request comes back to this nginx again and again.');
    request.note('request', message, upstream.backEnd.pass, 'internal-error');
    return answeredByNginx(level, null);
  }
  const inner: Evidence[] = [];
  const since: IsSince = (release) => isSince(request, release);
  const facts = {
    ...factsOfHop(request.facts, upstream, hop, since),
    joinsLines: () => since(joinedSince),
  };
  const arrived = walk.arrive({
    socket: hop.socket,
    facts,
    tlsName: tlsNameFor(request, upstream),
    presentsCertificate: effective(level, 'proxy_ssl_certificate').directives.length > 0,
    steps: isLost ? inner : steps,
    hop: request.hop + 1,
  });
  // What the next server would answer itself, it answers whatever was lost.
  for (const each of inner) if (each.id !== null && each.fault === undefined) steps.push(each);
  // The connection is cut: nginx answers for the back end that it could not reach.
  if (arrived.request === null) return answeredByNginx(level, 502);
  if (arrived.request.upstream !== null) request.upstream = arrived.request.upstream;
  return arrived.outcome;
}

/** What nginx answers itself when it runs out of connections to itself, or of time. */
const OUT_OF_CONNECTIONS: readonly number[] = [500, 502, 504];

/** @throws CannotTell where an `error_page` takes the place of the answer that ends the circle */
function refuseErrorPage(request: Request, { backEnd: { pass } }: Upstream): void {
  if (OUT_OF_CONNECTIONS.every((status) => errorPageFor(request, status) === null)) return;
  const message = t(
    'The request comes back to this nginx until that gives up; which `error_page` is next cannot be told.',
  );
  throw new CannotTell('answer', message, pass);
}

/** The name that `proxy_ssl_server_name on` asks for: an address is none (ngx_http_upstream_ssl_name). */
function tlsNameFor(request: Request, { backEnd: { address } }: Upstream): string | null {
  const { level } = request;
  const sends = effective(level, 'proxy_ssl_server_name').directives.at(-1);
  if (sends?.argument(0).toLowerCase() !== 'on') return null;
  const named = effective(level, 'proxy_ssl_name').directives.at(-1);
  const name =
    named === undefined ? hostOf(address?.authority ?? '') : knownText(argumentOf(request, named, 0));
  return name === null || name === '' || isAddress(name) || name.startsWith('unix:') ? null : name;
}

/** What is known of the request as the next server gets it. */
function factsOfHop(
  { dropped }: Facts,
  { backEnd, request }: Upstream,
  hop: Hop,
  since: IsSince,
): Omit<Facts, 'joinsLines'> {
  const { path, query } = pathAndQuery(backEnd.uri);
  // A name with a colon of its own ends there.
  const headers = request
    .headers()
    .map(({ name, value }) =>
      name.endsWith(':') ? { name: name.slice(0, -1), value: concat(known(': '), value) } : { name, value },
    );
  const sent = new Set(headers.map(({ name }) => name.toLowerCase()));
  const replaced = request.set.directives.map((directive) => directive.argument(0).toLowerCase());
  const kept = request.dropsClientHeaders === null ? replaced : [...replaced, ...REFUSABLE];
  const host = headers.find(({ name }) => name.toLowerCase() === 'host')?.value ?? EMPTY;
  return {
    scheme: known(hop.secure ? 'https' : 'http'),
    // That of a socket of the file system is empty.
    port: known(hop.from === 'unix:' ? '' : String(hop.socket.port)),
    host: hostOfHeader(host, since),
    path,
    query,
    // That of a socket of the file system is its path.
    serverAddress: known(hop.from === 'unix:' ? bytesOf(hop.socket.address) : hop.from),
    clientAddress: hop.from,
    protocol: `HTTP/${request.version.value}`,
    headers,
    dropped: new Set([...dropped, ...kept.filter((name) => !sent.has(name))]),
  };
}

function pathAndQuery(uri: Value): { readonly path: Value; readonly query: Value } {
  const { path, query } = splitQuery(uri);
  if (query !== null) return { path, query };
  const rest = path.filter((part) => part !== ANY_QUERY && part !== MARKED_QUERY);
  return { path: rest, query: rest.length < path.length ? [ANY_QUERY] : EMPTY };
}

/** `$host` of a `Host` header: in lower case and without its port. */
function hostOfHeader(header: Value, since: IsSince): Value {
  const text = knownText(header);
  if (text !== null) return known(hostIn(text, since) ?? '');
  const plain = withoutPort(mapKnown(header, (part) => part.toLowerCase()));
  const [only] = plain;
  if (plain.length !== 1 || only === undefined || typeof only === 'string' || only.byOrigin === null)
    return plain;
  const { byOrigin } = only;
  return [{ ...only, name: '$host', byOrigin: (origin) => byOrigin(origin).replace(/:\d+$/, '') }];
}

/** A host without the port at its end, be that written or that of the listener. */
function withoutPort(host: Value): Value {
  const last = host.at(-1);
  if (last === undefined) return host;
  if (typeof last === 'string') {
    const end = /:\d+$/.exec(last)?.[0] ?? '';
    return end === '' ? host : concat(host.slice(0, -1), known(last.slice(0, -end.length)));
  }
  const before = host.at(-2);
  if (last.name !== '$server_port' || typeof before !== 'string' || !before.endsWith(':')) return host;
  return concat(host.slice(0, -2), known(before.slice(0, -1)));
}
