import type { Choices } from './choices';

/** What a random configuration may hold; the test asks that each is met. */
export type Feature = string;

/** A configuration while it is drawn. */
export class Draft {
  readonly features = new Set<Feature>();
  private readonly once = new Set<string>();

  constructor(readonly choices: Choices) {}

  /** Notes that the configuration has it. */
  note(feature: Feature): void {
    this.features.add(feature);
  }

  /** Whether it is the first time that this is asked about: for what nginx takes only once. */
  isFirst(what: string): boolean {
    const isFirst = !this.once.has(what);
    this.once.add(what);
    return isFirst;
  }
}
