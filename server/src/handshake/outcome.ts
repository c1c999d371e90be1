import type { ConfigDirective } from '../model/configuration';
import type { Level } from '../model/levels';
import type { ProxyTarget } from '../values/pass-url';
import type { UpstreamRequest } from './upstream-request';
import type { Value } from './value';

/** What became of a request. */
export interface Outcome {
  /** What the client sees; null for a closed connection, or where it cannot be told. */
  readonly status: number | null;
  /** The level in force when it was answered. */
  readonly level: Level;
  /**
   * `upgraded`: the back end has answered 101, and the connection is a tunnel. `back end`: it has answered otherwise.
   * `nginx`: nginx has answered itself.
   */
  readonly by: 'upgraded' | 'back end' | 'nginx';
  /** Of `upgraded`: whether the client accepts the response and the tunnel serves. */
  readonly serves: boolean;
}

/** The back end that a request goes to, and the path that it is asked for. */
export interface BackEnd {
  /** The directive that names it. */
  readonly pass: ConfigDirective;
  /** `$proxy_host`: host and port, the port left out where it is the scheme's own. */
  readonly host: Value;
  /** Path and query as they are sent, in bytes. */
  readonly uri: Value;
  /** Scheme, host and port of a `proxy_pass`, where they are known. */
  readonly address: ProxyTarget | null;
}

/** A request as it reaches a back end. */
export interface Upstream {
  readonly backEnd: BackEnd;
  readonly request: UpstreamRequest;
  /** The level whose directives have made it. */
  readonly level: Level;
}

/** An answer of nginx itself. */
export function answeredByNginx(level: Level, status: number | null): Outcome {
  return { status, level, by: 'nginx', serves: false };
}
