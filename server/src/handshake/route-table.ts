import { type ConfigDirective, type Place, placeOf } from '../model/configuration';
import { ownDirectives } from '../model/inheritance';
import { type Intent, intentOf } from '../model/intent';
import { type Level, levelsWithin } from '../model/levels';
import { listenersOf } from '../model/listeners';
import { passDirectives } from '../reference/pass-directives';
import { locationName } from '../values/location';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { locationOf } from './content';
import type { Evidence, Verdict } from './evidence';
import { CONDITION_MESSAGES, judge } from './faults';
import { gatewayRequest } from './gateway-request';
import { handshake } from './handshake';
import { hasOnlyRegexNames, urlsOf } from './route-urls';
import type { Route } from './routes';
import { valuesAt } from './upstream-request';

/** One location that hands requests to a back end, as tables of routes show it. */
export interface RouteRow {
  /** The block of the location. */
  readonly place: Place;
  readonly location: Level;
  /** Names of its server as written. */
  readonly server: readonly string[];
  /** Arguments of each `listen` of its server as written. */
  readonly listen: readonly string[];
  readonly path: string;
  readonly modifier: string;
  /** The argument of its `proxy_pass` (`uwsgi_pass`, …). */
  readonly upstream: string;
  readonly intent: Intent['strength'];
  readonly verdict: Verdict;
  /** What stops the handshake, or keeps us from knowing. */
  readonly because: readonly Evidence[];
  readonly urls: readonly string[];
}

/**
 * The table of routes: one row for each location with a back end, of an included file once for each place it is
 * included. The verdict is that of a handshake for the first URL of the location, where that leads to it or is stopped
 * on the way; else that of any handshake that reaches it.
 *
 * @param routes those of the model, whose verdicts are known already
 */
export function routeTable(model: Model, routes: readonly Route[]): readonly RouteRow[] {
  const rows = tables.get(model) ?? readTable(model, routes);
  tables.set(model, rows);
  return rows;
}

/** The row of one route alone, for who asks of few; null for one whose location is not to be seen. */
export function routeRow(model: Model, route: Route): RouteRow | null {
  const { location, proxyPass } = route;
  const known = tables.get(model)?.find((row) => row.location === location);
  if (known !== undefined) return known;
  return location.block === null ? null : rowOf(model, location, location.block, proxyPass, route);
}

const tables = new WeakMap<Model, readonly RouteRow[]>();

function readTable(model: Model, routes: readonly Route[]): RouteRow[] {
  if (model.http === null) return [];
  const byLocation = new Map<Level, Route>();
  for (const route of routes) if (!byLocation.has(route.location)) byLocation.set(route.location, route);
  const rows: RouteRow[] = [];
  const seen = new Set<Level>();
  for (const level of levelsWithin(model.http)) {
    const pass = passOf(level);
    const location = locationOf(level);
    if (pass === undefined || location.kind !== 'location' || location.block === null || seen.has(location))
      continue;
    seen.add(location);
    rows.push(rowOf(model, location, location.block, pass, byLocation.get(location)));
  }
  return rows;
}

function passOf(level: Level): ConfigDirective | undefined {
  for (const name of passDirectives) {
    const directive = ownDirectives(level, name).at(-1);
    if (directive !== undefined) return directive;
  }
  return undefined;
}

function rowOf(
  model: Model,
  location: Level,
  block: ConfigDirective,
  pass: ConfigDirective,
  route: Route | undefined,
): RouteRow {
  const { name, modifier } = locationName(block);
  const urls = urlsOf(model, location);
  const { server } = location;
  const listeners = server === null || model.http === null ? [] : (listenersOf(model.http).get(server) ?? []);
  const listens = new Set(listeners.flatMap(({ directive }) => (directive === null ? [] : [directive])));
  return {
    place: placeOf(block),
    location,
    server: server === null ? [] : serverNames(server).filter((each) => each !== ''),
    listen: [...listens].map(({ words }) =>
      words
        .slice(1)
        .map(({ value }) => value)
        .join(' '),
    ),
    path: name,
    modifier,
    upstream: pass.argument(0),
    intent: intentOf(location, pass.argument(0)).strength,
    ...outcomeOf(model, location, urls[0], route),
    urls,
  };
}

function outcomeOf(
  model: Model,
  location: Level,
  url: string | undefined,
  route: Route | undefined,
): Pick<RouteRow, 'verdict' | 'because'> {
  const { server } = location;
  // What becomes of it may be made of what the name of the server captures.
  const isGuess = server !== null && hasOnlyRegexNames(server) && route?.proxyPass.argument(0).includes('$');
  const reached = url === undefined || isGuess === true ? null : handshake(model, url);
  const isElsewhere = reached !== null && reached.location !== null && reached.location !== location;
  if (reached !== null && !(isElsewhere && route !== undefined)) {
    return { verdict: reached.verdict, because: reached.because.filter(({ id }) => id !== null) };
  }
  if (route !== undefined) return { verdict: route.verdict, because: route.because };
  return withoutRoute(model, location);
}

/** The verdict of a location without `proxy_pass` that no URL is known of. */
function withoutRoute(model: Model, location: Level): Pick<RouteRow, 'verdict' | 'because'> {
  const prefix = ['uwsgi', 'scgi'].find((each) => location.byName.has(`${each}_pass`));
  const pass = passOf(location);
  const place = pass === undefined ? null : placeOf(pass);
  if (prefix === undefined) {
    const message = `\`${pass?.name}\` cannot carry a WebSocket.`;
    return { verdict: 'blocked', because: [{ id: 'protocol-mismatch', place, message, step: 'answer' }] };
  }
  const { verdict, faults } = judge(
    model,
    location,
    gatewayRequest(location, prefix, valuesAt(model, location)),
  );
  const because = faults.map(
    ({ id, condition }): Evidence => ({
      id,
      place,
      message: CONDITION_MESSAGES[condition],
      step: 'back end',
    }),
  );
  return { verdict, because };
}
