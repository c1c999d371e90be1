import type { Evidence, EvidenceId } from '../../handshake/evidence';
import { locationOf } from '../../handshake/location-config';
import type { Handshake } from '../../handshake/handshake';
import { type Route, routesOf } from '../../handshake/routes';
import { type ConfigDirective, type Place, placeOf } from '../../model/configuration';
import type { Intent } from '../../model/intent';
import type { Level } from '../../model/levels';
import type { Closure } from '../../model/load';
import { memoized, once } from '../../model/memo';
import { placeInFile } from '../../model/place-in-file';
import type { Model } from '../../model/model';
import type { Problem } from './problem';
import { ProblemsInOrder } from './problems-in-order';
import type { Reasons, Severity } from './rule';
import { isAtLeastAsSevere, severityFor } from './severity';

/** The reasons of a route, with how surely the handshakes are meant that fail for each kind of them. */
export interface ReasonsByKind extends Reasons {
  readonly intents: ReadonlyMap<EvidenceId | null, Intent>;
}

/**
 * Why the handshakes of all routes fail, by the location at fault: a handshake may get there from another location, over
 * a rewrite or a hop.
 *
 * @param ids of the evidence
 */
export function reasonsOf(
  model: Model,
  routes: readonly Route[],
  ids: readonly EvidenceId[] | 'all',
): readonly ReasonsByKind[] {
  const { all, byId } = askedReasons(routes);
  const [only, ...others] = ids === 'all' ? [] : ids;
  const isSingle = only !== undefined && others.length === 0;
  const wanted = ids === 'all' ? null : new Set<EvidenceId | null>(ids);
  const asked = isSingle
    ? (byId.get(only) ?? [])
    : all.filter(({ evidence }) => wanted?.has(evidence.id) !== false);
  const byLocation = routesByLocation(model);
  const found = new Map<Route, Found>();
  for (const { route: from, evidence } of asked) {
    const route = atFault(byLocation, evidence) ?? from;
    const sure = surest(from.intent, route.intent);
    // Of a handshake that cannot be followed to its end more may be unknown than is seen.
    const intent = from.verdict === 'unknown' && sure.strength === 'strong' ? weakened(sure) : sure;
    const known = found.get(route);
    if (known === undefined) {
      found.set(route, { route, intent, evidence: [evidence], intents: new Map([[evidence.id, intent]]) });
      continue;
    }
    known.intent = surest(known.intent, intent);
    known.intents.set(evidence.id, surest(known.intents.get(evidence.id) ?? intent, intent));
    if (!known.evidence.some((each) => isSame(each, evidence))) known.evidence.push(evidence);
  }
  return [...found.values()];
}

interface Found {
  readonly route: Route;
  intent: Intent;
  readonly evidence: [Evidence, ...Evidence[]];
  readonly intents: Map<EvidenceId | null, Intent>;
}

/** A reason of a route. */
interface AskedReason {
  readonly route: Route;
  readonly evidence: Evidence;
}

/** All reasons of some routes, in order, and those of each id. */
const askedReasons = memoized((routes: readonly Route[]) => {
  const all = routes.flatMap((route) => route.reasons.map((evidence): AskedReason => ({ route, evidence })));
  const byId = new Map<EvidenceId | null, AskedReason[]>();
  for (const each of all) {
    const known = byId.get(each.evidence.id);
    if (known === undefined) byId.set(each.evidence.id, [each]);
    else known.push(each);
  }
  return { all, byId };
});

/** The route of each location that has one. */
export const routesByLocation = memoized(
  (model: Model): ReadonlyMap<Level, Route> =>
    new Map(routesOf(model).map((route) => [route.location, route] as const)),
);

/** The route whose location sends the request that is at fault; undefined where another directive is. */
function atFault(byLocation: ReadonlyMap<Level, Route>, { level, step, id }: Evidence): Route | undefined {
  const isOfRequest = step === 'back end' || step === 'request' || step === 'response';
  if (level === undefined || !(isOfRequest || id === 'websocket-subrequest')) return undefined;
  return byLocation.get(locationOf(level));
}

