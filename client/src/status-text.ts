import type { Status } from '../../server/src/protocol';

/** Where the version of nginx comes from, as the status says it. */
const ORIGINS: Record<Status['versionFrom'], string> = {
  setting: 'setting',
  project: 'nginx-websocket.json',
  nginx: 'nginx on PATH',
  assumed: 'assumed',
};

/** The version that the analysis is for, and why that one: `nginx 1.28.0 (assumed)`. */
export function versionText({ version, versionFrom }: Status): string {
  return `nginx ${version} (${ORIGINS[versionFrom]})`;
}

/**
 * The configuration that the document belongs to, and what was found in it: `nginx.conf · 3 routes, 1 blocked`.
 *
 * @param main how the main file is called here; undefined where there is none
 */
export function mainText({ routes, blocked }: Status, main: string | undefined): string {
  const counts = `${routes === 1 ? '1 route' : `${routes} routes`}${blocked === 0 ? '' : `, ${blocked} blocked`}`;
  return `${main ?? 'main file not found'} · ${counts}`;
}
