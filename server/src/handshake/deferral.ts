import type { ConfigDirective } from '../model/configuration';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import type { VariableMap } from '../model/variables';
import { variablesIn } from '../values/script';
import { CannotTell } from './cannot-tell';
import { isConditionTrue } from './conditions';
import { type Entry, isDeferred, type Request } from './request';
import type { Value } from './value';
import { argumentOf, valueOf } from './variables';

/** So many deferred values may be in each other. */
const DEPTH_LIMIT = 100;

/**
 * What a decision comes to where nothing need be asked for it; undefined where something must, or cannot be told: who
 * needs it later asks then.
 */
export function atOnce<Answer>(request: Request, decide: () => Answer): Answer | undefined {
  const { captures } = request;
  try {
    const answer = request.assumptions.quietly(decide);
    if (answer === undefined) request.captures = captures;
    return answer;
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    request.captures = captures;
    return undefined;
  }
}

/**
 * Whether the condition of an `if` that does nothing but set variables is true. Where that would have to be asked, the
 * variables get values that are worked out when somebody asks for them: many are for caches and logs alone.
 */
export function isTrueOrDeferred(request: Request, block: ConfigDirective): boolean {
  const isTrue = atOnce(request, () => isConditionTrue(request, block));
  if (isTrue !== undefined) return isTrue;
  const sets = block.children ?? [];
  if (sets.some((set) => depthOf(request.variables.get(nameOf(set))) >= DEPTH_LIMIT)) {
    return isConditionTrue(request, block);
  }
  for (const set of sets) defer(request, set, block);
  return false;
}

/** Gives a variable its value now where nothing need be asked for that, else when it is asked for. */
export function assign(request: Request, set: ConfigDirective): void {
  const value = atOnce(request, () => argumentOf(request, set, 1, { quote: request.quotesCaptures }));
  if (value === undefined) defer(request, set, null);
  else request.variables.set(nameOf(set), value);
}

/** The name of the variable that a `set` gives a value, in lower case. */
export function nameOf(set: ConfigDirective): string {
  return set.argument(0).slice(1).toLowerCase();
}

function defer(request: Request, set: ConfigDirective, condition: ConfigDirective | null): void {
  const name = nameOf(set);
  const before = condition === null ? undefined : request.variables.get(name);
  const names = namesIn(request.model, set, condition);
  const reads = new Map(names.map((each) => [each, request.variables.get(each)] as const));
  const { moment } = request;
  if (names.some((each) => OF_THE_PATH.has(each))) request.readsPath = true;
  const worth = (asking: Request): Value => {
    const then = asking.with(reads, moment);
    if (condition === null || isConditionTrue(then, condition)) {
      return argumentOf(then, set, 1, { quote: moment.quotesCaptures });
    }
    if (before !== undefined) return isDeferred(before) ? before.worth(asking) : before;
    // As if there were no `set`: a map may have its name.
    return valueOf(asking.with(new Map([...reads, [name, undefined]]), moment), `$${name}`);
  };
  request.variables.set(name, { worth, depth: depthOf(before) + 1 });
}

function depthOf(entry: Entry | undefined): number {
  return entry !== undefined && isDeferred(entry) ? entry.depth : 0;
}

/** The variables that hold the path. */
const OF_THE_PATH: ReadonlySet<string> = new Set(['uri', 'document_uri', 'request_uri', 'request']);

/** The variables that a `set` and its condition read, also through maps; its own may be one. */
function namesIn(
  { maps }: Model,
  set: ConfigDirective,
  condition: ConfigDirective | null,
): readonly string[] {
  const names = new Set<string>();
  const queue = [...set.words.slice(1), ...(condition?.words ?? [])].map(({ value }) => value);
  for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
    for (const name of variablesIn(text)) {
      if (names.has(name)) continue;
      names.add(name);
      const map = maps.get(name);
      for (const each of map === undefined ? [] : textsOf(map)) queue.push(each);
    }
  }
  return [...names];
}

/** The texts with variables in a map: it may be large, and is asked for often. */
const textsOf = memoized(({ source, entries, otherwise }: VariableMap): readonly string[] => {
  const texts = new Set([source, otherwise, ...entries.map(({ value }) => value)]);
  return [...texts].filter((text) => text.includes('$'));
});
