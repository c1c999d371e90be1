import type { Intent } from '../../model/intent';
import type { Severity } from './rule';

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

const ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** Whether `severity` is as high as `least`, or higher. */
export function isAtLeastAsSevere(severity: Severity, least: Severity): boolean {
  return ORDER.indexOf(severity) <= ORDER.indexOf(least);
}
