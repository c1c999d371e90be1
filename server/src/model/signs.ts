import { commentsOf } from '../syntax/comments';
import { locationName } from '../values/location';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import type { ConfigDirective, Heading } from './configuration';
import { ownDirectives } from './inheritance';
import type { OuterLevel } from './levels';

/** One thing that speaks for, or against, a location being meant for WebSocket. */
export type Sign = PlainSign | ApplicationSign;

interface PlainSign {
  /**
   * `header`: upgrade headers of its own. `use`: `$http_upgrade` is used. `outer header`: upgrade headers at the level
   * of the server or of http.
   */
  readonly kind:
    | 'path'
    | 'header'
    | 'use'
    | 'outer header'
    | 'comment'
    | 'setting'
    | 'url'
    | 'name'
    | 'server name'
    | 'files'
    | 'media'
    | 'event stream'
    | 'closed connection'
    | 'cache'
    | 'no need';
  readonly weight: Weight;
  /** What it was read from: a path, a directive, a name. */
  readonly text: string;
}

/** A known application stands behind the location, and needs WebSocket there. */
interface ApplicationSign {
  readonly kind: 'application';
  readonly weight: Weight;
  /** Its name. */
  readonly text: string;
  /** Where it needs WebSocket. */
  readonly path: string;
  /** Its own documentation that says so. */
  readonly source: string;
  /** What that asks of nginx beyond the upgrade: directives without their `;`. */
  readonly asks: readonly string[];
  /** Whether its connections are often silent for a minute. */
  readonly quiet: boolean;
}

/**
 * `beside`: for it, where another sign is for it too. `against`: outweighs what is weak. `never`: outweighs all.
 */
type Weight = 'strong' | 'weak' | 'beside' | 'against' | 'never';

/** Segments of a path that say WebSocket, whoever wrote them. */
const STRONG_SEGMENTS: ReadonlySet<string> = new Set([
  'ws',
  'wss',
  'websocket',
  'websockets',
  'web-socket',
  // The console of Collabora Online.
  'adminws',
  'ws-proxy',
  'wsproxy',
  'socket.io',
  'socketio',
  'engine.io',
  'sockjs',
  'sockjs-node',
  'signalr',
  '_blazor',
  'cable',
  'hmr',
  'webpack-hmr',
  'graphql-ws',
  'xmpp-websocket',
  'websockify',
  'websocket-tunnel',
]);

/** Segments that may say WebSocket at the end of a path: what stands below (`/chat/upload/`) is something else. */
const WEAK_SEGMENTS: ReadonlySet<string> = new Set([
  'chat',
  'hub',
  'hubs',
  'realtime',
  'notifications',
  'terminal',
  'vnc',
]);

/** Words of media, calendars and hosts in production as often as of WebSocket. */
const AMBIGUOUS_SEGMENTS: ReadonlySet<string> = new Set(['live', 'events', 'stream', 'streaming', 'feed']);

const MEDIA_SEGMENTS: ReadonlySet<string> = new Set(['hls', 'dash', 'vod']);

/** Endings of the names of files. */
const FILES: ReadonlySet<string> = new Set(
  (
    'css js mjs map wasm webmanifest html htm txt xml csv pdf swf png jpg jpeg jpe gif ico cur svg svgz webp avif bmp ' +
    'tif tiff woff woff2 ttf otf eot vtt srt mp3 mp4 m4a m4v ogg ogv oga wav flac webm mov avi mkv flv m3u8 m3u ts mpd ' +
    'm4s zip gz tgz bz2 xz tar rar 7z exe dmg iso deb rpm apk bin doc docx xls xlsx ppt pptx rtf'
  ).split(' '),
);

/**
 * The signs in the text of a location and of the levels around it, and in the name of its back end.
 *
 * @param location a level of the kind `location`
 * @param target the argument of its `proxy_pass`
 */
export function signsOf(location: OuterLevel, target: string): readonly Sign[] {
  return [...signsInText(location), ...signOfName(location, target), ...signOfServerName(location)];
}

/** Each location is looked at once, however many are in it and however often it is asked for. */
const known = new WeakMap<OuterLevel, readonly Sign[]>();

function signsInText(location: OuterLevel): readonly Sign[] {
  const unread: OuterLevel[] = [];
  for (let at: OuterLevel | null = location; at !== null && !known.has(at); at = at.parent) unread.push(at);
  for (const at of unread.toReversed()) known.set(at, readSigns(at));
  return known.get(location) ?? [];
}

