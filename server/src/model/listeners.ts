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
  readonly tls: boolean;
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
export function listenersOf(http: Level): ReadonlyMap<Level, readonly Listener[]> {
  const listeners = known.get(http) ?? readListenersOf(http);
  known.set(http, listeners);
  return listeners;
}

const known = new WeakMap<Level, ReadonlyMap<Level, readonly Listener[]>>();

function readListenersOf(http: Level): ReadonlyMap<Level, readonly Listener[]> {
  const servers = http.levels.filter((level) => level.kind === 'server');
  const tls = new Set<string>();
  for (const server of servers) for (const key of ownListeners(server).withTls) tls.add(key);
  return new Map(servers.map((server) => [server, withTls(ownListeners(server), tls)] as const));
}

function keyOf({ address, port, quic }: Listener): string {
  return `${address}:${port}${quic ? '/udp' : ''}`;
}

/** The listeners of one server, whatever the others say. */
interface OwnListeners {
  readonly listeners: readonly Listener[];
  readonly keys: readonly string[];
  /** The keys of those that say `ssl`. */
  readonly withTls: readonly string[];
  /** The same listeners with what all servers say of TLS, by that: a word of zeros and ones. */
  readonly byTls: Map<string, readonly Listener[]>;
}

const ownListeners = memoized((server: Level): OwnListeners => {
  const written = ownDirectives(server, 'listen').flatMap(readListeners);
  const listeners = written.length > 0 ? written : [defaultListener()];
  const keys = listeners.map(keyOf);
  return { listeners, keys, withTls: keys.filter((_, index) => listeners[index]?.tls), byTls: new Map() };
});

/** One server that says `ssl` is enough for all of an address and port. Each server has objects of its own. */
function withTls({ listeners, keys, byTls }: OwnListeners, tls: ReadonlySet<string>): readonly Listener[] {
  const word = keys.map((key) => (tls.has(key) ? '1' : '0')).join('');
  let known = byTls.get(word);
  if (known === undefined) {
    known = listeners.map((listener, index) => ({ ...listener, tls: word.charAt(index) === '1' }));
    byTls.set(word, known);
  }
  return known;
}

/** The listeners of one `listen`: one for each port of a range. */
const readListeners = memoized((directive: ConfigDirective): readonly Listener[] => {
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
