import { hasPlaceholder } from '../syntax/placeholders';
import type { ConfigDirective } from './configuration';
import { ownDirectives } from './inheritance';
import type { Level } from './levels';

/** One `listen` of a server. */
export interface Listener {
  /** Null for the address that nginx listens on when a server has no `listen`. */
  readonly directive: ConfigDirective | null;
  /** The address: `*` for all of IPv4, `[::]`, an address, a name, `unix:/path`; as written when a template fills it in. */
  readonly address: string;
  /** The port; 80 when none is written, 0 for a Unix socket and for what a template fills in. */
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
  // Without `listen`: `*:80` for root, `*:8000` for others; nginx runs as root where it matters.
  return listeners.length > 0 ? listeners : [listenerAt(null, '*', 80)];
}

/** The listeners of one `listen`: one for each port of a range. */
function readListeners(directive: ConfigDirective): Listener[] {
  const { address, first, last } = readAddress(directive.argument(0));
  const ports = Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => first + index);
  return ports.map((port) => listenerAt(directive, address, port));
}

function listenerAt(directive: ConfigDirective | null, address: string, port: number): Listener {
  const parameters = new Set(directive?.words.slice(2).map((word) => word.value));
  return {
    directive,
    address,
    port,
    tls: parameters.has('ssl') || parameters.has('quic'),
    quic: parameters.has('quic'),
    defaultServer: parameters.has('default_server') || parameters.has('default'),
    http2: parameters.has('http2'),
    proxyProtocol: parameters.has('proxy_protocol'),
    ipv6only: !parameters.has('ipv6only=off'),
  };
}

/** The highest port there is. */
const LAST_PORT = 65_535;

/** `8080`, `127.0.0.1`, `*:80`, `[::]:443`, `name:80`, `80-90`, `unix:/path` (ngx_parse_url). */
function readAddress(value: string): { address: string; first: number; last: number } {
  if (value.startsWith('unix:') || isTemplated(value)) return { address: value, first: 0, last: 0 };
  const match = /^(?:(\[[^\]]*\]|[^:]*?)(?::|$))?(?:(\d+)(?:-(\d+))?)?$/.exec(portOnly(value));
  const address = match?.[1] ?? value;
  const first = Number(match?.[2] ?? 80);
  const last = Math.min(Number(match?.[3] ?? first), LAST_PORT);
  return { address: address === '0.0.0.0' ? '*' : address, first, last };
}

/** Whether an address is not known yet: nginx itself takes no variables here. */
export function isTemplated(address: string): boolean {
  return address.includes('$') || hasPlaceholder(address);
}

/** A port alone is one of all addresses. */
function portOnly(value: string): string {
  return /^\d+(?:-\d+)?$/.test(value) ? `*:${value}` : value;
}
