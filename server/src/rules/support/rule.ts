import type { Edit } from '../../edits/edit';
import type { Place } from '../../model/configuration';
import type { Evidence, EvidenceId } from '../../handshake/evidence';
import type { Route } from '../../handshake/routes';
import type { Intent } from '../../model/intent';
import type { Model } from '../../model/model';
import type { Refusal } from '../../nginx-test/refusal';
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
  /** What it looks at: why handshakes fail, each route, or the configuration as a whole; several, if need be. */
  readonly check: Check | readonly Check[];
}

export type Check = EvidenceCheck | RouteCheck | ConfigurationCheck;

/**
 * Shows why the handshakes for a location fail. The verdict has been worked out: what is left to say is where, in what
 * words, and how to mend it.
 */
interface EvidenceCheck {
  readonly visits: 'evidence';
  /** The ids of the evidence that it speaks of. Default: that of the rule. `rest`: what no other finding speaks of. */
  readonly ids?: readonly EvidenceId[] | 'rest';
  readonly run: (reasons: Reasons, model: Model) => Iterable<Finding>;
}

/** Why the handshakes for a location fail in every case, or over HTTP/1.0. */
export interface Reasons {
  /** The location whose directives are at fault; where that is none, the one that was asked for. */
  readonly route: Route;
  /** How surely handshakes are meant to come here: of all locations that they come from, the surest. */
  readonly intent: Intent;
  /** In the order met; at least one. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

interface RouteCheck {
  readonly visits: 'route';
  readonly run: (route: Route, model: Model) => Iterable<Finding>;
}

interface ConfigurationCheck {
  readonly visits: 'configuration';
  readonly run: (model: Model, routes: readonly Route[], nginx: NginxCheck) => Iterable<Finding>;
}

/** What nginx itself would say of the configuration. */
export interface NginxCheck {
  readonly refusals: () => readonly Refusal[];
  /** Whether somebody said which version nginx has. */
  readonly versionIsSet: boolean;
}

/** What a rule has found at one place. */
export interface Finding {
  readonly severity: Severity;
  /** What, why and what to do, in one or two sentences. */
  readonly message: string;
  readonly place: Place;
  readonly related?: readonly Related[];
  /** The ways to mend it, the best first. Made only when somebody asks. */
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
  /** The same, mended: it gives none. */
  readonly good: string;
  /** What a running nginx shows of it. The text above claims no more of nginx than this. */
  readonly proof: readonly Proof[];
  readonly sources: readonly string[];
}
