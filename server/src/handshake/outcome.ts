import type { Level } from '../model/levels';
import type { BackEnd } from './back-end';
import type { UpstreamRequest } from './upstream-request';

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
  /** Of `back end`: whether a back end that accepts HTTP/1.0 would have opened a tunnel that serves. */
  readonly dependsOnVersion: boolean;
}

/** A request as it reaches a back end. */
export interface Upstream {
  readonly backEnd: BackEnd;
  readonly request: UpstreamRequest;
}

/** An answer of nginx itself. */
export function answeredByNginx(level: Level, status: number | null): Outcome {
  return { status, level, by: 'nginx', serves: false, dependsOnVersion: false };
}
