import { type Directive, directiveEnd, directiveStart, nameOf, type Word, wordsOf } from '../syntax/tree';
import { type Closure, cutOff, type Inclusion } from './load';
import { memoized } from './memo';
import { HOLDS_SERVERS } from './parts';
import type { Part, SourceFile } from './source-file';

/** One directive where it takes effect, without what is in its block: what the directives in the block see around them. */
export class Heading {
  readonly name: string;
  private cachedWords: readonly Word[] | undefined;

  constructor(
    /** The file that it stands in, or the part of a large one: offsets are of its text. */
    readonly file: SourceFile,
    readonly node: Directive,
    /** The block around it, across files; null at the top of the main file. */
    readonly parent: Heading | null,
    /** The `include` that brought its file in; null in the main file. */
    readonly via: ConfigDirective | null,
  ) {
    this.name = nameOf(file.tree, node);
  }

  /** Its words, the name first. */
  get words(): readonly Word[] {
    this.cachedWords ??= wordsOf(this.file.tree, this.node);
    return this.cachedWords;
  }

  /** The value of argument `index`, from 0; '' where there is none. */
  argument(index: number): string {
    return this.words[index + 1]?.value ?? '';
  }

  /** Offset of its first character in its file. */
  get start(): number {
    return directiveStart(this.file.tree, this.node);
  }

  /** Offset after its last word. */
  get wordsEnd(): number {
    return this.words.at(-1)?.end ?? this.start;
  }
}

/**
 * One directive where it takes effect: the instance of a directive of a file in one place of the configuration.
 * A file that is included n times gives n instances of each of its directives.
 */
export class ConfigDirective extends Heading {
  /** The directives of the block, those of included files in place of the `include`, which stays in front of them. */
  readonly children: ConfigDirective[] | null;
  /** Whether it is an `include` that does not bring in all it names, and so may hide directives. */
  hidesDirectives = false;
  /** The parent of its children: itself, but for a block that holds servers, so that these outlive its versions. */
  readonly heading: Heading;

  constructor(
    file: SourceFile,
    node: Directive,
    parent: Heading | null,
    via: ConfigDirective | null,
    heading: Heading | null = null,
  ) {
    super(file, node, parent, via);
    this.children = node.children === null ? null : [];
    this.heading = heading ?? this;
  }
}

/** The block around a directive, with what is in it; null at the top, and for what stands directly in one that holds servers. */
export function blockAround({ parent }: Heading): ConfigDirective | null {
  return parent instanceof ConfigDirective ? parent : null;
}

