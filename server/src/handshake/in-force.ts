import { isUnconditional } from '../model/branches';
import type { ConfigDirective } from '../model/configuration';
import { type Effective, effective, ownDirectives } from '../model/inheritance';
import type { OuterLevel } from '../model/levels';
import type { Assumptions } from './assumptions';

/** What has assumptions: a request. */
interface Assuming {
  readonly assumptions: Assumptions;
}

/** What is in force at a level for one directive, as `effective`, with the branches of a template that are taken. */
export function inForce({ assumptions }: Assuming, level: OuterLevel, name: string): Effective {
  let found = effective(level, name);
  let { certain } = found;
  while (!found.directives.every(isUnconditional)) {
    const directives = writtenOf({ assumptions }, found.directives);
    if (directives.length > 0) return { ...found, directives, certain };
    const outer = found.level?.parent ?? null;
    if (outer === null) return { directives: [], level: null, certain };
    found = effective(outer, name);
    certain &&= found.certain;
  }
  return found.certain === certain ? found : { ...found, certain };
}

/** The directives of one name at a level itself that are written. */
export function ownWritten(request: Assuming, level: OuterLevel, name: string): readonly ConfigDirective[] {
  return writtenOf(request, ownDirectives(level, name));
}

/** Those that are written in the branches that are taken: the same list where no branch has a say. */
export function writtenOf(
  { assumptions }: Assuming,
  directives: readonly ConfigDirective[],
): readonly ConfigDirective[] {
  return directives.every(isUnconditional)
    ? directives
    : directives.filter((directive) => assumptions.isWritten(directive));
}
