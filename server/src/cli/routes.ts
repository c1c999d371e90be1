import { conditionsText } from '../features/conditions-text';
import type { RouteRow } from '../handshake/route-table';
import type { Host } from '../model/host';
import { routes as routesOf } from '../service';
import type { RoutesArguments } from './arguments';
import { analyzeOne } from './configurations';
import { routesJson } from '../project/routes-json';
import type { Io } from './io';
import type { Names } from './names';
import { Ranges } from '../project/ranges';
import { versionNote } from './report-text';
import { jsonText, visible } from '../features/support/escape';
import { counted } from './words';

/**
 * The command `routes`.
 *
 * @returns exit status: 0
 * @throws InputError when the file cannot be read
 */
export async function routes(given: RoutesArguments, host: Host, io: Io): Promise<number> {
  const { analysis, names, args } = await analyzeOne(given, host, io);
  const rows = routesOf(analysis);
  const ranges = new Ranges(names);
  io.stdout.write(
    args.format === 'json'
      ? `${jsonText(routesJson(rows, args.version, names, ranges))}\n`
      : textOf(args, rows, names, ranges),
  );
  return 0;
}

function serverLine({ server, listen, location }: RouteRow): string {
  if (location.server === null || location.server.block === null) return '(server not found here)';
  return `${server.join(' ') || '(no name)'}  ${listen.join(', ') || '80'}`;
}

const MARKS = { passes: '✓', depends: '~', blocked: '✗', unknown: '?' } as const;

/** One block of lines for each server, one line for each location, what stops it below. */
function textOf(args: RoutesArguments, rows: readonly RouteRow[], names: Names, ranges: Ranges): string {
  const lines: string[] = [];
  let last: RouteRow['location']['server'] = null;
  for (const row of rows) {
    if (row.location.server !== last || lines.length === 0) {
      last = row.location.server;
      if (lines.length > 0) lines.push('');
      lines.push(serverLine(row));
    }
    const location = row.modifier === '' ? row.path : `${row.modifier} ${row.path}`;
    const place = `${names.of(row.place.file)}:${ranges.of(row.place).line}`;
    lines.push(`  ${MARKS[row.verdict]} ${location}  →  ${row.upstream}  ${row.verdict}  ${place}`);
    for (const url of row.urls) lines.push(`      ${url}`);
    if (row.verdict === 'depends') lines.push(`      passes, ${conditionsText(row.conditions)}`);
    for (const { place: at, message } of row.because) {
      lines.push(`      ${at === null ? '' : `${names.of(at.file)}:${ranges.of(at).line} `}${message}`);
    }
  }
  const sum = `${counted(rows.length, 'route')} (${versionNote(args)}).`;
  return `${[...lines.map(visible), ...(lines.length > 0 ? [''] : []), sum].join('\n')}\n`;
}