/** A range in a file: offsets into its text. */
export interface Place {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The range of the words of a directive. */
export function placeOf(directive: Heading): Place {
  return { file: directive.file, start: directive.start, end: directive.wordsEnd };
}

/** The range of a directive with all of its block. */
export function wholePlaceOf({ file, node, start }: Heading): Place {
  return { file, start, end: directiveEnd(file.tree, node) };
}

/** A whole configuration with all includes in place. */
export interface Configuration {
  readonly closure: Closure;
  readonly directives: readonly ConfigDirective[];
  readonly includeProblems: readonly IncludeProblem[];
  /** Whether there was too much to read it all. */
  readonly truncated: boolean;
  /** What each file and part gives where it stands, for the configuration that comes after this one. */
  readonly instances: Instances;
}

/** An `include` that does not bring in all it names. */
export interface IncludeProblem {
  readonly directive: ConfigDirective;
  readonly inclusion: Inclusion;
  /** The files of the cycle, from the one that is included again back to it; empty when there is none. */
  readonly cycle: readonly SourceFile[];
}

/** Whether an include that does not bring in all it names may hide directives. */
export function hidesDirectives({ inclusion, cycle }: IncludeProblem): boolean {
  return cycle.length === 0 && isHiding(inclusion);
}

function isHiding({ problem }: Inclusion): boolean {
  return problem !== null && !problem.harmless;
}

/**
 * More directives than this are not read of files that were included before, by those read the first time and by
 * such copies: there, files that include each other over and over grow without end. An empty file counts as one.
 */
const COPIES_LIMITS = [200_000, 20_000] as const;

/** With fewer than this, no order in which they are met comes near a limit. */
const FEW_COPIES = 10_000;

const tooManyCopies = (limit: number): string =>
  `files that are included over and over give more than ${limit} directives`;

/**
 * Puts the included files in place. Cycles are stopped and reported; the input cannot deepen any recursion.
 *
 * @param rounds how often a file may be within itself before that is a cycle, at least 1
 * @param before the same configuration before a change: what did not change is the same objects
 */
export function buildConfiguration(
  closure: Closure,
  rounds = 1,
  before: Configuration | null = null,
): Configuration {
  if (before === null || before.truncated || before.includeProblems.some(({ cycle }) => cycle.length > 0)) {
    return new Builder(closure, rounds, NOTHING).build();
  }
  const builder = new Builder(closure, rounds, before.instances);
  const configuration = builder.build();
  return builder.hasFewCopies ? configuration : new Builder(closure, rounds, NOTHING).build();
}

/** What the files and parts give, by the `include` that brings them in; null for the main file. */
type Instances = ReadonlyMap<SourceFile, Map<ConfigDirective | null, Instance>>;

/** The directives that a file, or a part of one, gives in one place, and what it takes that they are the same again. */
export interface Instance {
  readonly parent: Heading | null;
  /** What stands at its top. */
  readonly directives: readonly ConfigDirective[];
  /** What the includes in it, and in the files that these bring in, name. */
  readonly included: readonly Included[];
  readonly problems: readonly IncludeProblem[];
  /** How many directives of each kind of copy there are in it. */
  readonly copies: readonly number[];
  /** The files and parts in it. */
  readonly within: readonly Kept[];
}

interface Kept extends Pick<Surroundings, 'via'> {
  readonly file: SourceFile;
  readonly instance: Instance;
}

const NOTHING: Instances = new Map();

/** An argument of `include`, and what it brings in. */
interface Included {
  readonly argument: string;
  readonly inclusion: Inclusion;
}

/** Whether its file was read the first time (0), is a copy (1), or one that a copy includes (2). */
type Copy = 0 | 1 | 2;

/** What directives are made with. */
interface Surroundings {
  readonly target: ConfigDirective[];
  readonly parent: Heading | null;
  readonly via: ConfigDirective | null;
  readonly copy: Copy;
}

interface Frame extends Surroundings {
  readonly file: SourceFile;
  readonly list: readonly Directive[];
  /** Whether the list is what stands at the top of the file, or part. */
  readonly isTop: boolean;
  /** The parts within its block, where it is a part that has some. */
  readonly inner: readonly Part[] | null;
  /** What was there when it was begun; null before. */
  begun: Begun | null;
  next: number;
}

/** How much there was when a file or part was begun. */
interface Begun {
  readonly directives: number;
  readonly included: number;
  readonly problems: number;
  readonly copies: readonly number[];
  readonly kept: number;
}

class Builder {
  private readonly directives: ConfigDirective[] = [];
  private readonly includeProblems: IncludeProblem[] = [];
  /** What each `include` brings in, so that its words are made once, however often its file is included. */
  private readonly inclusions = new Map<Directive, Inclusion>();
  /** Files include each other in ever more ways: each `include` that closes a cycle is reported once. */
  private readonly reported = new Map<Directive, Set<string>>();
  private readonly met: Set<string>;
  private readonly copies = [0, 0, 0];
  private truncated = false;
  private readonly stack: Frame[] = [];
  private readonly instances = new Map<SourceFile, Map<ConfigDirective | null, Instance>>();
  private readonly included: Included[] = [];
  private readonly kept: Kept[] = [];

  constructor(
    private readonly closure: Closure,
    private readonly rounds: number,
    private readonly before: Instances,
  ) {
    this.met = new Set([closure.main.realPath]);
  }

  build(): Configuration {
    const { closure, directives, includeProblems, instances, stack } = this;
    this.push(closure.main, { target: directives, parent: null, via: null, copy: 0 });
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      if (frame.isTop && frame.begun === null) {
        if (this.takeOver(frame)) {
          stack.pop();
          continue;
        }
        frame.begun = this.begin(frame);
      }
      const node = frame.list[frame.next];
      frame.next += 1;
      if (node !== undefined) this.read(frame, node);
      else {
        stack.pop();
        if (frame.begun !== null) {
          const { file, via } = frame;
          this.keep({ file, via, instance: this.instanceOf(frame, frame.begun) });
        }
      }
    }
    return { closure, directives, includeProblems, truncated: this.truncated, instances };
  }

