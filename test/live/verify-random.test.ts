import { describe, expect, it } from 'vitest';
import { findNginx } from '../../server/src/verify/program';
import { runnable } from '../../server/src/verify/runnable';
import { verify, type VerifiedUrl } from '../../server/src/verify/verify';
import { MemoryHost } from '../support/memory-host';
import { nginxBinary } from './harness/nginx';
import { release } from './harness/release';
import { analyzeForThisNginx } from './random/analysis';
import { type RandomConfiguration, randomConfigurations } from './random/configuration';
import { print } from './random/tree';

/**
 * `verify` on random configurations: what comes of its copy is what is predicted for the configuration, with a login
 * that lets in and one that does not. `SEED=n RUNS=2000` tries as many; each difference is named by its number, and
 * `ONLY=n` tries that one alone and shows it.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_130);
const RUNS = Number(process.env['RUNS'] ?? 8);
const ONLY = process.env['ONLY'];
const URLS = 20;

/** Each waits for its nginx and its client most of the time. */
const LANES = 4;

/** Ports and hosts that are nobody's here. */
function filled(text: string): string {
  return text
    .replaceAll(/@PORT(\d)/g, '808$1')
    .replaceAll('@BACKEND', '192.0.2.10:9000')
    .replaceAll('@AUX', '192.0.2.20:9001')
    .replaceAll('@DIR', '/srv/nginx');
}

function filesOf({ directives }: RandomConfiguration): Record<string, string> {
  const printed = Object.entries(print('nginx.conf', directives));
  return Object.fromEntries(printed.map(([path, text]) => [path, filled(text)]));
}

function differenceText({ predicted, seen }: VerifiedUrl): string {
  const { verdict, status, url } = predicted;
  return `${url}: ${verdict} ${status}, seen ${seen.works ? 'works' : 'fails'} ${seen.status} ${seen.log.join(' ')}`;
}

describe(`verify on random configurations (SEED=${SEED})`, () => {
  it('sees what is predicted', async () => {
    const program = await findNginx(nginxBinary(), process.env);
    const differences: string[] = [];
    const tell = (difference: string): void => {
      differences.push(difference);
      console.log(difference);
    };
    const counts = { configurations: 0, same: 0, unknown: 0 };
    const queue = randomConfigurations(SEED, RUNS, URLS, release).entries();
    const work = async (): Promise<void> => {
      for (const [number, configuration] of queue) {
        if (ONLY !== undefined && number !== Number(ONLY)) continue;
        const files = filesOf(configuration);
        const urls = configuration.urls.map(filled);
        const found = await analyzeForThisNginx(files);
        const analysis = await runnable(found, release, urls, new MemoryHost(files));
        const { signal } = new AbortController();
        // Each number has one of the two logins: both come up as often.
        const auth = number % 2 === 0 ? 200 : 401;
        const verified = await verify(analysis, { program, urls, auth, signal }).catch((error: unknown) => {
          tell(`#${number} cannot be verified: ${String(error)}`);
          return { urls: [] };
        });
        counts.configurations += 1;
        if (counts.configurations % 250 === 0)
          console.log(`${counts.configurations}: ${differences.length} otherwise`);
        for (const each of verified.urls) {
          if (each.same === true) counts.same += 1;
          else if (each.same === null) counts.unknown += 1;
          else tell(`#${number} ${differenceText(each)}`);
        }
        if (ONLY !== undefined) console.log(Object.values(files).join('\n# ---\n'));
      }
    };
    await Promise.all(Array.from({ length: LANES }, work));
    const { same, unknown } = counts;
    console.log(
      `SEED=${SEED}: ${same} as predicted, ${differences.length} otherwise, ${unknown} not predicted`,
    );
    expect(differences).toEqual([]);
  }, 10_000_000);
});
