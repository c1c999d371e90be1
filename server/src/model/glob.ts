import type { Host } from './host';
import { rootOf } from './paths';

/** What a pattern of glob(3) cannot be without. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/** nginx reads no longer words. */
const LONGEST_PATTERN = 4096;

/**
 * The paths that an absolute pattern matches, sorted as glob(3) sorts them: with flags 0, as nginx calls it, there
 * are no braces and no `**`, and a leading dot is matched only by a dot.
 *
 * @param listed called with each directory that was listed, so that a new file in it can be noticed
 * @param literal a directory: as far as the pattern leads to it, nothing in its name is special
 */
export async function expandGlob(
  host: Host,
  pattern: string,
  listed: (directory: string) => void,
  literal = '',
): Promise<string[]> {
  if (pattern.length > LONGEST_PATTERN) return [];
  const root = rootOf(pattern);
  const parts = pattern.slice(root.length).split('/').slice(1);
  const known = literal.slice(root.length).split('/').slice(1);
  let isExpanded = false;
  let isKnown = true;
  let paths = [root];
  for (const [index, part] of parts.entries()) {
    isKnown &&= part === known[index];
    if (isKnown || (!isExpanded && !isGlob(part))) {
      paths = paths.map((path) => `${path}/${part}`);
      continue;
    }
    isExpanded = true;
    paths = await expandPart(host, paths, part, listed);
  }
  return paths.toSorted();
}

/** What in the directories has a name that matches. */
async function expandPart(
  host: Host,
  directories: readonly string[],
  part: string,
  listed: (directory: string) => void,
): Promise<string[]> {
  const units = unitsOf(part);
  const matches: string[] = [];
  for (const directory of directories) {
    listed(directory);
    for (const name of (await host.readDirectory(directory)) ?? []) {
      if (matchesUnits(name, units)) matches.push(`${directory}/${name}`);
    }
  }
  return matches;
}

/** Whether a name matches one part of a pattern, as fnmatch(3) says. Takes no longer than both lengths multiplied. */
export function matchesGlob(name: string, part: string): boolean {
  return matchesUnits(name, unitsOf(part));
}

/** One step of a pattern: `*`, a character as it is, or a test of one character. */
type Unit = { readonly kind: 'any' } | { readonly kind: 'character'; readonly text: string } | Test;

interface Test {
  readonly kind: 'test';
  readonly accepts: (character: string) => boolean;
}

function matchesUnits(name: string, units: readonly Unit[]): boolean {
  const [first] = units;
  const isHidden = name.startsWith('.') && !(first?.kind === 'character' && first.text === '.');
  if (isHidden) return false;
  let at = 0;
  let next = 0;
  // Where to go on when what follows the last `*` does not fit: one character later.
  let retry = -1;
  let retryNext = 0;
  while (at < name.length || next < units.length) {
    const unit = units[next];
    if (unit?.kind === 'any') {
      retry = at;
      next += 1;
      retryNext = next;
    } else if (unit !== undefined && at < name.length && accepts(unit, name.charAt(at))) {
      at += 1;
      next += 1;
    } else if (retry !== -1 && retry < name.length) {
      retry += 1;
      at = retry;
      next = retryNext;
    } else return false;
  }
  return true;
}

function accepts(unit: Exclude<Unit, { kind: 'any' }>, character: string): boolean {
  return unit.kind === 'character' ? unit.text === character : unit.accepts(character);
}

function unitsOf(part: string): Unit[] {
  const units: Unit[] = [];
  let at = 0;
  while (at < part.length) {
    const bracket = part.charAt(at) === '[' ? readBracket(part, at) : null;
    if (bracket !== null) {
      units.push(bracket.unit);
      at = bracket.end;
    } else if (part.charAt(at) === '*') {
      units.push({ kind: 'any' });
      at += 1;
    } else if (part.charAt(at) === '?') {
      units.push({ kind: 'test', accepts: () => true });
      at += 1;
    } else {
      const { text, end } = characterAt(part, at);
      units.push({ kind: 'character', text });
      at = end;
    }
  }
  return units;
}

/** The character at an offset; after a backslash it is never special. */
function characterAt(part: string, at: number): { readonly text: string; readonly end: number } {
  const isEscaped = part.charAt(at) === '\\' && at + 1 < part.length;
  const offset = isEscaped ? at + 1 : at;
  return { text: part.charAt(offset), end: offset + 1 };
}

/** Reads `[a-z]`, `[!a]`, `[^a]`, `[[:digit:]]`; null where no `]` closes it: then the `[` is an ordinary character. */
function readBracket(part: string, start: number): { readonly unit: Test; readonly end: number } | null {
  const isNegated = /[!^]/.test(part.charAt(start + 1));
  const first = start + (isNegated ? 2 : 1);
  const tests: Test['accepts'][] = [];
  let at = first;
  while (at < part.length) {
    if (part.charAt(at) === ']' && at > first) {
      const isIn = (character: string): boolean => tests.some((test) => test(character));
      return { unit: { kind: 'test', accepts: (character) => isIn(character) !== isNegated }, end: at + 1 };
    }
    const named = /^\[:(\w+):\]/.exec(part.slice(at, at + 16));
    if (named !== null) {
      const pattern = CLASSES.get(named[1] ?? '');
      tests.push((character) => pattern?.test(character) ?? false);
      at += named[0].length;
      continue;
    }
    const low = characterAt(part, at);
    const isRange = part.charAt(low.end) === '-' && !/^\]?$/.test(part.charAt(low.end + 1));
    const high = isRange ? characterAt(part, low.end + 1) : low;
    tests.push((character) => low.text <= character && character <= high.text);
    at = high.end;
  }
  return null;
}

/** The classes of the C locale, which nginx runs in. */
const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[A-Za-z0-9]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  ['digit', /\d/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[ \t\n\v\f\r]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[A-Fa-f0-9]/],
]);
