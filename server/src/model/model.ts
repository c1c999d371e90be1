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
  /** Whether a part of the configuration is not in the files: what is not found may be defined there. */
  readonly hasUnseenParts: boolean;
}

/**
 * Builds the model of a closure for a version of nginx.
 *
 * @param websocketLocations paths of locations that are meant for WebSocket
 */
export function buildModel(
  closure: Closure,
  version: NginxVersion,
  websocketLocations: readonly string[] = [],
): Model {
  const configuration = buildConfiguration(closure);
  const top = topLevel(configuration, websocketLocations);
  const http = httpLevel(top);
  const maps = mapsOf(configuration);
  return {
    version,
    configuration,
    top,
    http,
    maps,
    upstreams: upstreamsOf(configuration),
    variables: new DefinedVariables(configuration, maps),
    hasUnseenParts:
      configuration.truncated || hasOpaqueParts(configuration) || (http !== null && http.unseen),
  };
}
