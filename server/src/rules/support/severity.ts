import type { Route } from '../../handshake/routes';
import { hasSignBesidesHeaders, type Intent } from '../../model/intent';
import type { Reasons, Severity } from './rule';

/** The severity that a user wants for a rule, by its id; `off` silences it. */
export type RuleSettings = Readonly<Record<string, Severity | 'off'>>;

/** How much it matters that a handshake does not pass, by how surely the location is meant for WebSocket. */
export function severityFor(intent: Intent): Severity {
  switch (intent.strength) {
    case 'strong':
      return 'warning';
    case 'weak':
      return 'information';
    case 'none':
      return 'hint';
  }
}

/**
 * Whether it matters what stops handshakes on the way to a location: it is meant for WebSocket, or may be after a
 * quick-fix. In the second case a Hint says what else stops them.
 */
export function isOfConcern({ route, intent }: Reasons): boolean {
  return intent.strength !== 'none' || route.faults.length > 0;
}

/**
 * How much it matters that a WebSocket connection opens but causes trouble; null where none is expected. With headers
 * as the only sign it is a Hint: they may come from a quick-fix, which must not cause more than that.
 */
export function severityOfHarm({ location, proxyPass, intent }: Route): Severity | null {
  if (intent.strength === 'none') return null;
  return hasSignBesidesHeaders(location, proxyPass.argument(0)) ? 'information' : 'hint';
}

const ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** Whether `severity` is as high as `least`, or higher. */
export function isAtLeastAsSevere(severity: Severity, least: Severity): boolean {
  return ORDER.indexOf(severity) <= ORDER.indexOf(least);
}

/**
 * The severity of a finding of a rule for which the user has set one: the set severity replaces the rule's highest.
 * Less severe findings keep theirs, but are never above the set one.
 *
 * @param own the severity that the rule gives the finding
 * @param highest the highest severity that the rule gives
 */
export function wantedSeverity(own: Severity, highest: Severity, wanted: Severity): Severity {
  if (own === highest) return wanted;
  return isAtLeastAsSevere(own, wanted) ? wanted : own;
}
