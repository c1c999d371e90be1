import { remedyFor } from './features/remedies';
import { type Explanation, explainHandshake } from './handshake/explanation';
import { type RouteRow, routeTable } from './handshake/route-table';
import type { Route } from './handshake/routes';
import { routesOf } from './handshake/routes';
import { readTarget } from './handshake/target';
import type { Closure } from './model/load';
import { once } from './model/memo';
import { buildModel, type Model } from './model/model';
import { type NginxTest, nginxTest, refusalsOf } from './nginx-test/nginx-test';
import type { Refusal } from './nginx-test/refusal';
import type { Settings, Status } from './protocol';
import type { Build } from './reference/builds';
import { newestStable, type NginxVersion } from './reference/versions';
import { rules } from './rules/rules.generated';
import type { NginxCheck } from './rules/support/rule';
import type { RuleSettings } from './rules/support/severity';
import type { Problem } from './rules/support/problem';
import { runRules } from './rules/support/run';

/**
 * The facade: all that front ends ask, as plain functions over the snapshot of a configuration. No protocol, no
 * input or output. Offsets are UTF-16 units from the start of a file.
 */

export interface AnalysisOptions {
  readonly version: NginxVersion;
  /** The severity wanted for rules. Default: their own. */
  readonly rules?: RuleSettings;
  /** Paths of locations that are meant for WebSocket, as they are written; `*` matches any characters. Default: none. */
  readonly websocketLocations?: readonly string[];
  /** URLs that are meant for WebSocket: the locations that take them are. Default: none. */
  readonly websocketUrls?: readonly string[];
  /** Names of directives that nginx knows besides its own. Default: none. */
  readonly extraDirectives?: readonly string[];
  /** Whose program nginx is, and which modules it has. Default: nginx, with those that its packages have. */
  readonly build?: Pick<Build, 'fork' | 'modules'>;
  /** Whether nginx is started with the main file, as somebody said. Default: as it looks. */
  readonly isMain?: boolean;
  /** Who says that it is that version. Default: the nginx of this machine. */
  readonly versionFrom?: Status['versionFrom'];
  /** Whether another version of the configuration is expected, which is then analysed faster. Default: false. */
  readonly remember?: boolean;
  /** Called for each rule that failed: only its own answer is lost. Default: none. */
  readonly onFault?: (rule: string, error: unknown) => void;
  /** Called when nothing can be found at all: the configuration has no problems then. Default: the fault is thrown. */
  readonly onFailure?: (error: unknown) => void;
}

/** What settings say of the analysis. */
export function optionsOf(
  settings: Settings,
): Pick<AnalysisOptions, 'rules' | 'websocketLocations' | 'websocketUrls' | 'extraDirectives'> {
  const { rules: wanted, websocketLocations, extraDirectives } = settings;
  const meant = settings.websocketUrls.filter(
    (each) => typeof each === 'string' || each.expect !== 'blocked',
  );
  return { rules: wanted, websocketLocations, websocketUrls: meant.map(urlOf), extraDirectives };
}

/** A sentence for each rule in the settings that does not exist. */
export function unknownRules({ rules: wanted }: Settings): string[] {
  const known = new Set(rules.map(({ id }) => id));
  return Object.keys(wanted)
    .filter((id) => !known.has(id))
    .map((id) => `There is no rule \`${id}\`: \`rules\` names it.`);
}

/** A sentence or two for each URL in the settings that is none of a WebSocket. */
export function badUrls(settings: Settings): string[] {
  return urlsIn(settings).flatMap((url) => {
    const target = readTarget(url);
    return 'error' in target ? [`\`websocketUrls\`: ${target.error}`] : [];
  });
}

function urlsIn({ websocketUrls }: Settings): string[] {
  return websocketUrls.map(urlOf);
}

function urlOf(each: Settings['websocketUrls'][number]): string {
  return typeof each === 'string' ? each : each.url;
}

const OWN_SEVERITIES: RuleSettings = {};

