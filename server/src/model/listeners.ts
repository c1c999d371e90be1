import { hasPlaceholder } from '../syntax/templates/languages';
import { mayBeStub } from '../syntax/templates/stubs';
import { type Listen, listenHost, readListen } from '../values/listen';
import type { ConfigDirective } from './configuration';
import { effective, ownDirectives } from './inheritance';
import type { Level } from './levels';
import { memoized } from './memo';

/** One `listen` of a server. */
export interface Listener {
  /** Null for the address that nginx listens on when a server has no `listen`. */
  readonly directive: ConfigDirective | null;
  /**
   * The address: `*` for all of IPv4, `[::]`, an address in one spelling, a name, `unix:/path`; as written when a
   * template fills it in or nginx refuses it.
   */
  readonly address: string;
  /** The port; 80 when none is written, 0 for a Unix socket and for an address as written. */
  readonly port: number;
  /** Whether connections are TLS on this address and port: one server that says `ssl` is enough for all of them. */
  tls: boolean;
  /** Whether it is HTTP/3 over UDP: another socket than the one for TCP on the same port, and no way for WebSocket. */
  readonly quic: boolean;
  readonly defaultServer: boolean;
  /** Whether `http2` is among its parameters. */
  readonly http2: boolean;
  /** Whether every connection must begin with a PROXY header. */
  readonly proxyProtocol: boolean;
  /** `off` lets `[::]` take connections over IPv4 too. */
  readonly ipv6only: boolean;
}

/**
 * The listeners of the servers of an http level, by server. `ssl` belongs to the address and port, not to the
 * server that says it (ngx_http_add_addresses).
 */
export function listenersOf(http: Level): ReadonlyMap<Level, readonly Readonly<Listener>[]> {
  const listeners = known.get(http) ?? readListenersOf(http);
  known.set(http, listeners);
  return listeners;
}

const known = new WeakMap<Level, ReadonlyMap<Level, readonly Readonly<Listener>[]>>();

function readListenersOf(http: Level): ReadonlyMap<Level, readonly Readonly<Listener>[]> {
  const servers = http.levels.filter((level) => level.kind === 'server');
  const byServer = new Map(servers.map((server) => [server, ownListeners(server)] as const));
  const tls = new Set(
    [...byServer.values()].flat().flatMap((listener) => (listener.tls ? [keyOf(listener)] : [])),
  );
  for (const listener of [...byServer.values()].flat()) listener.tls = tls.has(keyOf(listener));
  return byServer;
}

function keyOf({ address, port, quic }: Readonly<Listener>): string {
  return `${address}:${port}${quic ? '/udp' : ''}`;
}

function ownListeners(server: Level): Listener[] {
  const listeners = ownDirectives(server, 'listen').flatMap(readListeners);
  return listeners.length > 0 ? listeners.map(copied) : [defaultListener()];
}

/** The listeners of one `listen`: one for each port of a range. */
/** What a directive says stays; whether the address speaks TLS is decided by all servers. */
function copied(listener: Readonly<Listener>): Listener {
  return { ...listener };
}

const readListeners = memoized((directive: ConfigDirective): readonly Readonly<Listener>[] => {
  const written = directive.argument(0);
  const listen = readListen(directive, 'http');
  const { address } = listen;
  // What nginx refuses is no address, like what a template fills in.
  if (isTemplated(written) || address.error !== null) return [listenerOf(directive, listen, written, 0)];
  const host = listenHost(address);
  return Array.from({ length: address.lastPort - address.port + 1 }, (_, index) =>
    listenerOf(directive, listen, host, address.port + index),
  );
});

/** Without `listen`: `*:80` for root, `*:8000` for others; nginx runs as root where it matters. */
function defaultListener(): Listener {
  return listenerOf(null, readListen({ words: [] }, 'http'), '*', 80);
}

function listenerOf(
  directive: ConfigDirective | null,
  { ssl, quic, defaultServer, http2, proxyProtocol, ipv6only }: Listen,
  address: string,
  port: number,
): Listener {
  return {
    directive,
    address,
    port,
    tls: ssl || quic,
    quic,
    defaultServer,
    http2,
    proxyProtocol,
    ipv6only,
  };
}

/** Whether an address is not known yet: nginx itself takes no variables here. */
export function isTemplated(address: string): boolean {
  return address.includes('$') || hasPlaceholder(address) || mayBeStub(address);
}

/** What all servers say of names and listeners: as long as it is the same, so is which of them a URL reaches. */
export function listenersText(http: Level): string {
  return http.levels.map(listenersTextOf).join('\n');
}

/** The directives that say which requests reach a server, and which connections it takes. */
const OF_LISTENERS = ['listen', 'server_name', 'ssl', 'ssl_reject_handshake'];

const listenersTextOf = memoized((server: Level): string =>
  OF_LISTENERS.flatMap((name) => effective(server, name).directives)
    .map(({ words }) => JSON.stringify(words.map(({ value }) => value)))
    .join(' '),
);
