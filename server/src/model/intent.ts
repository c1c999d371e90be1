import { commentsOf } from '../syntax/comments';
import type { ConfigDirective } from './configuration';
import { ownDirectives } from './inheritance';
import type { Level } from './levels';
import { hostOf, parseProxyTarget } from './upstreams';

/** How surely a location is meant for WebSocket. */
export interface Intent {
  readonly strength: 'strong' | 'weak' | 'none';
  /** Whether the path of the location is the sign: such a location serves little else. */
  readonly byPath: boolean;
}

const STRONG_SEGMENTS: ReadonlySet<string> = new Set([
  'ws',
  'wss',
  'websocket',
  'socket.io',
  'sockjs',
  'signalr',
  'cable',
  'hmr',
  'graphql-ws',
]);

const WEAK_SEGMENTS: ReadonlySet<string> = new Set([
  'chat',
  'live',
  'stream',
  'hub',
  'hubs',
  'events',
  'realtime',
  'notifications',
  'terminal',
  'vnc',
]);

const NO_INTENT: Intent = { strength: 'none', byPath: false };

/**
 * The signs that a location is meant for WebSocket.
 *
 * @param location a level of the kind `location`
 * @param target the argument of its `proxy_pass`
 */
export function intentOf(location: Level, target: string): Intent {
  const comments = location.block === null ? [] : commentsOf(location.block.file.tree, location.block.node);
  const says = (pattern: RegExp): boolean => comments.some(({ text }) => pattern.test(text));
  if (says(/nginx-websocket:\s*ignore\b/i)) return NO_INTENT;
  const segments = pathSegments(location);
  if (segments.some((segment) => STRONG_SEGMENTS.has(segment))) return { strength: 'strong', byPath: true };
  if (
    says(/(?<!nginx-)web-?\s?socket/i) ||
    says(/nginx-websocket:\s*expect\b/i) ||
    handlesUpgrade(location)
  ) {
    return { strength: 'strong', byPath: false };
  }
  const isWeak =
    segments.some((segment) => WEAK_SEGMENTS.has(segment)) ||
    upstreamWords(target).some((word) => STRONG_SEGMENTS.has(word) || WEAK_SEGMENTS.has(word));
  return isWeak ? { strength: 'weak', byPath: false } : NO_INTENT;
}

/**
 * The segments of the location's path, in lower case. Of a regex: the runs of plain characters.
 */
function pathSegments(location: Level): string[] {
  const segments: string[] = [];
  for (let at: Level | null = location; at !== null && at.kind === 'location'; at = at.parent) {
    const { block } = at;
    if (block === null) continue;
    const hasModifier = block.words.length > 2;
    const modifier = hasModifier ? block.argument(0) : '';
    const path = block.argument(hasModifier ? 1 : 0);
    const isRegex = modifier.startsWith('~') || (modifier === '' && path.startsWith('~'));
    const plain = isRegex ? path.replaceAll(/\\([.\-/])/g, '$1') : path;
    segments.push(...plain.toLowerCase().split(isRegex ? /[^\w.-]+/ : '/'));
  }
  return segments.filter((segment) => segment !== '');
}

/** The words of the upstream's name: `ws-backend` has `ws` and `backend`. */
function upstreamWords(target: string): string[] {
  return hostOf(parseProxyTarget(target).authority).split(/[^a-z0-9]+/);
}

/**
 * Whether the location, or one around it, says anything about upgrades. A header blanked with "" is no sign:
 * `Connection ""` is how connections to the back end are kept alive.
 */
function handlesUpgrade(location: Level): boolean {
  for (let at: Level | null = location; at !== null && at.kind === 'location'; at = at.parent) {
    if (at === location && ownDirectives(at, 'proxy_set_header').some(isUpgradeHeader)) return true;
    if (at.directives.some(mentionsUpgrade)) return true;
  }
  return false;
}

function isUpgradeHeader(directive: ConfigDirective): boolean {
  return /^(?:upgrade|connection):?$/i.test(directive.argument(0)) && directive.argument(1) !== '';
}

function mentionsUpgrade(directive: ConfigDirective): boolean {
  return directive.words.some((word) => /\$\{?http_upgrade\b/i.test(word.value));
}
