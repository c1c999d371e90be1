import { type Guard, guardAt, hasBranches } from '../syntax/templates/branches';
import { roleOf } from '../syntax/templates/languages';
import { TokenKind, tokenText } from '../syntax/tokens';
import type { ConfigDirective } from './configuration';

/** More conditions around one directive are not looked at. */
const LIMIT = 100;

/** What must hold for a directive to be written, its own template's conditions and those around the includes that lead to it. */
export function guardsOf(directive: ConfigDirective): readonly Guard[] {
  const guards: Guard[] = [];
  for (let at: ConfigDirective | null = directive; at !== null && guards.length < LIMIT; at = at.via) {
    let guard = guardAt(at.file.tree, at.start);
    for (; guard !== null && guards.length < LIMIT; guard = guard.outer) guards.push(guard);
  }
  return guards;
}

/** Whether a directive is written whatever the conditions of its template are. */
export function isUnconditional(directive: ConfigDirective): boolean {
  for (let at: ConfigDirective | null = directive; at !== null; at = at.via) {
    if (hasBranches(at.file.tree)) return guardsOf(directive).length === 0;
  }
  return true;
}

/** Whether a placeholder right before its name may make a comment of it: `{tls}ssl_certificate`. */
function isSwitched({ file, node }: ConfigDirective): boolean {
  const { tokens } = file.tree;
  const before = node.first - 1;
  if (before < 0 || tokens.kinds[before] !== TokenKind.Placeholder) return false;
  return roleOf(tokenText(tokens, before)).kind === 'text';
}

/**
 * Whether two directives stand in one file as soon as one of them does: not in different branches of a condition, and not
 * by conditions that have nothing to do with each other.
 */
export function surelyMeet(one: ConfigDirective, other: ConfigDirective): boolean {
  if (isSwitched(one) || isSwitched(other)) return false;
  const [ones, others] = [guardsOf(one), guardsOf(other)];
  if (ones.length === 0 || others.length === 0) return true;
  const [few, many] = ones.length < others.length ? [ones, others] : [others, ones];
  const held = new Map(many.map(({ key, holds }) => [key, holds] as const));
  return few.every(({ key, holds }) => held.get(key) === holds);
}
