import type { Route } from '../../handshake/routes';
import type { Model } from '../../model/model';
import { keptByServer } from './by-server';
import type { EvidenceCheck, Finding, Reasons, RouteCheck } from './rule';

/** What a check has found at a route. */
export interface AtRoute {
  readonly route: Route;
  readonly findings: readonly Finding[];
}

/** What a check has found for some reasons. */
interface About {
  readonly reasons: Reasons;
  readonly findings: readonly Finding[];
}

/** What checks have found at the routes of one server: made when a check is first run. */
class OfServer {
  private readonly atRoutes = new Map<RouteCheck, readonly AtRoute[]>();
  private readonly about = new Map<EvidenceCheck, Map<Route, About>>();

  constructor(
    private readonly routes: readonly Route[],
    private readonly model: Model,
  ) {}

  /** Where a check finds something. */
  found(check: RouteCheck): readonly AtRoute[] {
    const known = this.atRoutes.get(check);
    if (known !== undefined) return known;
    const found = this.routes
      .map((route) => ({ route, findings: [...check.run(route, this.model)] }))
      .filter(({ findings }) => findings.length > 0);
    this.atRoutes.set(check, found);
    return found;
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

const ofServers = keptByServer((_server, routes, model) => ({ routes, found: new OfServer(routes, model) }));

/** What checks find at the routes of a configuration; of servers that stay it is kept. */
export class RouteFindings {
  private readonly all: readonly OfServer[];
  private readonly byRoute = new Map<Route, OfServer>();

  constructor(model: Model, routes: readonly Route[]) {
    const found = ofServers(model, routes);
    this.all = found.map((each) => each.found);
    for (const each of found) for (const route of each.routes) this.byRoute.set(route, each.found);
  }

  /** Where a check finds something, in the order of the routes. */
  found(check: RouteCheck): readonly AtRoute[] {
    return this.all.flatMap((each) => each.found(check));
  }

  foundAbout(check: EvidenceCheck, reasons: Reasons): readonly Finding[] {
    return this.byRoute.get(reasons.route)?.foundAbout(check, reasons) ?? [];
  }
}

function isSame(a: Reasons, b: Reasons): boolean {
  return (
    a.intent === b.intent &&
    a.evidence.length === b.evidence.length &&
    a.evidence.every((evidence, index) => evidence === b.evidence[index])
  );
}
