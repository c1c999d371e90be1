import { t } from '../l10n';
import { keyOfText } from '../model/source-file';
import type { Evidence, Verdict } from '../handshake/evidence';
import { ownHandler } from '../handshake/location-config';
import type { RouteRow } from '../handshake/route-table';
import { type ConfigDirective, type Place, placeOf, wholePlaceOf } from '../model/configuration';
import { placeInFile } from '../model/place-in-file';
import { type Level, levelsWithin } from '../model/levels';
import { type Listener, listenersOf } from '../model/listeners';
import { locationName } from '../values/location';
import type { Model } from '../model/model';
import { serverNames } from '../model/server-names';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { shortConditionsText } from './conditions-text';
import { firstReason, verdictText } from './reason-text';
import { isRedirectUrl } from '../values/redirect-url';

/** A server and its locations, as a tree of routes shows them. */
export interface ServerNode {
  /** The same as long as names and listeners are; no two servers have one. */
  readonly id: string;
  /** As written; empty for a server without a name, and for one that is not here. */
  readonly names: readonly string[];
  /** What it listens on, for people: `:443 ssl`. Empty for a server that is not here. */
  readonly listen: readonly string[];
  /** What it says to every request, for people: `redirects to https`; null for a server that has routes. */
  readonly answer: string | null;
  /** The words that open its block; null where it is not here. */
  readonly place: Place | null;
  /** All of its block. */
  readonly whole: Place | null;
  /** All of them, nested ones too, in order. */
  readonly locations: readonly LocationNode[];
  readonly level: Level;
}

export interface LocationNode {
  /** The same as long as path and modifier are; no two locations have one. */
  readonly id: string;
  readonly path: string;
  readonly modifier: string;
  /** The argument of `proxy_pass` (`uwsgi_pass`, …) as written; null for a location without a back end. */
  readonly upstream: string | null;
  /** How many servers its `upstream` has; null where it is none. */
  readonly servers: number | null;
  /** Where its requests go, for people: `chat (1 server)`, `static files`. */
  readonly target: string;
  readonly intent: RouteRow['intent'];
  /** Null for a location without a back end. */
  readonly verdict: Verdict | null;
  /**
   * The verdict, its conditions or its first reason, in a few words: `passes`, `passes, if the client sends a password`,
   * `Connection: close`; '' without a verdict.
   */
  readonly summary: string;
  /** What it depends on, in words; empty except for `depends`. */
  readonly conditions: readonly string[];
  readonly cases: RouteRow['cases'];
  readonly reasons: readonly Evidence[];
  readonly urls: readonly string[];
  /** The words that open its block. */
  readonly place: Place;
  /** All of its block. */
  readonly whole: Place;
  readonly level: Level;
}

/**
 * The servers of a configuration with their locations. A file that is included n times gives its locations n times,
 * but one server of it only: nginx ignores the others, as their names are taken.
 *
 * @param rows the table of routes of the model
 */
export function routesTree(model: Model, rows: readonly RouteRow[]): readonly ServerNode[] {
  const known = trees.get(rows) ?? readTree(model, rows);
  trees.set(rows, known);
  return known;
}

const trees = new WeakMap<readonly RouteRow[], readonly ServerNode[]>();