/** What was found in a configuration. Each part is made when it is first asked for. */
export interface Analysis {
  readonly closure: Closure;
  readonly options: AnalysisOptions;
  readonly model: Model;
  /** The model; while nobody has asked for it, that of the version before, if there is one. */
  readonly lastModel: () => Model | null;
  readonly routes: readonly Route[];
  /** What nginx would refuse, in its order. Syntax errors are in the trees of the files. */
  readonly refusals: () => readonly Refusal[];
  /** In the order of the files, then of the text. */
  readonly problems: readonly Problem[];
}

/**
 * Analyses a configuration. Synchronous and pure: the same closure and options give the same analysis.
 *
 * @param before that of the same configuration before a change: only what changed is done again
 */
export function analyze(
  closure: Closure,
  options: AnalysisOptions,
  before: Analysis | null = null,
): Analysis {
  const said = {
    locations: options.websocketLocations ?? [],
    urls: options.websocketUrls ?? [],
    isVersionAssumed: options.versionFrom === 'assumed',
    fork: options.build?.fork ?? null,
    ...(options.isMain === true && { isMain: true }),
  };
  let last = before?.lastModel() ?? null;
  const remembers = options.remember ?? false;
  const model = once(() => (last = buildModel(closure, options.version, said, last, remembers)));
  const routes = once(() => routesOf(model()));
  const refusals = once(() => refusalsOf(model(), options));
  const nginx = {
    refusals,
    versionIsSet: options.versionFrom === 'setting' || options.versionFrom === 'project',
    fork: options.build?.fork ?? null,
    takenBy: takenBy(model, options),
  };
  const problems = once(() => {
    try {
      return runRules(
        model(),
        routes(),
        nginx,
        options.rules ?? OWN_SEVERITIES,
        options.onFault ?? (() => {}),
      );
    } catch (error) {
      if (options.onFailure === undefined) throw error;
      options.onFailure(error);
      return [];
    }
  });
  return {
    closure,
    options,
    lastModel: () => last,
    get model() {
      return model();
    },
    refusals,
    get routes() {
      return routes();
    },
    get problems() {
      return problems();
    },
  };
}

/**
 * Where nobody has said which release runs: says of a refusal of the assumed one whether the newest stable one takes the
 * directive, and gives that; null where it does not, or the release is known.
 */
function takenBy(model: () => Model, options: AnalysisOptions): NginxCheck['takenBy'] {
  const key = ({ directive, text }: Refusal): unknown => directive ?? text;
  const refused = once(() => {
    const { configuration, top } = model();
    const refusals = refusalsOf({ configuration, top, version: newestStable, remembers: false }, options);
    return new Set(refusals.map(key));
  });
  return (refusal) =>
    options.versionFrom !== 'assumed' || refused().has(key(refusal)) ? null : newestStable;
}

/** The first error of `nginx -t` for the configuration; null when it would accept it, or when that is not known. */
export function nginxTestOf({ model, refusals, options }: Analysis): NginxTest | null {
  return nginxTest(model, refusals(), options);
}

/** What nginx does with the handshake for a URL: its way through the configuration, and why it ends as it does. */
export function explain(analysis: Analysis, url: string): Explanation {
  return explainHandshake(analysis.model, url);
}

/**
 * The problem whose fix lets the handshake continue: the one of the first reason with a rule, in the location that
 * answered; of the case that is shown, else of another. Null when no rule reports it, or none fixes it.
 *
 * @param problems those of all configurations that the explanation's one shares files with
 */
export function remedyOf(
  problems: readonly Problem[],
  { because, cases, location }: Explanation,
): Problem | null {
  for (const reason of [...because, ...cases.flatMap((each) => each.because)]) {
    const found = remedyFor(problems, reason, location);
    if (found !== null) return found;
  }
  return null;
}

/** The locations that hand requests to a back end, with the verdict of each and the URLs that lead there. */
export function routes(analysis: Analysis): readonly RouteRow[] {
  return routeTable(analysis.model);
}
