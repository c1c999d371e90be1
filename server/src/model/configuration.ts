import { type Directive, directiveEnd, directiveStart, nameOf, type Word, wordsOf } from '../syntax/tree';
import type { Closure, Inclusion, SourceFile } from './load';

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

/** More directives than this are not read: files that include each other over and over grow without end. */
const DIRECTIVE_LIMIT = 1_000_000;

interface Frame {
  readonly file: SourceFile;
  readonly list: readonly Directive[];
  readonly target: ConfigDirective[];
  readonly parent: ConfigDirective | null;
  readonly via: ConfigDirective | null;
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
  let count = 0;
  const { main } = closure;
  const stack: Frame[] = [
    { file: main, list: main.tree.directives, target: directives, parent: null, via: null, next: 0 },
  ];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const node = frame.list[frame.next];
    if (node === undefined || count >= DIRECTIVE_LIMIT) {
      stack.pop();
      continue;
    }
    frame.next += 1;
    count += 1;
    const { file, target, parent, via } = frame;
    const directive = new ConfigDirective(file, node, parent, via);
    target.push(directive);
    if (directive.children !== null) {
      const list = node.children ?? [];
      stack.push({ file, list, target: directive.children, parent: directive, via, next: 0 });
    } else if (directive.name === 'include') {
      const inclusion = inclusions.get(node) ?? closure.inclusions.get(directive.argument(0));
      if (inclusion === undefined) continue;
      inclusions.set(node, inclusion);
      if (inclusion.problem !== null) includeProblems.push({ directive, inclusion, cycle: [] });
      // An empty file costs time too.
      count += inclusion.files.length;
      for (const included of inclusion.files.toReversed()) {
        const cycle = cycleThrough(directive, included, rounds);
        if (cycle.length === 0) {
          const list = included.tree.directives;
          stack.push({ file: included, list, target, parent, via: directive, next: 0 });
        } else if (isFirst(reported, node, included.realPath)) {
          includeProblems.push({ directive, inclusion, cycle });
        }
      }
    }
  }
  return { closure, directives, includeProblems, truncated: count >= DIRECTIVE_LIMIT };
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