function readSigns(level: OuterLevel): readonly Sign[] {
  const around = level.parent === null ? [] : (known.get(level.parent) ?? []);
  if (level.kind !== 'location') {
    const text = forwarded(level);
    return text === null ? around : [{ kind: 'outer header', weight: 'weak', text }];
  }
  const signs = [
    ...around.filter(isInherited),
    ...commentSigns(level),
    ...settingSigns(level),
    ...pathSigns(level),
    ...headerSigns(level),
    ...streamSigns(level),
  ];
  // Of two that say the same the inner one: locations may nest very deep.
  return [...new Map(signs.map((sign) => [`${sign.kind} ${sign.weight}`, sign] as const)).values()];
}

/** What holds in the locations within, too: not what comments and settings say of one block. */
function isInherited({ kind }: Sign): boolean {
  return kind === 'path' || kind === 'use' || kind === 'outer header' || kind === 'files' || kind === 'media';
}

// --- Comments and settings

function commentSigns({ block }: OuterLevel): Sign[] {
  if (block === null) return [];
  // The ids of rules say websocket, too: a comment that silences one is no sign.
  const comments = commentsOf(block.file.tree, block.node).filter(
    ({ text }) => !text.includes('nginx-websocket-disable-'),
  );
  const says = (pattern: RegExp): boolean => comments.some(({ text }) => pattern.test(text));
  const signs: Sign[] = [];
  if (says(/nginx-websocket:\s*ignore\b/i)) signs.push({ kind: 'comment', weight: 'never', text: 'ignore' });
  if (says(/nginx-websocket:\s*expect\b/i) || comments.some(({ text }) => saysWebSocket(text)))
    signs.push({ kind: 'comment', weight: 'strong', text: 'websocket' });
  return signs;
}

/** What speaks of event streams as well may mean these only. */
function saysWebSocket(comment: string): boolean {
  return (
    /(?<!nginx-)web-?\s?socket/i.test(comment) &&
    !/\bSSE\b|server-sent|event-?\s?source/i.test(comment) &&
    !/\b(?:no|not|non|never|without|disable[sd]?)\b[^.,;]*web-?\s?socket/i.test(comment)
  );
}

function settingSigns({ expected }: OuterLevel): Sign[] {
  return expected ? [{ kind: 'setting', weight: 'strong', text: 'websocketLocations' }] : [];
}

// --- The path

function pathSigns({ block }: OuterLevel): Sign[] {
  if (block === null) return [];
  const { name } = locationName(block);
  const endings = fileEndings(block);
  const segments = pathSegments(block);
  const has = (words: ReadonlySet<string>): boolean => segments.some((segment) => words.has(segment));
  const signs: Sign[] = [];
  if (endings.some((ending) => FILES.has(ending))) signs.push({ kind: 'files', weight: 'never', text: name });
  if (has(MEDIA_SEGMENTS)) signs.push({ kind: 'media', weight: 'against', text: name });
  if (has(STRONG_SEGMENTS)) signs.push({ kind: 'path', weight: 'strong', text: name });
  else if (endsOf(block, segments).some((segment) => WEAK_SEGMENTS.has(segment)))
    signs.push({ kind: 'path', weight: 'weak', text: name });
  else if (has(AMBIGUOUS_SEGMENTS)) signs.push({ kind: 'path', weight: 'beside', text: name });
  return signs;
}

/** The segments of the path of a location, in lower case. Of a regex: the runs of plain characters. */
export function pathSegments(block: Heading): string[] {
  const { kind, name } = locationName(block);
  if (kind !== 'regex') return name.toLowerCase().split('/');
  // What must not follow is no part of the paths.
  const asked = name.replaceAll(/\(\?<?!(?:[^()]|\([^()]*\))*\)/g, '()');
  return asked
    .replaceAll(/\\([.\-/])/g, '$1')
    .toLowerCase()
    .split(/[^\w.-]+/);
}

/** The segments that paths of a location may end with, at first: of a pattern any. */
function endsOf(block: Heading, segments: readonly string[]): readonly string[] {
  return locationName(block).kind === 'regex'
    ? segments
    : segments.filter((segment) => segment !== '').slice(-1);
}

/** How the names of files end that a location is for: `['css', 'js']` of `\.(css|js)$`; none where it is for more. */
function fileEndings(block: Heading): string[] {
  const { kind, name } = locationName(block);
  if (kind === 'named') return [];
  const ending = kind === 'regex' ? FILE_PATTERN.exec(name) : /\.(\w+)$/.exec(name);
  const endings = ending?.[1] ?? ending?.[2] ?? '';
  // `jpe?g` is `jpeg`, too.
  return endings.toLowerCase().replaceAll('?', '').split('|');
}

/** The end of a pattern: a dot and one ending, or several in a group; `$` may lack, and a query may be allowed. */
const FILE_PATTERN = /\\\.(?:\((?:\?:)?([\w?|]+)\)|([\w?]+))\)?(?:\(?\\\?\.\*\)?\??)?\$?$/;

