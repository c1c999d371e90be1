import type { Edit } from '../../edits/edit';
import { type Route, routesOf } from '../../handshake/routes';
import type { ConfigDirective } from '../../model/configuration';
import { ownDirectives } from '../../model/inheritance';
import { isMeantItself } from '../../model/intent';
import type { OuterLevel } from '../../model/levels';
import { memoized } from '../../model/memo';
import type { Model } from '../../model/model';
import { isNamed } from '../../values/header-name';
import { insertHeaders, refusesUpgrades } from './forward-upgrade';

/**
 * Whether the headers of a route are set at an outer level, and serve both locations that are meant for WebSocket and
 * others that are not: changing them there would change the handshakes of the others.
 */
export function servesOthers(model: Model, { location, request }: Route): boolean {
  const { level } = request.set;
  if (level === null || level === location) return false;
  return model.ask('uses', level, (all) => (usesByLevel(all).get(level)?.size ?? 0) > 1);
}

/** By the level that sets headers: what the locations that use them are for. */
const usesByLevel = memoized((model: Model): ReadonlyMap<OuterLevel, ReadonlySet<'websocket' | 'other'>> => {
  const byLevel = new Map<OuterLevel, Set<'websocket' | 'other'>>();
  for (const route of routesOf(model)) {
    const { level } = route.request.set;
    if (level === null) continue;
    const isMeant = isMeantItself(route.intent) && !refusesUpgrades(route, route.intent);
    const uses = byLevel.get(level) ?? new Set();
    byLevel.set(level, uses.add(isMeant ? 'websocket' : 'other'));
  }
  return byLevel;
});

/**
 * Whether only headers further out are a sign that a route is meant for WebSocket, and others explain them: they get what
 * they need by them, or are meant for WebSocket themselves. Headers that help nobody were meant for somebody.
 */
export function isMeantForOthers(model: Model, { location, intent }: Route): boolean {
  if (intent.strength === 'none' || isMeantItself(intent)) return false;
  const level = outerLevels(location.server).find(setsUpgrade);
  return level !== undefined && model.ask('explained', level, (all) => explainedLevels(all).has(level));
}

function setsUpgrade(level: OuterLevel): boolean {
  return ownDirectives(level, 'proxy_set_header').some(
    (header) => isNamed(header, 'upgrade') || isNamed(header, 'connection'),
  );
}

const explainedLevels = memoized((model: Model): ReadonlySet<OuterLevel> => {
  const explained = new Set<OuterLevel>();
  for (const route of routesOf(model)) {
    for (const level of outerLevels(route.location.server)) {
      if (explained.has(level)) continue;
      if (isMeantItself(route.intent) || (route.request.set.level === level && route.faults.length === 0))
        explained.add(level);
    }
  }
  return explained;
});

function outerLevels(server: OuterLevel | null): readonly OuterLevel[] {
  if (server === null) return [];
  return server.parent === null ? [server] : [server, server.parent];
}

/** Sets headers in the location of a route: all that it inherits, each as in `written`, and `more`. */
export function ownHeaders(
  route: Route,
  written: (header: ConfigDirective) => string,
  more: readonly string[] = [],
): Edit {
  return insertHeaders(route, [...route.request.set.directives.map(written), ...more]);
}
