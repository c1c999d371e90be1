import type { Fork } from '../reference/forks';
import type { NginxVersion } from '../reference/versions';
import { Answers } from './answers';
import { buildConfiguration, type Configuration } from './configuration';
import { httpLevel, topLevel } from './level-tree';
import { hasOpaqueParts, type Level } from './levels';
import { listenersText } from './listeners';
import type { Closure } from './load';
import { type Definitions, definitionsOf } from './definitions';
import { memoized } from './memo';
import { DefinedVariables, mapsIn, type VariableMap } from './variables';
import { type Upstream, upstreamIn } from './upstreams';

/** All that is known of one configuration: plain data over an immutable snapshot of its files. */
export interface Model {
  readonly version: NginxVersion;
  /** Whether the version was assumed, so that nginx may be of another release. */
  readonly isVersionAssumed: boolean;
  /** Whose program it is; null for nginx itself, or where that is not known. */
  readonly fork: Fork | null;
  readonly configuration: Configuration;
  /** The top of the files, with all levels within. */
  readonly top: Level;
  /** The level of `http`; of a fragment its top, where that belongs to the http part. Null where there is none. */
  readonly http: Level | null;
  readonly maps: ReadonlyMap<string, VariableMap>;
  readonly upstreams: readonly Upstream[];
  readonly variables: DefinedVariables;
  /** All that is used by name: the same object from version to version, as long as nothing of it changes. */
  readonly definitions: Definitions;
  /** URLs that are meant for WebSocket. */
  readonly websocketUrls: readonly string[];
  /** Whether a part of the configuration is not in the files: what is not found may be defined there. */
  readonly hasUnseenParts: boolean;
  /**
   * Asks something, once for each name and subject. What is found for one server asks all that it needs of the model
   * here: a view of the model remembers it.
   *
   * @param about what it is about, besides the model
   * @param question depends on nothing but the model and what it is about
   * @param isSame whether two answers say the same. Default: they are the same value or object
   * @param of what it is a question of, if that is one thing: it is not asked again while that stays
   * @param serversIn the servers that are in the answer: they must stay too. Default: none
   */
  readonly ask: <Answer>(
    name: string,
    about: unknown,
    question: (model: Model) => Answer,
    isSame?: (a: Answer, b: Answer) => boolean,
    of?: Part | null,
    serversIn?: ((answer: Answer) => readonly Level[]) | null,
  ) => Answer;
  /** An object for each part of a configuration: the same from version to version, as long as the part says the same. */
  readonly parts: Readonly<Record<Part, readonly unknown[]>>;
  /** The same object in all versions of one configuration. */
  readonly lineage: object;
  /** The model itself, for what is made anew each time: edits, words. */
  readonly latest: Model;
  /** Whether another version of the configuration is expected: what it may take over is remembered. */
  readonly remembers: boolean;
}

/**
 * - `names`: what is defined to be used by name, and whether all of it is here.
 * - `listeners`: which names, addresses and ports the servers have, one after the other, and which of them speak TLS.
 *   An answer about a server is the same while it has its place among them, too.
 */
export type Part = 'names' | 'listeners';

/** What people say of a configuration beside its files. */
interface Said {
  /** What is meant for WebSocket: paths of locations, and URLs. */
  readonly locations: readonly string[];
  readonly urls: readonly string[];
  /** Whether nginx is started with it. Default: as it looks. */
  readonly isMain?: boolean;
  /** Whether nobody has said which version nginx has. Default: false. */
  readonly isVersionAssumed?: boolean;
  /** Whose program it is. Default: nginx. */
  readonly fork?: Fork | null;
}

const mapsOf = memoized(({ maps }: Definitions): ReadonlyMap<string, VariableMap> => mapsIn(maps));

const upstreamsOf = memoized(({ upstreams }: Definitions): readonly Upstream[] => upstreams.map(upstreamIn));

const variablesOf = memoized((definitions: Definitions): DefinedVariables => {
  const { defined, assigned, opaque } = definitions;
  return new DefinedVariables(mapsOf(definitions), defined, assigned, opaque);
});

/**
 * Builds the model of a closure for a version of nginx.
 *
 * @param before that of the same configuration before a change: what did not change is the same objects
 * @param remembers whether another version is expected
 */
export function buildModel(
  closure: Closure,
  version: NginxVersion,
  said: Said = { locations: [], urls: [] },
  before: Model | null = null,
  remembers = false,
): Model {
  const configuration = buildConfiguration(closure, 1, before?.configuration ?? null);
  const top = topLevel(configuration, said.locations, said.isMain, before?.top ?? null);
  const http = httpLevel(top);
  const definitions = definitionsOf(configuration, before?.definitions);
  const maps = mapsOf(definitions);
  const hasUnseenParts =
    configuration.truncated || hasOpaqueParts(configuration) || (http !== null && http.unseen);
  const answers = new Answers<Model, Part, Level>();
  const model: Model = {
    version,
    isVersionAssumed: said.isVersionAssumed ?? false,
    fork: said.fork ?? null,
    configuration,
    top,
    http,
    maps,
    upstreams: upstreamsOf(definitions),
    websocketUrls: said.urls,
    variables: variablesOf(definitions),
    definitions,
    hasUnseenParts,
    ask: (name, about, question, isSame = Object.is, of = null, serversIn = null) =>
      answers.of(model, { name, about, of }, question, isSame, serversIn),
    parts: {
      names: same(before?.parts.names, [definitions, hasUnseenParts, configuration.truncated, http?.kind]),
      listeners: same(before?.parts.listeners, [http === null ? '' : listenersText(http)]),
    },
    lineage: before?.lineage ?? {},
    get latest() {
      return model;
    },
    remembers,
  };
  return model;
}

/** A list of values; that of before, if it has the same. */
function same(before: readonly unknown[] | undefined, values: readonly unknown[]): readonly unknown[] {
  return before !== undefined && values.every((value, index) => value === before[index]) ? before : values;
}
