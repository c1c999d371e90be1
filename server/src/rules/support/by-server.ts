import type { Route } from '../../handshake/routes';
import type { Level } from '../../model/levels';
import { memoized } from '../../model/memo';
import type { Model } from '../../model/model';
import { Views } from '../../model/view';

/**
 * What is found for each server that has routes, in their order. It is kept from version to version as long as the routes
 * of a server stay, and the model gives the answers that it was asked for.
 *
 * @param find asks the model it is given, and no other
 */
export function keptByServer<Found>(
  find: (server: Level, routes: readonly Route[], model: Model) => Found,
): (model: Model, routes: readonly Route[]) => Found[] {
  const kept = keeper(find);
  return (model, routes) => routesByServer(routes).map(({ server, routes: own }) => kept(model, server, own));
}

/**
 * The same for all servers of the http part, those without routes too; of a fragment that is no list of servers, for all
 * of it.
 */
export function keptByEachServer<Found>(
  find: (server: Level, routes: readonly Route[], model: Model) => Found,
): (model: Model, routes: readonly Route[]) => Found[] {
  const kept = keeper(find);
  return (model, routes) => {
    const { http } = model;
    if (http === null) return [];
    const own = new Map(routesByServer(routes).map((each) => [each.server, each.routes] as const));
    const levels = http.kind === 'http' ? http.levels : [http];
    return levels.map((level) => kept(model, level, own.get(level.server ?? level) ?? NONE));
  };
}

const NONE: readonly Route[] = [];

function keeper<Found>(
  find: (server: Level, routes: readonly Route[], model: Model) => Found,
): (model: Model, server: Level, routes: readonly Route[]) => Found {
  const views = new Views();
  const kept = new WeakMap<Model, { readonly routes: readonly Route[]; readonly found: Found }>();
  return (model, server, routes) => {
    const view = views.of(model, server.server);
    if (view === model) return find(server, routes, model);
    const known = kept.get(view);
    if (known !== undefined && isSameList(known.routes, routes)) return known.found;
    const found = find(server, routes, view);
    kept.set(view, { routes, found });
    return found;
  };
}

interface OfServer {
  readonly server: Level;
  readonly routes: readonly Route[];
}

const routesByServer = memoized((routes: readonly Route[]): readonly OfServer[] => {
  const byServer = new Map<Level, Route[]>();
  for (const route of routes) {
    const { server } = route.location;
    if (server === null) continue;
    const known = byServer.get(server);
    if (known === undefined) byServer.set(server, [route]);
    else known.push(route);
  }
  return [...byServer].map(([server, own]) => ({ server, routes: own }));
});

function isSameList(a: readonly Route[], b: readonly Route[]): boolean {
  return a.length === b.length && a.every((route, index) => route === b[index]);
}
