import type { RouteRow } from '../handshake/route-table';
import { formatVersion, type NginxVersion } from '../reference/versions';
import { atJson, becauseJson, casesJson } from './evidence-json';
import type { FileNames } from './file-names';
import type { Ranges } from './ranges';

/** The routes of a configuration, as JSON. Other programs read it: names and order are fixed. */
export function routesJson(
  rows: readonly RouteRow[],
  version: NginxVersion,
  names: FileNames,
  ranges: Ranges,
): unknown {
  return {
    nginxVersion: formatVersion(version),
    routes: rows.map((row) => ({
      file: names.of(row.place.file),
      line: ranges.of(row.place).line,
      ...atJson(row.place, ranges),
      server: row.server,
      listen: row.listen,
      location: row.path,
      modifier: row.modifier,
      upstream: row.upstream,
      intent: row.intent,
      verdict: row.verdict,
      because: becauseJson(row.because, names, ranges),
      conditions: row.conditions,
      cases: casesJson(row.cases, names, ranges),
      urls: row.urls,
    })),
  };
}
