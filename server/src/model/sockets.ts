import { type NginxVersion, sslDirective } from '../reference/versions';
import { effective } from './inheritance';
import type { Level } from './levels';
import { isTemplated, type Listener, listenersOf } from './listeners';
import { memoized } from './memo';
import { indexNames, type NameIndex } from './server-names';
import { isOn } from '../values/flag';

/** One address and port that nginx listens on, with the servers that share it. */
export interface Socket {
  /** `*`, `[::]`, or an address; IPv6 in brackets, written as URLs write it. */
  readonly address: string;
  readonly port: number;
  /** The first server's. */
  readonly listener: Readonly<Listener>;
  /** Those of all servers that share it. */
  readonly listeners: readonly Readonly<Listener>[];

  readonly firstServer: Level;
  readonly defaultServer: Level;
  readonly names: NameIndex;
  readonly tls: boolean;
  readonly proxyProtocol: boolean;
  /** Whether it has `http2` and no TLS: before 1.25.1 such a one speaks nothing but HTTP/2 (CHANGES). */
  readonly http2Plain: boolean;
  readonly ipv6only: boolean;
}

interface Sockets {
  readonly version: NginxVersion;
  readonly tcp: readonly Socket[];
  readonly unix: readonly Socket[];
}

const known = new WeakMap<Level, Sockets>();

/** The TCP sockets of an http level, in the order in which the servers name them; not those that a template fills in. */
export function socketsOf(http: Level, version: NginxVersion): readonly Socket[] {
  return allSockets(http, version).tcp;
}

/** Those in the file system: their address is `unix:` and the path, their port 0. */
export function unixSocketsOf(http: Level, version: NginxVersion): readonly Socket[] {
  return allSockets(http, version).unix;
}

function allSockets(http: Level, version: NginxVersion): Sockets {
  const entry = known.get(http);
  if (entry?.version === version) return entry;
  const sockets = readSockets(http, version);
  const isUnix = ({ address }: Socket): boolean => address.startsWith('unix:');
  const all: Sockets = {
    version,
    tcp: sockets.filter((socket) => !isUnix(socket)),
    unix: sockets.filter(isUnix),
  };
  known.set(http, all);
  return all;
}

const byPort = memoized((sockets: readonly Socket[]): ReadonlyMap<number, readonly Socket[]> => {
  const groups = new Map<number, Socket[]>();
  for (const socket of sockets) {
    const group = groups.get(socket.port);
    if (group === undefined) groups.set(socket.port, [socket]);
    else group.push(socket);
  }
  return groups;
});

/** The socket of an address, as `Socket` has it, and a port; undefined for none. */
export function socketAt(
  http: Level,
  version: NginxVersion,
  address: string,
  port: number,
): Socket | undefined {
  const all = allSockets(http, version);
  const ofPort = address.startsWith('unix:') ? all.unix : socketsOnPort(all.tcp, port);
  return ofPort.find((socket) => socket.address === address);
}

/** Those of some sockets that have a port, in order. */
export function socketsOnPort(sockets: readonly Socket[], port: number): readonly Socket[] {
  return byPort(sockets).get(port) ?? [];
}

function readSockets(http: Level, version: NginxVersion): Socket[] {
  const groups = new Map<string, { server: Level; listener: Readonly<Listener> }[]>();
  for (const [server, listeners] of listenersOf(http)) {
    for (const listener of listeners) {
      if (listener.quic || isTemplated(listener.address)) continue;
      const key = `${urlHost(listener.address)} ${listener.port}`;
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push({ server, listener });
    }
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [socketOf(group, first, version)];
  });
}

interface Member {
  readonly server: Level;
  readonly listener: Readonly<Listener>;
}

function socketOf(group: readonly Member[], first: Member, version: NginxVersion): Socket {
  const some = (is: (listener: Readonly<Listener>) => boolean): boolean =>
    group.some(({ listener }) => is(listener));
  const defaultServer = (group.find(({ listener }) => listener.defaultServer) ?? first).server;
  // nginx refuses to start with it where it is gone.
  const isSslOn = isOn(effective(defaultServer, 'ssl').directives.at(-1));
  const isListenTls = some((listener) => listener.tls);
  return {
    address: urlHost(first.listener.address),
    port: first.listener.port,
    listener: first.listener,
    listeners: group.map(({ listener }) => listener),
    firstServer: first.server,
    defaultServer,
    names: indexNames(group.map(({ server }) => server)),
    tls: isListenTls || (isSslOn && sslDirective(version) !== 'removed'),
    proxyProtocol: some((listener) => listener.proxyProtocol),
    http2Plain: !isListenTls && !isSslOn && some((listener) => listener.http2),
    ipv6only: !some((listener) => !listener.ipv6only),
  };
}

/** An address as URLs write it: `localhost` is 127.0.0.1. */
export function urlHost(address: string): string {
  if (address.startsWith('unix:')) return address;
  const lower = address.toLowerCase();
  return lower === 'localhost' ? '127.0.0.1' : lower;
}
