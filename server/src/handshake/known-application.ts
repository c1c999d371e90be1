import { bytesOf } from '../model/bytes';
import { ownDirectives } from '../model/inheritance';
import { type Level, levelsWithin, type OuterLevel } from '../model/levels';
import { memoized } from '../model/memo';
import { fileNameOf } from '../model/paths';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { addUp } from '../model/intent';
import { type Sign, signsOf } from '../model/signs';
import { upstreamOf } from '../model/asking';
import {
  type Application,
  applicationsAt,
  applicationsBelow,
  applicationsMentioned,
  applicationsNamed,
  isBesideApplication,
  isPlainName,
  isTellingPort,
  type LookAlike,
  lookAlikesNamed,
  type Named,
} from '../reference/applications';
import { commentsOf } from '../syntax/comments';
import { isIpAddress } from '../values/address';
import { locationName } from '../values/location';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { literalHead } from './literal-start';
import { passOf } from './location-config';
import { searchFor } from './own-paths';

/**
 * What is known of the application behind a location, by its names, its port and its paths, comments and the name of the
 * file. Two things that agree are a strong sign, one is a weak one; an application that needs no WebSocket is a sign
 * against it.
 *
 * @param location a level of the kind `location`
 * @param target the argument of its `proxy_pass`
 */
export function applicationSigns(model: Model, location: Level, target: string): readonly Sign[] {
  const clues = cluesAt(model, location, target);
  for (const { application, agreeing, isBackEnd } of recognized(clues)) {
    const path = application.paths.find((each) => isMeantAt(location, each, isBackEnd));
    if (path === undefined) continue;
    const weight = agreeing > 1 ? 'strong' : 'weak';
    const { name: text, source, asks, quiet } = application;
    return [{ kind: 'application', weight, text, path, source, asks, quiet }];
  }
  const [plain] = namesIn(clues).flatMap(({ lookAlikes }) => lookAlikes);
  return plain === undefined ? [] : [{ kind: 'no need', weight: 'against', text: plain.of.name }];
}

// --- What the configuration says

/** What a configuration says of the application behind a location. */
interface Clues {
  /** What the names of the back end stand for, those of the server, and the first segment of the path. */
  readonly backEnd: Names;
  readonly server: Names;
  readonly segment: Names;
  /** The applications that the file is named after, unless another location says that it is for WebSocket. */
  readonly file: readonly Application[];
  /** The applications that the name of the file and the comments of the location mention. */
  readonly mentioned: ReadonlySet<Application>;
  readonly ports: readonly number[];
  /** Whether the host of the back end has a name that says more than that something runs there. */
  readonly hasHostName: boolean;
  /** What the host, container or upstream is called. */
  readonly labels: readonly string[];
  /** The path of the location as far as it is plain, in lower case; '' for one that has none. */
  readonly path: string;
}

/** What some names stand for. */
interface Names {
  readonly applications: readonly Named<Application>[];
  readonly lookAlikes: readonly Named<LookAlike>[];
}

function cluesAt(model: Model, location: Level, target: string): Clues {
  const { authority } = parseProxyTarget(withLiterals(location, target));
  const group = upstreamOf(model, hostOf(authority));
  const authorities = group === undefined ? [authority] : group.servers;
  const hosts = [...(group === undefined ? [] : [group.name]), ...authorities.map(hostOf)];
  const labels = hosts.flatMap(labelOf);
  const path = plainPath(location).toLowerCase();
  return {
    backEnd: readNames(labels),
    server: location.server === null ? readNames([]) : namesOfServer(location.server),
    segment: readNames([path.split('/')[1] ?? '']),
    file: hasPlaceForWebSocket(location) ? [] : namesOfFile(location),
    mentioned: mentionedAt(location),
    ports: authorities.flatMap(portOf),
    hasHostName: authorities.some((each) => labelOf(hostOf(each)).some((label) => !isPlainName(label))),
    labels,
    path,
  };
}

function namesIn({ backEnd, server, segment }: Clues): readonly Names[] {
  return [backEnd, server, segment];
}

/** A server may have many names, and many locations. */
const namesOfServer = memoized((server: Level) => readNames(serverNames(server).flatMap(labelOf)));

function namesOfFile({ block }: Level): Application[] {
  const [label = ''] = block === null ? [] : labelOf(fileNameOf(block.file.path));
  return applicationsNamed(label).map(({ of }) => of);
}

function hasPlaceForWebSocket({ server }: Level): boolean {
  return server !== null && meantBelow(server).size > 0;
}

function mentionedAt(location: Level): ReadonlySet<Application> {
  const { block } = location;
  if (block === null) return new Set();
  const comments = commentsOf(block.file.tree, block.node).flatMap(({ text }) => applicationsMentioned(text));
  return new Set([...namesOfFile(location), ...comments]);
}

function readNames(labels: readonly string[]): Names {
  return { applications: labels.flatMap(applicationsNamed), lookAlikes: labels.flatMap(lookAlikesNamed) };
}

