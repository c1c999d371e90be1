import type { Verdict } from '../handshake/evidence';

/** What was seen of the URLs of one route. */
export interface RouteSight {
  /** Where its block begins: the real path of the file, and the offset. */
  readonly file: string;
  readonly start: number;
  /** What was predicted for the route. */
  readonly verdict: Verdict;
  /** Whether all of them came as predicted. */
  readonly same: boolean;
  /** `nginx 1.28.0` */
  readonly nginx: string;
}
