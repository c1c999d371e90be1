import { namedCaptures, definedBy, definesUnseen } from './variables';
import { allWithin, type ConfigDirective, type Configuration, unitsOf } from './configuration';
import { memoized } from './memo';

/** What a configuration defines that is used by name elsewhere in it. */
export interface Definitions {
  /** The `map`, `upstream`, and `geo` and `split_clients` blocks of the http part, in order. */
  readonly maps: readonly ConfigDirective[];
  readonly upstreams: readonly ConfigDirective[];
  readonly choices: readonly ConfigDirective[];
  /** Variables, in lower case, but for those of maps; of `set` and of named captures alone `assigned`. */
  readonly defined: ReadonlySet<string>;
  readonly assigned: ReadonlySet<string>;
  /** Whether some module may define variables that we cannot see. */
  readonly opaque: boolean;
}

/** @param before what was defined before a change: the same object, if nothing has changed */
export function definitionsOf(configuration: Configuration, before: Definitions | null = null): Definitions {
  const all = joined(unitsOf(configuration.directives).map(definitionsIn));
  return before !== null && isSame(before, all) ? before : all;
}

const definitionsIn = memoized((unit: ConfigDirective): Definitions => {
  const maps: ConfigDirective[] = [];
  const upstreams: ConfigDirective[] = [];
  const choices: ConfigDirective[] = [];
  const defined = new Set<string>();
  const assigned = new Set<string>();
  let opaque = false;
  for (const directive of allWithin(unit)) {
    const { name, children, parent } = directive;
    const isOfHttp = parent?.name !== 'stream';
    if (children !== null && isOfHttp) {
      if (name === 'map') maps.push(directive);
      if (name === 'upstream') upstreams.push(directive);
      if (name === 'geo' || name === 'split_clients') choices.push(directive);
    }
    for (const each of namedCaptures(directive)) assigned.add(each);
    for (const each of definedBy(directive)) (name === 'set' ? assigned : defined).add(each);
    opaque ||= definesUnseen(directive);
  }
  const isNothing =
    maps.length + upstreams.length + choices.length + defined.size + assigned.size === 0 && !opaque;
  return isNothing ? NOTHING : { maps, upstreams, choices, defined, assigned, opaque };
});

const NOTHING: Definitions = joined([]);

function joined(all: readonly Definitions[]): Definitions {
  const told = all.filter((each) => each !== NOTHING);
  return {
    maps: told.flatMap(({ maps }) => maps),
    upstreams: told.flatMap(({ upstreams }) => upstreams),
    choices: told.flatMap(({ choices }) => choices),
    defined: new Set(told.flatMap(({ defined }) => [...defined])),
    assigned: new Set(told.flatMap(({ assigned }) => [...assigned])),
    opaque: told.some(({ opaque }) => opaque),
  };
}

function isSame(a: Definitions, b: Definitions): boolean {
  return (
    isSameList(a.maps, b.maps) &&
    isSameList(a.upstreams, b.upstreams) &&
    isSameList(a.choices, b.choices) &&
    isSameSet(a.defined, b.defined) &&
    isSameSet(a.assigned, b.assigned) &&
    a.opaque === b.opaque
  );
}

function isSameList(a: readonly ConfigDirective[], b: readonly ConfigDirective[]): boolean {
  return a.length === b.length && a.every((directive, index) => directive === b[index]);
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((name) => b.has(name));
}
