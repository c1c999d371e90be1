import { bytesOf } from '../model/bytes';
import type { Level } from '../model/levels';
import { isTemplated, type Listener, listenersOf } from '../model/listeners';
import { locationName } from '../values/location';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { type Socket, socketsOf } from '../model/sockets';
import { hasPlaceholder } from '../syntax/placeholders';
import { escapePath } from './uri';

/**
 * The URLs that a location stands for, without repetition: one for each listener and each name of its server that is
 * no pattern, else the address of the listener or `localhost`. Default ports are left out. None for a location with a
 * regex or a name, nor where no port is listened on.
 */
export function urlsOf(model: Model, location: Level): string[] {
  const { server, block } = location;
  if (server === null || block === null || model.http === null) return [];
  const { kind, name } = locationName(block);
  if ((kind !== 'exact' && kind !== 'prefix') || !name.startsWith('/') || hasPlaceholder(name)) return [];
  const path = escapePath(bytesOf(name));
  return originsOf(model, server).map((origin) => `${origin}${path}`);
}

const known = new WeakMap<Level, readonly string[]>();

/** Scheme, host and port of the URLs of a server: one for each listener and each name that is no pattern. */
export function originsOf(model: Model, server: Level): readonly string[] {
  if (model.http === null) return [];
  const origins = known.get(server) ?? readOrigins(model, model.http, server);
  known.set(server, origins);
  return origins;
}

/** Whether all names of a server are regexes: no host that they match is known, and what they capture is empty. */
export function hasOnlyRegexNames(server: Level): boolean {
  return serverNames(server).every((name) => name.startsWith('~'));
}

function readOrigins(model: Model, http: Level, server: Level): string[] {
  const names = serverNames(server)
    .map((name) => (name.startsWith('.') ? name.slice(1) : name).toLowerCase())
    .filter((name) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(name));
  const tls = tlsListeners(socketsOf(http, model.version));
  const origins = (listenersOf(http).get(server) ?? []).flatMap((listener) => {
    const { address, port, quic } = listener;
    if (quic || address.startsWith('unix:') || isTemplated(address)) return [];
    const [scheme, own] = tls.has(listener) ? ['wss', 443] : ['ws', 80];
    const hosts = names.length > 0 ? names : [address === '*' || address === '[::]' ? 'localhost' : address];
    return hosts.map((host) => `${scheme}://${host}${port === own ? '' : `:${port}`}`);
  });
  return [...new Set(origins)];
}

const knownTls = new WeakMap<readonly Socket[], ReadonlySet<Readonly<Listener>>>();

/** The listeners that speak TLS. */
function tlsListeners(sockets: readonly Socket[]): ReadonlySet<Readonly<Listener>> {
  const tls =
    knownTls.get(sockets) ?? new Set(sockets.flatMap((socket) => (socket.tls ? socket.listeners : [])));
  knownTls.set(sockets, tls);
  return tls;
}
