import { commentsOf } from '../syntax/comments';
import type { ConfigDirective } from './configuration';
import { ownDirectives } from './inheritance';
import type { Level, OuterLevel } from './levels';
import { locationName } from '../values/location';
import { hostOf, parseProxyTarget } from '../values/pass-url';

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
  const signs = signsOf(location);
  if (signs.ignored) return NO_INTENT;
  if (signs.strongPath) return { strength: 'strong', byPath: true };
  if (signs.saysSo || signs.handlesUpgrade) return { strength: 'strong', byPath: false };
  return signs.weakPath || hasTellingName(target) ? { strength: 'weak', byPath: false } : NO_INTENT;
}

function hasTellingName(target: string): boolean {
  return upstreamWords(target).some((word) => STRONG_SEGMENTS.has(word) || WEAK_SEGMENTS.has(word));
}

/**
 * Whether the path, a comment or the name of the upstream is a sign that a location is meant for WebSocket. Unlike
 * headers they are never the work of a quick-fix.
 *
 * @param location a level of the kind `location`
 * @param target the argument of its `proxy_pass`
 */
export function hasSignBesidesHeaders(location: Level, target: string): boolean {
  const { ignored, strongPath, weakPath, saysSo } = signsOf(location);
  return !ignored && (strongPath || weakPath || saysSo || hasTellingName(target));
}

/** Whether the path of a location is a sign, strong or weak: it serves little but WebSocket. */
export function hasWebSocketPath(location: Level): boolean {
  const { strongPath, weakPath } = signsOf(location);
  return strongPath || weakPath;
}

/** The signs of one location. */
interface Signs {
  /** `# nginx-websocket: ignore` */
  readonly ignored: boolean;
  /** A comment that says websocket, or `# nginx-websocket: expect`, or the setting `websocketLocations`. */
  readonly saysSo: boolean;
  /** A segment of its path, or of the path of one around it, in the lists. */
  readonly strongPath: boolean;
  readonly weakPath: boolean;
  /** It says something about upgrades itself, or one around it names `$http_upgrade`. */
  readonly handlesUpgrade: boolean;
  /** It names `$http_upgrade`, or one around it does. */
  readonly namesUpgrade: boolean;
}

/** Each location is looked at once, however many are in it and however often it is asked for. */
const known = new WeakMap<OuterLevel, Signs>();

function signsOf(location: OuterLevel): Signs {
  const unknown: OuterLevel[] = [];
  for (let at: OuterLevel | null = location; at !== null && !known.has(at); at = at.parent) {
    if (at.kind === 'location') unknown.push(at);
  }
  for (const at of unknown.toReversed()) known.set(at, readSigns(at));
  return known.get(location) ?? readSigns(location);
}

function readSigns(location: OuterLevel): Signs {
  const around = location.parent === null ? undefined : known.get(location.parent);
  const { block } = location;
  // The ids of rules say websocket, too: a comment that silences one is no sign.
  const comments = (block === null ? [] : commentsOf(block.file.tree, block.node)).filter(
    ({ text }) => !text.includes('nginx-websocket-disable-'),
  );
  const says = (pattern: RegExp): boolean => comments.some(({ text }) => pattern.test(text));
  const segments = block === null ? [] : pathSegments(block);
  const namesUpgrade = around?.namesUpgrade === true || location.directives.some(mentionsUpgrade);
  return {
    ignored: says(/nginx-websocket:\s*ignore\b/i),
    saysSo: location.expected || says(/(?<!nginx-)web-?\s?socket/i) || says(/nginx-websocket:\s*expect\b/i),
    strongPath: around?.strongPath === true || segments.some((segment) => STRONG_SEGMENTS.has(segment)),
    weakPath: around?.weakPath === true || segments.some((segment) => WEAK_SEGMENTS.has(segment)),
    handlesUpgrade: namesUpgrade || ownDirectives(location, 'proxy_set_header').some(isUpgradeHeader),
    namesUpgrade,
  };
}

/** The segments of the path of a location, in lower case. Of a regex: the runs of plain characters. */
export function pathSegments(block: ConfigDirective): string[] {
  const { kind, name } = locationName(block);
  const isRegex = kind === 'regex';
  const plain = isRegex ? name.replaceAll(/\\([.\-/])/g, '$1') : name;
  return plain.toLowerCase().split(isRegex ? /[^\w.-]+/ : '/');
}

/** The words of the upstream's name: `ws-backend` has `ws` and `backend`. */
function upstreamWords(target: string): string[] {
  return hostOf(parseProxyTarget(target).authority).split(/[^a-z0-9]+/);
}

/** A header blanked with "" is no sign: `Connection ""` is how connections to the back end are kept alive. */
function isUpgradeHeader(directive: ConfigDirective): boolean {
  return /^(?:upgrade|connection):?$/i.test(directive.argument(0)) && directive.argument(1) !== '';
}

function mentionsUpgrade(directive: ConfigDirective): boolean {
  return directive.words.some((word) => /\$\{?http_upgrade\b/i.test(word.value));
}
