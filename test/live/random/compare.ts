import type { SeenRequest } from '../harness/backends';
import type { Outcome } from './trial';

/** What the analysis says of one handshake, as far as nginx can be asked about it. */
export interface Prediction {
  readonly verdict: 'passes' | 'depends' | 'blocked' | 'unknown';
  /** Null where it cannot be told. */
  readonly status: number | null;
  /** What reaches the back end last; null when nothing does, or it cannot be told. */
  readonly upstreamRequest: SeenRequest | null;
}

/** Reads a configuration, by path with the main file `nginx.conf`, and gives what says of a URL what becomes of it. */
export type Explain = (files: Readonly<Record<string, string>>) => Promise<(url: string) => Prediction>;

/** Where a prediction differs from nginx. */
export interface Difference {
  readonly about: 'verdict' | 'status' | 'request';
  readonly words: string;
}

/** The first difference from nginx; null when there is none, or nothing was predicted. */
export function difference(predicted: Prediction, seen: Outcome): Difference | null {
  if (predicted.verdict === 'unknown') return null;
  const verdict = verdictOf(seen);
  if (predicted.verdict !== verdict)
    return {
      about: 'verdict',
      words: `the verdict is ${predicted.verdict}, nginx says ${verdict}: ${seen.reason ?? 'it works'}`,
    };
  if (predicted.status !== null && predicted.status !== seen.status)
    return {
      about: 'status',
      words: `the status is ${predicted.status}, nginx says ${seen.status ?? 'nothing'}`,
    };
  const words = requestDifference(predicted, seen);
  return words === null ? null : { about: 'request', words };
}

function verdictOf({ passes, depends }: Outcome): Prediction['verdict'] {
  if (passes) return 'passes';
  return depends ? 'depends' : 'blocked';
}

/** An error page or a mirror may bring about several requests: the prediction has to be one of them. */
function requestDifference({ verdict, upstreamRequest }: Prediction, seen: Outcome): string | null {
  if (upstreamRequest === null)
    return verdict === 'blocked' ? null : 'there is no request to the back end, but the handshake reaches it';
  const text = textOf(upstreamRequest);
  const texts = [...seen.requests, ...seen.auxiliary].map(textOf);
  if (texts.includes(text)) return null;
  return `the request is\n${text}\nthe back end got\n${texts.join('\n') || 'none'}`;
}

function textOf({ method, uri, version, headers }: SeenRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${uri} HTTP/${version}`, ...lines].join('\n');
}
