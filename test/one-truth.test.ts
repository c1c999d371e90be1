import { beforeAll, expect, it } from 'vitest';
import { assumedVersion, parseVersion } from '../server/src/reference/versions';
import { type Analysis, analyze } from '../server/src/service';
import { randomConfigurations } from './live/random/configuration';
import { everydayConfigurations } from './live/random/everyday';
import { reduce } from './live/random/reduce';
import type { Directive } from './live/random/tree';
import { closureOf, inOnePart } from './support/memory-host';
import { textsOf } from './support/random-texts';
import {
  type Contradiction,
  findingsOfConditions,
  findingsWithoutVerdict,
  reasonsWithoutFinding,
  releasesAgainstAssumed,
  routesAgainstUrls,
  urlsOfTable,
} from './support/one-truth';

/**
 * Routes, `explain` and the rules say the same of the same handshakes, whatever the configuration: random ones, each
 * kind of contradiction shown with the smallest configuration that was found for it.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
/** Configurations of each kind. */
const RUNS = Number(process.env['RUNS'] ?? 40);
/** Of as many kinds of contradiction an example is made small and shown. */
const KINDS = Number(process.env['KINDS'] ?? 5);
/** Of many configurations the tests take as long as that takes. */
const TIMEOUT_MS = 10_000_000;
/** How long one is made smaller. */
const REDUCTION_MS = 10_000;

const TAILS = {
  paths: [
    'x',
    '/',
    '/x',
    '/ws',
    '/a/b',
    '/room/1',
    '/ws/room',
    '/x.php',
    '/a',
    '/b/',
    '/chat',
    '/api/v2',
    '/rooms/7',
  ],
  queries: ['', '?x=1', '?mode=ws&x=2', '?', '?token=abc', '?transport=polling', '?token=1&debug'],
} as const;

/** The versions differ in what is sent by default; the last is not set, so that it is a condition. */
const VERSIONS = ['1.22.1', '1.28.0', '1.30.0', 'none'] as const;

interface Tried {
  readonly directives: readonly Directive[];
  readonly version: (typeof VERSIONS)[number];
}

const all: readonly Tried[] = [
  ...randomConfigurations(SEED, RUNS, 0).map(({ directives }) => directives),
  ...everydayConfigurations(SEED, RUNS),
].map((directives, index) => ({ directives, version: VERSIONS[index % VERSIONS.length] ?? VERSIONS[0] }));

async function analysisFor(tried: Tried): Promise<Analysis> {
  const version = tried.version === 'none' ? assumedVersion : parseVersion(tried.version);
  if (version === null) throw new Error(`${tried.version} is no version.`);
  return analyze(await closureOf(textsOf(tried.directives), { makeFile: inOnePart }), {
    version,
    versionFrom: tried.version === 'none' ? 'assumed' : 'setting',
    onFault: (rule, error) => {
      throw new Error(`${rule}: ${String(error)}`, { cause: error });
    },
  });
}

type Property = (analysis: Analysis) => readonly Contradiction[];

const PROPERTIES: readonly (readonly [words: string, property: Property])[] = [
  ['a route is what its URLs are', (analysis) => routesAgainstUrls(analysis, TAILS)],
  ['the URLs of a route lead to it', urlsOfTable],
  ['a release that is not set is one of all', releasesAgainstAssumed],
  ['what blocks a location that is meant for WebSocket is a finding', reasonsWithoutFinding],
  ['what a verdict depends on is no finding', findingsOfConditions],
  ['a finding that a handshake fails has a verdict that says so', findingsWithoutVerdict],
];

/** How often a kind of contradiction was found, and where first. */
interface Found {
  readonly count: number;
  readonly first: Tried;
}

const found = new Map<Property, Map<string, Found>>();
/** How often a location with strong intent has each verdict. */
const verdicts = new Map<string, number>();
let refused = 0;
beforeAll(async () => {
  for (const tried of all) {
    const analysis = await analysisFor(tried);
    if (analysis.refusals().length > 0) refused += 1;
    for (const { verdict, intent } of analysis.routes)
      if (intent.strength === 'strong') verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    for (const [property, contradictions] of contradictionsIn(
      analysis,
      PROPERTIES.map(([, each]) => each),
    )) {
      const kinds = found.get(property) ?? new Map<string, Found>();
      found.set(property, kinds);
      for (const { kind } of contradictions) {
        const { count, first } = kinds.get(kind) ?? { count: 0, first: tried };
        kinds.set(kind, { count: count + 1, first });
      }
    }
  }
}, TIMEOUT_MS);

/** What contradicts a property, as a text: how many of each kind, and the smallest example of some. */
async function contradictionsTo(property: Property): Promise<string> {
  const sorted = [...(found.get(property) ?? [])].toSorted(([, a], [, b]) => b.count - a.count);
  const examples: string[] = [];
  for (const [kind, { first }] of sorted.slice(0, KINDS))
    examples.push(await smallest(property, kind, first));
  return [...sorted.map(([kind, { count }]) => `${count} × ${kind}`), ...examples].join('\n');
}

/** What contradicts some properties; an exception does so. None where nginx would refuse the configuration. */
function contradictionsIn(
  analysis: Analysis,
  properties: readonly Property[],
): ReadonlyMap<Property, readonly Contradiction[]> {
  const of = (property: Property): readonly Contradiction[] => {
    try {
      return analysis.refusals().length > 0 ? [] : property(analysis);
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? '') : '';
      return [{ kind: `exception: ${String(error)}`, words }];
    }
  };
  return new Map(properties.map((property) => [property, of(property)] as const));
}

async function smallest(property: Property, kind: string, first: Tried): Promise<string> {
  const examples = async (directives: readonly Directive[]): Promise<readonly Contradiction[]> => {
    const those = contradictionsIn(await analysisFor({ ...first, directives }), [property]);
    return (those.get(property) ?? []).filter((each) => each.kind === kind);
  };
  const stillFails = async (directives: readonly Directive[]): Promise<boolean> =>
    (await examples(directives)).length > 0;
  const directives = await reduce(first.directives, stillFails, REDUCTION_MS);
  const [example] = await examples(directives);
  const files = Object.entries(textsOf(directives)).map(([path, text]) => `--- ${path}${text}`);
  return [`\n### ${kind} (nginx ${first.version})`, example?.words ?? '', ...files].join('\n');
}

it(
  `are configurations that nginx takes, with every verdict (SEED=${SEED})`,
  () => {
    console.log(`SEED=${SEED}: strong intent: ${JSON.stringify([...verdicts])}, ${refused} refused`);
    expect(refused).toBeLessThanOrEqual(all.length / 50);
    for (const verdict of ['passes', 'blocked', 'depends', 'unknown'])
      expect(verdicts.get(verdict) ?? 0).toBeGreaterThan(RUNS / 20);
  },
  TIMEOUT_MS,
);

it.each(PROPERTIES)(
  `%s (SEED=${SEED})`,
  async (_, property) => {
    expect(await contradictionsTo(property)).toBe('');
  },
  TIMEOUT_MS,
);
