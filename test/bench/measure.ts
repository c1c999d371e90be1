/** One figure of a benchmark. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value must not be above it. A figure without one is for information. */
  readonly budget?: number;
}

/** Prints the figures, one a line; one over its budget makes the program exit with 1. */
export function report(figures: readonly Figure[]): void {
  for (const { name, value, unit, budget } of figures) {
    const isOver = budget !== undefined && value > budget;
    const note = budget === undefined ? '' : `  ${isOver ? 'OVER its budget of' : 'budget'} ${budget}`;
    console.log(`${name.padEnd(52)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(4)}${note}`);
    if (isOver) process.exitCode = 1;
  }
}

/** Milliseconds that processors have worked for this process: other programs may use them meanwhile. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Times several functions side by side: each once a round, so that whatever else the machine does meets all of them.
 *
 * @returns the milliseconds of processor time of each round, for each function in their order
 */
export function timeInRounds(rounds: number, functions: readonly (() => unknown)[]): number[][] {
  const times = functions.map((): number[] => []);
  // The first rounds are for the compiler.
  for (let round = -5; round < rounds; round += 1) {
    for (const [index, run] of functions.entries()) {
      const start = processorTime();
      kept = run();
      if (round >= 0) times[index]?.push(processorTime() - start);
    }
  }
  return times;
}

/** @public What was measured last: it must be made, lest the compiler leave it out. */
export let kept: unknown;

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** How many times as long one took as the other: the median of the rounds. */
export function ratio(times: readonly number[], others: readonly number[]): number {
  return median(times.map((time, round) => time / (others[round] ?? Number.NaN)));
}

/** Megabytes in use, array buffers included, when all that was timed is forgotten. Needs node's `--expose-gc`. */
export function usedMegabytes(): number {
  kept = undefined;
  // Buffers are only given back by the collection after the one that finds them unused.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_000_000;
}
