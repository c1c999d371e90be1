import type { Analysis } from '../../../server/src/service';
import { analysisOf } from '../../support/memory-host';
import { release } from '../harness/release';

/** Analyses texts by path, the main file first, for the nginx that runs. */
export function analyzeForThisNginx(files: Readonly<Record<string, string>>): Promise<Analysis> {
  const entries = Object.entries(files).map(([path, text]) => [`/etc/nginx/${path}`, text] as const);
  return analysisOf(Object.fromEntries(entries), release);
}
