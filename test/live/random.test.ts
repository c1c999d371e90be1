import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../server/src/service';
import { Resources } from './harness/resources';
import { analyzeForThisNginx } from './random/analysis';
import type { Explain } from './random/compare';
import { type RandomConfiguration, randomConfigurations } from './random/configuration';
import { compareAll, describeDisagreements } from './random/disagreements';
import { tryAll } from './random/run';
import type { Outcome, Trial } from './random/trial';

/**
 * Random configurations with every directive that decides about a handshake, tried on a running nginx: servers and
 * their names, rewrites, locations, access, error pages, headers, maps and includes.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
const BATCHES = Number(process.env['BATCHES'] ?? 100);
const URLS = 20;

/** Of as many kinds of difference one example is made small and shown. */
const KINDS_SHOWN = Number(process.env['KINDS'] ?? 5);

const resources = new Resources();
afterAll(() => resources.stop());

let configurations: readonly RandomConfiguration[] = [];
let trials: readonly Trial[] = [];
let outcomes: readonly Outcome[] = [];

beforeAll(async () => {
  const start = performance.now();
  configurations = randomConfigurations(SEED, BATCHES, URLS);
  trials = await tryAll(configurations);
  outcomes = trials.flatMap((trial) => trial.outcomes);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`SEED=${SEED}: ${outcomes.length} handshakes in ${seconds} s\n${listed(countsOf(outcomes))}`);
}, 1_000_000);

/** What became of a handshake, in a word. */
function kindOf({ passes, depends, status }: Outcome): string {
  if (passes) return 'passes';
  if (depends) return 'depends';
  return status === null ? 'no answer' : status === 101 ? '101, but does not work' : `${status}`;
}

function countsOf(all: readonly Outcome[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(kindOf(one), (counts.get(kindOf(one)) ?? 0) + 1);
  return counts;
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ');
}

const OUTCOMES = [
  ['passes', 'depends', '101, but does not work', 'no answer'],
  ['200', '204', '301', '302', '307', '400', '401', '403', '404', '405', '418', '426', '500', '503'],
].flat();

const FEATURES = [
  ['exact', 'leading wildcard', 'trailing wildcard', 'regex'].map((kind) => `server_name ${kind}`),
  ['default_server', 'an address and the wildcard on one port', 'TLS', 'server rewrites', 'include'],
  ['prefix', '=', '^~', '~', '~*', 'in 1 others', 'in 2 others'].map((kind) => `location ${kind}`),
  ['named location', 'return', 'set', 'break', 'rewrite loop', 'if in server', 'if in location'],
  ['last', 'break', 'redirect', 'permanent', 'without flag'].map((flag) => `rewrite ${flag}`),
  ['=', '!=', '~', '~*', '!~', '!~*'].map((operator) => `if ${operator}`),
  ['limit_except', 'proxy_pass in limit_except', 'proxy_pass in if', 'two handlers', 'internal'],
  ['name', 'code', 'URI'].map((last) => `try_files to a ${last}`),
  ['keeps the code', '=', '=200'].flatMap((answer) =>
    ['name', 'URI'].map((target) => `error_page ${answer} to a ${target}`),
  ),
  ['deny', 'allow', 'auth_basic', 'satisfy', 'auth_request', 'mirror'],
  ['200', '204', '401', '403', 'proxy'].map((answer) => `auth_request to ${answer}`),
  ['proxy_pass with a URI', 'proxy_pass with variables', 'header from set'],
  ['exact', 'hostnames', 'regex', 'regex with captures', 'volatile'].map((kind) => `map ${kind}`),
  ['proxy_method', 'proxy_pass_request_headers', 'proxy_hide_header', 'proxy_pass_header'],
  ['proxy_set_body', 'proxy_intercept_errors'],
].flat();

describe(`random configurations (SEED=${SEED})`, () => {
  it('are taken by nginx', () => {
    const refused = trials.flatMap((trial) => (trial.refused === null ? [] : [trial.refused]));
    // What it refuses says nothing of handshakes.
    if (refused.length > 0) console.log(refused.join('\n'));
    expect(refused.length).toBeLessThanOrEqual(BATCHES / 50);
  });

  it('end in every way', () => {
    const counts = countsOf(outcomes);
    expect(OUTCOMES.filter((kind) => !counts.has(kind))).toEqual([]);
    // Enough that work, and enough that do not.
    expect((counts.get('passes') ?? 0) / outcomes.length).toBeGreaterThan(0.2);
    expect(Math.max(...counts.values()) / outcomes.length).toBeLessThan(0.5);
  });

  it('hold every directive', () => {
    const isMissing = (feature: string): boolean =>
      configurations.every(({ features }) => !features.has(feature));
    expect(FEATURES.filter(isMissing)).toEqual([]);
  });

  it('agree with what the analysis says', async () => {
    const explainAll: Explain = async (files) => {
      const analysis = await analyzeForThisNginx(files);
      return (url) => explain(analysis, url);
    };
    const { handshakes, unknown, disagreements } = await compareAll(configurations, trials, explainAll);
    console.log(`SEED=${SEED}: ${unknown} of ${handshakes} are unknown, ${disagreements.length} differ`);
    expect(await describeDisagreements(disagreements, explainAll, KINDS_SHOWN, resources)).toBe('');
    // What is not told is no claim: it must stay rare.
    expect(unknown / handshakes).toBeLessThan(0.1);
  }, 1_000_000);

  it('are read without a syntax error, and no rule fails on them', async () => {
    const faults: string[] = [];
    for (const { refused, files } of trials) {
      const { problems } = refused === null ? await analyzeForThisNginx(files) : { problems: [] };
      const syntax = problems.find(({ rule }) => rule === 'syntax');
      if (syntax !== undefined)
        faults.push(`${syntax.message}\n${syntax.place.file.text.slice(0, syntax.place.end)}`);
    }
    expect(faults).toEqual([]);
  });
});
