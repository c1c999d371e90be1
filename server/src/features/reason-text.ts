import type { Evidence, EvidenceId, Verdict } from '../handshake/evidence';
import type { RouteRow } from '../handshake/route-table';
import { english, t } from '../l10n';
import type { Place } from '../model/configuration';
import { hideSecrets } from '../values/secrets';

/** Why a handshake does not pass, in a few words: for lenses, rows and lists. */
export interface ReasonText {
  /** What is wrong, not what to do: `Connection: close`, `Upgrade header lost`. On one line, without code marks. */
  readonly text: string;
  /** What makes it so; null where the fault is that nothing does. */
  readonly place: Place | null;
}

/** The first reason of a row; null where there is none. */
export function firstReason(row: RouteRow): ReasonText | null {
  const [first] = row.because;
  return first === undefined ? null : { text: shortened(wordsOf(row, first)), place: placeOf(row, first) };
}

/** Where what is written does not say what is wrong with it. */
const SHORT: ReadonlyMap<EvidenceId | null, string> = new Map([
  ['websocket-upgrade-missing', english('upgrade not forwarded')],
  ['websocket-proxy-variable', english('no resolver')],
  ['connection-map-missing', english('variable not defined')],
  ['connection-map-incomplete', english('map gives no upgrade')],
  ['listen-http2-deprecated', english('HTTP/2 only')],
  ['value-unknown', english('value not known')],
]);

/** Where the evidence says in its first sentence what neither the directive does nor a few words can. */
const SAID: ReadonlySet<EvidenceId | null> = new Set([
  'websocket-error-page-status',
  'websocket-subrequest',
  'protocol-mismatch',
  'internal-error',
]);

/** A verdict in one word. */
export function verdictText(verdict: Verdict): string {
  return t(VERDICTS[verdict]);
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  passes: english('passes'),
  depends: english('depends'),
  blocked: english('blocked'),
  unknown: english('unknown'),
};

function wordsOf({ verdict }: RouteRow, { id, place, message }: Evidence): string {
  const short = SHORT.get(id);
  if (short !== undefined) return t(short);
  if (SAID.has(id) || place === null) return sentenceOf(message) || verdictText(verdict);
  const written = oneLine(hideSecrets(place.file.text.slice(place.start, place.end)));
  const header = /^proxy_set_header ([^\s"']+) (["']?)([^\s"']{1,24})\2$/.exec(written);
  switch (id) {
    case 'websocket-headers-overridden':
      return t`${written.split(' ')[1] ?? 'Upgrade'} header lost`;
    case 'websocket-header-value':
      return header === null ? written : `${header[1]}: ${header[3]}`;
    case 'include-unresolved':
      // What is around a fragment cannot be shown.
      return written.startsWith('include') ? t`${written} not found` : sentenceOf(message);
    case 'handler-unknown':
      return t`${written} decides`;
    default:
      return written;
  }
}

/** The evidence of lost headers is where they are set; the place to look at is the directive that replaces them. */
function placeOf({ headers }: RouteRow, { id, place, hop = 1 }: Evidence): Place | null {
  // It is not this location that is at fault, but the one at the place.
  if (hop > 1) return place;
  if (id === 'websocket-upgrade-missing') return null;
  return id === 'websocket-headers-overridden' ? headers : place;
}

/** The first sentence, without its full stop and the marks of code. */
function sentenceOf(message: string): string {
  const [first = message] = message.split(/[.:](?:\s|$)|[。：]/, 1);
  return first.replaceAll('`', '');
}

/** More characters than this are too many for a lens or a row. */
export const LONGEST = 60;

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** The text on one line, cut where it is too long. */
export function shortened(text: string): string {
  const line = oneLine(text);
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).trimEnd()}…`;
}
