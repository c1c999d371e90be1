import type { OuterLevel } from './levels';
import { type Sign, signsOf } from './signs';

/** How surely a location is meant for WebSocket, and by which signs. */
export interface Intent {
  readonly strength: 'strong' | 'weak' | 'none';
  /** Whether the path of the location is a strong sign: such a location serves little else. */
  readonly byPath: boolean;
  /** What speaks for and against it. */
  readonly signs: readonly Sign[];
}

/**
 * How surely a location is meant for WebSocket.
 *
 * @param location a level of the kind `location`
 * @param target the argument of its `proxy_pass`
 * @param further signs that are not in the text of the location
 */
export function intentOf(location: OuterLevel, target: string, further: readonly Sign[] = []): Intent {
  return addUp([...signsOf(location, target), ...further]);
}

/** Strong signs win over those against it, but for what is never meant for WebSocket; weak ones do not. */
export function addUp(signs: readonly Sign[]): Intent {
  return {
    strength: strengthOf(signs),
    byPath: strengthOf(signs) === 'strong' && signs.some(isStrongPath),
    signs,
  };
}

function strengthOf(signs: readonly Sign[]): Intent['strength'] {
  const has = (weight: Sign['weight']): boolean => signs.some((sign) => sign.weight === weight);
  if (has('never')) return 'none';
  if (has('strong')) return 'strong';
  return has('weak') && !has('against') ? 'weak' : 'none';
}

function isStrongPath({ kind, weight }: Sign): boolean {
  return kind === 'path' && weight === 'strong';
}

/** The signs that speak for it, the surest first; none where it is not meant for WebSocket. */
export function signsFor({ strength, signs }: Intent): readonly Sign[] {
  if (strength === 'none') return [];
  return WEIGHTS_FOR.flatMap((weight) => signs.filter((sign) => sign.weight === weight));
}

const WEIGHTS_FOR: readonly Sign['weight'][] = ['strong', 'weak', 'beside'];

/** Whether the path of a location is a sign of any weight: it serves little but WebSocket. */
export function hasWebSocketPath({ signs }: Intent): boolean {
  return signs.some(({ kind }) => kind === 'path');
}

/**
 * Whether a sign speaks for it that is neither a header, which may come from a file that is included everywhere, nor a
 * comment, which may explain what WebSocket needs elsewhere: the path, a name, an application.
 */
export function hasSignBesidesHeaders(intent: Intent): boolean {
  return signsFor(intent).some(({ kind }) => kind !== 'comment' && !OF_HEADERS.has(kind));
}

/**
 * Whether it would be meant for WebSocket whatever headers it had: a quick-fix that sets them does not change that.
 */
export function isMeantWithoutHeaders({ signs }: Intent): boolean {
  const hasOwnHeaders = signs.some(({ kind }) => kind === 'header' || kind === 'use');
  const { strength } = addUp(signs.filter(({ kind }) => !OF_HEADERS.has(kind)));
  // A weak sign may have been outweighed by headers that a quick-fix has replaced.
  return strength === 'strong' || (strength === 'weak' && !hasOwnHeaders);
}

const OF_HEADERS: ReadonlySet<Sign['kind']> = new Set(['header', 'use', 'outer header']);

/** Whether it is meant for WebSocket by a sign of its own, not only by headers that a server or http sets for all. */
export function isMeantItself(intent: Intent): boolean {
  return signsFor(intent).some(({ kind }) => kind !== 'outer header');
}
