import type { Route } from '../../handshake/routes';
import { memoized } from '../../model/memo';
import type { Model } from '../../model/model';
import { keptByServer } from './by-server';
import type { EvidenceCheck, Finding, Reasons, RouteCheck } from './rule';

/** What a check has found at a route. */
export interface AtRoute {
  readonly route: Route;
  readonly findings: readonly Finding[];
}

/** What a check has found at the routes of a server; a failure costs its own answer alone. */
interface AtRoutes {
  readonly check: RouteCheck;
  readonly found: readonly AtRoute[];
  readonly failure: { readonly error: unknown } | null;
}

/** What a check has found for some reasons. */
interface About {
  readonly reasons: Reasons;
  readonly findings: readonly Finding[];
}

/** What checks have found at the routes of one server: made when a check is first run. */
class OfServer {
  private readonly atRoutes = new Map<RouteCheck, AtRoutes>();
  /** Where the checks that were asked last have found something, or failed. */
  private last: { readonly checks: readonly RouteCheck[]; readonly found: readonly AtRoutes[] } | null = null;
  private readonly about = new Map<EvidenceCheck, Map<Route, About>>();

  constructor(
    readonly routes: readonly Route[],
    private readonly model: Model,
  ) {}

  /** What each of some checks has found, where that is something. */
  found(checks: readonly RouteCheck[]): readonly AtRoutes[] {
    if (this.last?.checks !== checks) {
      const all = checks.map((check) => this.foundBy(check));
      this.last = { checks, found: all.filter(({ found, failure }) => found.length > 0 || failure !== null) };
    }
    return this.last.found;
  }

  private foundBy(check: RouteCheck): AtRoutes {
    let known = this.atRoutes.get(check);
    if (known === undefined) this.atRoutes.set(check, (known = this.run(check)));
    return known;
  }

  private run(check: RouteCheck): AtRoutes {
    try {
      const found = this.routes
        .map((route) => ({ route, findings: [...check.run(route, this.model)] }))
        .filter(({ findings }) => findings.length > 0);
      return { check, found, failure: null };
    } catch (error) {
      return { check, found: [], failure: { error } };
    }
  }

  foundAbout(check: EvidenceCheck, reasons: Reasons): readonly Finding[] {
    let byRoute = this.about.get(check);
    if (byRoute === undefined) this.about.set(check, (byRoute = new Map()));
    const known = byRoute.get(reasons.route);
    if (known !== undefined && isSame(known.reasons, reasons)) return known.findings;
    const findings = [...check.run(reasons, this.model)];
    byRoute.set(reasons.route, { reasons, findings });
    return findings;
  }
}

const ofServers = keptByServer((_server, routes, model) => new OfServer(routes, model));

/** What checks find at the routes of a configuration; of servers that stay it is kept. */
export class RouteFindings {
  private readonly byCheck = new Map<RouteCheck, AtRoutes[]>();

  /** @param checks those that are run; the same list as before, if they are the same */
  constructor(
    private readonly model: Model,
    checks: readonly RouteCheck[],
  ) {
    for (const each of ofServers(model)) {
      for (const found of each.found(checks)) {
        const known = this.byCheck.get(found.check);
        if (known === undefined) this.byCheck.set(found.check, [found]);
        else known.push(found);
      }
    }
  }

  /** Where a check finds something, in the order of the routes. Throws where it has failed. */
  found(check: RouteCheck): readonly AtRoute[] {
    return (this.byCheck.get(check) ?? []).flatMap(({ found, failure }) => {
      if (failure !== null) throw failure.error;
      return found;
    });
  }

  foundAbout(check: EvidenceCheck, reasons: Reasons): readonly Finding[] {
    return serversByRoute(this.model).get(reasons.route)?.foundAbout(check, reasons) ?? [];
  }
}

const serversByRoute = memoized(
  (model: Model): ReadonlyMap<Route, OfServer> =>
    new Map(ofServers(model).flatMap((each) => each.routes.map((route) => [route, each] as const))),
);

function isSame(a: Reasons, b: Reasons): boolean {
  return (
    a.intent === b.intent &&
    a.evidence.length === b.evidence.length &&
    a.evidence.every((evidence, index) => evidence === b.evidence[index])
  );
}
