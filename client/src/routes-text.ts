import type {
  FilePlace,
  LocationRoutes,
  RouteReason,
  RouteVerdict,
  ServerRoutes,
} from '../../server/src/protocol';
import type { Localizer } from './localizer';

/** The texts of a row of the view, and for a screen reader. */
export interface RowText {
  readonly label: string;
  readonly description: string;
  readonly spoken: string;
}

export function serverText({ names, listen, answer, place }: ServerRoutes, l10n: Localizer): RowText {
  const label =
    names.length > 0 ? names.join(' ') : place === null ? l10n.t('server not found here') : l10n.t('no name');
  const description = [...listen, ...(answer === null ? [] : [answer])].join('  ');
  const parts = [
    l10n.t('server {0}', label),
    ...listen.map((each) => l10n.t('listens on {0}', each)),
    ...(answer === null ? [] : [answer]),
  ];
  return { label, description, spoken: parts.join(', ') };
}

/** The meaning of the icon's shape, in words. */
function verdictText(verdict: RouteVerdict, l10n: Localizer): string {
  switch (verdict) {
    case 'passes':
      return l10n.t('WebSocket passes');
    case 'depends':
      return l10n.t('WebSocket passes on conditions');
    case 'blocked':
      return l10n.t('WebSocket is blocked');
    case 'unknown':
      return l10n.t('it is not known whether WebSocket passes');
  }
}

export function locationText(
  { path, modifier, target, verdict, summary, seen, intent }: LocationRoutes,
  l10n: Localizer,
): RowText {
  const label = modifier === '' ? path : `${modifier} ${path}`;
  // The side bar is narrow: what matters most comes first.
  const description = [summary, seen ?? '', `→ ${target}`].filter((part) => part !== '').join('  ');
  const parts = [
    l10n.t('location {0}', label),
    ...(intent === 'none' ? [l10n.t('not meant for WebSocket')] : []),
    ...(verdict === null ? [] : [verdictText(verdict, l10n)]),
    l10n.t('goes to {0}', target),
    ...(verdict === null || summary === verdict ? [] : [summary]),
    ...(seen === null ? [] : [seen]),
  ];
  return { label, description, spoken: parts.join(', ') };
}

/** @param location the place of its location: only another file is named */
export function reasonText(
  { message, place }: RouteReason,
  location: FilePlace | null,
  l10n: Localizer,
): RowText {
  // Backquotes are for Markdown, which labels are not.
  const label = message.replaceAll('`', '');
  if (place === null) return { label, description: '', spoken: label };
  const line = place.range.start.line + 1;
  const lineText = l10n.t('line {0}', line);
  const file = decodeURIComponent(place.uri.slice(place.uri.lastIndexOf('/') + 1));
  const description = place.uri === location?.uri ? lineText : `${file}:${line}`;
  const spoken = `${label} ${place.uri === location?.uri ? lineText : `${file}, ${lineText}`}`;
  return { label, description, spoken };
}

/** A condition of a verdict that depends. */
export function conditionText(condition: string, l10n: Localizer): RowText {
  const label = condition.replaceAll('`', '');
  return { label, description: l10n.t('condition'), spoken: l10n.t('condition: {0}', label) };
}

/**
 * Whether a location needs attention: it is meant for WebSocket, and handshakes do not pass. A login or an address rule
 * is not a problem; a condition that a fix can remove, such as HTTP/1.0, is.
 */
export function isProblem({ verdict, intent, reasons }: LocationRoutes): boolean {
  if (intent === 'none' || verdict === null || verdict === 'passes') return false;
  return verdict !== 'depends' || reasons.some(({ fix }) => fix !== null);
}

/** The name of an icon of VS Code: each verdict has a shape of its own. */
export function iconOf(location: LocationRoutes): string {
  const { verdict } = location;
  if (verdict === null) return 'dash';
  // What is not meant for WebSocket need not let it pass, and a login is no fault.
  if (verdict === 'blocked' && !isProblem(location)) return 'circle-slash';
  if (verdict === 'depends' && !isProblem(location)) return 'info';
  return { passes: 'pass', depends: 'warning', blocked: 'error', unknown: 'question' }[verdict];
}

/** The innermost location whose block a line is in, counted from zero; undefined for none. */
export function locationAt(
  servers: readonly ServerRoutes[],
  uri: string,
  line: number,
): LocationRoutes | undefined {
  return servers
    .flatMap(({ locations }) => locations)
    .filter(
      ({ block }) => block?.uri === uri && block.range.start.line <= line && line <= block.range.end.line,
    )
    .toSorted((a, b) => startOf(b) - startOf(a))[0];
}

function startOf({ block }: LocationRoutes): number {
  return block?.range.start.line ?? 0;
}
