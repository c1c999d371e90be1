import type { Edit } from '../../edits/edit';
import { type Route, routesOf } from '../../handshake/routes';
import type { ConfigDirective } from '../../model/configuration';
import type { OuterLevel } from '../../model/levels';
import { memoized } from '../../model/memo';
import type { Model } from '../../model/model';
import { insertHeaders, refusesUpgrades } from './forward-upgrade';

/**
 * Whether the headers of a route are set at an outer level, and serve both locations that are meant for WebSocket and
 * others that are not: changing them there would change the handshakes of the others.
 */
export function servesOthers(model: Model, { location, request }: Route): boolean {
  const { level } = request.set;
  return level !== null && level !== location && (usesByLevel(model).get(level)?.size ?? 0) > 1;
}

/** By the level that sets headers: what the locations that use them are for. */
const usesByLevel = memoized((model: Model): ReadonlyMap<OuterLevel, ReadonlySet<'websocket' | 'other'>> => {
  const byLevel = new Map<OuterLevel, Set<'websocket' | 'other'>>();
  for (const route of routesOf(model)) {
    const { level } = route.request.set;
    if (level === null) continue;
    const isMeant = route.intent.strength !== 'none' && !refusesUpgrades(route, route.intent);
    const uses = byLevel.get(level) ?? new Set();
    byLevel.set(level, uses.add(isMeant ? 'websocket' : 'other'));
  }
  return byLevel;
});

/** Sets headers in the location of a route: all that it inherits, each as in `written`, and `more`. */
export function ownHeaders(
  route: Route,
  written: (header: ConfigDirective) => string,
  more: readonly string[] = [],
): Edit {
  return insertHeaders(route, [...route.request.set.directives.map(written), ...more]);
}
