import { expect, it } from 'vitest';
import { parseVersion } from '../server/src/reference/versions';
import { type Analysis, analyze } from '../server/src/service';
import { randomConfigurations } from './live/random/configuration';
import { everydayConfigurations } from './live/random/everyday';
import { reduce } from './live/random/reduce';
import { type Directive, print } from './live/random/tree';
import { closureOf } from './support/memory-host';
import {
  type Contradiction,
  findingsOfConditions,
  findingsWithoutVerdict,
  reasonsWithoutFinding,
  routesAgainstUrls,
  urlsOfTable,
} from './support/one-truth';

/**
 * Routes, `explain` and the rules say the same of the same handshakes, whatever the configuration: random ones, each
 * kind of contradiction shown with the smallest configuration that was found for it.
 */

const SEED = Number(process.env['SEED'] ?? 20_261_123);
/** Configurations of each kind. */
const RUNS = Number(process.env['RUNS'] ?? 150);
/** Of as many kinds of contradiction an example is made small and shown. */
const KINDS = Number(process.env['KINDS'] ?? 5);
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

/** What placeholders of a configuration stand for. */
const FILLED: readonly (readonly [string, string])[] = [
  ['@PORT0', '80'],
  ['@PORT1', '443'],
  ['@PORT2', '8080'],
  ['@SOCKET', '/run/own.sock'],
  ['@BACKEND', '10.0.0.1:3000'],
  ['@AUX', '10.0.0.2:3000'],
];

/** The versions differ in what is sent by default. */
const VERSIONS = ['1.22.1', '1.28.0', '1.30.0'] as const;

interface Tried {
  readonly directives: readonly Directive[];
  readonly version: (typeof VERSIONS)[number];
}

const all: readonly Tried[] = [
  ...randomConfigurations(SEED, RUNS, 0).map(({ directives }) => directives),
  ...everydayConfigurations(SEED, RUNS),
].map((directives, index) => ({ directives, version: VERSIONS[index % VERSIONS.length] ?? VERSIONS[0] }));

function textsOf({ directives }: Tried): Record<string, string> {
  const fill = (text: string): string =>
    FILLED.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text);
  const texts = Object.entries(print('nginx.conf', directives));
  return Object.fromEntries(texts.map(([path, text]) => [`/etc/nginx/${path}`, fill(text)] as const));
}

/** Null where nginx would refuse the configuration. */
async function analysisFor(tried: Tried): Promise<Analysis | null> {
  const version = parseVersion(tried.version);
  if (version === null) throw new Error(`${tried.version} is no version.`);
  const analysis = analyze(await closureOf(textsOf(tried)), {
    version,
    onFault: (rule, error) => {
      throw new Error(`${rule}: ${String(error)}`, { cause: error });
    },
  });
  return analysis.refusals().length > 0 ? null : analysis;
}

type Property = (analysis: Analysis) => readonly Contradiction[];

/** What contradicts a property, as a text: how many of each kind, and the smallest example of some. */
async function contradictionsTo(property: Property): Promise<string> {
  const found = new Map<string, { count: number; readonly first: Tried }>();
  for (const tried of all) {
    for (const { kind } of await contradictionsIn(property, tried)) {
      const known = found.get(kind) ?? { count: 0, first: tried };
      found.set(kind, { ...known, count: known.count + 1 });
    }
  }
  const sorted = [...found].toSorted(([, a], [, b]) => b.count - a.count);
  const examples: string[] = [];
  for (const [kind, { first }] of sorted.slice(0, KINDS))
    examples.push(await smallest(property, kind, first));
  return [...sorted.map(([kind, { count }]) => `${count} × ${kind}`), ...examples].join('\n');
}

/** An exception contradicts every property. */
async function contradictionsIn(property: Property, tried: Tried): Promise<readonly Contradiction[]> {
  try {
    const analysis = await analysisFor(tried);
    return analysis === null ? [] : property(analysis);
  } catch (error) {
    return [
      { kind: `exception: ${String(error)}`, words: error instanceof Error ? (error.stack ?? '') : '' },
    ];
  }
}

async function smallest(property: Property, kind: string, first: Tried): Promise<string> {
  const examples = async (directives: readonly Directive[]): Promise<readonly Contradiction[]> => {
    const those = await contradictionsIn(property, { ...first, directives });
    return those.filter((each) => each.kind === kind);
  };
  const stillFails = async (directives: readonly Directive[]): Promise<boolean> =>
    (await examples(directives)).length > 0;
  const directives = await reduce(first.directives, stillFails, REDUCTION_MS);
  const [example] = await examples(directives);
  const files = Object.entries(textsOf({ ...first, directives })).map(([path, text]) => `--- ${path}${text}`);
  return [`\n### ${kind} (nginx ${first.version})`, example?.words ?? '', ...files].join('\n');
}

it(`are configurations that nginx takes, with every verdict and strong intent (SEED=${SEED})`, async () => {
  const verdicts = new Map<string, number>();
  let refused = 0;
  for (const tried of all) {
    const analysis = await analysisFor(tried);
    if (analysis === null) refused += 1;
    for (const { verdict, intent } of analysis?.routes ?? [])
      if (intent.strength === 'strong') verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  console.log(
    `SEED=${SEED}: ${all.length} configurations, ${refused} refused; strong intent: ${JSON.stringify([...verdicts])}`,
  );
  expect(refused / all.length).toBeLessThan(0.02);
  for (const verdict of ['passes', 'blocked', 'depends', 'unknown'])
    expect(verdicts.get(verdict) ?? 0).toBeGreaterThan(RUNS / 20);
});

it('a route is what its URLs are', async () => {
  expect(await contradictionsTo((analysis) => routesAgainstUrls(analysis, TAILS))).toBe('');
});

it('the URLs of a route lead to it', async () => {
  expect(await contradictionsTo(urlsOfTable)).toBe('');
});

it('what blocks a location that is meant for WebSocket is a finding', async () => {
  expect(await contradictionsTo(reasonsWithoutFinding)).toBe('');
});

it('what a verdict depends on is no finding', async () => {
  expect(await contradictionsTo(findingsOfConditions)).toBe('');
});

it('a finding that a handshake fails has a verdict that says so', async () => {
  expect(await contradictionsTo(findingsWithoutVerdict)).toBe('');
});