  /** Whether so few directives are copies that what was taken over cannot be cut off. */
  get hasFewCopies(): boolean {
    return !this.truncated && this.copies.slice(1).every((count) => count < FEW_COPIES);
  }

  private push(file: SourceFile, surroundings: Surroundings): void {
    if (file.parts !== undefined) this.pushParts(file.parts, surroundings);
    else this.pushTop(file, null, surroundings);
  }

  private pushParts(parts: readonly Part[], surroundings: Surroundings): void {
    for (const { file, inner } of parts.toReversed()) {
      this.pushTop(file, inner === null ? null : inner.parts, surroundings);
    }
  }

  private pushTop(
    file: SourceFile,
    inner: readonly Part[] | null,
    { target, parent, via, copy }: Surroundings,
  ): void {
    const list = file.tree.directives;
    this.stack.push({ target, parent, via, copy, file, list, isTop: true, inner, begun: null, next: 0 });
  }

  private read(frame: Frame, node: Directive): void {
    const { file, target, parent, via, copy, inner } = frame;
    this.copies[copy] = (this.copies[copy] ?? 0) + 1;
    const same = this.sameDirective(frame, node);
    if (node.children === null && same !== undefined) {
      target.push(same);
      if (same.name === 'include') this.include(same, frame);
      return;
    }
    const holdsServers = parent === null && HOLDS_SERVERS.has(nameOf(file.tree, node));
    const heading = holdsServers ? (same?.heading ?? new Heading(file, node, parent, via)) : null;
    const directive = new ConfigDirective(file, node, parent, via, heading);
    target.push(directive);
    if (directive.children !== null) {
      const within = { target: directive.children, parent: directive.heading, via, copy };
      if (inner !== null) this.pushParts(inner, within);
      else {
        const list = node.children ?? [];
        this.stack.push({ ...within, file, list, isTop: false, inner: null, begun: null, next: 0 });
      }
    } else if (directive.name === 'include') {
      this.include(directive, frame);
    }
  }

  /** The directive at the top of a file or part as it was before in the same place. */
  private sameDirective({ file, parent, via, isTop }: Frame, node: Directive): ConfigDirective | undefined {
    const known = isTop ? this.before.get(file)?.get(via) : undefined;
    const same = known?.parent === parent ? byNode(known).get(node) : undefined;
    if (same?.name !== 'include') return same;
    const inclusion = this.closure.inclusions.get(same.argument(0));
    return same.hidesDirectives === (inclusion !== undefined && isHiding(inclusion)) ? same : undefined;
  }

  private include(directive: ConfigDirective, { target, parent, copy }: Frame): void {
    const { node } = directive;
    const argument = directive.argument(0);
    const inclusion = this.inclusions.get(node) ?? this.closure.inclusions.get(argument);
    if (inclusion === undefined) return;
    this.inclusions.set(node, inclusion);
    this.included.push({ argument, inclusion });
    if (inclusion.problem !== null) this.includeProblems.push({ directive, inclusion, cycle: [] });
    directive.hidesDirectives = isHiding(inclusion);
    const limit = COPIES_LIMITS[copy === 0 ? 0 : 1];
    const isFull = (this.copies[copy === 0 ? 1 : 2] ?? 0) >= limit;
    if (isFull && (copy > 0 || inclusion.files.some(({ realPath }) => this.met.has(realPath)))) {
      this.truncated = true;
      directive.hidesDirectives = true;
      const cut = cutOff(argument, tooManyCopies(limit));
      this.includeProblems.push({ directive, inclusion: cut, cycle: [] });
      return;
    }
    for (const included of inclusion.files.toReversed()) {
      const cycle = cycleThrough(directive, included, this.rounds);
      if (cycle.length === 0) {
        const own = copy > 0 ? 2 : this.met.has(included.realPath) ? 1 : 0;
        this.met.add(included.realPath);
        this.copies[own] = (this.copies[own] ?? 0) + 1;
        this.push(included, { target, parent, via: directive, copy: own });
      } else if (isFirst(this.reported, node, included.realPath)) {
        this.includeProblems.push({ directive, inclusion, cycle });
      }
    }
  }

