import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handshake } from '../../server/src/handshake/handshake';
import type { Explanation } from '../../server/src/handshake/explanation';
import { socketsOf } from '../../server/src/model/sockets';
import { type Analysis, explain } from '../../server/src/service';
import { release } from './harness/release';
import { Resources } from './harness/resources';
import { analyzeForThisNginx } from './random/analysis';
import type { Explain } from './random/prediction';
import { type RandomConfiguration, randomConfigurations } from './random/configuration';
import { compareAll, describeDisagreements } from './random/disagreements';
import { tryAll } from './random/run';
import type { Outcome, Trial } from './random/trial';

/**
 * Random configurations with every directive that decides about a handshake, tried on a running nginx: servers and
 * their names, rewrites, locations, access, error pages, headers, maps and includes.
 */

/** With the default, and as few batches, every directive and every outcome comes up for each release. */
const SEED = Number(process.env['SEED'] ?? 20_261_125);
const BATCHES = Number(process.env['BATCHES'] ?? 100);
const URLS = 20;

/** Of as many kinds of difference one example is made small and shown. */
const KINDS_SHOWN = Number(process.env['KINDS'] ?? 5);

const resources = new Resources();
afterAll(() => resources.stop());

let configurations: readonly RandomConfiguration[] = [];
let trials: readonly Trial[] = [];
let outcomes: readonly Outcome[] = [];
let explainAll: Explain;

beforeAll(async () => {
  const start = performance.now();
  configurations = randomConfigurations(SEED, BATCHES, URLS, release);
  explainAll = async (files) => {
    const analysis = await analyzeForThisNginx(files);
    return (url) => {
      const explanation = explain(analysis, url);
      const { upstreamRequest } = explanation;
      const cases = explanation.cases.length > 1 ? handshake(analysis.model, url).cases : [];
      return { ...explanation, cases, comesBack: isToItself(analysis, upstreamRequest) };
    };
  };
  trials = await tryAll(configurations, explainAll);
  outcomes = trials.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome));
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

/** Whether a request goes to a listener of its own configuration: by a group for that, a socket, or a port. */
function isToItself({ model }: Analysis, request: Explanation['upstreamRequest']): boolean {
  if (request === null || model.http === null) return false;
  const { file, start, end } = request.pass;
  const words = file.text.slice(start, end);
  const ports = socketsOf(model.http, model.version).map(({ port }) => port);
  return /unix:|hop-|localhost/.test(words) || ports.some((port) => words.includes(`:${port}`));
}

/** What makes verdicts unknown, in its own words without names. */
function causesOf(all: readonly Trial[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { predicted } of all.flatMap(({ attempts }) => attempts)) {
    if (predicted.verdict !== 'unknown') continue;
    const cause = predicted.because.findLast(({ id }) => id !== null)?.message ?? 'no reason';
    const words = cause.replaceAll(/`[^`]*`/g, '`…`');
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return counts;
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
  ['proxy_set_body', 'proxy_intercept_errors', 'proxy_ssl_server_name', 'ssl_verify_client'],
  ['proxy_pass to a listener of its own', 'try_files $uri/', 'address'],
  ['geo', 'map of the origin', 'map of a cookie or a program', 'if of $http_origin', 'if of $cookie_id'],
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
    const { handshakes, unknown, played, notPlayed, disagreements } = compareAll(configurations, trials);
    console.log(`SEED=${SEED}: ${unknown} of ${handshakes} are unknown, ${disagreements.length} differ`);
    console.log(`${played} cases were played; not played: ${listed(notPlayed) || 'none'}`);
    console.log(`unknown: ${listed(causesOf(trials)) || 'none'}`);
    expect(await describeDisagreements(disagreements, explainAll, KINDS_SHOWN, resources)).toBe('');
    // What is not told is no claim: it must stay rare.
    expect(unknown / handshakes).toBeLessThanOrEqual(0.01);
    const left = [...notPlayed.values()].reduce((sum, count) => sum + count, 0);
    expect(played / (played + left)).toBeGreaterThan(0.9);
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
  }, 1_000_000);
});