/** `grafana` of `grafana.monitoring.svc`; of a Unix socket all of its path; none of an address. */
function labelOf(host: string): string[] {
  if (host.startsWith('unix:')) return [host.replace(/\.sock$/, '')];
  if (host.startsWith('~') || isIpAddress(host)) return [];
  return host.replace(/^\*?\./, '').split('.', 1);
}

function portOf(authority: string): number[] {
  const port = /^[^/]*:(\d+)$/.exec(authority)?.[1];
  return port === undefined ? [] : [Number(port)];
}

/** The argument with the variables filled in that a `set` of the location or its server gives a plain text. */
function withLiterals(location: OuterLevel, target: string): string {
  return target.replaceAll(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (written, braced?: string, bare?: string) => literalOf(location, `$${braced ?? bare ?? ''}`) ?? written,
  );
}

function literalOf(location: OuterLevel, variable: string): string | null {
  for (let at: OuterLevel | null = location; at !== null; at = at.parent) {
    const set = ownDirectives(at, 'set').findLast((each) => each.argument(0) === variable);
    if (set !== undefined) return set.argument(1).includes('$') ? null : set.argument(1);
  }
  return null;
}

/** The path of a prefix or an exact location, or the plain beginning of a pattern; '' for a named one. */
function plainPath({ block }: Level): string {
  if (block === null) return '';
  const { kind, name } = locationName(block);
  if (kind === 'named') return '';
  return kind === 'regex' ? (literalHead(name)?.text ?? '') : bytesOf(name);
}

// --- Which application it is

/** An application that may stand behind a location. */
interface Recognized {
  readonly application: Application;
  /** How many things say that it is this one; at least one. */
  readonly agreeing: number;
  /** Whether more than the name of the server says so: the server may have others behind it. */
  readonly isBackEnd: boolean;
  /** How much of a name is its own. */
  readonly length: number;
}

/** The applications that may stand behind a location, the likeliest first. */
function recognized(clues: Clues): Recognized[] {
  const { ports, path, hasHostName, server } = clues;
  // The name of the file tells where neither the host of the back end nor the server has a name that tells more.
  const isNamedAlone = !hasHostName && server.applications.length + server.lookAlikes.length === 0;
  const candidates = new Set([
    ...namesIn(clues).flatMap(({ applications }) => applications.map(({ of }) => of)),
    ...clues.mentioned,
    ...ports.filter(isTellingPort).flatMap(applicationsAt),
    ...applicationsBelow(path.split('/')[1] ?? ''),
  ]);
  return [...candidates]
    .filter((application) => !clues.labels.some((label) => isBesideApplication(label, application)))
    .map((application) => {
      const port = application.ports.find((each) => ports.includes(each));
      // Who gives a host a name says by that what runs there.
      const byPort = port !== undefined && isTellingPort(port) && !hasHostName ? 1 : 0;
      const depth = commonDepth(application, path);
      const byPath = depth > 1 && !isCommonPath(path) ? 1 : 0;
      // A port or a path that others have, too, tells nothing by itself, but agrees with what does.
      const byBackEnd = isNamed(clues.backEnd, application) + isNamed(clues.segment, application);
      // A file is often called what its server is, and the comments repeat it: all of these are one thing.
      const byServer = isNamed(clues.server, application);
      const isMentioned = byServer === 0 && clues.mentioned.has(application);
      const telling = byBackEnd + byPort + byPath + byServer;
      const agreeing = Number(port !== undefined && byPort === 0) + Number(depth > 0 && byPath === 0);
      const others = telling + agreeing;
      const byFile = isNamedAlone && clues.file.includes(application) ? 1 : 0;
      return {
        application,
        agreeing: isMentioned && others > 0 ? others + 1 : telling === 0 ? byFile : others,
        isBackEnd: byBackEnd + byPort + byPath > 0,
        length: lengthIn(clues, application),
      };
    })
    .filter(({ agreeing }) => agreeing > 0)
    .toSorted((a, b) => b.agreeing - a.agreeing || b.length - a.length);
}

/** Whether any application may have such a path, as `/api/v2/`. */
function isCommonPath(path: string): boolean {
  return path.split('/').every((segment) => /^(?:|api|rest|v\d+|wss?|socket|websocket)$/.test(segment));
}

function isNamed({ applications }: Names, application: Application): 0 | 1 {
  return applications.some(({ of }) => of === application) ? 1 : 0;
}

function lengthIn(clues: Clues, application: Application): number {
  const own = namesIn(clues).flatMap(({ applications }) =>
    applications.filter(({ of }) => of === application),
  );
  return own.reduce((longest, { length }) => Math.max(longest, length), 0);
}

/**
 * How many segments the path of a location has in common with a path of an application that it is, or is below, or that is
 * below it. What any application may have above its paths (`/api/`) does not count.
 */
function commonDepth({ paths }: Application, path: string): number {
  const own = path.replace(/\/$/, '');
  const depths = paths
    .map((each) => each.replace(/\/$/, '').toLowerCase())
    .map((each) => (isAtOrBelow(own, each) ? each : isAtOrBelow(each, own) && !isCommonPath(own) ? own : ''))
    .map((each) => each.split('/').length - 1);
  return depths.reduce((deepest, depth) => Math.max(deepest, depth), 0);
}

