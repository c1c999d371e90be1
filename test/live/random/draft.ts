import type { NginxVersion } from '../../../server/src/reference/versions';
import type { Choices } from './choices';
import { type Directive, include, type IncludedFile } from './tree';
import type { Root } from './trial';

/** What a random configuration may hold; the test asks that each is met. */
export type Feature = string;

/** A configuration while it is drawn. */
export class Draft {
  readonly features = new Set<Feature>();
  /** Where locations take their files from. */
  readonly roots: Root[] = [];
  /** URLs of `proxy_pass` that lead back to a listener of the configuration. */
  hops: readonly string[] = [];
  private readonly once = new Set<string>();
  private readonly files = new Map<string, IncludedFile>();

  /** @param release the nginx that it is for; null for what any nginx takes */
  constructor(
    readonly choices: Choices,
    readonly release: NginxVersion | null = null,
  ) {}

  /** Notes that the configuration has it. */
  note(feature: Feature): void {
    this.features.add(feature);
  }

  /** A new directory for the files of a location, with these directories in it. */
  root(...directories: readonly string[]): string {
    const path = `html/${this.roots.length}`;
    this.roots.push({ path, directories });
    return path;
  }

  /** Whether it is the first time that this is asked about: for what nginx takes only once. */
  isFirst(what: string): boolean {
    const isFirst = !this.once.has(what);
    this.once.add(what);
    return isFirst;
  }

  /** An `include` of a file that several places have in common. */
  shared(name: string, make: () => readonly Directive[]): Directive {
    const path = `shared/${name}-${this.choices.below(2)}`;
    const file = this.files.get(path) ?? { path, directives: make() };
    if (this.files.has(path)) this.note('include of one file in several places');
    this.files.set(path, file);
    return include(path, [file]);
  }
}
