import type { Words } from './words';

/** The argument of a `location`, taken apart as ngx_http_core_location does. */
export interface LocationName {
  readonly kind: 'exact' | 'prefix' | 'regex' | 'named';
  /** The modifier as written: '', `=`, `^~`, `~` or `~*`. */
  readonly modifier: string;
  /** The path or pattern without modifier, or the name with its `@`. */
  readonly name: string;
  /** What nginx says is wrong with the modifier, which is the first argument then; null when nothing is. */
  readonly error: string | null;
}

/**
 * Reads the arguments of a `location`. The modifier is in front of the name, or part of it: `= /ws` and
 * `=/ws` are the same.
 */
export function locationName({ words }: Words): LocationName {
  const first = words[1]?.value ?? '';
  const second = words[2]?.value;
  if (second !== undefined) return withModifier(first, second);
  const modifier = /^(?:=|\^~|~\*?)/.exec(first)?.[0];
  if (modifier !== undefined) return withModifier(modifier, first.slice(modifier.length));
  return { kind: first.startsWith('@') ? 'named' : 'prefix', modifier: '', name: first, error: null };
}

const KINDS: ReadonlyMap<string, LocationName['kind']> = new Map([
  ['=', 'exact'],
  ['^~', 'prefix'],
  ['~', 'regex'],
  ['~*', 'regex'],
]);

function withModifier(modifier: string, name: string): LocationName {
  const kind = KINDS.get(modifier);
  const error = kind === undefined ? `invalid location modifier "${modifier}"` : null;
  return { kind: kind ?? 'prefix', modifier, name, error };
}
