import type { Route } from '../../handshake/routes';
import { type Intent, isMeantItself, isMeantWithoutHeaders } from '../../model/intent';
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
  return isMeantItself(intent) || route.faults.length > 0;
}

/** How much it matters that something stops handshakes on the way to a location; headers that all share do not count. */
export function severityOnTheWay(intent: Intent): Severity {
  return isMeantItself(intent) ? severityFor(intent) : 'hint';
}

/**
 * How much it matters that a WebSocket connection opens but causes trouble; null where none is expected, or only headers
 * of the server or of http are a sign. Where only headers of its own make it sure it is a Hint: they may come from a
 * quick-fix, which must not cause more than that.
 */
export function severityOfHarm({ intent }: Route): Severity | null {
  if (!isMeantItself(intent)) return null;
  return isMeantWithoutHeaders(intent) ? 'information' : 'hint';
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
