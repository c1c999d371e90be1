import type { ConfigDirective, Place } from '../model/configuration';
import type { Level } from '../model/levels';

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
  'request-header-duplicate',
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

/** A condition of RFC 9112 and RFC 6455 §4.2.1 on the request, in the order in which the strict back end checks them. */
export type Condition =
  | 'request-line'
  | 'method'
  | 'upgrade'
  | 'connection'
  | 'http-version'
  | 'host'
  | 'key'
  | 'websocket-version';

/** A condition that the request to a back end does not meet, and why. */
export interface Fault {
  readonly condition: Condition;
  readonly id: EvidenceId;
  /** The directive at fault; null when the fault is that there is none. */
  readonly directive: ConfigDirective | null;
}

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
  /** The directive or level that it is about, where it is about one. */
  readonly about?: ConfigDirective | Level | null;
  /** The level that was in force then. */
  readonly level?: Level;
  /** What the back end misses, where it is that. */
  readonly fault?: Fault;
  /** The number of the hop that it is of. Default: 1, the server that the client connects to. */
  readonly hop?: number;
  /** Whether a login does not let the client in: it may let in others. */
  readonly isOfLogin?: boolean;
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
 * What becomes of a handshake. `passes`, `blocked`: in every case. `depends`: some cases pass and some fail. `unknown`:
 * a case ends at something that no reading of the files can tell.
 */
export type Verdict = 'passes' | 'depends' | 'blocked' | 'unknown';
