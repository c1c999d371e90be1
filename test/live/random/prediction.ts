import type { Case } from '../../../server/src/handshake/cases';
import type { Evidence } from '../../../server/src/handshake/evidence';
import type { SeenRequest } from '../../../server/src/verify/strict-answer';

/** What the analysis says of one handshake, as far as nginx can be asked about it. */
export interface Prediction {
  readonly verdict: 'passes' | 'depends' | 'blocked' | 'unknown';
  /** Null where it cannot be told. */
  readonly status: number | null;
  /** Each way that it may take. */
  readonly cases: readonly Pick<Case, 'when' | 'verdict' | 'status' | 'ways' | 'steps'>[];
  /** The number of the case that `because` and `upstreamRequest` are of; null where there is none. */
  readonly shown: number | null;
  /** The way of the request, and what stopped it or cannot be told. */
  readonly because: readonly Pick<Evidence, 'id' | 'message' | 'hop'>[];
  /** What reaches the back end last; null when nothing does, or it cannot be told. */
  readonly upstreamRequest: SeenRequest | null;
  /** Whether that goes to a listener of this nginx, which may answer it without a back end. */
  readonly comesBack: boolean;
}

/** Reads a configuration, by path with the main file `nginx.conf`, and gives what says of a URL what becomes of it. */
export type Explain = (files: Readonly<Record<string, string>>) => Promise<(url: string) => Prediction>;
