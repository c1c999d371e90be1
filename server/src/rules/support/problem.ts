import type { Edit } from '../../edits/edit';
import { allSentences } from '../../l10n';
import type { Place } from '../../model/configuration';
import type { Fix, Related, Severity } from './rule';
import { isAtLeastAsSevere } from './severity';

/**
 * A finding as front ends show it: merged over all instances of its file, without suppressed ones.
 * Rule, place and text tell one problem from the others.
 */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  /** What, why and what to do, in one or two sentences. */
  readonly text: string;
  /** The signs that its location is meant for WebSocket, in a sentence or two; '' where they do not matter. */
  readonly signs: string;
  /** Where the problem is, one sentence each, when it is not in all instances of its file. */
  readonly contexts: readonly string[];
  /** The text, the signs and the contexts. */
  readonly message: string;
  readonly place: Place;
  readonly related: readonly Related[];
  /** The fixes that are right in all instances, the best first; computed on each call. */
  readonly fixes: () => readonly Fix[];
}

/** The identity of a problem, as a text: the same for all instances of its file and in all configurations. */
export function problemKey({ rule, place, text }: Pick<Problem, 'rule' | 'place' | 'text'>): string {
  return `${rule} ${place.start} ${place.end} ${place.file.realPath}\0${text}`;
}

/** All that is said of a problem. */
export function messageOf({ text, signs, contexts }: Pick<Problem, 'text' | 'signs' | 'contexts'>): string {
  return allSentences([text, signs, ...contexts]);
}

/** The problem with other contexts. */
export function withContexts(problem: Problem, contexts: readonly string[]): Problem {
  return { ...problem, contexts, message: messageOf({ ...problem, contexts }) };
}

/** Groups by the identity of the problem, in the order met. */
export function groupByProblem<Item>(
  items: Iterable<Item>,
  problemOf: (item: Item) => Problem,
): (readonly [Item, ...Item[]])[] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const key = problemKey(problemOf(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Whether no two of some problems of one rule have one identity, as far as their places tell. */
export function areSurelyDistinct(problems: readonly Problem[]): boolean {
  const files = new Set<string>();
  let last: Problem | null = null;
  for (const problem of problems) {
    const { realPath } = problem.place.file;
    const isSameFile = last !== null && last.place.file.realPath === realPath;
    if (isSameFile ? problem.place.start <= (last?.place.start ?? 0) : files.has(realPath)) return false;
    if (!isSameFile) files.add(realPath);
    last = problem;
  }
  return true;
}

/**
 * In the order of the files, then of the text; those of other files last.
 *
 * @param paths the real paths of the files, in their order
 */
export function inOrderOfText(problems: Iterable<Problem>, paths: Iterable<string>): Problem[] {
  const byFile = new Map<string, Problem[]>();
  for (const problem of problems) {
    const { realPath } = problem.place.file;
    const known = byFile.get(realPath);
    if (known === undefined) byFile.set(realPath, [problem]);
    else known.push(problem);
  }
  const inFiles: Problem[] = [];
  for (const path of paths) {
    const own = byFile.get(path);
    if (own === undefined) continue;
    if (own.length > 1) own.sort(compareInText);
    for (const problem of own) inFiles.push(problem);
    byFile.delete(path);
  }
  const others = [...byFile.values()].flat().sort(compareInText);
  return others.length === 0 ? inFiles : [...inFiles, ...others];
}

function compareInText({ place: a }: Problem, { place: b }: Problem): number {
  return a.start - b.start || a.end - b.end;
}

/** A problem, and the files of the configuration that it was found in, by real path. */
export interface Found {
  readonly problem: Problem;
  readonly files: { readonly has: (realPath: string) => boolean };
}

/**
 * One problem for those with one identity: the highest severity wins, related places are joined. It has no contexts
 * when one of them has none, else those of all. A fix must be right in all, see `commonFixes`.
 */
export function mergeProblems(found: readonly [Found, ...Found[]]): Problem {
  const [{ problem: first }, ...others] = found;
  if (others.length === 0) return first;
  const problems = found.map(({ problem }) => problem);
  const highest = problems.reduce((a, b) => (isAtLeastAsSevere(a.severity, b.severity) ? a : b));
  const related = new Map<string, Related>();
  for (const each of problems.flatMap((problem) => problem.related)) {
    const key = relatedKey(each);
    if (!related.has(key)) related.set(key, each);
  }
  const contexts = problems.some((problem) => problem.contexts.length === 0)
    ? []
    : [...new Set(problems.flatMap((problem) => problem.contexts))];
  return {
    ...withContexts(highest, contexts),
    related: [...related.values()],
    fixes: () => commonFixes(found),
  };
}

function relatedKey({ place, message }: Related): string {
  return JSON.stringify([place.file.realPath, place.start, place.end, message]);
}

/**
 * The fixes that all of the problems have, in the order of the first. Two are the same fix when they do the same to
 * each file that both configurations have; what one of them does to a file of its own configuration is done, too.
 */
function commonFixes([first, ...others]: readonly [Found, ...Found[]]): readonly Fix[] {
  let common = first.problem.fixes();
  const seen = new Set([first.files]);
  for (const { problem, files } of others) {
    if (common.length === 0) break;
    const own = problem.fixes();
    common = common.flatMap((fix) => {
      const same = own.find((each) => isSameFix(fix, each, [...seen], files));
      return same === undefined ? [] : [together(fix, same)];
    });
    seen.add(files);
  }
  return common;
}

/** Whether `b`, of a configuration with `files`, is the same fix as `a`, of configurations with the files `seen`. */
function isSameFix(a: Fix, b: Fix, seen: readonly Found['files'][], files: Found['files']): boolean {
  return (
    a.title === b.title &&
    a.kind === b.kind &&
    a.edits.every(
      (edit) => !files.has(edit.file.realPath) || b.edits.some((each) => isSameEdit(each, edit)),
    ) &&
    b.edits.every(
      (edit) =>
        !seen.some((each) => each.has(edit.file.realPath)) || a.edits.some((each) => isSameEdit(each, edit)),
    )
  );
}

function together(a: Fix, b: Fix): Fix {
  const added = b.edits.filter((edit) => !a.edits.some((each) => isSameEdit(each, edit)));
  return added.length === 0 ? a : { ...a, edits: [...a.edits, ...added] };
}

function isSameEdit(a: Edit, b: Edit): boolean {
  return (
    a.start === b.start && a.end === b.end && a.newText === b.newText && a.file.realPath === b.file.realPath
  );
}
