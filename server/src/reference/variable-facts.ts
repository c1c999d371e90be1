import { isBuiltInVariable } from './variables';
import { variableRows } from './variables.generated';
import { isAtLeast, type NginxVersion, parseVersion } from './versions';

/**
 * Which variables nginx defines in which release, and which of them nobody else may define: from the tables of variables
 * of all releases, and what sixteen of them said of each (test/fixtures/variables-by-version.json). Names are in lower
 * case, without `$`.
 */

/** The parts of a configuration that have variables. */
export type VariablePart = 'http' | 'stream';

interface VariableFact {
  /** Null when 1.10.0 had it. */
  readonly since: NginxVersion | null;
  /** Whether nginx defines it for good: `set $host …` is refused. */
  readonly isFixed: boolean;
}

interface VariableFacts {
  readonly byName: ReadonlyMap<string, VariableFact>;
  /** Those of a whole family, such as `http_`, by the beginning of their names. */
  readonly families: readonly (readonly [prefix: string, fact: VariableFact])[];
}

const made = new Map<VariablePart, VariableFacts>();

function factsOf(part: VariablePart): VariableFacts {
  const known = made.get(part);
  if (known !== undefined) return known;
  const rows = variableRows[part].map(([name = '', since = '', fixed]) => {
    return [name, { since: parseVersion(since), isFixed: fixed === 'fixed' }] as const;
  });
  const isFamily = ([name]: (typeof rows)[number]): boolean => name.endsWith('_');
  const facts = {
    byName: new Map(rows.filter((row) => !isFamily(row))),
    families: rows.filter(isFamily),
  };
  made.set(part, facts);
  return facts;
}

function factOf(name: string, part: VariablePart): VariableFact | null {
  const { byName, families } = factsOf(part);
  return byName.get(name) ?? families.find(([prefix]) => name.startsWith(prefix))?.[1] ?? null;
}

/** Whether nginx of that version itself defines a variable by its full name, and does not allow others to define it. */
export function isFixedVariable(name: string, part: VariablePart, version: NginxVersion): boolean {
  const fact = factsOf(part).byName.get(name);
  return fact?.isFixed === true && isSince(fact, version);
}

/** Whether nginx of that version, with any of its modules, may define the variable in that part of the configuration. */
export function mayBeBuiltIn(name: string, part: VariablePart, version: NginxVersion): boolean {
  // In stream it is a variable like others; in http the patterns that are matched define it.
  if (part === 'stream' && /^\d/.test(name)) return true;
  const fact = factOf(name, part);
  return fact !== null && isSince(fact, version);
}

function isSince({ since }: VariableFact, version: NginxVersion): boolean {
  return since === null || isAtLeast(version, since);
}

/** The release that brought a variable to a part; null for one that is older than all, or that no release has. */
export function variableSince(name: string, part: VariablePart): NginxVersion | null {
  return factOf(name, part)?.since ?? null;
}

/** Whether nginx documents a variable that no free release has: it is of the commercial one, or of a module built apart. */
export function isOfOtherBuild(name: string): boolean {
  return isBuiltInVariable(name) && factOf(name, 'http') === null && factOf(name, 'stream') === null;
}
