import { type Directive, directiveEnd, directiveStart, nameOf, type Word, wordsOf } from '../syntax/tree';
import { type Closure, cutOff, type Inclusion } from './load';
import type { SourceFile } from './source-file';

/**
 * One directive where it takes effect: the instance of a directive of a file in one place of the configuration.
 * A file that is included n times gives n instances of each of its directives.
 */
export class ConfigDirective {
  readonly name: string;
  /** The directives of the block, those of included files in place of the `include`, which stays in front of them. */
  readonly children: ConfigDirective[] | null;
  private cachedWords: readonly Word[] | undefined;

  constructor(
    readonly file: SourceFile,
    readonly node: Directive,
    /** The block around it, across files; null at the top of the main file. */
    readonly parent: ConfigDirective | null,
    /** The `include` that brought its file in; null in the main file. */
    readonly via: ConfigDirective | null,
  ) {
    this.name = nameOf(file.tree, node);
    this.children = node.children === null ? null : [];
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

/** A range in a file: offsets into its text. */
export interface Place {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The range of the words of a directive. */
export function placeOf(directive: ConfigDirective): Place {
  return { file: directive.file, start: directive.start, end: directive.wordsEnd };
}

/** The range of a directive with all of its block. */
export function wholePlaceOf({ file, node, start }: ConfigDirective): Place {
  return { file, start, end: directiveEnd(file.tree, node) };
}

/** A whole configuration with all includes in place. */
export interface Configuration {
  readonly closure: Closure;
  readonly directives: readonly ConfigDirective[];
  readonly includeProblems: readonly IncludeProblem[];
  /** Whether there was too much to read it all. */
  readonly truncated: boolean;
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
  return cycle.length === 0 && inclusion.problem !== null && !inclusion.problem.harmless;
}

/**
 * More directives than this are not read of files that were included before, by those read the first time and by
 * such copies: there, files that include each other over and over grow without end. An empty file counts as one.
 */
const COPIES_LIMITS = [200_000, 20_000] as const;

const tooManyCopies = (limit: number): string =>
  `files that are included over and over give more than ${limit} directives`;

interface Frame {
  readonly file: SourceFile;
  readonly list: readonly Directive[];
  readonly target: ConfigDirective[];
  readonly parent: ConfigDirective | null;
  readonly via: ConfigDirective | null;
  /** Whether its file was read the first time (0), is a copy (1), or one that a copy includes (2). */
  readonly copy: 0 | 1 | 2;
  next: number;
}

/**
 * Puts the included files in place. Cycles are stopped and reported; the input cannot deepen any recursion.
 *
 * @param rounds how often a file may be within itself before that is a cycle, at least 1
 */
export function buildConfiguration(closure: Closure, rounds = 1): Configuration {
  const directives: ConfigDirective[] = [];
  const includeProblems: IncludeProblem[] = [];
  /** What each `include` brings in, so that its words are made once, however often its file is included. */
  const inclusions = new Map<Directive, Inclusion>();
  /** Files include each other in ever more ways: each `include` that closes a cycle is reported once. */
  const reported = new Map<Directive, Set<string>>();
  const { main } = closure;
  const met = new Set([main.realPath]);
  const copies = [0, 0, 0];
  let truncated = false;
  const stack: Frame[] = [
    {
      file: main,
      list: main.tree.directives,
      target: directives,
      parent: null,
      via: null,
      copy: 0,
      next: 0,
    },
  ];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const node = frame.list[frame.next];
    if (node === undefined) {
      stack.pop();
      continue;
    }
    frame.next += 1;
    const { file, target, parent, via, copy } = frame;
    copies[copy] = (copies[copy] ?? 0) + 1;
    const directive = new ConfigDirective(file, node, parent, via);
    target.push(directive);
    if (directive.children !== null) {
      const list = node.children ?? [];
      stack.push({ file, list, target: directive.children, parent: directive, via, copy, next: 0 });
    } else if (directive.name === 'include') {
      const inclusion = inclusions.get(node) ?? closure.inclusions.get(directive.argument(0));
      if (inclusion === undefined) continue;
      inclusions.set(node, inclusion);
      if (inclusion.problem !== null) includeProblems.push({ directive, inclusion, cycle: [] });
      const limit = COPIES_LIMITS[copy === 0 ? 0 : 1];
      const isFull = (copies[copy === 0 ? 1 : 2] ?? 0) >= limit;
      if (isFull && (copy > 0 || inclusion.files.some(({ realPath }) => met.has(realPath)))) {
        truncated = true;
        const cut = cutOff(directive.argument(0), tooManyCopies(limit));
        includeProblems.push({ directive, inclusion: cut, cycle: [] });
        continue;
      }
      for (const included of inclusion.files.toReversed()) {
        const cycle = cycleThrough(directive, included, rounds);
        if (cycle.length === 0) {
          const list = included.tree.directives;
          const own = copy > 0 ? 2 : met.has(included.realPath) ? 1 : 0;
          met.add(included.realPath);
          copies[own] = (copies[own] ?? 0) + 1;
          stack.push({ file: included, list, target, parent, via: directive, copy: own, next: 0 });
        } else if (isFirst(reported, node, included.realPath)) {
          includeProblems.push({ directive, inclusion, cycle });
        }
      }
    }
  }
  return { closure, directives, includeProblems, truncated };
}

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
