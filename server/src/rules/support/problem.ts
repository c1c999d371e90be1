import type { Edit } from '../../edits/edit';
import type { Place } from '../../model/configuration';
import type { Fix, Related, Severity } from './rule';
import { isAtLeastAsSevere } from './severity';

/** A finding as front ends see it: merged over all instances, what its author has silenced left out. */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  readonly related: readonly Related[];
  /** The ways to mend it, the best first; computed on each call. */
  readonly fixes: () => readonly Fix[];
}

/** One problem for the same words at the same place: the highest severity wins, a fix must be the same in all. */
export function merge(problems: readonly Problem[]): Problem[] {
  const groups = new Map<string, [Problem, ...Problem[]]>();
  for (const problem of problems) {
    const { place, message } = problem;
    const key = JSON.stringify([place.file.realPath, place.start, place.end, message]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].map(mergeGroup);
}

function mergeGroup([first, ...others]: readonly [Problem, ...Problem[]]): Problem {
  if (others.length === 0) return first;
  const highest = others.reduce((a, b) => (isAtLeastAsSevere(a.severity, b.severity) ? a : b), first);
  const related = new Map<string, Related>();
  for (const each of [first, ...others].flatMap((problem) => problem.related)) {
    const key = relatedKey(each);
    if (!related.has(key)) related.set(key, each);
  }
  return {
    ...highest,
    related: [...related.values()],
    fixes: () => {
      let common = first.fixes();
      for (const other of others) {
        if (common.length === 0) break;
        const keys = new Set(other.fixes().map(fixKey));
        common = common.filter((fix) => keys.has(fixKey(fix)));
      }
      return common;
    },
  };
}

function relatedKey({ place, message }: Related): string {
  return JSON.stringify([place.file.realPath, place.start, place.end, message]);
}

function fixKey({ title, edits }: Fix): string {
  const editKey = ({ file, start, end, newText }: Edit): unknown => [file.realPath, start, end, newText];
  return JSON.stringify([title, edits.map(editKey)]);
}