function isAtOrBelow(path: string, other: string): boolean {
  return `${path}/`.startsWith(`${other}/`);
}

// --- Whether its WebSocket goes through the location

/**
 * Whether a location takes a path of the application behind it. The application may be mounted below the path of the
 * location, where no location around leads to it.
 *
 * @param isBackEnd whether more than the name of the server says that it is behind this location
 */
function isMeantAt(location: Level, path: string, isBackEnd: boolean): boolean {
  const { server, block } = location;
  if (server === null || block === null || isOneResource(location, path)) return false;
  const { kind } = locationName(block);
  const taker = takerOf(server, path);
  if (taker === location || taker === 'unknown') return true;
  if (!isBackEnd || (taker !== null && isSameBackEnd(taker, location))) return false;
  // What no other location hands on may come to a named one.
  if (kind === 'named') return taker === null || passOf(taker) === null;
  const mount = plainPath(location).replace(/\/$/, '');
  if (kind === 'exact' || mount === '' || isWithinMount(location, mount)) return false;
  // What begins as the paths of the application do is one of them, no place that it is mounted at.
  if (taker !== null && mount.split('/')[1] === path.split('/')[1]) return false;
  if (path !== '/' && isOneOfSeveral(location, mount)) return false;
  return takerOf(server, `${mount}${path}`) === location;
}

/**
 * Whether `proxy_pass` names one thing of the application, such as a page or an image: a path without a slash at its end
 * that is neither where the application is mounted nor on the way to where it needs WebSocket.
 */
function isOneResource(location: Level, path: string): boolean {
  const pass = passOf(location, 'proxy_pass');
  const uri = pass === null ? null : parseProxyTarget(pass.directive.argument(0)).uri;
  if (uri === null || uri === '' || uri.endsWith('/') || uri.includes('$')) return false;
  return !path.startsWith(uri) && !plainPath(location).endsWith(uri);
}

/** The location that takes a path, or one further down that has what the path needs; null for none. */
function takerOf(server: Level, path: string): Level | 'unknown' | null {
  const isAllBelow = path.endsWith('/') && path !== '/';
  const further = isAllBelow ? meantBelow(server).get(path) : undefined;
  if (further !== undefined) return further;
  const found = searchFor(server, isAllBelow ? `${path}x` : path);
  if (found === null) return 'unknown';
  return found.level === server ? null : found.level;
}

/**
 * The locations of a server whose own text says that they are for WebSocket, by the paths above them that end in a slash.
 * No path of an application is longer than that.
 */
const meantBelow = memoized((server: Level): ReadonlyMap<string, Level> => {
  const below = new Map<string, Level>();
  for (const level of levelsWithin(server)) {
    if (level.kind !== 'location' || addUp(signsOf(level, '')).strength !== 'strong') continue;
    const segments = plainPath(level).split('/', MOST_SEGMENTS);
    segments.slice(1).forEach((_, index) => below.set(`${segments.slice(0, index + 1).join('/')}/`, level));
  }
  return below;
});

const MOST_SEGMENTS = 8;

/** Whether a location with a shorter path leads to the same back end: the application is mounted there. */
function isWithinMount(location: Level, mount: string): boolean {
  const { server } = location;
  const mounts = server === null ? undefined : mountsOf(server).get(backEndOf(location));
  if (mounts === undefined) return false;
  for (let at = mount.lastIndexOf('/'); at >= 0; at = mount.lastIndexOf('/', at - 1)) {
    if (mounts.has(mount.slice(0, at)) || mounts.has(mount.slice(0, at + 1))) return true;
    if (at === 0) break;
  }
  return false;
}

/** Whether other paths lead to the same back end: these are paths of the application at the root, no place of its own. */
function isOneOfSeveral(location: Level, mount: string): boolean {
  const { server } = location;
  const mounts = server === null ? undefined : mountsOf(server).get(backEndOf(location));
  return [...(mounts ?? [])].some((other) => !isAtOrBelow(other.replace(/\/$/, ''), mount));
}

/** By back end, the paths of the prefixes that lead to it. */
const mountsOf = memoized((server: Level): ReadonlyMap<string, ReadonlySet<string>> => {
  const mounts = new Map<string, Set<string>>();
  for (const level of levelsWithin(server)) {
    if (level.kind !== 'location' || level.block === null || locationName(level.block).kind !== 'prefix')
      continue;
    const backEnd = backEndOf(level);
    if (backEnd !== '') mounts.set(backEnd, (mounts.get(backEnd) ?? new Set<string>()).add(plainPath(level)));
  }
  return mounts;
});

function isSameBackEnd(a: Level, b: Level): boolean {
  return backEndOf(a) !== '' && backEndOf(a) === backEndOf(b);
}

/** Host and port that a location hands requests to; '' where there is none. */
function backEndOf(location: Level): string {
  const pass = passOf(location, 'proxy_pass');
  return pass === null
    ? ''
    : parseProxyTarget(withLiterals(location, pass.directive.argument(0))).authority.toLowerCase();
}
