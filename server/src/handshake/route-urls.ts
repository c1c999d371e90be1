import { bytesOf } from '../model/bytes';
import { effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import { isTemplated, type Listener, listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { type Socket, socketsOf } from '../model/sockets';
import { locationName } from '../values/location';
import { hasPlaceholder } from '../syntax/templates/languages';
import { defaultServerOf, namedServer, type Reached, socketFor } from './listening';
import type { Case } from './cases';
import { ANY_QUERY, MARKED_QUERY, REST_OF_PATH } from './facts';
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
  return [...reachingOrigins(model, server)].map((origin) => `${origin}${escapePath(path)}`);
}

/** The URLs of the cases that pass, or of all where none does; as `urlsOf`. */
export function urlsOfCases(model: Model, location: Level, cases: readonly Case[]): string[] {
  const path = ownPathOf(location);
  if (path === null || location.server === null) return [];
  const reaching = reachingOrigins(model, location.server);
  const passing = cases.filter(({ verdict }) => verdict === 'passes');
  const shown = passing.length > 0 ? passing : cases;
  const taken = new Set(shown.flatMap((each) => urlsOfCase(location, path, reaching, each)));
  const order = urlsOf(model, location);
  // In the order of the listeners and names; then those with a path or query that a case is about.
  return [...order.filter((url) => taken.has(url)), ...[...taken].filter((url) => !order.includes(url))];
}

function urlsOfCase(location: Level, path: string, reaching: ReadonlySet<string>, { ways }: Case): string[] {
  return ways.flatMap((assumptions) => {
    const { origins, texts, unlikeBare } = assumptions;
    const rest = bareText(assumptions.resolve([REST_OF_PATH]));
    const marked = bareText(assumptions.resolve([MARKED_QUERY]));
    const query = marked === '' ? bareText(assumptions.resolve([ANY_QUERY])) : (marked?.slice(1) ?? null);
    const isWritten =
      [...unlikeBare].every((name) => BESIDE_THE_URL.test(name)) && [...texts.keys()].every(canBeWritten);
    if (rest === null || query === null || !isWritten || !leadsTo(location, `${path}${rest}`)) return [];
    const pairs = [...texts].flatMap(([name, value]) =>
      name.startsWith('$arg_') && value.length > 0
        ? [`${name.slice('$arg_'.length)}=${bareText(value)}`]
        : [],
    );
    const asked = [...(query === '' ? [] : [query]), ...pairs].join('&');
    const end = asked === '' ? '' : `?${asked}`;
    // What is asked of the whole query was answered before an argument of it was known.
    if (!assumptions.agrees(ANY_QUERY, asked) || !assumptions.agrees(MARKED_QUERY, end)) return [];
    const tail = `${escapePath(`${path}${rest}`)}${end}`;
    return origins
      .map(originText)
      .filter((origin) => reaching.has(origin))
      .map((origin) => `${origin}${tail}`);
  });
}

/** What a request has besides what its URL says. */
const BESIDE_THE_URL = /^\$(?:http_(?!host$)|cookie_|remote_|ssl_|server_addr$)/;

/** Whether a URL can be written for which an atom has a text: no way leads back from what a pattern has captured. */
function canBeWritten(name: string): boolean {
  const ofUrl = [REST_OF_PATH.name, ANY_QUERY.name, MARKED_QUERY.name, '$arg_'];
  return BESIDE_THE_URL.test(name) || ofUrl.some((each) => name.startsWith(each));
}

/** The path of a location that is no pattern, in bytes, where a request from outside for it leads there; else null. */
function ownPathOf(location: Level): string | null {
  const { block } = location;
  if (block === null || effective(location, 'internal').directives.length > 0) return null;
  const { kind, name } = locationName(block);
  if ((kind !== 'exact' && kind !== 'prefix') || !name.startsWith('/') || hasPlaceholder(name)) return null;
  const path = bytesOf(name);
  return leadsTo(location, path) ? path : null;
}

/** Whether a request for a path leads to a location; so it is taken where that cannot be told. */
function leadsTo(location: Level, path: string): boolean {
  const found = location.server === null ? null : searchFor(location.server, path);
  return found === null || found.level === location;
}

/** What URLs of a server begin with: one for each listener and each name that is no pattern, those left out that lead to another server. */
export function originsOf(model: Model, server: Level): readonly Origin[] {
  const find = (all: Model): readonly Origin[] =>
    all.http === null ? [] : readOrigins(all, all.http, server);
  return model.ask('origins', server, find, isSameList, 'listeners');
}

function isSameList(a: readonly Origin[], b: readonly Origin[]): boolean {
  return a.length === b.length && a.every((origin, index) => isSame(origin, b[index]));
}

function isSame({ secure, host, port }: Origin, other: Origin | undefined): boolean {
  return other?.secure === secure && other.host === host && other.port === port;
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
      if (leadsElsewhere(model, socket, server, host, names.length > 0)) continue;
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
function leadsElsewhere(model: Model, socket: Socket, server: Level, host: string, isName: boolean): boolean {
  if (!isName) return false;
  const named = namedServer(model, socket, host);
  return named !== null && named.server !== undefined && named.server !== server;
}

/** The beginnings of those URLs of a server that reach it: another may be the default one of the port, or have its address. */
function reachingOrigins(model: Model, server: Level): ReadonlySet<string> {
  const find = (all: Model): ReadonlySet<string> => {
    const reaching = originsOf(all, server).filter((origin) => reaches(all, server, origin));
    return new Set(reaching.map(originText));
  };
  return model.ask('reaching origins', server, find, isSameSet, 'listeners');
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((origin) => b.has(origin));
}

/** Whether a URL reaches a server; so it is taken where a name cannot be read. */
function reaches(model: Model, server: Level, origin: Origin): boolean {
  const socket = socketOf(model, server, origin);
  const named = socket === null ? null : namedServer(model, socket, origin.host);
  return socket === null || named === null || (named.server ?? defaultServerOf(model, socket)) === server;
}

/** The socket that a URL with this origin reaches. */
export function socketOf(model: Model, server: Level, origin: Origin): Reached | null {
  return server.block === null ? null : socketFor(model, origin);
}
