import type { NginxVersion } from '../reference/versions';
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
  const top = topLevel(configuration, meant.locations);
  const http = httpLevel(top);
  const maps = mapsOf(configuration);
  return {
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
  };
}
