import type { Resources } from '../harness/resources';
import { type Difference, difference, type Explain } from './compare';
import type { RandomConfiguration } from './configuration';
import { reduce } from './reduce';
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
  readonly disagreements: readonly Disagreement[];
}

/** Compares what the analysis says with what nginx did. */
export async function compareAll(
  configurations: readonly RandomConfiguration[],
  trials: readonly Trial[],
  explain: Explain,
): Promise<Agreement> {
  const disagreements: Disagreement[] = [];
  let handshakes = 0;
  let unknown = 0;
  for (const [index, configuration] of configurations.entries()) {
    const { files, outcomes } = trials[index] ?? { files: {}, outcomes: [] };
    const predict = outcomes.length === 0 ? null : await explain(files);
    for (const [number, seen] of outcomes.entries()) {
      const predicted = predict?.(seen.url);
      if (predicted === undefined) continue;
      handshakes += 1;
      if (predicted.verdict === 'unknown') unknown += 1;
      const differs = difference(predicted, seen);
      const url = configuration.urls[number] ?? '';
      if (differs !== null) disagreements.push({ configuration, url, difference: differs });
    }
  }
  return { handshakes, unknown, disagreements };
}

/** How long one is made smaller. */
const REDUCTION_MS = 12_000;

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
  return about === 'request' ? (words.split('\n')[0] ?? '') : words;
}

async function smallest(one: Disagreement, explain: Explain, lane: Lane): Promise<string> {
  const { configuration, url } = one;
  const run = async (directives: RandomConfiguration['directives']) => {
    const trial = await tryOut({ ...configuration, directives, urls: [url] }, lane);
    const [seen] = trial.outcomes;
    if (seen === undefined) return null;
    const predicted = (await explain(trial.files))(seen.url);
    const differs = difference(predicted, seen);
    return differs === null ? null : { trial, seen, differs };
  };
  const kind = kindOf(one);
  const isSame = async (directives: RandomConfiguration['directives']): Promise<boolean> => {
    const result = await run(directives);
    return result !== null && kindOf({ ...one, difference: result.differs }) === kind;
  };
  const result = await run(await reduce(configuration.directives, isSame, REDUCTION_MS));
  if (result === null) return `${url}: nginx did otherwise when asked again.`;
  const files = Object.entries(result.trial.files).map(([path, text]) => `--- ${path}${text}`);
  return [result.seen.url, result.differs.words, ...files].join('\n');
}
