import { type Route, type RoutesOfServer, routesByServer } from '../../handshake/routes';
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
): (model: Model) => readonly Found[] {
  return keptFor(find, serversWithRoutes);
}

/**
 * The same for all servers of the http part, those without routes too; of a fragment that is no list of servers, for all
 * of it.
 */
export function keptByEachServer<Found>(
  find: (server: Level, routes: readonly Route[], model: Model) => Found,
): (model: Model) => readonly Found[] {
  return keptFor(find, eachServer);
}

function keptFor<Found>(
  find: (server: Level, routes: readonly Route[], model: Model) => Found,
  serversOf: (model: Model) => Servers,
): (model: Model) => readonly Found[] {
  const kept = new Views().keeping(find);
  return memoized((model: Model) => {
    const { servers, routes } = serversOf(model);
    return kept(model, servers, routes);
  });
}

/** Servers, and the routes of each. */
interface Servers {
  readonly servers: readonly Level[];
  readonly routes: readonly (readonly Route[])[];
}

function listsOf(all: readonly RoutesOfServer[]): Servers {
  return { servers: all.map(({ server }) => server), routes: all.map(({ routes }) => routes) };
}

const serversWithRoutes = memoized((model: Model) =>
  listsOf(routesByServer(model).filter(({ routes }) => routes.length > 0)),
);

const eachServer = memoized((model: Model): Servers => {
  const { http } = model;
  const all = routesByServer(model);
  // The server around a fragment is not in the files.
  return http === null || http.kind === 'http'
    ? listsOf(all)
    : { servers: [http], routes: all.map(({ routes }) => routes) };
});
