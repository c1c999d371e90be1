import { placeOf } from '../model/configuration';
import type { Level } from '../model/levels';
import { isTemplated, listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { effective } from '../model/inheritance';
import { serverNamed } from '../model/server-names';
import { type Socket, socketsOf } from '../model/sockets';
import { refusal } from './answer';
import { conclude, locationOf } from './content';
import type { Value } from './evaluate';
import type { Evidence, Verdict } from './evidence';
import { answeredByNginx, type Outcome, type Upstream } from './outcome';
import { type Match, matchPattern } from './patterns';
import { serve } from './phases';
import { CannotTell, placeAbout, Request } from './request';
import { streamHandshake } from './stream';
import { isAddress, readTarget, type Target } from './target';
import { normalizePath } from './uri';

/** What becomes of one handshake. */
export interface Handshake {
  readonly url: string;
  readonly verdict: Verdict;
  /** What the client sees with the strict back end; null for a closed connection, or where it cannot be told. */
  readonly status: number | null;
  /** The location whose handler answered; null at server level. */
  readonly location: Level | null;
  /** The request that reached the back end; null when none did. */
  readonly upstream: Upstream | null;
  /** The way of the request and what stopped it, in the order met. */
  readonly because: readonly Evidence[];
  /** What is wrong with the URL, or that nobody serves it. */
  readonly error?: string;
  /** Whether the URL itself is wrong. */
  readonly badUrl?: boolean;
}

/** Says what nginx does with the handshake for a URL. */
export function handshake(model: Model, url: string): Handshake {
  const target = readTarget(url);
  const nothing = {
    url,
    verdict: 'blocked',
    status: null,
    location: null,
    upstream: null,
    because: [],
  } as const;
  if ('error' in target) return { ...nothing, error: target.error, badUrl: true };
  const sockets = model.http === null ? [] : socketsOf(model.http, model.version);
  const socket = chooseSocket(sockets, target);
  if (socket === null) {
    const stream = streamHandshake(model, target);
    if (stream !== null) return { ...nothing, ...stream };
    const unseen = model.http?.opaque ?? null;
    if (unseen !== null) {
      const message = 'No server that is to be seen listens there; what is included may bring one.';
      const because: Evidence[] = [{ id: 'include-unresolved', place: unseen, message, step: 'listen' }];
      return { ...nothing, verdict: 'unknown', because };
    }
    const doubt = model.http === null ? null : unseenListener(model.http);
    if (doubt !== null) return { ...nothing, verdict: 'unknown', because: [doubt] };
    return {
      ...nothing,
      error: `No server of the configuration listens on ${target.host} port ${target.port}.`,
    };
  }
  return followed(url, new Arrival(model, target, socket));
}

/** What may listen where nothing that is to be seen does: what is around a fragment, and what a template fills in. */
const unseenListener: (http: Level) => Evidence | null = memoized(findUnseenListener);

function findUnseenListener(http: Level): Evidence | null {
  if (http.kind !== 'http') {
    const message = 'The server around this part of a configuration is not to be seen.';
    return { id: 'include-unresolved', place: null, message, step: 'listen' };
  }
  for (const listeners of listenersOf(http).values()) {
    for (const { address, directive } of listeners) {
      if (directive === null || !isTemplated(address)) continue;
      const message = `What \`listen ${address}\` comes to is known only once the template is filled in.`;
      return { id: 'value-unknown', place: placeOf(directive), message, step: 'listen' };
    }
  }
  return null;
}

/**
 * The socket that a connection reaches. An address has its own, else the one of all addresses; of the sockets of
 * another name's port that one is taken whose servers have the name.
 */
function chooseSocket(sockets: readonly Socket[], target: Target): Socket | null {
  const ofPort = socketsByPort(sockets).get(target.port) ?? [];
  const at = (address: string): Socket | undefined => ofPort.find((socket) => socket.address === address);
  const dual = ofPort.find(({ address, ipv6only }) => address === '[::]' && !ipv6only);
  const reached = (host: string): Socket | undefined =>
    host.startsWith('[') ? (at(host) ?? at('[::]')) : (at(host) ?? at('*') ?? dual);
  if (isAddress(target.host)) return reached(target.host) ?? null;
  const candidates = (target.host === 'localhost' ? [reached('127.0.0.1'), reached('[::1]')] : ofPort).filter(
    (socket) => socket !== undefined,
  );
  const naming = candidates.find((socket) => namedServer(socket, target.host)?.server !== undefined);
  const wildcard = target.host === 'localhost' ? undefined : (at('*') ?? at('[::]'));
  return naming ?? wildcard ?? candidates[0] ?? null;
}

const byPort = new WeakMap<readonly Socket[], ReadonlyMap<number, readonly Socket[]>>();

function socketsByPort(sockets: readonly Socket[]): ReadonlyMap<number, readonly Socket[]> {
  const known = byPort.get(sockets);
  if (known !== undefined) return known;
  const groups = new Map<number, Socket[]>();
  for (const socket of sockets) {
    const group = groups.get(socket.port);
    if (group === undefined) groups.set(socket.port, [socket]);
    else group.push(socket);
  }
  byPort.set(sockets, groups);
  return groups;
}

interface NamedServer {
  readonly server: Level | undefined;
  readonly match: Match | null;
}

/** What each socket has answered for a name: all URLs of a server ask for the same one. */
const namedServers = new WeakMap<Socket, Map<string, NamedServer | null>>();

/** The server of a socket that has the name; undefined for none. Null where a pattern cannot be read. */
function namedServer(socket: Socket, host: string): NamedServer | null {
  const known = namedServers.get(socket) ?? new Map<string, NamedServer | null>();
  namedServers.set(socket, known);
  let named = known.get(host);
  if (named === undefined) {
    named = findNamedServer(socket, host);
    known.set(host, named);
  }
  return named;
}

function findNamedServer(socket: Socket, host: string): NamedServer | null {
  let match: Match | null = null;
  let isUnknown = false;
  const server = serverNamed(socket.names, host, (pattern, ignoreCase) => {
    const result = matchPattern(pattern, ignoreCase, host);
    if (result === 'unknown') isUnknown = true;
    else match = result;
    return result !== null;
  });
  return isUnknown ? null : { server, match };
}

/** A connection that reaches a socket. */
class Arrival {
  readonly steps: Evidence[] = [];

  constructor(
    readonly model: Model,
    readonly target: Target,
    readonly socket: Socket,
  ) {}

  /** The request and what becomes of it; a null request when the connection does not come so far. */
  follow(): { readonly outcome: Outcome; readonly request: Request | null } {
    const { socket, target } = this;
    this.noteSocket();
    const refused = this.refusedConnection();
    const named = namedServer(socket, target.host.replace(/\.$/, ''));
    if (named === null) {
      const about = socket.defaultServer;
      throw new CannotTell(
        'server',
        `Which \`server_name\` ${target.host} matches cannot be told here.`,
        about,
      );
    }
    const server = named.server ?? socket.defaultServer;
    if (refused !== null) {
      this.steps.push(refused);
      return { outcome: answeredByNginx(server, null), request: null };
    }
    this.noteServer(server, named.server === undefined);
    const request = new Request(this.model, target, server, new Map<string, Value>(), this.steps, true);
    if (named.match !== null) request.capture(named.match);
    return { outcome: this.serve(request), request };
  }

  private serve(request: Request): Outcome {
    const { socket, target } = this;
    if (socket.tls && !target.secure) {
      const message = 'This port speaks TLS: a request without is answered with 400. Connect with wss://.';
      return finished(
        request,
        conclude(request, refusal(497, 'protocol-mismatch', message, socket.listener.directive)),
      );
    }
    const verifies = effective(request.server, 'ssl_verify_client').directives.at(-1);
    if (target.secure && verifies?.argument(0) === 'on') {
      const message =
        '`ssl_verify_client on` asks for a certificate of the client: without one it answers 400.';
      return finished(request, conclude(request, refusal(496, 'websocket-limited', message, verifies)));
    }
    // The path is read before the `Host`: by then the server is that of the TLS name, or the default one.
    const early = target.secure && !isAddress(target.host) ? request.server : socket.defaultServer;
    const merges = effective(early, 'merge_slashes').directives.at(-1);
    const uri = normalizePath(target.path, merges?.argument(0).toLowerCase() !== 'off');
    if (uri === null) {
      request.note('client', `nginx cannot read the path ${target.path}: 400.`, null, 'answered-by-nginx');
      return answeredByNginx(request.server, 400);
    }
    request.uri = uri;
    return serve(request);
  }

  private noteSocket(): void {
    const { socket, target } = this;
    const listen = socket.listener.directive?.words.slice(1).map(({ value }) => value);
    const shown =
      listen === undefined ? 'port 80, as no `listen` says otherwise' : `\`listen ${listen.join(' ')}\``;
    const assumed =
      isAddress(target.host) || target.host === 'localhost'
        ? ''
        : ` (that ${target.host} leads here is taken for granted)`;
    this.steps.push({
      id: null,
      place: placeAbout(socket.listener.directive ?? socket.defaultServer),
      message: `The connection reaches ${shown}${assumed}.`,
      step: 'listen',
    });
  }

  private noteServer(server: Level, isDefault: boolean): void {
    const message = isDefault
      ? `No \`server_name\` is ${this.target.host}: the default server of the port takes it.`
      : `\`server_name\` has ${this.target.host}.`;
    this.steps.push({ id: null, place: placeAbout(server), message, step: 'server' });
  }

  /** Why no request can be made over the connection; null when it can. */
  private refusedConnection(): Evidence | null {
    const { socket, target } = this;
    const place = placeAbout(socket.listener.directive ?? socket.defaultServer);
    if (socket.proxyProtocol) {
      const message =
        'Connections must begin with a PROXY header: a client that connects directly is cut off.';
      return { id: 'protocol-mismatch', place, message, step: 'listen' };
    }
    if (target.secure && !socket.tls) {
      const message =
        'This port speaks no TLS: the client gives up. Add `ssl` to `listen`, or connect with ws://.';
      return { id: 'protocol-mismatch', place, message, step: 'listen' };
    }
    if (socket.http2Only) {
      const message =
        'Before nginx 1.25.1 a port with `http2` and without `ssl` speaks HTTP/2 only: no handshake is understood.';
      return { id: 'listen-http2-deprecated', place, message, step: 'listen' };
    }
    const byName = isAddress(target.host) ? null : namedServer(socket, target.host.replace(/\.$/, ''));
    const server = byName?.server ?? socket.defaultServer;
    const rejects = effective(server, 'ssl_reject_handshake').directives.at(-1);
    if (target.secure && rejects?.argument(0).toLowerCase() === 'on') {
      const message = '`ssl_reject_handshake on` turns away TLS connections to this server.';
      return { id: 'protocol-mismatch', place: placeAbout(rejects), message, step: 'server' };
    }
    return null;
  }
}

/** An answer that no phase goes on from but the pages for it. */
function finished(request: Request, result: ReturnType<typeof conclude>): Outcome {
  return typeof result === 'string' ? serve(request, result) : result;
}

function followed(url: string, arrival: Arrival): Handshake {
  try {
    const { outcome, request } = arrival.follow();
    const location = locationOf(outcome.level);
    return {
      url,
      verdict: verdictOf(outcome),
      status: outcome.status,
      location: location.kind === 'location' ? location : null,
      upstream: request?.upstream ?? null,
      because: arrival.steps,
    };
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    const because = [...arrival.steps, error.evidence];
    return { url, verdict: 'unknown', status: null, location: null, upstream: null, because };
  }
}

function verdictOf({ by, serves, dependsOnVersion }: Outcome): Verdict {
  if (by === 'upgraded' && serves) return 'passes';
  return by === 'back end' && dependsOnVersion ? 'depends' : 'blocked';
}
