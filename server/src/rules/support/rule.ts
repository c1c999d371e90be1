import type { Edit } from '../../edits/edit';
import type { Place } from '../../model/configuration';
import type { Evidence, EvidenceId } from '../../handshake/evidence';
import type { Handshake } from '../../handshake/handshake';
import type { Route } from '../../handshake/routes';
import type { Fork } from '../../reference/forks';
import type { Intent } from '../../model/intent';
import type { Model } from '../../model/model';
import type { Refusal } from '../../nginx-test/refusal';
import type { NginxVersion } from '../../reference/versions';
import type { Proof } from './proof';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One rule: one file of its id. Its documentation is exported beside it as `docs`, so that bundles leave it out. */
export interface Rule {
  readonly id: string;
  readonly category: 'websocket' | 'tls' | 'syntax';
  /** The highest severity it gives. */
  readonly severity: Severity;
  /** `safe`: fix-all may apply it. `suggestion`: only on request. `none`: it has no fix. */
  readonly fix: 'safe' | 'suggestion' | 'none';
  /** False for a rule that runs only where the settings name it. Default: true. */
  readonly enabledByDefault?: boolean;
  /** What it looks at: why handshakes fail, each route, each URL, or the configuration as a whole; there may be several. */
  readonly check: Check | readonly Check[];
}

export type Check = EvidenceCheck | RouteCheck | UrlCheck | ConfigurationCheck;

/**
 * Reports why the handshakes for a location fail. The verdict is already known: the rule adds the place, the words and
 * the fix.
 */
export interface EvidenceCheck {
  readonly visits: 'evidence';
  /** The ids of the evidence that it reports. Default: the rule's id. `rest`: what no other finding reports. */
  readonly ids?: readonly EvidenceId[] | 'rest';
  readonly run: (reasons: Reasons, model: Model) => Iterable<Finding>;
}

/** Why the handshakes for a location fail in every case, or over HTTP/1.0. */
export interface Reasons {
  /** The location whose directives are at fault; where there is none, the requested one. */
  readonly route: Route;
  /** How surely the location is meant for WebSocket; the surest of all locations that handshakes come from. */
  readonly intent: Intent;
  /** In the order met; at least one. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

export interface RouteCheck {
  readonly visits: 'route';
  readonly run: (route: Route, model: Model) => Iterable<Finding>;
}

/** Looks at each URL of the settings whose handshakes fail in every case, for reasons that no other finding reports. */
interface UrlCheck {
  readonly visits: 'url';
  readonly run: (asked: AskedUrl, model: Model) => Iterable<Finding>;
}

export interface AskedUrl {
  readonly handshake: Handshake;
  /** What stops it, in the order met; none where no server takes the URL. */
  readonly evidence: readonly Evidence[];
}

interface ConfigurationCheck {
  readonly visits: 'configuration';
  readonly run: (model: Model, routes: readonly Route[], nginx: NginxCheck) => Iterable<Finding>;
}

/** What nginx itself would say of the configuration. */
export interface NginxCheck {
  readonly refusals: () => readonly Refusal[];
  /** Whether the version of nginx was set, rather than assumed or found. */
  readonly versionIsSet: boolean;
  /** The program made of nginx that it is, as far as that is known. */
  readonly fork: Fork | null;
  /**
   * The release that takes what the assumed one refuses: that may be the one that runs. Null where none does, or it is
   * known which one runs.
   */
  readonly takenBy: (refusal: Refusal) => NginxVersion | null;
}

/** What a rule has found at one place. */
export interface Finding {
  readonly severity: Severity;
  /** How surely its location is meant for WebSocket, where that decides how severe it is: the message names the signs. */
  readonly intent?: Intent;
  /** What, why and what to do, in one or two sentences. */
  readonly message: string;
  readonly place: Place;
  readonly related?: readonly Related[];
  /** The ways to fix it, the best first. Made only on request. */
  readonly fixes?: () => readonly Fix[];
}

export interface Related {
  readonly place: Place;
  readonly message: string;
}

export interface Fix {
  /** What it does, as an imperative. */
  readonly title: string;
  readonly kind: 'safe' | 'suggestion';
  readonly edits: readonly Edit[];
}

/** The documentation of a rule, in Markdown; printed on its page and proven by the tests. */
export interface RuleDocs {
  readonly what: string;
  readonly why: string;
  readonly how: string;
  /** The version of nginx that the examples are about. Default: the one that is assumed. */
  readonly version?: string;
  /** A whole configuration that gives exactly this finding. */
  readonly bad: string;
  /** The same, fixed: it gives none. */
  readonly good: string;
  /** What a running nginx shows. The text above claims no more about nginx than this. */
  readonly proof: readonly Proof[];
  readonly sources: readonly string[];
}
