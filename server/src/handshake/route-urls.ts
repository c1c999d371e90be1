import { bytesOf } from '../model/bytes';
import type { Level } from '../model/levels';
import { isTemplated, type Listener, listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { type Socket, socketsOf } from '../model/sockets';
import { locationName } from '../values/location';
import { hasPlaceholder } from '../syntax/placeholders';
import { chooseSocket, namedServer } from './arrival';
import type { Case } from './cases';
import { ANY_QUERY, REST_OF_PATH } from './facts';
import { searchFor } from './own-paths';
import { escapePath } from './uri';
import { bareText, type Origin, originText } from './value';

/**
 * The URLs that a location stands for, without repetition: one for each listener and each name of its server that is
 * no pattern, else the address of the listener or `localhost`. Default ports are left out. None for a location with a
 * regex or a name, none that leads elsewhere, nor where no port is listened on.
 */
export function urlsOf(model: Model, location: Level): string[] {
  const { server } = location;
  const path = ownPathOf(location);
  if (server === null || path === null) return [];
  return originsOf(model, server).map((origin) => `${originText(origin)}${escapePath(path)}`);
}

/** The URLs of the cases that pass, or of all where none does. */
export function urlsOfCases(model: Model, location: Level, cases: readonly Case[]): string[] {
  const path = ownPathOf(location);
  if (path === null) return [];
  const passing = cases.filter(({ verdict }) => verdict === 'passes');
  const shown = passing.length > 0 ? passing : cases;
  const taken = new Set(shown.flatMap((each) => urlsOfCase(path, each)));
  const order = urlsOf(model, location);
  // In the order of the listeners and names; then those with a path or query that a case is about.
  return [...order.filter((url) => taken.has(url)), ...[...taken].filter((url) => !order.includes(url))];
}

function urlsOfCase(path: string, { assumptions }: Case): string[] {
  if (assumptions.isApart(REST_OF_PATH) || assumptions.isApart(ANY_QUERY)) return [];
  const rest = bareText(assumptions.resolve([REST_OF_PATH]));
  if (rest === null) return [];
  const query = [...assumptions.texts]
    .flatMap(([name, value]) =>
      name.startsWith('$arg_') ? [`${name.slice('$arg_'.length)}=${bareText(value)}`] : [],
    )
    .join('&');
  const tail = `${escapePath(`${path}${rest}`)}${query === '' ? '' : `?${query}`}`;
  return assumptions.origins.map((origin) => `${originText(origin)}${tail}`);
}

/** The path of a location that is no pattern, in bytes, where a request for it leads there; else null. */
function ownPathOf(location: Level): string | null {
  const { server, block } = location;
  if (server === null || block === null) return null;
  const { kind, name } = locationName(block);
  if ((kind !== 'exact' && kind !== 'prefix') || !name.startsWith('/') || hasPlaceholder(name)) return null;
  const path = bytesOf(name);
  const found = searchFor(server, path);
  return found === null || found.level === location ? path : null;
}

const origins = new WeakMap<Level, readonly Origin[]>();

/** What URLs of a server begin with: one for each listener and each name that is no pattern, those left out that lead to another server. */
export function originsOf(model: Model, server: Level): readonly Origin[] {
  if (model.http === null) return [];
  const found = origins.get(server) ?? readOrigins(model, model.http, server);
  origins.set(server, found);
  return found;
}

/** Whether a server has a name that is no pattern: clients ask for that. */
export function hasNames(server: Level): boolean {
  return plainNames(server).length > 0;
}

function plainNames(server: Level): string[] {
  return serverNames(server)
    .map((name) => (name.startsWith('.') ? name.slice(1) : name).toLowerCase())
    .filter((name) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(name));
}

function readOrigins(model: Model, http: Level, server: Level): Origin[] {
  const names = plainNames(server);
  const sockets = socketsOf(http, model.version);
  const found = new Map<string, Origin>();
  const bySocket = socketsByListener(sockets);
  for (const listener of listenersOf(http).get(server) ?? []) {
    const { address, port, quic } = listener;
    if (quic || address.startsWith('unix:') || isTemplated(address)) continue;
    const socket = bySocket.get(listener);
    if (socket === undefined) continue;
    const hosts = names.length > 0 ? names : [address === '*' || address === '[::]' ? 'localhost' : address];
    for (const host of hosts) {
      const origin: Origin = { secure: socket.tls, host, port };
      if (leadsElsewhere(socket, server, host, names.length > 0)) continue;
      found.set(originText(origin), origin);
    }
  }
  return [...found.values()];
}

const socketsByListener = memoized(
  (sockets: readonly Socket[]): ReadonlyMap<Readonly<Listener>, Socket> =>
    new Map(sockets.flatMap((socket) => socket.listeners.map((listener) => [listener, socket] as const))),
);

/** Whether another server of the socket has the name, or takes what none has. */
function leadsElsewhere(socket: Socket, server: Level, host: string, isName: boolean): boolean {
  if (!isName) return false;
  const named = namedServer(socket, host);
  return named !== null && named.server !== undefined && named.server !== server;
}

/** The socket that a URL with this origin reaches. */
export function socketOf(model: Model, server: Level, { secure, host, port }: Origin): Socket | null {
  if (model.http === null || server.block === null) return null;
  const target = { secure, host, port, hostHeader: host, path: '/', query: '' };
  return chooseSocket(socketsOf(model.http, model.version), target);
}
