import { isAtLeast, type NginxVersion } from '../reference/versions';
import { effective } from './inheritance';
import type { Level } from './levels';
import { isTemplated, type Listener, listenersOf } from './listeners';
import { indexNames, type NameIndex } from './server-names';

/** One address and port that nginx listens on, with the servers that share it. */
export interface Socket {
  /** `*`, `[::]`, or an address; IPv6 in brackets, written as URLs write it. */
  readonly address: string;
  readonly port: number;
  /** The first server's. */
  readonly listener: Readonly<Listener>;
  /** Those of all servers that share it. */
  readonly listeners: readonly Readonly<Listener>[];
  readonly defaultServer: Level;
  readonly names: NameIndex;
  readonly tls: boolean;
  readonly proxyProtocol: boolean;
  /** Whether it speaks nothing but HTTP/2: so does one without TLS and with `http2` before 1.25.1 (CHANGES). */
  readonly http2Only: boolean;
  readonly ipv6only: boolean;
}

/** `ssl on` went, and `listen … http2` no longer shuts out HTTP/1.1, with this version (CHANGES, 1.25.1). */
const separateHttp2: NginxVersion = { major: 1, minor: 25, patch: 1 };

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

function readSockets(http: Level, version: NginxVersion): Socket[] {
  const groups = new Map<string, { server: Level; listener: Readonly<Listener> }[]>();
  for (const [server, listeners] of listenersOf(http)) {
    for (const listener of listeners) {
      if (listener.quic || isTemplated(listener.address)) continue;
      const key = `${canonicalAddress(listener.address)} ${listener.port}`;
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
  const isOld = !isAtLeast(version, separateHttp2);
  const tls =
    some((listener) => listener.tls) ||
    (isOld && effective(defaultServer, 'ssl').directives.at(-1)?.argument(0).toLowerCase() === 'on');
  return {
    address: canonicalAddress(first.listener.address),
    port: first.listener.port,
    listener: first.listener,
    listeners: group.map(({ listener }) => listener),
    defaultServer,
    names: indexNames(group.map(({ server }) => server)),
    tls,
    proxyProtocol: some((listener) => listener.proxyProtocol),
    http2Only: isOld && !tls && some((listener) => listener.http2),
    ipv6only: !some((listener) => !listener.ipv6only),
  };
}

/** An address as URLs write it: `localhost` is 127.0.0.1, and IPv6 has one spelling. */
function canonicalAddress(address: string): string {
  if (address.startsWith('unix:')) return address;
  const lower = address.toLowerCase();
  if (lower === 'localhost') return '127.0.0.1';
  return lower.startsWith('[') ? `[${canonicalIpv6(lower.slice(1, -1))}]` : lower;
}

/** The longest run of zeros is `::`, and no group has a zero in front (RFC 5952 §4). */
function canonicalIpv6(address: string): string {
  const [head = '', tail] = address.split('::');
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [front, back] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...back].map((group) =>
    Number.parseInt(group, 16).toString(16),
  );
  const runs = [...`:${groups.join(':')}:`.matchAll(/(?::0)+(?=:)/g)].filter(([run]) => run.length > 2);
  const longest = runs.reduce((best, [run]) => (run.length > best.length ? run : best), '');
  const text = `:${groups.join(':')}:`;
  if (longest === '') return groups.join(':');
  const at = text.indexOf(`${longest}:`);
  const [before, after] = [text.slice(1, at), text.slice(at + longest.length + 1, -1)];
  return `${before}::${after}`;
}
