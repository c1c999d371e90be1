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
  'connection-map-missing',
  'connection-map-incomplete',
  'proxy-pass-scheme',
  'websocket-idle-timeout',
  'websocket-proxy-variable',
  'websocket-response-header-hidden',
  'include-unresolved',
  'value-unknown',
] as const;

export type EvidenceId = (typeof evidenceIds)[number];

/** One reason on the way to a verdict. */
export interface Evidence {
  readonly id: EvidenceId;
  readonly place: Place;
  /** One sentence. */
  readonly message: string;
}

/**
 * What becomes of a handshake. `depends`: its only fault is HTTP/1.0, which lenient back ends accept.
 * `unknown`: no static reading can tell.
 */
export type Verdict = 'passes' | 'depends' | 'blocked' | 'unknown';