function surest(a: Intent, b: Intent): Intent {
  return isAtLeastAsSevere(severityFor(a), severityFor(b)) ? a : b;
}

function weakened(intent: Intent): Intent {
  return { ...intent, strength: 'weak' };
}

function isSame(a: Evidence, b: Evidence): boolean {
  return (
    a.id === b.id &&
    a.message === b.message &&
    a.place?.file.tree === b.place?.file.tree &&
    a.place?.start === b.place?.start
  );
}

/** Why the handshakes for a URL fail, in the order met; what a login says to strangers only where nothing else stops it. */
export function reasonsOfUrl({ cases }: Handshake): readonly Evidence[] {
  const all = cases.flatMap(({ steps }) => steps.filter(({ id }) => id !== null));
  const others = all.filter(({ isOfLogin }) => isOfLogin !== true);
  const told = others.length > 0 ? others : all;
  return told.filter((each, index) => told.findIndex((other) => isSame(other, each)) === index);
}

/** The places that findings cover. */
export class SpokenOf {
  constructor(
    private readonly closure: Closure,
    private readonly problems: readonly Problem[],
  ) {}

  private readonly byFile = once((): ReadonlyMap<string, ProblemsInOrder> => {
    const byFile = new Map<string, Problem[]>();
    for (const problem of this.problems) {
      if (!isAtLeastAsSevere(problem.severity, 'information')) continue;
      const { realPath } = problem.place.file;
      const known = byFile.get(realPath);
      if (known === undefined) byFile.set(realPath, [problem]);
      else known.push(problem);
    }
    const inOrder = (each: readonly Problem[]): ProblemsInOrder =>
      new ProblemsInOrder(each.toSorted((a, b) => a.place.start - b.place.start));
    return new Map([...byFile].map(([path, each]) => [path, inOrder(each)] as const));
  });

  private readonly rules = once((): ReadonlySet<string> => new Set(this.problems.map(({ rule }) => rule)));

  /**
   * The reasons that none of the findings covers: by having the reason's id, at its place or its location; by saying that
   * nginx refuses the text at its place; or that another location takes all handshakes.
   */
  missingOf({ route, intent, evidence }: Reasons): Evidence[] {
    return this.missingAt(route.location, route.proxyPass, severityFor(intent), evidence);
  }

  /** The same of a URL that the settings name, which a location answers or the server itself. */
  missingOfUrl(location: Level | null, route: Route | undefined, evidence: readonly Evidence[]): Evidence[] {
    return this.missingAt(location, route?.proxyPass ?? null, 'information', evidence);
  }

  private missingAt(
    location: Level | null,
    proxyPass: ConfigDirective | null,
    least: Severity,
    evidence: readonly Evidence[],
  ): Evidence[] {
    const heads = [proxyPass, location?.block ?? null].flatMap((each) =>
      each === null ? [] : [placeOf(each)],
    );
    const isSevere = ({ severity }: Problem): boolean => isAtLeastAsSevere(severity, least);
    const takesAll = (problem: Problem): boolean => SPEAK_OF_LOCATIONS.has(problem.rule) && isSevere(problem);
    return evidence.filter(({ id, place }) => {
      if (id !== null && OF_CONFIGURATION.has(id) && this.rules().has(id)) return false;
      const around = place === null ? heads : [place, ...heads];
      return !around.some((each) =>
        this.at(each).some(
          (problem) =>
            (problem.rule === id && isSevere(problem)) ||
            takesAll(problem) ||
            (each === place && problem.severity === 'error'),
        ),
      );
    });
  }

  private at(place: Place): readonly Problem[] {
    const { file, start, end } = placeInFile(this.closure, place);
    return this.byFile().get(file.realPath)?.overlapping(start, end) ?? [];
  }
}

/** These rules have one finding for all locations. */
const OF_CONFIGURATION: ReadonlySet<string> = new Set(['connection-map-missing', 'listen-http2-deprecated']);

/** Findings of these rules say that handshakes do not reach a location at all. */
const SPEAK_OF_LOCATIONS: ReadonlySet<string> = new Set([
  'websocket-location-shadowed',
  'websocket-headers-unused',
]);