  /** Takes over what a file or part gave before, in the same place and with the same files included. */
  private takeOver(frame: Frame): boolean {
    const { file, target, parent, via, inner } = frame;
    if (inner !== null) return false;
    const known = this.before.get(file)?.get(via);
    if (known === undefined || known.parent !== parent) return false;
    const { directives, included, problems, copies, within } = known;
    const { inclusions } = this.closure;
    if (!included.every(({ argument, inclusion }) => inclusions.get(argument) === inclusion)) return false;
    for (const each of directives) target.push(each);
    for (const each of problems) this.includeProblems.push(each);
    for (const each of included) {
      this.included.push(each);
      for (const { realPath } of each.inclusion.files) this.met.add(realPath);
    }
    for (const [copy, count] of copies.entries()) this.copies[copy] = (this.copies[copy] ?? 0) + count;
    for (const each of within) this.keep(each);
    this.keep({ file, via, instance: known });
    return true;
  }

  private begin({ target }: Frame): Begun {
    const { included, includeProblems, copies, kept } = this;
    return {
      directives: target.length,
      included: included.length,
      problems: includeProblems.length,
      copies: [...copies],
      kept: kept.length,
    };
  }

  private instanceOf({ target, parent }: Frame, begun: Begun): Instance {
    return {
      parent,
      directives: target.slice(begun.directives),
      included: this.included.slice(begun.included),
      problems: this.includeProblems.slice(begun.problems),
      copies: this.copies.map((count, copy) => count - (begun.copies[copy] ?? 0)),
      within: this.kept.slice(begun.kept),
    };
  }

  private keep(kept: Kept): void {
    const { file, via, instance } = kept;
    this.kept.push(kept);
    const known = this.instances.get(file);
    const before = this.before.get(file);
    if (known === undefined) {
      const isSame = before?.size === 1 && before.get(via) === instance;
      this.instances.set(file, isSame ? before : new Map([[via, instance]]));
    } else if (known === before) this.instances.set(file, new Map([...known, [via, instance]]));
    else known.set(via, instance);
  }
}

const byNode = memoized(
  ({ directives }: Instance): ReadonlyMap<Directive, ConfigDirective> =>
    new Map(directives.map((each) => [each.node, each] as const)),
);

function isFirst(reported: Map<Directive, Set<string>>, include: Directive, realPath: string): boolean {
  const known = reported.get(include) ?? new Set();
  reported.set(include, known);
  return !known.has(realPath) && known.add(realPath).size > 0;
}

/**
 * The chain of files from `included` down to the one that includes it again; empty when it is not among them, or not so
 * often.
 */
function cycleThrough(include: ConfigDirective, included: SourceFile, rounds: number): SourceFile[] {
  const chain = [included];
  let left = rounds;
  for (let at: ConfigDirective | null = include; at !== null; at = at.via) {
    chain.push(at.file);
    if (at.file.realPath === included.realPath) left -= 1;
    if (left === 0) return chain.toReversed();
  }
  return [];
}

/** All directives of a list and of the blocks in it, in order. */
export function* walk(directives: readonly ConfigDirective[]): Generator<ConfigDirective> {
  const stack = [{ list: directives, next: 0 }];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const directive = frame.list[frame.next];
    if (directive === undefined) {
      stack.pop();
      continue;
    }
    frame.next += 1;
    yield directive;
    if (directive.children !== null) stack.push({ list: directive.children, next: 0 });
  }
}

/** A directive and all in its block, in order. */
export const allWithin = memoized((directive: ConfigDirective): readonly ConfigDirective[] => [
  ...walk([directive]),
]);

/** The blocks and directives that outlive a change beside them: for a block that holds servers what is in it. */
export function unitsOf(directives: readonly ConfigDirective[]): ConfigDirective[] {
  return directives.flatMap((directive) =>
    directive.heading === directive ? [directive] : (directive.children ?? []),
  );
}
