import type { Case } from '../../server/src/handshake/cases';
import { type Handshake, handshake } from '../../server/src/handshake/handshake';
import { assumedVersion, parseVersion } from '../../server/src/reference/versions';
import { modelOf } from '../support/memory-host';

export const UPGRADE =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

/** What passes, in a location. */
export const PASS = `proxy_pass http://back; ${UPGRADE}`;

/** The handshake for a URL. @param http what stands in `http` */
export async function handshakeIn(
  http: string,
  url = 'ws://localhost/',
  version?: string,
): Promise<Handshake> {
  const nginx = version === undefined ? assumedVersion : parseVersion(version);
  if (nginx === null) throw new Error(`${version} is no version.`);
  return handshake(await modelOf(`events {} http { ${http} }`, nginx), url);
}

/** What it depends on, and how it ends: `a password: passes 101`. */
export function shownCase({ when, verdict, status }: Case): string {
  return `${when.join(' & ')}: ${verdict} ${status}`;
}

/** The cases of the handshake for a URL. */
export async function casesIn(http: string, url?: string, version?: string): Promise<string[]> {
  return (await handshakeIn(http, url, version)).cases.map(shownCase);
}
