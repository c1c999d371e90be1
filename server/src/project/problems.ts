import { t } from '../l10n';
import type { Closure } from '../model/load';
import type { SourceFile } from '../model/source-file';
import type { Fix } from '../rules/support/rule';
import {
  type Found,
  groupByProblem,
  inOrderOfText,
  mergeProblems,
  type Problem,
  withContexts,
} from '../rules/support/problem';
import { listed } from '../rules/support/words';
import type { Analysis } from '../service';
import { compareTexts } from '../values/compare';

/** What was found in one configuration. */
export type Judged = Pick<Analysis, 'closure' | 'problems'>;

/** The merged problems of the last list of configurations that begins with one. */
const kept = new WeakMap<
  Judged,
  { readonly judged: readonly Judged[]; readonly problems: readonly Problem[] }
>();

/**
 * The problems of several configurations, each problem of a shared file once: the highest severity wins, the message
 * names the configurations when not all with the file have it, a fix must be right in all of them. The order of the
 * configurations decides only the order of the files.
 *
 * @returns the problems in the order of the files, then of the text
 */
export function problemsOf(judged: readonly Judged[]): readonly Problem[] {
  const [first, ...others] = judged;
  if (first === undefined) return [];
  if (others.length === 0) return first.problems;
  const known = kept.get(first);
  if (known !== undefined && isSameList(known.judged, judged)) return known.problems;
  const problems = mergeOver(judged, ({ problems: all }) => all);
  kept.set(first, { judged, problems });
  return problems;
}

/** The same of one file alone. */
export function problemsIn(judged: readonly Judged[], realPath: string): readonly Problem[] {
  // The rules need not run where the file is no part.
  const own = (each: Judged): readonly Problem[] =>
    each.closure.files.has(realPath)
      ? each.problems.filter(({ place }) => place.file.realPath === realPath)
      : [];
  const [first, ...others] = judged;
  return first !== undefined && others.length === 0 ? own(first) : mergeOver(judged, own);
}

/** A file and what was found in it. */
export interface JudgedFile {
  readonly file: SourceFile;
  /** The main files of the configurations that it is part of. */
  readonly mains: readonly SourceFile[];
  /** Merged over all configurations that it is part of, in the order of the text. */
  readonly problems: readonly Problem[];
}

/** Every file of some configurations once, clean ones too, in the order met. */
export function problemsByFile(judged: readonly Judged[]): JudgedFile[] {
  const files = new Map<
    string,
    JudgedFile & { readonly mains: SourceFile[]; readonly problems: Problem[] }
  >();
  for (const { closure } of judged) {
    for (const [realPath, file] of closure.files) {
      const known = files.get(realPath);
      if (known === undefined) files.set(realPath, { file, mains: [closure.main], problems: [] });
      else known.mains.push(closure.main);
    }
  }
  for (const problem of problemsOf(judged)) files.get(problem.place.file.realPath)?.problems.push(problem);
  return [...files.values()];
}

function isSameList(a: readonly Judged[], b: readonly Judged[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

/** A problem, and the configuration that it was found in. */
interface FoundIn extends Found {
  readonly judged: Judged;
}

function mergeOver(
  judged: readonly Judged[],
  select: (judged: Judged) => readonly Problem[],
): readonly Problem[] {
  // Sorted, so that the order of requests does not matter.
  const ordered = judged.toSorted((a, b) => compareTexts(a.closure.main.realPath, b.closure.main.realPath));
  const found = ordered.flatMap((each) =>
    select(each).map((problem): FoundIn => ({ problem, files: each.closure.files, judged: each })),
  );
  const merged = groupByProblem(found, ({ problem }) => problem).flatMap((group) =>
    mergeGroup(group, ordered),
  );
  return inOrderOfText(merged, new Set(judged.flatMap(({ closure }) => [...closure.files.keys()])));
}

/** What these rules find is of no interest where another configuration finds the opposite. */
const IN_ALL_OR_NONE: ReadonlySet<string> = new Set(['suppression-unused']);

function mergeGroup(group: readonly [FoundIn, ...FoundIn[]], all: readonly Judged[]): Problem[] {
  const [{ problem: first }] = group;
  const having = new Set(group.map(({ judged }) => judged));
  const sharing = all.filter(({ closure }) => closure.files.has(first.place.file.realPath));
  if (having.size < sharing.length && IN_ALL_OR_NONE.has(first.rule)) return [];
  const merged = mergeProblems(group);
  const isRight = ({ edits }: Fix): boolean =>
    edits.every(({ file }) =>
      all.every((each) => having.has(each) || !each.closure.files.has(file.realPath)),
    );
  const fixes = (): readonly Fix[] => merged.fixes().filter(isRight);
  return [{ ...withContexts(merged, contextsOf(group, sharing)), fixes }];
}

/**
 * Where a problem is: nothing when all configurations with its file have it, in all instances of the file.
 *
 * @param sharing the configurations with its file
 */
function contextsOf(group: readonly FoundIn[], sharing: readonly Judged[]): string[] {
  const instances = [...new Set(group.flatMap(({ problem }) => problem.contexts))];
  const having = new Set(group.map(({ judged }) => judged));
  const isInAll = having.size === sharing.length;
  if (isInAll && instances.length === 0) return [];
  const named = isInAll ? group.filter(({ problem }) => problem.contexts.length === 0) : group;
  const closures = sharing.map(({ closure }) => closure);
  const mains = [...new Set(named.map(({ judged }) => mainName(judged.closure, closures)))];
  if (mains.length === 0) return instances;
  const noun = mains.length === 1 ? 'configuration' : 'configurations';
  return [...instances, t`(In the ${noun} of ${listed(mains, mains.length)}.)`];
}

/** A name for the main file of a configuration: the shortest end of its path that none of the others has. */
function mainName(closure: Closure, all: readonly Closure[]): string {
  const endOf = ({ main }: Closure, length: number): string => main.path.split('/').slice(-length).join('/');
  const depth = closure.main.path.split('/').length;
  let length = 1;
  const isTaken = (): boolean =>
    all.some((other) => other !== closure && endOf(other, length) === endOf(closure, length));
  while (length < depth && isTaken()) length += 1;
  return endOf(closure, length);
}
