import type { Place } from '../model/configuration';
import type { Problem } from '../rules/support/problem';
import { ProblemsInOrder } from '../rules/support/problems-in-order';
import type { Evidence } from '../handshake/evidence';

/**
 * The problem whose fix removes a reason: one of the rule of that id, at its place or in the location that answered.
 * Null when no rule reports it there, or none fixes it.
 *
 * @param problems those of the configuration, in the order of the files, then of the text
 * @param location the location with all of its block; null at server level
 */
export function remedyFor(
  problems: readonly Problem[],
  { id, place }: Evidence,
  location: Place | null,
): Problem | null {
  if (id === null) return null;
  const byRule = indexOf(problems);
  for (const around of [place, location]) {
    if (around === null) continue;
    const group = byRule.get(keyOf(id, around.file.realPath)) ?? NONE;
    const found = group
      .overlapping(around.start, around.end)
      .find((problem) => (around === place || isWithin(problem.place, around)) && problem.fixes().length > 0);
    if (found !== undefined) return found;
  }
  return null;
}

function isWithin(inner: Place, outer: Place): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

const indexes = new WeakMap<readonly Problem[], ReadonlyMap<string, ProblemsInOrder>>();

/** The problems by rule and file. */
function indexOf(problems: readonly Problem[]): ReadonlyMap<string, ProblemsInOrder> {
  const known = indexes.get(problems);
  if (known !== undefined) return known;
  const lists = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = keyOf(problem.rule, problem.place.file.realPath);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [problem]);
    else list.push(problem);
  }
  const groups = new Map([...lists].map(([key, list]) => [key, new ProblemsInOrder(list)] as const));
  indexes.set(problems, groups);
  return groups;
}

function keyOf(rule: string, realPath: string): string {
  return `${rule} ${realPath}`;
}

const NONE = new ProblemsInOrder([]);
