import { isAtLeast, type NginxVersion, parseVersion } from '../../../server/src/reference/versions';
import { nginxVersion } from './nginx';

/** The release of the nginx that runs: what is analysed for it must be analysed for this one. */
export const release: NginxVersion = read(await nginxVersion());

function read(text: string): NginxVersion {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is not the number of a release of nginx.`);
  return version;
}

/** Whether the nginx that runs is of this release, `1.25.1`, or of a later one. */
export function since(text: string): boolean {
  return isAtLeast(release, read(text));
}

/** Whether the nginx that runs is older than this release, `1.25.1`. */
export function before(text: string): boolean {
  return !since(text);
}
