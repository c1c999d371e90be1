import { type Place, placeOf, wholePlaceOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import { placeInFile } from '../model/place-in-file';
import type { Intent } from '../model/intent';
import { type Level, levelsWithin } from '../model/levels';
import { listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { locationName } from '../values/location';
import { hideInUrl } from '../values/secrets';
import { reasonsOf } from './cases';
import type { Evidence, Verdict } from './evidence';
import { type ExplainedCase, explainedCase, shownEvidence } from './explanation';
import { type Pass, passOf } from './location-config';
import { intentOfRoute } from './route-intent';
import { urlsOfCases } from './route-urls';
import { casesAt, modelFor } from './routes';

/** One location that hands requests to a back end, as tables of routes show it. */
export interface RouteRow {
  /** The block of the location. */
  readonly place: Place;
  /** The same with all that is in it. */
  readonly whole: Place;
  readonly location: Level;
  /** The first of the headers that it sets for its back end; null where none are set. */
  readonly headers: Place | null;
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
  /** What stops the handshake, or cannot be told: what holds in all cases first. */
  readonly because: readonly Evidence[];
  /** What it depends on, in words; empty but for `depends`. */
  readonly conditions: readonly string[];
  readonly cases: readonly ExplainedCase[];
  readonly urls: readonly string[];
}

/** The table of routes: one row for each location with a back end, of an included file once for each place it is included. */
export const routeTable: (model: Model) => readonly RouteRow[] = memoized((model) => {
  if (model.http === null) return [];
  return [...levelsWithin(model.http)].flatMap((location) => routeRow(model, location) ?? []);
});

/** The row of one location; null for one that has no back end, or is not here. */
export function routeRow(model: Model, location: Level): RouteRow | null {
  const rows = known.get(model) ?? new WeakMap<Level, RouteRow | null>();
  known.set(model, rows);
  let row = rows.get(location);
  if (row === undefined) {
    const pass = location.kind === 'location' && location.block !== null ? passOf(location) : null;
    row = pass === null ? null : rowOf(model, location, pass);
    rows.set(location, row);
  }
  return row;
}

const known = new WeakMap<Model, WeakMap<Level, RouteRow | null>>();

function rowOf(all: Model, location: Level, { directive: pass }: Pass): RouteRow | null {
  const model = modelFor(all, location);
  const { server, block } = location;
  if (block === null) return null;
  const { name, modifier } = locationName(block);
  const listeners = server === null || all.http === null ? [] : (listenersOf(all.http).get(server) ?? []);
  const listens = new Set(listeners.flatMap(({ directive }) => (directive === null ? [] : [directive])));
  const cases = casesAt(model, location);
  const { closure } = all.configuration;
  const placed = (place: Place): Place => placeInFile(closure, place);
  const [headers] = effective(location, 'proxy_set_header').directives;
  return {
    place: placed(placeOf(block)),
    whole: placed(wholePlaceOf(block)),
    location,
    headers: headers === undefined ? null : placed(placeOf(headers)),
    server: server === null ? [] : serverNames(server).filter((each) => each !== ''),
    listen: [...listens].map(({ words }) =>
      words
        .slice(1)
        .map(({ value }) => value)
        .join(' '),
    ),
    path: name,
    modifier,
    upstream: hideInUrl(pass.argument(0)),
    intent: intentOfRoute(model, location, pass.argument(0)).strength,
    verdict: cases.verdict,
    because: reasonsOf(cases).map((each) => shownEvidence(closure, each)),
    conditions: cases.conditions,
    cases: cases.all.map((each) => explainedCase(closure, each)),
    urls: urlsOfCases(model, location, cases.all),
  };
}