// --- Headers

function headerSigns(level: OuterLevel): Sign[] {
  const uses = level.directives.filter(usesUpgrade);
  const use = uses.find(({ name }) => !isOfCache(name));
  const set = forwarded(level);
  const signs: Sign[] = [];
  if (set !== null) signs.push({ kind: 'header', weight: 'strong', text: set });
  if (use !== undefined) signs.push({ kind: 'use', weight: 'strong', text: use.name });
  if (signs.length > 0) return signs;
  if (uses.length > 0) signs.push({ kind: 'cache', weight: 'against', text: uses[0]?.name ?? '' });
  const closing = headersOf(level, 'connection')[0] ?? headersOf(level, 'upgrade')[0];
  if (closing !== undefined)
    signs.push({ kind: 'closed connection', weight: 'against', text: closing.argument(0) });
  return signs;
}

/** The header by which a level forwards upgrades; null for none. */
function forwarded(level: OuterLevel): 'Upgrade' | 'Connection' | null {
  if (headersOf(level, 'upgrade').some((header) => header.argument(1) !== '')) return 'Upgrade';
  return headersOf(level, 'connection').some(mayUpgrade) ? 'Connection' : null;
}

/** The headers of one name that a level sets; with a colon behind it the name is a mistake, and meant all the same. */
function headersOf(level: OuterLevel, name: 'upgrade' | 'connection'): ConfigDirective[] {
  return ownDirectives(level, 'proxy_set_header').filter(
    (header) => header.argument(0).toLowerCase().replace(/:$/, '') === name,
  );
}

/** Whether a `Connection` can become `upgrade`: it says so, or a variable or a template decides. */
function mayUpgrade(header: ConfigDirective): boolean {
  return /upgrade|\$|\{\{|\{%|<%/i.test(header.argument(1));
}

function usesUpgrade({ words }: ConfigDirective): boolean {
  return words.some(({ value }) => /\$\{?http_upgrade\b/i.test(value));
}

/** `proxy_cache_bypass`, `proxy_no_cache` and the like: left over as often as meant. */
function isOfCache(name: string): boolean {
  return /_(?:cache_bypass|no_cache|cache_key)$/.test(name);
}

// --- What is meant for other things

/** The recipe that lets server-sent events through as they come. */
function streamSigns(level: OuterLevel): Sign[] {
  const isOff = (name: string): boolean =>
    ownDirectives(level, name).some((directive) => directive.argument(0) === 'off');
  const saysSo = level.directives.some(({ words }) =>
    words.some(({ value }) => /text\/event-stream|^x-accel-buffering$/i.test(value)),
  );
  const isUnbuffered =
    isOff('proxy_buffering') && (isOff('proxy_cache') || isOff('chunked_transfer_encoding'));
  return saysSo || isUnbuffered ? [{ kind: 'event stream', weight: 'against', text: 'proxy_buffering' }] : [];
}

// --- The name of the back end

/** A name is a weak sign; the more common words are one only where the path has such a word, too. */
function signOfName({ block }: OuterLevel, target: string): Sign[] {
  const host = hostOf(parseProxyTarget(target).authority);
  const words = host.split(/[^a-z0-9]+/);
  const segments = block === null ? [] : pathSegments(block);
  const agrees =
    segments.some((segment) => STRONG_SEGMENTS.has(segment)) ||
    (block !== null &&
      endsOf(block, segments).some(
        (segment) => WEAK_SEGMENTS.has(segment) || AMBIGUOUS_SEGMENTS.has(segment),
      ));
  const isWhole = segments.every((segment) => segment === '');
  const tells = (word: string): boolean =>
    STRONG_SEGMENTS.has(word) ? isWhole || agrees : agrees && WEAK_SEGMENTS.has(word);
  return words.some(tells) ? [{ kind: 'name', weight: 'weak', text: host }] : [];
}

/** First labels of hosts that serve WebSocket at their root. */
const HOST_LABELS: ReadonlySet<string> = new Set([
  'chat',
  'realtime',
  'socket',
  'sockets',
  'terminal',
  'websocket',
  'websockets',
  'ws',
  'wss',
]);

/** `ws.example.com` says by its name what is at its root. */
function signOfServerName({ block, parent }: OuterLevel): Sign[] {
  if (block === null || parent?.kind !== 'server' || locationName(block).name !== '/') return [];
  const names = ownDirectives(parent, 'server_name').flatMap(({ words }) =>
    words.slice(1).map(({ value }) => value),
  );
  const name = names.find((each) => HOST_LABELS.has(each.toLowerCase().split('.', 1)[0] ?? ''));
  return name === undefined ? [] : [{ kind: 'server name', weight: 'weak', text: name }];
}
