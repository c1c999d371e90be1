import { parseVersion } from '../../../server/src/reference/versions';
import type { Analysis } from '../../../server/src/service';
import { analysisOf } from '../../support/memory-host';
import { nginxVersion } from '../harness/nginx';

/** Analyses texts by path, the main file first, for the version of the nginx that is tried. */
export type Analyze = (files: Readonly<Record<string, string>>) => Promise<Analysis>;

/** What analyses for the version of the nginx on this machine. */
export async function analyzerForThisNginx(): Promise<Analyze> {
  const version = parseVersion(await nginxVersion());
  if (version === null) throw new Error('The version of nginx cannot be read.');
  return (files) => {
    const entries = Object.entries(files).map(([path, text]) => [`/etc/nginx/${path}`, text] as const);
    return analysisOf(Object.fromEntries(entries), version);
  };
}
