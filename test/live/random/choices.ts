import * as fc from 'fast-check';

/** A number as even as a die: fast-check otherwise prefers small ones. */
const anyNumber = fc.noBias(fc.nat({ max: 0x7f_ff_ff_ff }));
const makeNumber = (): fc.Arbitrary<number> => anyNumber;

/** What can come out of a draw, and how often in comparison with the others. */
export type Weighted<T> = readonly [weight: number, value: T];

/** Draws, all of them given by the seed of the sample. */
export class Choices {
  constructor(private readonly next: fc.GeneratorValue) {}

  /** A whole number from 0, less than the limit. */
  below(limit: number): number {
    return this.next(makeNumber) % limit;
  }

  /** A whole number of this range, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in so many of a hundred draws. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** One of the values, each as likely as the others. */
  of<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  /** One of the values, by their weights. */
  weighted<T>(values: readonly [Weighted<T>, ...Weighted<T>[]]): T {
    const total = values.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.below(total);
    for (const [weight, value] of values) {
      if (left < weight) return value;
      left -= weight;
    }
    return values[0][1];
  }

  /** As many as drawn of this range. */
  several<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.between(least, most) }, (_each, index) => make(index));
  }

  /** The same values in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, place: this.below(1_000_000) }))
      .sort((a, b) => a.place - b.place)
      .map(({ value }) => value);
  }
}
