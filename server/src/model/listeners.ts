import type { ConfigDirective } from './configuration';
import { ownDirectives } from './inheritance';
import type { Level } from './levels';

/** One `listen` of a server. */
interface Listener {
  /** Null for the address that nginx listens on when a server has no `listen`. */
  readonly directive: ConfigDirective | null;
  /** The address: `*` for all of IPv4, `[::]`, an address, a name, or `unix:/path`. */
  readonly address: string;
  /** The port; 80 when none is written, 0 for a Unix socket. */
  readonly port: number;
  /** Whether connections are TLS on this address and port: one server that says `ssl` is enough for all of them. */
  tls: boolean;
  /** Whether it is HTTP/3 over UDP: another socket than the one for TCP on the same port, and no way for WebSocket. */
  readonly quic: boolean;
  readonly defaultServer: boolean;
}

/**
 * The listeners of the servers of an http level, by server. `ssl` belongs to the address and port, not to the
 * server that says it (ngx_http_add_addresses).
 */
export function listenersOf(http: Level): ReadonlyMap<Level, readonly Readonly<Listener>[]> {
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
  const listeners = ownDirectives(server, 'listen').map(readListener);
  // Without `listen`: `*:80` for root, `*:8000` for others; nginx runs as root where it matters.
  if (listeners.length > 0) return listeners;
  return [{ directive: null, address: '*', port: 80, tls: false, quic: false, defaultServer: false }];
}

function readListener(directive: ConfigDirective): Listener {
  const parameters = new Set(directive.words.slice(2).map((word) => word.value));
  return {
    directive,
    ...readAddress(directive.argument(0)),
    tls: parameters.has('ssl') || parameters.has('quic'),
    quic: parameters.has('quic'),
    defaultServer: parameters.has('default_server') || parameters.has('default'),
  };
}

/** `8080`, `127.0.0.1`, `*:80`, `[::]:443`, `name:80`, `unix:/path` (ngx_parse_url). */
function readAddress(value: string): { address: string; port: number } {
  if (value.startsWith('unix:')) return { address: value, port: 0 };
  if (/^\d+$/.test(value)) return { address: '*', port: Number(value) };
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(value);
  const address = match?.[1] ?? value;
  return { address: address === '0.0.0.0' ? '*' : address, port: Number(match?.[2] ?? 80) };
}
