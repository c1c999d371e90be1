import type { Resources } from '../harness/resources';
import { type Difference, difference } from './compare';
import type { Explain } from './prediction';
import type { RandomConfiguration } from './configuration';
import { reduce } from './reduce';
import { print } from './tree';
import { type Lane, startLane, type Trial, tryOut } from './trial';

/** Where the analysis and nginx differ, each with the smallest configuration that was found for it. */

/** One URL about which they differ. */
export interface Disagreement {
  readonly configuration: RandomConfiguration;
  /** With the placeholder of its port. */
  readonly url: string;
  readonly difference: Difference;
}

/** What a comparison came to. */
export interface Agreement {
  readonly handshakes: number;
  /** How many of them the analysis could not tell. */
  readonly unknown: number;
  /** How many cases of a `depends` nginx was asked about. */
  readonly played: number;
  /** How many could not be played, by what they need. */
  readonly notPlayed: ReadonlyMap<string, number>;
  readonly disagreements: readonly Disagreement[];
}

/** Compares what the analysis says with what nginx did. */
export function compareAll(
  configurations: readonly RandomConfiguration[],
  trials: readonly Trial[],
): Agreement {
  const disagreements: Disagreement[] = [];
  const notPlayed = new Map<string, number>();
  let handshakes = 0;
  let unknown = 0;
  let played = 0;
  for (const [index, configuration] of configurations.entries()) {
    const { attempts } = trials[index] ?? { attempts: [] };
    for (const [number, { outcome, predicted, cases }] of attempts.entries()) {
      handshakes += 1;
      if (predicted.verdict === 'unknown') unknown += 1;
      for (const { needs } of cases) {
        if (needs === null) played += 1;
        else notPlayed.set(needs, (notPlayed.get(needs) ?? 0) + 1);
      }
      const differs = difference(predicted, outcome, cases);
      const url = configuration.urls[number] ?? '';
      if (differs !== null) disagreements.push({ configuration, url, difference: differs });
    }
  }
  return { handshakes, unknown, played, notPlayed, disagreements };
}

/** How long one is made smaller. */
const REDUCTION_MS = Number(process.env['REDUCTION_MS'] ?? 30_000);

/**
 * Some of the disagreements as a text, each reduced to what it needs: one of every kind before a second of any.
 *
 * @param resources stops what this starts
 */
export async function describeDisagreements(
  disagreements: readonly Disagreement[],
  explain: Explain,
  count: number,
  resources: Resources,
): Promise<string> {
  if (disagreements.length === 0) return '';
  const lane = resources.add(await startLane());
  const kinds = new Map<string, Disagreement[]>();
  for (const each of disagreements) kinds.set(kindOf(each), (kinds.get(kindOf(each)) ?? []).concat(each));
  const texts: string[] = [];
  for (const [kind, [first]] of [...kinds].slice(0, count))
    if (first !== undefined) texts.push(`${kind}\n${await smallest(first, explain, lane)}`);
  const counts = [...kinds].map(([kind, { length }]) => `${length} × ${kind}`);
  return [`${disagreements.length} handshakes differ:`, ...counts, '', ...texts].join('\n');
}

/** Requests differ in too many ways to be told apart by their words. */
function kindOf({ difference: { about, words } }: Disagreement): string {
  return about === 'request' || about === 'case' ? (words.split('\n')[0] ?? '') : words;
}

async function smallest(one: Disagreement, explain: Explain, lane: Lane): Promise<string> {
  const { configuration, url } = one;
  const run = async (directives: RandomConfiguration['directives']) => {
    const text = Object.values(print('nginx.conf', directives)).join('\n');
    const roots = configuration.roots.filter(({ path }) => new RegExp(`${path}\\b`).test(text));
    const trial = await tryOut({ ...configuration, directives, roots, urls: [url] }, lane, explain);
    const [attempt] = trial.attempts;
    if (attempt === undefined) return null;
    const differs = difference(attempt.predicted, attempt.outcome, attempt.cases);
    return differs === null ? null : { trial, ...attempt, differs };
  };
  const kind = kindOf(one);
  const isSame = async (directives: RandomConfiguration['directives']): Promise<boolean> => {
    const result = await run(directives);
    return result !== null && kindOf({ ...one, difference: result.differs }) === kind;
  };
  const result = await run(await reduce(configuration.directives, isSame, REDUCTION_MS));
  if (result === null) return `${url}: nginx did otherwise when asked again.`;
  const files = Object.entries(result.trial.files).map(([path, text]) => `--- ${path}${text}`);
  const said = result.predicted.because.map(({ message }) => `| ${message}`);
  return [result.outcome.url, result.differs.words, ...said, ...files].join('\n');
}
