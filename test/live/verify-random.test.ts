import { describe, expect, it } from 'vitest';
import { findNginx } from '../../server/src/verify/program';
import { verify } from '../../server/src/verify/verify';
import { nginxBinary } from './harness/nginx';
import { analyzeForThisNginx } from './random/analysis';
import { randomConfigurations } from './random/configuration';
import { print } from './random/tree';

/** `verify` on random configurations: what comes of its copy is what is predicted for the configuration. */

const SEED = Number(process.env['SEED'] ?? 20_261_130);
const RUNS = Number(process.env['RUNS'] ?? 8);
const URLS = 20;

/** Ports and hosts that are nobody's here. */
function filled(text: string): string {
  return text
    .replaceAll(/@PORT(\d)/g, '808$1')
    .replaceAll('@BACKEND', '192.0.2.10:9000')
    .replaceAll('@AUX', '192.0.2.20:9001')
    .replaceAll('@DIR', '/srv/nginx');
}

describe(`verify on random configurations (SEED=${SEED})`, () => {
  it('sees what is predicted', async () => {
    const program = await findNginx(nginxBinary(), process.env);
    const differences: string[] = [];
    let same = 0;
    let unknown = 0;
    for (const { directives, urls } of randomConfigurations(SEED, RUNS, URLS)) {
      const printed = Object.entries(print('nginx.conf', directives));
      const files = Object.fromEntries(printed.map(([path, text]) => [path, filled(text)]));
      const analysis = await analyzeForThisNginx(files);
      const verified = await verify(analysis, {
        program,
        urls: urls.map(filled),
        auth: 200,
        signal: new AbortController().signal,
      });
      for (const each of verified.urls) {
        if (each.same === true) same += 1;
        else if (each.same === null) unknown += 1;
        else {
          const { verdict, status, url } = each.predicted;
          const { seen } = each;
          const was = `${seen.works ? 'works' : 'fails'} ${seen.status}`;
          differences.push(
            `${url}: ${verdict} ${status}, seen ${was} ${seen.log.join(' ')}\n${files['nginx.conf']}`,
          );
        }
      }
    }
    console.log(
      `SEED=${SEED}: ${same} as predicted, ${differences.length} otherwise, ${unknown} not predicted`,
    );
    expect(differences.slice(0, 3).join('\n\n')).toBe('');
  }, 1_000_000);
});
