import type { Verdict } from '../handshake/evidence';
import type { RouteRow } from '../handshake/route-table';
import { t } from '../l10n';
import type { Place } from '../model/configuration';
import type { SourceFile } from '../model/source-file';
import { fileNameOf } from '../model/paths';
import { LineIndex } from '../syntax/lines';
import { shortConditionsText } from './conditions-text';
import { firstReason } from './reason-text';

/** The lens of a location with a back end, shown above it when it is meant for WebSocket. */
export interface LocationLens {
  /** The word `location` and its arguments. */
  readonly place: Place;
  /** Offset after the block. */
  readonly blockEnd: number;
  /** The worst, where its file is included more than once. */
  readonly verdict: Verdict;
  /** `✗ WebSocket blocked: Connection: close at line 31`. */
  readonly text: string;
  /** Whether it is meant for WebSocket, surely or likely. */
  readonly hasIntent: boolean;
  /** The URL that the verdict is about; null where none is known. */
  readonly url: string | null;
}

/** Which verdict counts where a file is included in several places: the first of these. */
const WORST_FIRST: readonly Verdict[] = ['blocked', 'unknown', 'depends', 'passes'];

/** The line of a place, counted from one. */
type LineOf = (place: Place) => number;

/**
 * One for each location of a file with a back end, in the order of the text. Where its file is included more than
 * once it has the worst verdict, and says in how many places.
 *
 * @param rows the table of routes
 * @param lineOf of the text that people see, where that is another than the file; the same for all calls about a table
 */
export function locationLenses(
  rows: readonly RouteRow[],
  file: SourceFile,
  lineOf: LineOf = linesOfFiles(),
): readonly LocationLens[] {
  const tables = known.get(rows) ?? new Map<string, readonly LocationLens[]>();
  known.set(rows, tables);
  const lenses = tables.get(file.realPath) ?? lensesOf(rows, file, lineOf);
  tables.set(file.realPath, lenses);
  return lenses;
}

const known = new WeakMap<readonly RouteRow[], Map<string, readonly LocationLens[]>>();

/** The lens of the innermost location around an offset; null where there is none. */
export function lensAround(lenses: readonly LocationLens[], offset: number): LocationLens | null {
  return lenses.findLast(({ place, blockEnd }) => place.start <= offset && offset <= blockEnd) ?? null;
}

function lensesOf(rows: readonly RouteRow[], file: SourceFile, lineOf: LineOf): LocationLens[] {
  const instances = new Map<number, [RouteRow, ...RouteRow[]]>();
  for (const row of rows) {
    if (row.place.file.realPath !== file.realPath || file.builtIn) continue;
    const group = instances.get(row.place.start);
    if (group === undefined) instances.set(row.place.start, [row]);
    else group.push(row);
  }
  const nameOf = (place: Place): string => placeName(place, file, lineOf);
  return [...instances.values()]
    .map((group) => lensOf(group, nameOf))
    .toSorted((a, b) => a.place.start - b.place.start);
}

function lensOf(group: readonly [RouteRow, ...RouteRow[]], nameOf: NameOf): LocationLens {
  const rank = ({ verdict }: RouteRow): number => WORST_FIRST.indexOf(verdict);
  const worst = group.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  const same = group.filter(({ verdict }) => verdict === worst.verdict).length;
  const count =
    group.length === 1
      ? ''
      : same === group.length
        ? t` (in ${same} contexts)`
        : t` (in ${same} of ${group.length} contexts)`;
  const { place, whole } = worst;
  return {
    place,
    hasIntent: group.some(({ intent }) => intent !== 'none'),
    blockEnd: whole.end,
    verdict: worst.verdict,
    text: `${verdictText(worst, nameOf)}${count}`,
    url: worst.urls[0] ?? group.find(({ urls }) => urls.length > 0)?.urls[0] ?? null,
  };
}

function verdictText(row: RouteRow, nameOf: NameOf): string {
  switch (row.verdict) {
    case 'passes':
      return t('✓ WebSocket passes');
    case 'depends':
      return t`~ WebSocket ${shortConditionsText(row.cases)}`;
    case 'blocked':
      return t`✗ WebSocket blocked${because(row, nameOf)}`;
    case 'unknown':
      return t`? WebSocket unknown${because(row, nameOf)}`;
  }
}

function because(row: RouteRow, nameOf: NameOf): string {
  const reason = firstReason(row);
  if (reason === null) return '';
  return t`: ${reason.text}${reason.place === null ? '' : nameOf(reason.place)}`;
}

/** ` at line 31`, or ` at proxy.conf:31` in another file; lines from one. */
type NameOf = (place: Place) => string;

function placeName(place: Place, home: SourceFile, lineOf: LineOf): string {
  const line = lineOf(place);
  return place.file.realPath === home.realPath
    ? t` at line ${line}`
    : t` at ${fileNameOf(place.file.path)}:${line}`;
}

/** The lines of the files themselves. */
function linesOfFiles(): LineOf {
  const indexes = new Map<string, LineIndex>();
  return ({ file, start }) => {
    const index = indexes.get(file.realPath) ?? new LineIndex(file.text);
    indexes.set(file.realPath, index);
    return index.positionAt(start).line + 1;
  };
}
