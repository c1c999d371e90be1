import { t } from '../l10n';
import { placeOf } from '../model/configuration';
import type { Level } from '../model/levels';
import { isTemplated, listenersOf } from '../model/listeners';
import { memoized } from '../model/memo';
import type { Model } from '../model/model';
import { arriveWithin, noteSocket } from './arrival';
import { type Case, casesOf, statusOf } from './cases';
import type { Evidence, Verdict } from './evidence';
import { factsOfUrl } from './facts';
import type { Upstream } from './outcome';
import { socketFor } from './listening';
import type { Arrived, Walk } from './request';
import { streamHandshake } from './stream';
import { readTarget, type Target, tlsNameOf } from './target';

/** What becomes of one handshake. */
export interface Handshake {
  readonly url: string;
  readonly verdict: Verdict;
  /**
   * What the client sees with the strict back end when it sends no more than it must; null for a closed connection, or
   * where that is not enough to tell.
   */
  readonly status: number | null;
  /** The location whose handler answered; null at server level. */
  readonly location: Level | null;
  /** The request that reached the back end; null when none did. */
  readonly upstream: Upstream | null;
  /** The way of the request and what stopped it, in the order met. */
  readonly because: readonly Evidence[];
  /** Each way that it may take. */
  readonly cases: readonly Case[];
  /** The number of the case whose way is told; null where there is none. */
  readonly shown: number | null;
  /** What it depends on, in words; empty but for `depends`. */
  readonly conditions: readonly string[];
  /** How many servers of this nginx it comes through. */
  readonly hops: number;
  /** What is wrong with the URL, or that nobody serves it. */
  readonly error?: string;
  /** Whether the URL itself is wrong. */
  readonly badUrl?: boolean;
}

/** Says what nginx does with the handshake for a URL. */
export function handshake(model: Model, url: string): Handshake {
  const target = readTarget(url);
  const nothing = {
    url,
    verdict: 'blocked',
    status: null,
    location: null,
    upstream: null,
    because: [],
    cases: [],
    shown: null,
    conditions: [],
    hops: 1,
  } as const;
  if ('error' in target) return { ...nothing, error: target.error, badUrl: true };
  const socket = socketFor(model, target);
  if (socket !== null) {
    const facts = factsOfUrl(target);
    return judged(model, url, target, (walk, steps) => {
      const arrival = { socket, facts, tlsName: tlsNameOf(target), presentsCertificate: null, hop: 1, steps };
      noteSocket(model, arrival, target.host);
      return walk.arrive(arrival);
    });
  }
  const around = model.ask('server around', null, ({ http }) => (http?.kind === 'server' ? http : null));
  if (around !== null) {
    return judged(model, url, target, (walk, steps) => arriveWithin(walk, around, factsOfUrl(target), steps));
  }
  return { ...nothing, ...model.ask('unheard', url, (all) => unheard(all, target), isSameEnd) };
}

type End = Pick<Handshake, 'because' | 'error'> & Partial<Pick<Handshake, 'verdict' | 'status'>>;

/** What becomes of a handshake where no server of `http` listens. */
function unheard(model: Model, target: Target): End {
  const stream = streamHandshake(model, target);
  if (stream !== null) return stream;
  const unseen = model.http === null ? null : unseenListener(model.http);
  if (unseen !== null) return { verdict: 'unknown', because: [unseen] };
  const error = t`No server of the configuration listens on ${target.host} port ${target.port}.`;
  return { because: [], error };
}

function isSameEnd(a: End, b: End): boolean {
  const places = (end: End): readonly unknown[] =>
    end.because.flatMap(({ place, message }) => [place?.file, place?.start, message]);
  const others = places(b);
  return a.error === b.error && places(a).every((each, index) => each === others[index]);
}

/** What may listen where nothing that is here does: what an include brings, what is around a fragment, a template. */
const unseenListener: (http: Level) => Evidence | null = memoized(findUnseenListener);

function findUnseenListener(http: Level): Evidence | null {
  if (http.opaque !== null) {
    const message = t('No server here listens there; an include that is not here may bring one.');
    return { id: 'include-unresolved', place: http.opaque, message, step: 'listen' };
  }
  if (http.kind !== 'http') {
    const message = t('The server around this part of a configuration is not here.');
    return { id: 'include-unresolved', place: null, message, step: 'listen' };
  }
  for (const listeners of listenersOf(http).values()) {
    for (const { address, directive } of listeners) {
      if (directive === null || !isTemplated(address)) continue;
      const message = t`What \`listen ${address}\` comes to is known only once the template is filled in.`;
      return { id: 'value-unknown', place: placeOf(directive), message, step: 'listen' };
    }
  }
  return null;
}

function judged(
  model: Model,
  url: string,
  target: Target,
  run: (walk: Walk, steps: Evidence[]) => Arrived,
): Handshake {
  const cases = casesOf(model, [target], run);
  const { verdict, all, bare, conditions } = cases;
  const shown = shownCase(verdict, all, bare);
  return {
    url,
    verdict,
    status: statusOf(cases),
    location: shown?.location ?? null,
    upstream: shown?.upstream ?? null,
    because: shown?.steps ?? [],
    cases: all,
    // The case of the bare client is a copy, with the conditions of the one that it was joined to.
    shown: shown === undefined ? null : all.findIndex(({ when }) => when === shown.when),
    conditions,
    hops: shown?.hops ?? 1,
  };
}

/** The case that the explanation follows: what cannot be told, else that of the bare client, else how it passes. */
function shownCase(verdict: Verdict, all: readonly Case[], bare: Case | null): Case | undefined {
  if (verdict === 'unknown') return all.find((each) => each.verdict === 'opaque');
  if (bare !== null) return bare;
  return all.find((each) => each.verdict === 'passes') ?? all.find(({ isSent }) => isSent) ?? all[0];
}
