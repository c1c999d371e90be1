import type { Edit } from '../../edits/edit';
import type { Place } from '../../model/configuration';
import type { Route } from '../../handshake/routes';
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
  /** What it looks at: each route, or the configuration as a whole. */
  readonly check: RouteCheck | ConfigurationCheck;
}

interface RouteCheck {
  readonly visits: 'route';
  /** Whether what it finds stops handshakes: its id is then that of the evidence. Default: true. */
  readonly stopsHandshakes?: boolean;
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
