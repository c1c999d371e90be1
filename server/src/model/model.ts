import type { NginxVersion } from '../reference/versions';
import { Answers } from './answers';
import { buildConfiguration, type Configuration } from './configuration';
import { httpLevel, topLevel } from './level-tree';
import { hasOpaqueParts, type Level } from './levels';
import type { Closure } from './load';
import { DefinedVariables, mapsOf, type VariableMap } from './variables';
import { type Upstream, upstreamsOf } from './upstreams';

/** All that is known of one configuration: plain data over an immutable snapshot of its files. */
export interface Model {
  readonly version: NginxVersion;
  readonly configuration: Configuration;
  /** The top of the files, with all levels within. */
  readonly top: Level;
  /** The level of `http`; of a fragment its top, where that belongs to the http part. Null where there is none. */
  readonly http: Level | null;
  readonly maps: ReadonlyMap<string, VariableMap>;
  readonly upstreams: readonly Upstream[];
  readonly variables: DefinedVariables;
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
   */
  readonly ask: <Answer>(
    name: string,
    about: unknown,
    question: (model: Model) => Answer,
    isSame?: (a: Answer, b: Answer) => boolean,
  ) => Answer;
  /** The model itself, for what is made anew each time: edits, words. */
  readonly latest: Model;
}

/** What the settings say is meant for WebSocket: paths of locations, and URLs. */
interface MeantForWebSocket {
  readonly locations: readonly string[];
  readonly urls: readonly string[];
}

/**
 * Builds the model of a closure for a version of nginx.
 *
 * @param before that of the same configuration before a change: what did not change is the same objects
 */
export function buildModel(
  closure: Closure,
  version: NginxVersion,
  meant: MeantForWebSocket = { locations: [], urls: [] },
  before: Model | null = null,
): Model {
  const configuration = buildConfiguration(closure, 1, before?.configuration ?? null);
  const top = topLevel(configuration, meant.locations, undefined, before?.top ?? null);
  const http = httpLevel(top);
  const maps = mapsOf(configuration);
  const answers = new Answers<Model>();
  const model: Model = {
    version,
    configuration,
    top,
    http,
    maps,
    upstreams: upstreamsOf(configuration),
    websocketUrls: meant.urls,
    variables: new DefinedVariables(configuration, maps),
    hasUnseenParts:
      configuration.truncated || hasOpaqueParts(configuration) || (http !== null && http.unseen),
    ask: (name, about, question, isSame = Object.is) => answers.of(model, name, about, question, isSame),
    get latest() {
      return model;
    },
  };
  return model;
}
