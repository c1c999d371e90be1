import { textOf } from '../model/bytes';
import { type ConfigDirective, type Place, placeOf, wholePlaceOf } from '../model/configuration';
import type { Closure } from '../model/load';
import { placeInFile } from '../model/place-in-file';
import type { Model } from '../model/model';
import { hideInHeader, hideInUrl, hideSecrets } from '../values/secrets';
import type { Case } from './cases';
import type { Evidence, Verdict } from './evidence';
import { handshake } from './handshake';
import type { Upstream } from './outcome';
import { isOpaque, sampleText, type Value } from './value';

/** What becomes of one handshake, in texts and places. */
export interface Explanation {
  readonly url: string;
  readonly verdict: Verdict;
  /** What the client sees with a strict back end; null for a closed connection, or where it cannot be told. */
  readonly status: number | null;
  /** The location whose handler answered, with all of its block; null at server level. */
  readonly location: Place | null;
  /** Null when none reached a back end. */
  readonly upstreamRequest: ExplainedRequest | null;
  /** The way of the request and what stopped it, in the order met. */
  readonly because: readonly Evidence[];
  /** What it depends on, in words; empty but for `depends`. */
  readonly conditions: readonly string[];
  /** Each way that it may take; none where there is an `error`. */
  readonly cases: readonly ExplainedCase[];
  /** The whole way of each case, in the order of `cases`. */
  readonly ways: readonly ExplainedWay[];
  /** The number of the case that `because`, `location` and `upstreamRequest` are of; null where there is none. */
  readonly shown: number | null;
  /** How many servers of this nginx it comes through. */
  readonly hops: number;
  /** What is wrong with the URL, or that nobody serves it. */
  readonly error?: string;
  /** Whether the URL itself is wrong. */
  readonly badUrl?: boolean;
}

/** One way that a handshake may take. */
export interface ExplainedCase {
  /** What it depends on, in words. */
  readonly when: readonly string[];
  readonly verdict: Case['verdict'];
  readonly status: number | null;
  /** What stops it, or cannot be told. */
  readonly because: readonly Evidence[];
}

/** All that is met on one way. */
export interface ExplainedWay {
  /** In the order met. */
  readonly steps: readonly Evidence[];
  /** The location whose handler answered, with all of its block; null at server level. */
  readonly location: Place | null;
  /** Null when none reached a back end. */
  readonly upstreamRequest: ExplainedRequest | null;
}

/** The request that reached the back end. */
export interface ExplainedRequest {
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  /** In the order of the wire, names as nginx writes them. A value that cannot be told stands as it is written. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Where each header is set; null for those of nginx and the client. */
  readonly origins: readonly (Place | null)[];
  /** Where the version is set; null for the default. */
  readonly versionOrigin: Place | null;
  /** The directive that names the back end. */
  readonly pass: Place;
}

/** Says what nginx does with the handshake for a URL. A URL that is wrong is blocked, with an `error`. */
export function explainHandshake(model: Model, url: string): Explanation {
  const { location, upstream, cases, ...rest } = handshake(model, url);
  const { closure } = model.configuration;
  const way = wayOf(closure, { steps: rest.because, location, upstream });
  const isOnly = cases.length === 0 && rest.error === undefined;
  return {
    ...rest,
    because: way.steps,
    location: way.location,
    upstreamRequest: way.upstreamRequest,
    cases: isOnly ? [onlyCase(closure, rest)] : cases.map((each) => explainedCase(closure, each)),
    // Of joined cases the one that is shown stands for all.
    ways: isOnly ? [way] : cases.map((each, index) => (index === rest.shown ? way : wayOf(closure, each))),
  };
}

function wayOf(
  closure: Closure,
  { steps, location, upstream }: Pick<Case, 'steps' | 'location' | 'upstream'>,
): ExplainedWay {
  const whole = location === null || location.block === null ? null : wholePlaceOf(location.block);
  return {
    steps: steps.map((each) => shownEvidence(closure, each)),
    location: whole === null ? null : placeInFile(closure, whole),
    upstreamRequest: upstream === null ? null : explained(closure, upstream),
  };
}

/** The one way of a handshake that no server of `http` takes. */
function onlyCase(
  closure: Closure,
  { verdict, status, because }: Pick<Explanation, 'verdict' | 'status' | 'because'>,
): ExplainedCase {
  const isKnown = verdict === 'passes' || verdict === 'blocked';
  return {
    when: [],
    verdict: isKnown ? verdict : 'opaque',
    status,
    because: shownReasons(closure, because),
  };
}

/** A case in texts and places. */
export function explainedCase(closure: Closure, { when, verdict, status, steps }: Case): ExplainedCase {
  return { when, verdict, status, because: shownReasons(closure, steps) };
}

function shownReasons(closure: Closure, steps: readonly Evidence[]): Evidence[] {
  return steps.filter(isReason).map((each) => shownEvidence(closure, each));
}

/** The same with its place in the whole file, and with nothing in its sentence that is nobody's business. */
export function shownEvidence(closure: Closure, evidence: Evidence): Evidence {
  const message = hideSecrets(evidence.message);
  const place = evidence.place === null ? null : placeInFile(closure, evidence.place);
  return message === evidence.message && place === evidence.place
    ? evidence
    : { ...evidence, place, message };
}

function isReason({ id }: Evidence): boolean {
  return id !== null;
}

function explained(closure: Closure, { backEnd, request }: Upstream): ExplainedRequest {
  const { method, version } = request;
  const placed = (directive: ConfigDirective): Place => placeInFile(closure, placeOf(directive));
  // What the client may send, and does not if it sends no more than it must, is not shown.
  const headers = request.headers().filter(({ value }) => sampleText(value) !== '');
  return {
    method: shown(method, 'proxy_method'),
    uri: hideInUrl(textOf(sampleText(backEnd.uri))),
    version: version.value,
    headers: headers.map(({ name, value, directive }) => {
      const text = shown(value, directive?.argument(1) ?? '');
      // What the client brings is its own; what the files set may be a secret.
      return [name, directive === null ? text : hideInHeader(name, text)];
    }),
    origins: headers.map(({ directive }) => (directive === null ? null : placed(directive))),
    versionOrigin: version.directive === null ? null : placed(version.directive),
    pass: placed(backEnd.pass),
  };
}

function shown(value: Value, written: string): string {
  return isOpaque(value) ? written : textOf(sampleText(value));
}