function readTree(model: Model, rows: readonly RouteRow[]): ServerNode[] {
  const { http } = model;
  if (http === null) return [];
  const context: Context = {
    rows: new Map(rows.map((row) => [row.location, row] as const)),
    upstreams: new Map(
      model.upstreams.map(({ name, servers }) => [name.toLowerCase(), servers.length] as const),
    ),
    ids: new Ids(),
    placed: (place) => placeInFile(model.configuration.closure, place),
  };
  // Around a fragment, the outermost level that is here takes the place of http.
  const servers = http.kind === 'http' ? http.levels.filter(({ kind }) => kind === 'server') : [http];
  const seen = new Set<string>();
  const nodes: ServerNode[] = [];
  for (const server of servers) {
    const key = server.block === null ? '' : `${server.block.start} ${keyOfText(server.block.file)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    nodes.push(serverNode(http, server, context));
  }
  return nodes;
}

/** How many locations have a back end, and how many of those that are meant for WebSocket are blocked. */
export function countRoutes(servers: readonly ServerNode[]): {
  readonly routes: number;
  readonly blocked: number;
} {
  let routes = 0;
  let blocked = 0;
  for (const { locations } of servers) {
    for (const { verdict, intent } of locations) {
      if (verdict !== null) routes += 1;
      if (verdict === 'blocked' && intent !== 'none') blocked += 1;
    }
  }
  return { routes, blocked };
}

interface Context {
  readonly rows: ReadonlyMap<Level, RouteRow>;
  /** The number of servers of each upstream, by its name in lower case. */
  readonly upstreams: ReadonlyMap<string, number>;
  readonly ids: Ids;
  /** The same place in its whole file. */
  readonly placed: (place: Place) => Place;
}

/** Makes ids: what would have one that is taken gets a number. */
class Ids {
  private readonly counts = new Map<string, number>();

  of(name: string): string {
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    return JSON.stringify([name, count]);
  }
}

function serverNode(http: Level, server: Level, context: Context): ServerNode {
  const { block } = server;
  const names = server.kind === 'server' ? serverNames(server).filter((name) => name !== '') : [];
  const listen = block === null ? [] : listenTexts(listenersOf(http).get(server) ?? []);
  const id = context.ids.of(`server ${names.join(' ')} ${listen.join(' ')}`);
  const answer = ownAnswer(server);
  const locations: LocationNode[] = [];
  for (const level of levelsWithin(server)) {
    if (level.kind === 'location' && level.block !== null)
      locations.push(locationNode(level, level.block, id, context));
  }
  const [only] = locations;
  const place = block === null ? null : context.placed(placeOf(block));
  const whole = block === null ? null : context.placed(wholePlaceOf(block));
  const isRedirect =
    answer === null &&
    locations.length === 1 &&
    only?.upstream === null &&
    only.target.startsWith('redirect');
  return {
    id,
    names,
    listen,
    answer: isRedirect ? only.target : answer,
    place,
    whole,
    locations,
    level: server,
  };
}

/** `:443 ssl`, `127.0.0.1:8080`; IPv6 beside IPv4 of the same port is not said twice, nor is HTTP/3. */
export function listenTexts(listeners: readonly Readonly<Listener>[]): string[] {
  const ranges = new Map<ConfigDirective | null, { first: Readonly<Listener>; last: number }>();
  for (const listener of listeners) {
    const known = ranges.get(listener.directive);
    if (known === undefined) ranges.set(listener.directive, { first: listener, last: listener.port });
    else known.last = listener.port;
  }
  const texts = [...ranges.values()].flatMap(({ first: { address, port, tls, quic }, last }) => {
    if (quic) return [];
    const host = address === '*' || address === '[::]' ? '' : address;
    const ports = last === port ? String(port) : `${port}-${last}`;
    return [`${port === 0 ? address : `${host}:${ports}`}${tls ? ' ssl' : ''}`];
  });
  return [...new Set(texts)];
}

function locationNode(
  level: Level,
  block: ConfigDirective,
  server: string,
  { rows, upstreams, ids, placed }: Context,
): LocationNode {
  const { name: path, modifier } = locationName(block);
  const id = ids.of(`${server} location ${modifier} ${path}`);
  const row = rows.get(level);
  const place = placed(placeOf(block));
  const common = { id, path, modifier, place, whole: placed(wholePlaceOf(block)), level };
  if (row === undefined) {
    const target = ownAnswer(level) ?? ownHandler(level)?.name ?? t('static files');
    return {
      ...common,
      upstream: null,
      servers: null,
      target,
      intent: 'none',
      verdict: null,
      summary: '',
      conditions: [],
      cases: [],
      reasons: [],
      urls: [],
    };
  }
  const { upstream, intent, verdict, conditions, cases, because, urls } = row;
  const { scheme, authority } = parseProxyTarget(upstream);
  const servers =
    upstreams.get(authority.toLowerCase()) ?? upstreams.get(hostOf(authority || upstream)) ?? null;
  const host = scheme === null ? upstream : authority;
  const target =
    servers === null ? host : `${host} (${servers === 1 ? t('1 server') : t`${servers} servers`})`;
  const summary = summaryOf(row);
  return {
    ...common,
    upstream,
    servers,
    target,
    intent,
    verdict,
    summary,
    conditions,
    cases,
    reasons: because,
    urls,
  };
}

/** What a level says to every request that reaches it, by its own `return` or `rewrite`; null for nothing. */
function ownAnswer(level: Level): string | null {
  for (const directive of level.directives) {
    if (directive.name === 'return') return returnText(directive);
    const flag = directive.argument(2);
    if (directive.name !== 'rewrite' || !MATCHES_ALL.has(directive.argument(0))) continue;
    const target = directive.argument(1);
    const isRedirect = flag === 'redirect' || flag === 'permanent' || isRedirectUrl(target);
    return isRedirect ? redirectText(target) : null;
  }
  return null;
}

/** Patterns of `rewrite` that match every path, as people write them. */
const MATCHES_ALL: ReadonlySet<string> = new Set([
  '^',
  '.*',
  '^.*',
  '^.*$',
  '(.*)',
  '^(.*)',
  '^(.*)$',
  '^/(.*)',
  '^/(.*)$',
]);

/** ngx_http_rewrite_return: of one argument, a URL is a redirect. */
function returnText(directive: ConfigDirective): string {
  const [first, second] = [directive.argument(0), directive.argument(1)];
  if (/^30[12378]$/.test(first) && second !== '') return redirectText(second);
  if (directive.words.length === 2 && isRedirectUrl(first)) return redirectText(first);
  return `return ${first}`;
}

/** Where to, when it is more than to TLS. */
function redirectText(target: string): string {
  return /^https:\/\/\$(?:host|http_host|server_name)\b/.test(target)
    ? t('redirects to https')
    : t`redirects to ${target}`;
}

/** A verdict in a few words: by its conditions or its first reason, where there is one. */
function summaryOf(row: RouteRow): string {
  if (row.verdict === 'passes') return verdictText('passes');
  if (row.verdict === 'depends') return shortConditionsText(row.cases);
  return firstReason(row)?.text ?? verdictText(row.verdict);
}
