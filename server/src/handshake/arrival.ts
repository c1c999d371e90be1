import { t } from '../l10n';
import { type ConfigDirective, placeOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { parseNumber } from '../values/number';
import { loginRefusal, type Refusal, refusal } from './answer';
import { CannotTell, placeAbout } from './cannot-tell';
import { conclude } from './content';
import type { Evidence } from './evidence';
import type { Facts } from './facts';
import { type HostFault, hostFault, readUntil } from './host-headers';
import {
  defaultServerOf,
  listenerAt,
  type NamedServer,
  namedServer,
  type Reached,
  serverOfTlsName,
  serversOf,
} from './listening';
import { http2Directive } from '../reference/versions';
import { type Captured, someCaptures } from './open-patterns';
import { answeredByNginx, type Outcome } from './outcome';
import { serve } from './phases';
import { isSince } from './release';
import { THE_PATH } from './rewrite';
import { type Arrival, type Arrived, Assigned, Request, type Walk } from './request';
import { isAddress } from './target';
import { normalizePath, decodePath } from './uri';
import { EMPTY, known, knownText, mapKnown, shownText, type Value } from './value';

/**
 * Follows a request from the socket that it has reached to its answer.
 *
 * @throws CannotTell where the files do not tell how it goes on
 */
export function arrive(walk: Walk, arrival: Arrival): Arrived {
  const { model } = walk;
  const { socket, steps, hop } = arrival;
  // Of the first one the caller knows how the client came to it.
  if (hop > 1) noteSocket(model, arrival, null);
  const refused = refusedConnection(model, arrival);
  if (refused !== null && holdsFor(walk, refused)) {
    steps.push(refused);
    return { outcome: answeredByNginx(defaultServerOf(model, socket), null), request: null };
  }
  const early = serverOfTlsName(model, socket, arrival.tlsName);
  const uri = readPath(walk, arrival.facts, mergesSlashes(early));
  if (uri === null) return refuseLine(walk, arrival, early);
  const fault = hostFault(arrival.facts, (release) => isSince(walk, release));
  const facts = fault === null ? arrival.facts : readUntil(arrival.facts, fault.read);
  const { server, captured, isDefault } =
    fault?.isInvalid === true
      ? { server: defaultServerOf(model, socket), captured: null, isDefault: true }
      : serverFor(walk, socket, facts.host);
  noteServer(arrival, server, isDefault);
  const request = new Request(walk, facts, server, new Assigned(), steps, true, hop);
  if (captured !== null) request.capture(captured);
  else if (knownText(walk.assumptions.resolve(facts.host)) === null) captureOpenHost(request);
  request.uri = uri;
  return { outcome: answer(arrival, early, request, fault), request };
}

/** Answers a request whose path cannot be read: no header of it is read. */
function refuseLine(walk: Walk, { facts, steps, hop }: Arrival, server: Level): Arrived {
  const read = { ...readUntil(facts, 0), host: EMPTY, path: EMPTY, query: EMPTY, protocol: '' };
  const request = new Request(walk, read, server, new Assigned(), steps, true, hop);
  request.uri = EMPTY;
  return { outcome: finished(request, unreadable(facts)), request };
}

/** Takes up what the patterns among the names of the server capture of a host that is open. */
export function captureOpenHost(request: Request): void {
  const patterns = serverNames(request.server).filter((name) => name.startsWith('~'));
  for (const pattern of patterns) request.capture(someCaptures(pattern.slice(1), request.facts.host));
}

/**
 * Follows a request from a server whose head is not here, with its listeners and names: a fragment with locations alone is
 * taken to be all of the one that is asked.
 *
 * @throws CannotTell where the files do not tell how it goes on
 */
export function arriveWithin(walk: Walk, server: Level, facts: Facts, steps: Evidence[]): Arrived {
  const request = new Request(walk, facts, server, new Assigned(), steps, true, 1);
  request.note(
    'server',
    t('The server around this part is not here: it is taken to be the one asked.'),
    null,
  );
  const uri = readPath(walk, facts, true);
  if (uri === null) return { outcome: finished(request, unreadable(facts)), request };
  request.uri = uri;
  return { outcome: serve(request), request };
}

interface ServerFound {
  readonly server: Level;
  readonly captured: Captured | null;
  /** Whether no `server_name` is the host, so that the default server takes it. */
  readonly isDefault: boolean;
}

/** The server that takes a request, by its `Host`. Where that is open, each server that it may name is a way to go on. */
function serverFor({ model, assumptions }: Walk, socket: Reached, host: Value): ServerFound {
  const defaultServer = defaultServerOf(model, socket);
  const resolved = assumptions.resolve(host);
  const find = (name: string): NamedServer => {
    const named = namedServer(model, socket, name);
    if (named !== null) return named;
    const message = t`Which \`server_name\` ${name} matches cannot be told here.`;
    throw new CannotTell('server', message, defaultServer);
  };
  const found = ({ server, captured }: NamedServer): ServerFound => ({
    server: server ?? defaultServer,
    captured,
    isDefault: server === undefined,
  });
  const text = knownText(resolved);
  if (text !== null) return found(find(text));
  const servers = serversOf(model, socket);
  if (servers.length === 1) return { server: defaultServer, captured: null, isDefault: true };
  const words = servers.map((server) =>
    server === defaultServer ? t('the host is that of no other server') : t`the host is ${nameOf(server)}`,
  );
  const kindOf = (name: string): number => servers.indexOf(find(name).server ?? defaultServer);
  const key = `server of ${socket.address}:${socket.port}`;
  const server =
    servers[assumptions.select(resolved, key, words, kindOf, servers.length - 1)] ?? defaultServer;
  return { server, captured: null, isDefault: server === defaultServer };
}

function nameOf(server: Level): string {
  const [names] = server.byName.get('server_name') ?? [];
  return names === undefined ? t('the server') : `\`${names.words.map(({ value }) => value).join(' ')}\``;
}

function isSecure({ scheme }: Facts): boolean {
  return knownText(scheme) === 'https';
}

/**
 * Reads the request as nginx does: the path, the headers, and then what TLS asks of it
 * (ngx_http_process_request_line, ngx_http_process_request_headers, ngx_http_process_request).
 */
function answer(
  { socket, presentsCertificate }: Arrival,
  early: Level,
  request: Request,
  fault: HostFault | null,
): Outcome {
  const secure = isSecure(request.facts);
  const { listener } = socket;
  const crowded = headerRefusal(request, early);
  if (crowded !== null) return finished(request, crowded);
  if (fault !== null)
    return finished(request, refusal(400, 'protocol-mismatch', fault.message, listener.directive));
  if (socket.tls && !secure) {
    const message = t('This port speaks TLS: a request without is answered with 400. Connect with wss://.');
    return finished(request, refusal(497, 'protocol-mismatch', message, listener.directive));
  }
  const unverified = secure ? certificateRefusal(request, early, presentsCertificate) : null;
  return unverified === null ? serve(request) : finished(request, unverified);
}

/** The path of a request as nginx looks at it; null where it cannot be read. */
function readPath({ assumptions }: Walk, { path }: Facts, mergesSlashes: boolean): Value | null {
  if (assumptions.match(path, '^/', false, t(THE_PATH)) === null) return null;
  const text = knownText(assumptions.resolve(path));
  if (text === null) return mapKnown(path, (part) => decodePath(part, mergesSlashes));
  const uri = normalizePath(text, mergesSlashes);
  return uri === null ? null : known(uri);
}

function mergesSlashes(server: Level): boolean {
  return effective(server, 'merge_slashes').directives.at(-1)?.argument(0).toLowerCase() !== 'off';
}

function unreadable({ path }: Facts): Refusal {
  const message = t`nginx cannot read the path ${shownText(path)}: 400.`;
  return refusal(400, 'answered-by-nginx', message, null);
}

/** So many headers more than it must a browser may send; those in use send 12 to 19 in all. */
const MOST_OF_BROWSERS = 15;

/**
 * The answer to a request with more headers than `max_headers` lets it have (since 1.29.8); null where it has no more.
 *
 * @param early the server whose limit holds up to the `Host`, which tells the one that is meant
 */
export function headerRefusal({ facts, server, assumptions }: Request, early: Level): Refusal | null {
  const count = facts.headers.length;
  const untilHost = facts.headers.findIndex(({ name }) => name.toLowerCase() === 'host') + 1;
  const first = headerLimit(early);
  if (first !== null && untilHost > first.most) return tooManyHeaders(first);
  const limit = headerLimit(server);
  if (limit === null || limit.most >= count + MOST_OF_BROWSERS) return null;
  const { most } = limit;
  if (count > most) return tooManyHeaders(limit);
  const answers = [
    t`the client sends at most ${most} headers`,
    t`the client sends more than ${most} headers`,
  ];
  const isWithin = assumptions.ask({ key: `max_headers ${most}`, answers, bare: 0, others: null }) === 0;
  return isWithin ? null : tooManyHeaders(limit);
}

interface HeaderLimit {
  readonly directive: ConfigDirective;
  readonly most: number;
}

function headerLimit(server: Level): HeaderLimit | null {
  const directive = effective(server, 'max_headers').directives.at(-1);
  const most = parseNumber(directive?.argument(0) ?? '');
  return directive === undefined || most === null ? null : { directive, most };
}

function tooManyHeaders({ directive, most }: HeaderLimit): Refusal {
  const message = t`\`max_headers ${most}\` answers more headers with 400: a handshake has 5 at least, one of a browser 12 or more.`;
  return refusal(494, 'websocket-limited', message, directive);
}

/**
 * A certificate of the client is like a password: who has one comes through. nginx itself, on its way to the next
 * server, presents the one of `proxy_ssl_certificate`. Only the server of the TLS name, or the default one, asks for it.
 */
function hasCertificate({ assumptions }: Request, asking: Level, presents: boolean | null): boolean {
  const asks = effective(asking, 'ssl_verify_client').directives.at(-1);
  if (asks === undefined || asks.argument(0) === 'off') return false;
  if (presents !== null) return presents;
  const answers = [t('the client presents a certificate'), t('the client presents no certificate')];
  return assumptions.ask({ key: 'certificate', answers, bare: 1, others: null }) === 0;
}

/**
 * The answer to a request over TLS whose client presents no certificate; null where none is required, or it does.
 *
 * @param asking the server that TLS was agreed with: it must have asked for one
 * @param presents whether the client has one; null where that is open
 */
export function certificateRefusal(
  request: Request,
  asking: Level,
  presents: boolean | null,
): Refusal | null {
  const verifies = effective(request.server, 'ssl_verify_client').directives.at(-1);
  if (verifies?.argument(0) !== 'on' || hasCertificate(request, asking, presents)) return null;
  const message = t(
    '`ssl_verify_client on` requires a certificate of the client: without one it answers 400.',
  );
  return loginRefusal(496, message, verifies);
}

/** An answer that no phase goes on from but the pages for it. */
export function finished(request: Request, cause: Refusal): Outcome {
  const next = conclude(request, cause);
  return typeof next === 'string' ? serve(request, next) : next;
}

/** The step that a connection reaches a socket. @param host that was asked for; null where it is not looked up */
export function noteSocket(model: Model, { socket, steps, hop }: Arrival, host: string | null): void {
  const listen = socket.listener.directive?.words.slice(1).map(({ value }) => value);
  const shown =
    listen === undefined ? t('port 80, as no `listen` says otherwise') : `\`listen ${listen.join(' ')}\``;
  const isCertain = host === null || isAddress(host) || host === 'localhost';
  steps.push({
    id: null,
    place: placeAbout(listenerAt(model, socket)),
    message: isCertain
      ? t`The connection reaches ${shown}.`
      : t`The connection reaches ${shown} (assuming that ${host} resolves to it).`,
    step: 'listen',
    hop,
  });
}

function noteServer({ steps, facts, hop }: Arrival, server: Level, isDefault: boolean): void {
  const host = shownText(facts.host);
  const message = isDefault
    ? t`No \`server_name\` is ${host || t('empty')}: the default server of the port takes it.`
    : t`\`server_name ${host || '""'}\` matches.`;
  steps.push({ id: null, place: placeAbout(server), message, step: 'server', about: server, hop });
}

/** Whether the release that runs refuses a connection so. */
export function holdsFor(walk: Walk, refused: Evidence): boolean {
  return refused.id !== 'listen-http2-deprecated' || !isSince(walk, http2Directive);
}

/** Why no request can be made over a connection to a socket, by a release before 1.25.1; null when it can. */
export function refusedConnection(
  model: Model,
  { socket, facts, tlsName, hop }: Pick<Arrival, 'socket' | 'facts' | 'tlsName' | 'hop'>,
): Evidence | null {
  const secure = isSecure(facts);
  const place = placeAbout(listenerAt(model, socket));
  if (socket.proxyProtocol) {
    const message = t(
      'Connections must begin with a PROXY header: a client that connects directly is cut off.',
    );
    return { id: 'protocol-mismatch', place, message, step: 'listen', hop };
  }
  if (secure && !socket.tls) {
    const message = t(
      'This port speaks no TLS: the client gives up. Add `ssl` to `listen`, or connect with ws://.',
    );
    return { id: 'protocol-mismatch', place, message, step: 'listen', hop };
  }
  if (socket.http2Plain) {
    const message = t(
      'Before nginx 1.25.1 a port with `http2` and without `ssl` speaks HTTP/2 only: no handshake is understood.',
    );
    return { id: 'listen-http2-deprecated', place, message, step: 'listen', hop };
  }
  const rejects = effective(serverOfTlsName(model, socket, tlsName), 'ssl_reject_handshake').directives.at(
    -1,
  );
  if (secure && rejects?.argument(0).toLowerCase() === 'on') {
    const message = t('`ssl_reject_handshake on` turns away TLS connections to this server.');
    return { id: 'protocol-mismatch', place: placeOf(rejects), message, step: 'server', hop };
  }
  return null;
}
