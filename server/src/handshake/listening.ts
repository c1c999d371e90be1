import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { serverNamed } from '../model/server-names';
import { type Socket, socketAt, socketsOf, socketsOnPort } from '../model/sockets';
import { type Captured, knownCaptures } from './open-patterns';
import { matchPattern } from './patterns';
import { isAddress, type Target } from './target';

/**
 * A socket as a handshake finds it. Who serves it is asked by name: of a hundred servers that share one, a handshake
 * depends on the one that takes it.
 */
export type Reached = Pick<Socket, 'address' | 'port' | 'listener' | 'tls' | 'proxyProtocol' | 'http2Plain'>;

/** The socket that a connection reaches; null where nobody listens. */
export function socketFor(model: Model, { host, port }: Pick<Target, 'host' | 'port'>): Reached | null {
  const find = ({ http, version }: Model): Socket | null =>
    http === null ? null : chooseSocket(socketsOf(http, version), host, port);
  return model.ask('socket', `${host} ${port}`, find, isSameSocket, 'listeners', (socket) =>
    socket === null ? [] : [socket.firstServer],
  );
}

/** Whether two are the same to a connection. */
export function isSameSocket(a: Reached | null, b: Reached | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.address === b.address &&
    a.port === b.port &&
    a.tls === b.tls &&
    a.proxyProtocol === b.proxyProtocol &&
    a.http2Plain === b.http2Plain &&
    a.listener.directive === b.listener.directive
  );
}

/** The server that takes requests whose `Host` is the name of none. */
export function defaultServerOf(model: Model, socket: Reached): Level {
  const find = (all: Model): Level | null => socketIn(all, socket)?.defaultServer ?? null;
  return there(
    model.ask('default server', keyOf(socket), find, Object.is, 'listeners', (server) =>
      server === null ? [] : [server],
    ),
  );
}

/** The servers that have names at a socket, and the default one, each once. */
export function serversOf(model: Model, socket: Reached): readonly Level[] {
  const find = (all: Model): readonly Level[] | null => {
    const found = socketIn(all, socket);
    return found === undefined ? null : serversWithNames(found);
  };
  return there(
    model.ask('servers', keyOf(socket), find, isSameList, 'listeners', (servers) => servers ?? []),
  );
}

export interface NamedServer {
  /** Undefined for none. */
  readonly server: Level | undefined;
  readonly captured: Captured | null;
}

/** The server of a socket that has a name. Null where a pattern cannot be read. */
export function namedServer(model: Model, socket: Reached, host: string): NamedServer | null {
  const find = (all: Model): NamedServer | null => {
    const found = socketIn(all, socket);
    return found === undefined ? null : serverNamedAt(found, host);
  };
  return model.ask('server named', `${keyOf(socket)} ${host}`, find, isSameServer, 'listeners', (named) =>
    named?.server === undefined ? [] : [named.server],
  );
}

/** The server that TLS is agreed with, and that a request is read by until its `Host`: that of the TLS name, or the default one. */
export function serverOfTlsName(model: Model, socket: Reached, tlsName: string | null): Level {
  const named = tlsName === null ? null : namedServer(model, socket, tlsName);
  return named?.server ?? defaultServerOf(model, socket);
}

/** What listens at a socket: the first `listen` there, or the default server where that has none. */
export function listenerAt(model: Model, socket: Reached): ConfigDirective | Level {
  return socket.listener.directive ?? defaultServerOf(model, socket);
}

/**
 * An address has a socket of its own, else the one of all addresses; of the sockets of another name's port that one is
 * taken whose servers have the name.
 */
function chooseSocket(sockets: readonly Socket[], host: string, port: number): Socket | null {
  const ofPort = socketsOnPort(sockets, port);
  const at = (address: string): Socket | undefined => ofPort.find((socket) => socket.address === address);
  const dual = ofPort.find(({ address, ipv6only }) => address === '[::]' && !ipv6only);
  const reached = (address: string): Socket | undefined =>
    address.startsWith('[') ? (at(address) ?? at('[::]')) : (at(address) ?? at('*') ?? dual);
  if (isAddress(host)) return reached(host) ?? null;
  const candidates = (host === 'localhost' ? [reached('127.0.0.1'), reached('[::1]')] : ofPort).filter(
    (socket) => socket !== undefined,
  );
  const naming = candidates.find((socket) => serverNamedAt(socket, host)?.server !== undefined);
  const wildcard = host === 'localhost' ? undefined : (at('*') ?? at('[::]'));
  return naming ?? wildcard ?? candidates[0] ?? null;
}

/** What each socket has answered for a name: all URLs of a server ask for the same one. */
const serversByName = memoized((_socket: Socket) => new Map<string, NamedServer | null>());

function serverNamedAt(socket: Socket, host: string): NamedServer | null {
  const known = serversByName(socket);
  let named = known.get(host);
  if (named === undefined) {
    named = findServerNamed(socket, host);
    known.set(host, named);
  }
  return named;
}

function findServerNamed({ names }: Socket, host: string): NamedServer | null {
  let captured: Captured | null = null;
  let isUnknown = false;
  const server = serverNamed(names, host, (pattern, ignoreCase) => {
    const result = matchPattern(pattern, ignoreCase, host);
    if (result === 'unknown') isUnknown = true;
    else if (result !== null) captured = knownCaptures(result.groups, result.named);
    return result !== null;
  });
  return isUnknown ? null : { server, captured };
}

function serversWithNames({ names, defaultServer }: Socket): readonly Level[] {
  const { exact, heads, tails, regexes } = names;
  const named = [...exact.values(), ...heads.values(), ...tails.values()];
  return [...new Set([...named, ...regexes.map(({ server }) => server), defaultServer])];
}

function socketIn({ http, version }: Model, { address, port }: Reached): Socket | undefined {
  return http === null ? undefined : socketAt(http, version, address, port);
}

function keyOf({ address, port }: Reached): string {
  return `${address} ${port}`;
}

function isSameList(a: readonly Level[] | null, b: readonly Level[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((level, index) => level === b[index]);
}

function isSameServer(a: NamedServer | null, b: NamedServer | null): boolean {
  if (a === null || b === null) return a === b;
  return a.server === b.server && textOf(a.captured) === textOf(b.captured);
}

function textOf(captured: Captured | null): string {
  return captured === null ? '' : JSON.stringify([captured.groups, [...captured.named]]);
}

/** A socket that was reached is there. */
function there<Found>(found: Found | null): Found {
  if (found === null) throw new RangeError('Nothing listens there.');
  return found;
}
