import type { ConfigDirective } from '../model/configuration';
import { contextsOf } from '../reference/directives';
import { type Context, innerContext } from './contexts';

/** Blocks that more than one part of a configuration has. */
const AMBIGUOUS: ReadonlyMap<string, readonly Context[]> = new Map([
  ['server', ['server', 'stream server', 'mail server']],
  ['upstream', ['upstream', 'stream upstream']],
]);

/**
 * The context within a block of which nobody can see the surroundings: what all in it fits. `unknown` when several do,
 * or none.
 */
export function likelyInner(name: string, children: readonly ConfigDirective[]): Context {
  // An `if` of a server takes less than one of a location.
  if (name === 'if') return 'unknown';
  const candidates = AMBIGUOUS.get(name);
  if (candidates === undefined) return innerContext('unknown', name);
  if (children.some((child) => child.name === 'location')) return 'server';
  const known = children.map((child) => contextsOf(child.name)).filter((contexts) => contexts.length > 0);
  const fitting = candidates.filter((context) =>
    known.every((contexts) => contexts.includes(context) || contexts.includes('any')),
  );
  const [only] = fitting;
  return only !== undefined && fitting.length === 1 ? only : 'unknown';
}
