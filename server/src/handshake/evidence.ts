import type { Place } from '../model/configuration';

/**
 * The reasons that stop a handshake, or keep us from knowing. A rule about a blocked verdict has the id of its
 * evidence. The list is closed.
 */
export const evidenceIds = [
  'websocket-upgrade-missing',
  'websocket-headers-overridden',
  'websocket-header-value',
  'websocket-http-version',
  'websocket-request-headers-dropped',
  'websocket-method-or-body',
  'websocket-response-header-hidden',
  'websocket-redirected',
  'websocket-error-page-status',
  'websocket-subrequest',
  'websocket-limited',
  'websocket-idle-timeout',
  'websocket-proxy-variable',
  'connection-map-missing',
  'connection-map-incomplete',
  'proxy-pass-scheme',
  'listen-http2-deprecated',
  // Of these no rule speaks: they are how the configuration is meant, or what cannot be seen.
  'answered-by-nginx',
  'protocol-mismatch',
  'internal-error',
  'include-unresolved',
  'value-unknown',
  'handler-unknown',
] as const;

export type EvidenceId = (typeof evidenceIds)[number];

/** One step or reason on the way to a verdict. */
export interface Evidence {
  /** What it is about: null for a step that stops nothing. */
  readonly id: EvidenceId | null;
  /** Null where no place in the files says it. */
  readonly place: Place | null;
  /** One or two sentences. */
  readonly message: string;
  /** The part of the request's way that it belongs to. */
  readonly step: Step;
}

/** The way of a request, in the words of the report. */
export type Step =
  | 'client'
  | 'listen'
  | 'server'
  | 'location'
  | 'rewrite'
  | 'access'
  | 'files'
  | 'answer'
  | 'request'
  | 'back end'
  | 'response';

/**
 * What becomes of a handshake. `depends`: its only fault is HTTP/1.0, which lenient back ends accept.
 * `unknown`: no static reading can tell.
 */
export type Verdict = 'passes' | 'depends' | 'blocked' | 'unknown';
