import type { Verdict } from '../handshake/evidence';
import { hopTo } from '../handshake/hops';
import { t } from '../l10n';
import { type Place, placeOf } from '../model/configuration';
import type { Level, OuterLevel } from '../model/levels';
import { listenersOf } from '../model/listeners';
import type { Model } from '../model/model';
import { placeInFile } from '../model/place-in-file';
import { upstreamNamed } from '../model/upstreams';
import { hostOf, parseProxyTarget } from '../values/pass-url';
import { listenTexts, type LocationNode, type ServerNode } from './routes-tree';

/** A configuration as a map: listeners, servers, locations and back ends, and what leads where. */
export interface ConfigurationMap {
  readonly listeners: readonly MapNode[];
  /** In the order of the configuration. */
  readonly servers: readonly MapNode[];
  /** Those of one server after those of another, in the order in which nginx tries them. */
  readonly locations: readonly MapNode[];
  readonly upstreams: readonly MapNode[];
}

export interface MapNode {
  /** No two nodes of a map have one. */
  readonly id: number;
  /** `:443 ssl`, `chat.example`, `^~ /hub`, `chat`; '' for a server without a name. */
  readonly label: string;
  /** A few words beside it: `Connection: close`, `static files`, `2 servers`. */
  readonly detail: string;
  /** Of a location with a back end. */
  readonly verdict: Verdict | null;
  /** Whether it is meant for WebSocket. */
  readonly isMeant: boolean;
  /** How many locations are around it. */
  readonly depth: number;
  /** The words that open it. */
  readonly place: Place | null;
  /** All of its block. */
  readonly whole: Place | null;
  /** The ids of what it leads to; of a back end that is this nginx again, the listener that takes the request. */
  readonly to: ReadonlySet<number>;
}

/** @param tree the servers of the model with their locations */
export function mapOf(model: Model, tree: readonly ServerNode[]): ConfigurationMap {
  const maker = new Maker(model);
  const added = tree.map((server) => [server, maker.addServer(server)] as const);
  // A back end may lead to the listener of any server.
  for (const [server, node] of added) maker.addLocations(server, node);
  return maker.map();
}

/** A node that may lead to more. */
type Draft = Omit<MapNode, 'to'> & { readonly to: Set<number> };

const NOTHING = { detail: '', verdict: null, isMeant: false, depth: 0, whole: null } as const;

/** Those of `proxy_pass`: what another module asks is not the HTTP of a listener. */
const HTTP_SCHEMES: ReadonlySet<string> = new Set(['http', 'https']);

class Maker {
  private count = 0;
  private readonly listeners = new Map<string, Draft>();
  private readonly servers: Draft[] = [];
  private readonly locations: Draft[] = [];
  private readonly upstreams = new Map<string, Draft>();

  constructor(private readonly model: Model) {}

  addServer({ names, answer, place, whole, level }: ServerNode): Draft {
    const label = names.join(' ');
    const node = this.draft({ ...NOTHING, label, detail: answer ?? '', place, whole });
    this.servers.push(node);
    for (const { text, at } of this.listenersAt(level)) {
      const known = this.listeners.get(text) ?? this.draft({ ...NOTHING, label: text, place: at });
      this.listeners.set(text, known);
      known.to.add(node.id);
    }
    return node;
  }

  addLocations({ level, locations }: ServerNode, server: Draft): void {
    for (const [location, depth] of inOrder(level, locations))
      server.to.add(this.addLocation(location, depth));
  }

  map(): ConfigurationMap {
    return {
      listeners: [...this.listeners.values()],
      servers: this.servers,
      locations: this.locations,
      upstreams: [...this.upstreams.values()],
    };
  }

  private draft(node: Omit<MapNode, 'id' | 'to'>): Draft {
    this.count += 1;
    return { ...node, id: this.count, to: new Set() };
  }

  private listenersAt(server: Level): { readonly text: string; readonly at: Place | null }[] {
    const { http } = this.model;
    const listeners = http === null ? [] : (listenersOf(http).get(server) ?? []);
    return listeners.flatMap((listener) => {
      const at = listener.directive === null ? null : this.placed(placeOf(listener.directive));
      return listenTexts([listener]).map((text) => ({ text, at }));
    });
  }

