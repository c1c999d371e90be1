import { Resources } from '../harness/resources';
import type { Explain } from './prediction';
import type { RandomConfiguration } from './configuration';
import { startLane, type Trial, tryOut } from './trial';

/** nginx and the client keep two cores busy with that many. */
const LANES = 3;

/** Tries all configurations, some at a time, each with an nginx and back ends that are its own meanwhile. */
export async function tryAll(
  configurations: readonly RandomConfiguration[],
  explain: Explain,
): Promise<Trial[]> {
  const resources = new Resources();
  const trials: Trial[] = [];
  const queue = configurations.entries();
  const work = async (): Promise<void> => {
    const lane = resources.add(await startLane());
    for (const [index, configuration] of queue) trials[index] = await tryOut(configuration, lane, explain);
  };
  try {
    await Promise.all(Array.from({ length: LANES }, work));
    return trials;
  } finally {
    await resources.stop();
  }
}
