import type { Evidence, EvidenceId, Verdict } from '../handshake/evidence';
import type { RouteRow } from '../handshake/route-table';
import { type Place, wholePlaceOf } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { SourceFile } from '../model/load';
import { fileNameOf } from '../model/paths';
import { LineIndex } from '../syntax/lines';

/** What is said of a location with a back end; above it, where it is meant for WebSocket. */
export interface LocationLens {
  /** The word `location` and its arguments. */
  readonly place: Place;
  /** Offset after the block. */
  readonly blockEnd: number;
  /** `✗ WebSocket blocked: proxy_set_header Connection close, line 31`. */
  readonly text: string;
  /** Whether it is meant for WebSocket, surely or likely. */
  readonly hasIntent: boolean;
  /** The URL that the verdict is about; null where none is known. */
  readonly url: string | null;
}

/** Which verdict counts where a file is included in several places: the first of these. */
const WORST_FIRST: readonly Verdict[] = ['blocked', 'unknown', 'depends', 'passes'];

/**
 * One for each location of a file with a back end, in the order of the text. Where its file is included more than
 * once it has the worst verdict, and says in how many places.
 *
 * @param rows the table of routes
 */
export function locationLenses(rows: readonly RouteRow[], file: SourceFile): readonly LocationLens[] {
  const tables = known.get(rows) ?? new Map<string, readonly LocationLens[]>();
  known.set(rows, tables);
  const lenses = tables.get(file.realPath) ?? lensesOf(rows, file);
  tables.set(file.realPath, lenses);
  return lenses;
}

const known = new WeakMap<readonly RouteRow[], Map<string, readonly LocationLens[]>>();

/** The lens of the innermost location around an offset; null where there is none. */
export function lensAround(lenses: readonly LocationLens[], offset: number): LocationLens | null {
  return lenses.findLast(({ place, blockEnd }) => place.start <= offset && offset <= blockEnd) ?? null;
}

function lensesOf(rows: readonly RouteRow[], file: SourceFile): LocationLens[] {
  const instances = new Map<number, [RouteRow, ...RouteRow[]]>();
  for (const row of rows) {
    if (row.place.file.realPath !== file.realPath || file.builtIn) continue;
    const group = instances.get(row.place.start);
    if (group === undefined) instances.set(row.place.start, [row]);
    else group.push(row);
  }
  const names = new PlaceNames(file);
  return [...instances.values()]
    .map((group) => lensOf(group, names))
    .toSorted((a, b) => a.place.start - b.place.start);
}

function lensOf(group: readonly [RouteRow, ...RouteRow[]], names: PlaceNames): LocationLens {
  const rank = ({ verdict }: RouteRow): number => WORST_FIRST.indexOf(verdict);
  const worst = group.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  const same = group.filter(({ verdict }) => verdict === worst.verdict).length;
  const count =
    group.length === 1
      ? ''
      : same === group.length
        ? ` (in ${same} contexts)`
        : ` (in ${same} of ${group.length} contexts)`;
  const { place, location } = worst;
  const { block } = location;
  return {
    place,
    hasIntent: group.some(({ intent }) => intent !== 'none'),
    blockEnd: block === null ? place.end : wholePlaceOf(block).end,
    text: `${verdictText(worst, names)}${count}`,
    url: worst.urls[0] ?? group.find(({ urls }) => urls.length > 0)?.urls[0] ?? null,
  };
}

function verdictText(row: RouteRow, names: PlaceNames): string {
  const [first] = row.because;
  const because = first === undefined ? '' : `: ${reasonOf(row, first, names)}`;
  switch (row.verdict) {
    case 'passes':
      return '✓ WebSocket passes';
    case 'depends':
      return '~ WebSocket depends on the back end: HTTP/1.0';
    case 'blocked':
      return `✗ WebSocket blocked${because}`;
    case 'unknown':
      return `? WebSocket unknown${because}`;
  }
}

/** Reasons of which the directive itself says the most. */
const SHOWN_AS_WRITTEN: ReadonlySet<EvidenceId> = new Set([
  'websocket-header-value',
  'websocket-http-version',
  'websocket-response-header-hidden',
  'websocket-request-headers-dropped',
  'websocket-method-or-body',
  'websocket-redirected',
  'websocket-limited',
  'proxy-pass-scheme',
  'answered-by-nginx',
]);

/** In a few words, with the place. */
function reasonOf(row: RouteRow, { id, place, message }: Evidence, names: PlaceNames): string {
  const written = place === null ? '' : shortened(place.file.text.slice(place.start, place.end));
  if (id === 'websocket-headers-overridden') {
    // The evidence is the header that is lost; what takes it away stands at the nearest level with headers.
    const header = written.split(/\s/)[1] ?? 'Upgrade';
    const [by] = effective(row.location, 'proxy_set_header').directives;
    const at = by === undefined ? '' : names.of({ file: by.file, start: by.start, end: by.wordsEnd });
    return `${header} header lost${at}`;
  }
  if (place === null) return shortened(sentenceOf(message));
  if (id === 'include-unresolved')
    return `${written} ${written.startsWith('include') ? 'not found' : 'is not to be seen'}${names.of(place)}`;
  if (id === 'websocket-upgrade-missing') return 'the upgrade is not forwarded';
  if (id !== null && SHOWN_AS_WRITTEN.has(id)) return `${written}${names.of(place)}`;
  return `${shortened(sentenceOf(message))}${names.of(place)}`;
}

/** The first sentence, without its full stop and the marks of code. */
function sentenceOf(message: string): string {
  const [first = message] = message.split(/[.:](?:\s|$)/, 1);
  return first.replaceAll('`', '');
}

const LONGEST = 60;

/** On one line, and cut where it is long. */
function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).trimEnd()}…`;
}

/** Names places as they are called from one file. */
class PlaceNames {
  private readonly lines = new Map<string, LineIndex>();

  constructor(private readonly home: SourceFile) {}

  /** ` at line 31`, or ` at proxy.conf:31` in another file; lines from one. */
  of({ file, start }: Place): string {
    const index = this.lines.get(file.realPath) ?? new LineIndex(file.text);
    this.lines.set(file.realPath, index);
    const line = index.positionAt(start).line + 1;
    return file.realPath === this.home.realPath ? ` at line ${line}` : ` at ${fileNameOf(file.path)}:${line}`;
  }
}