  private addLocation({ path, modifier, place, whole, ...node }: LocationNode, depth: number): number {
    const label = modifier === '' ? path : `${modifier} ${path}`;
    const { verdict, upstream } = node;
    const detail = upstream === null ? node.target : node.summary;
    const draft = this.draft({
      label,
      detail,
      verdict,
      isMeant: node.intent !== 'none',
      depth,
      place,
      whole,
    });
    this.locations.push(draft);
    if (upstream !== null) draft.to.add(this.upstreamOf(upstream).id);
    return draft.id;
  }

  private upstreamOf(pass: string): Draft {
    const { scheme, authority } = parseProxyTarget(pass);
    const host = authority === '' ? pass : authority;
    const { upstreams } = this.model;
    const group =
      upstreamNamed(upstreams, host.toLowerCase()) ?? upstreamNamed(upstreams, hostOf(host).toLowerCase());
    const key = (group?.name ?? host).toLowerCase();
    const count = group?.servers.length ?? 0;
    const known =
      this.upstreams.get(key) ??
      this.draft({
        ...NOTHING,
        label: group?.name ?? host,
        detail: group === undefined ? '' : count === 1 ? t('1 server') : t`${count} servers`,
        place: group === undefined ? null : this.placed(placeOf(group.directive)),
      });
    this.upstreams.set(key, known);
    for (const each of group?.inUse ?? [host]) {
      const listener = this.ownListener(scheme, each);
      if (listener !== undefined) known.to.add(listener.id);
    }
    return known;
  }

  /** The listener of this configuration at the address of a back end; undefined where there is none. */
  private ownListener(scheme: string | null, authority: string): Draft | undefined {
    const isProxy = scheme !== null && HTTP_SCHEMES.has(scheme.toLowerCase());
    const hop = isProxy ? hopTo(this.model, authority, scheme.toLowerCase() === 'https') : null;
    const [text = ''] = hop === null ? [] : listenTexts([hop.socket.listener]);
    return this.listeners.get(text);
  }

  private placed(place: Place): Place {
    return placeInFile(this.model.configuration.closure, place);
  }
}

/** Exact ones, then those whose prefix ends the search, then patterns, then prefixes; named ones are asked for by name. */
const ORDER = ['=', '^~', '~', ''] as const;

/** The locations of a level in the order in which nginx tries them, those within one after it. */
function inOrder(level: Level, locations: readonly LocationNode[]): (readonly [LocationNode, number])[] {
  const around = new Map<OuterLevel, LocationNode[]>();
  const known = new Set<OuterLevel>(locations.map((location) => location.level));
  for (const location of locations) {
    const { parent } = location.level;
    const outer = parent !== null && known.has(parent) ? parent : level;
    const siblings = around.get(outer);
    if (siblings === undefined) around.set(outer, [location]);
    else siblings.push(location);
  }
  const sorted: (readonly [LocationNode, number])[] = [];
  const open = lastFirst(around.get(level) ?? []).map((each): readonly [LocationNode, number] => [each, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    sorted.push(next);
    const [location, depth] = next;
    for (const inner of lastFirst(around.get(location.level) ?? [])) open.push([inner, depth + 1]);
  }
  return sorted;
}

/** The last to be tried first: they are taken from the end. */
function lastFirst(siblings: readonly LocationNode[]): LocationNode[] {
  return siblings.toSorted((a, b) => rank(a) - rank(b) || longer(a, b)).reverse();
}

function rank({ modifier, path }: LocationNode): number {
  if (modifier === '' && path.startsWith('@')) return ORDER.length;
  return ORDER.findIndex((each) => each === modifier.replace('~*', '~'));
}

/** The longest prefix wins; patterns keep their order. */
function longer(a: LocationNode, b: LocationNode): number {
  return a.modifier.startsWith('~') ? 0 : b.path.length - a.path.length;
}
