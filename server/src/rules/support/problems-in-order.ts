import type { Problem } from './problem';

/** Problems of one file in the order of the text, to be found by their place. */
export class ProblemsInOrder {
  /** The farthest end of each problem and those before it. */
  private readonly farthest: readonly number[];

  /** @param problems in the order of the text */
  constructor(private readonly problems: readonly Problem[]) {
    let end = 0;
    this.farthest = problems.map(({ place }) => (end = Math.max(end, place.end)));
  }

  /** Those that overlap a range, in order. Found by bisection. */
  overlapping(start: number, end: number): Problem[] {
    let low = 0;
    let high = this.problems.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.problems[middle]?.place.start ?? Infinity) < end) low = middle + 1;
      else high = middle;
    }
    const found: Problem[] = [];
    for (let index = low - 1; index >= 0 && (this.farthest[index] ?? 0) > start; index -= 1) {
      const problem = this.problems[index];
      if (problem !== undefined && problem.place.end > start) found.push(problem);
    }
    return found.reverse();
  }
}
