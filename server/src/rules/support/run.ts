import type { Edit } from '../../edits/edit';
import type { EvidenceId } from '../../handshake/evidence';
import { handshake } from '../../handshake/handshake';
import type { Route } from '../../handshake/routes';
import { t } from '../../l10n';
import { type ConfigDirective, type Place, placeOf } from '../../model/configuration';
import { keyOfText, type SourceFile } from '../../model/source-file';
import { memoized } from '../../model/memo';
import type { Model } from '../../model/model';
import type { Closure } from '../../model/load';
import { placeInFile } from '../../model/place-in-file';
import { fileNameOf } from '../../model/paths';
import { LineIndex } from '../../syntax/lines';
import { rules } from '../rules.generated';
import {
  areSurelyDistinct,
  groupByProblem,
  inOrderOfText,
  mergeProblems,
  messageOf,
  type Problem,
  withContexts,
} from './problem';
import { reasonsOf, reasonsOfUrl, routesByLocation, SpokenOf } from './reasons';
import { type AtRoute, RouteFindings } from './route-findings';
import type {
  AskedUrl,
  Check,
  Finding,
  Fix,
  NginxCheck,
  Reasons,
  Related,
  RouteCheck,
  Rule,
  Severity,
} from './rule';
import { type RuleSettings, wantedSeverity } from './severity';
import { signsInWords } from './signs-in-words';
import { Suppressions } from './suppression';
import { UnfinishedLocations } from './unfinished';
import { listed, LISTED } from './words';
import { hideSecrets } from '../../values/secrets';

/** Called for each rule that failed. */
export type OnFault = (rule: string, error: unknown) => void;

/** Runs the rules that the settings leave on. A rule that fails costs only its own answer. */
export function runRules(
  model: Model,
  routes: readonly Route[],
  nginx: NginxCheck,
  settings: RuleSettings,
  onFault: OnFault,
): Problem[] {
  const problems: Problem[] = [];
  const found = new RouteFindings(model, routeChecks(settings));
  const run: Run = { model, routes, nginx, onFault, found, problems, spoken: new Map() };
  // Rules about the rest of the evidence come last.
  for (const rule of rules.toSorted((a, b) => Number(speaksOfRest(a)) - Number(speaksOfRest(b)))) {
    const isOn = isEnabled(rule, settings);
    try {
      for (const check of checksOf(rule)) {
        // What a rule that is off would report is not reported by another one.
        if (!isOn && check.visits !== 'evidence') continue;
        const found = problemsOf(rule, check, run);
        for (const problem of isOn ? found : []) problems.push(problem);
      }
    } catch (error) {
      onFault(rule.id, error);
    }
  }
  const suppressions = new Suppressions(model);
  const kept = withoutEchoes(withoutConsequences(problems, model)).filter(
    (problem) => !problem.place.file.builtIn && !suppressions.covers(problem),
  );
  const unfinished = new UnfinishedLocations(model);
  const told = kept.filter(({ rule, place }) => !ABOUT_HANDSHAKES.has(rule) || !unfinished.has(place));
  const all = [...told, ...unusedSuppressions(suppressions, settings)];
  return inOrderOfText(
    all.map((problem) => withWantedSeverity(problem, settings)),
    model.configuration.closure.files.keys(),
  );
}

function isEnabled({ id, enabledByDefault = true }: Rule, settings: RuleSettings): boolean {
  const wanted = settings[id];
  return wanted === undefined ? enabledByDefault : wanted !== 'off';
}

/** A comment that silences a rule which does not run here may be needed where it does run. */
function unusedSuppressions(suppressions: Suppressions, settings: RuleSettings): Problem[] {
  if (settings['suppression-unused'] === 'off') return [];
  const disabled = new Set(rules.filter((rule) => !isEnabled(rule, settings)).map(({ id }) => id));
  return suppressions.unused(disabled);
}

const highest: ReadonlyMap<string, Severity> = new Map(rules.map(({ id, severity }) => [id, severity]));

function withWantedSeverity(problem: Problem, settings: RuleSettings): Problem {
  const wanted = settings[problem.rule];
  if (wanted === undefined || wanted === 'off') return problem;
  const { severity } = problem;
  return {
    ...problem,
    severity: wantedSeverity(severity, highest.get(problem.rule) ?? severity, wanted),
  };
}

/** Their findings about a location depend on all of it. */
const ABOUT_HANDSHAKES: ReadonlySet<string> = new Set(
  rules.filter(({ category }) => category === 'websocket').map(({ id }) => id),
);

/** These rules only repeat what nginx says. */
const NGINX_WORDS: ReadonlySet<string> = new Set([
  'unknown-directive',
  'directive-context',
  'argument-count',
  'directive-value',
  'directive-duplicate',
  'variable-unknown',
]);

/** Where a shell takes variables out of a text, all that is wrong may follow from it: only that is told. */
function withoutConsequences(problems: readonly Problem[], { configuration }: Model): readonly Problem[] {
  const files = [...configuration.closure.files.values()].filter(({ lost }) => lost !== undefined);
  if (files.length === 0) return problems;
  const paths = new Set(files.map(({ realPath }) => realPath));
  return problems.filter(({ rule, place }) => rule === 'syntax' || !paths.has(place.file.realPath));
}

/**
 * One mistake, one diagnostic: of a name that nobody knows only that is told, and where another rule reports the same
 * error with a fix, the plain words of nginx are left out; likewise of a value that may be taken, where another rule
 * speaks of it.
 */
function withoutEchoes(problems: readonly Problem[]): readonly Problem[] {
  const isSlip = ({ rule, severity }: Problem): boolean =>
    rule === 'unknown-directive' && severity === 'warning';
  const isPlain = ({ rule }: Problem): boolean => NGINX_WORDS.has(rule);
  const told = withoutOverlapping(problems, isSlip, (problem) => !isSlip(problem));
  const isHintOfNginx = (problem: Problem): boolean =>
    problem.rule === 'directive-value' && problem.severity === 'hint';
  const withoutHints = withoutOverlapping(told, (problem) => !isPlain(problem), isHintOfNginx);
  return withoutOverlapping(
    withoutHints,
    (problem) => problem.severity === 'error' && !isPlain(problem),
    (problem) => isPlain(problem) && !isSlip(problem),
  );
}

/** Leaves out those of some problems that overlap one of others. */
function withoutOverlapping(
  problems: readonly Problem[],
  isOther: (problem: Problem) => boolean,
  isLeftOut: (problem: Problem) => boolean,
): readonly Problem[] {
  const others = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (!isOther(problem)) continue;
    const { realPath } = problem.place.file;
    const known = others.get(realPath);
    if (known === undefined) others.set(realPath, [problem]);
    else known.push(problem);
  }
  if (others.size === 0) return problems;
  const covered = new Map([...others].map(([path, found]) => [path, rangesOf(found)] as const));
  return problems.filter((problem) => {
    const ranges = isLeftOut(problem) ? covered.get(problem.place.file.realPath) : undefined;
    return ranges === undefined || !overlaps(ranges, problem.place);
  });
}

/** The ranges of some problems in the order of the text, joined where they overlap. */
function rangesOf(problems: readonly Problem[]): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (const { place } of problems.toSorted((a, b) => a.place.start - b.place.start)) {
    const last = ranges.at(-1);
    if (last !== undefined && place.start <= last.end) last.end = Math.max(last.end, place.end);
    else ranges.push({ start: place.start, end: place.end });
  }
  return ranges;
}

/** Whether a place overlaps one of the ranges; by bisection. */
function overlaps(ranges: readonly { start: number; end: number }[], { start, end }: Place): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? Infinity) <= start) low = middle + 1;
    else high = middle;
  }
  return (ranges[low]?.start ?? Infinity) < end;
}

/** What checks are run over. */
interface Run {
  readonly model: Model;
  readonly routes: readonly Route[];
  readonly nginx: NginxCheck;
  readonly onFault: OnFault;
  /** What checks find at the routes. */
  readonly found: RouteFindings;
  /** What was found so far. */
  readonly problems: readonly Problem[];
  /** The ids of the evidence that rules have reported, by the route. */
  readonly spoken: Map<Route, Set<EvidenceId | null>>;
}

/** The checks of routes that the settings leave on. */
const routeChecks = memoized((settings: RuleSettings): readonly RouteCheck[] =>
  rules
    .filter((rule) => isEnabled(rule, settings))
    .flatMap(checksOf)
    .filter((check) => check.visits === 'route'),
);

function checksOf({ check }: Rule): readonly Check[] {
  return 'visits' in check ? [check] : check;
}

function speaksOfRest(rule: Rule): boolean {
  return checksOf(rule).some((check) => check.visits === 'evidence' && check.ids === 'rest');
}

function problemsOf(rule: Rule, check: Check, run: Run): Problem[] {
  const { model, routes, nginx } = run;
  if (check.visits === 'configuration') {
    return merged([...check.run(model, routes, nginx)].map((finding) => problemOf(rule, finding, run)));
  }
  if (check.visits === 'url') {
    const findings = blockedUrls(run).flatMap((asked) => Array.from(check.run(asked, model)));
    return merged(findings.map((finding) => problemOf(rule, finding, run)));
  }
  if (check.visits === 'route') {
    return problemsOfRoutes(rule, run.found.found(check), run);
  }
  const own = rule.id as EvidenceId;
  const reasons = check.ids === 'rest' ? restOf(run) : reasonsOf(model, routes, check.ids ?? [own]);
  const perRoute = reasons.map((each) => {
    const { route, evidence } = each;
    return { route, evidence, findings: run.found.foundAbout(check, each) };
  });
  for (const { route, evidence, findings } of perRoute) {
    if (findings.length === 0) continue;
    const ids = run.spoken.get(route) ?? new Set();
    run.spoken.set(route, ids);
    for (const { id } of evidence) ids.add(id);
  }
  return problemsOfRoutes(rule, perRoute, run);
}

/** The reasons that no finding reports yet. */
function restOf({ model, routes, problems, spoken }: Run): readonly Reasons[] {
  const places = new SpokenOf(model.configuration.closure, problems);
  return reasonsOf(model, routes, 'all').flatMap((reasons) => {
    const ids = spoken.get(reasons.route);
    const [first, ...others] = places.missingOf(reasons).filter(({ id }) => ids?.has(id) !== true);
    if (first === undefined) return [];
    // Those who come here for another reason may be meant for WebSocket where those of this one are not.
    const intent = reasons.intents.get(first.id) ?? reasons.intent;
    return [{ ...reasons, intent, evidence: [first, ...others] }];
  });
}

/** The URLs of the settings whose handshakes fail in every case, where no finding reports any of the reasons yet. */
function blockedUrls({ model, problems, spoken }: Run): readonly AskedUrl[] {
  if (model.websocketUrls.length === 0) return [];
  const places = new SpokenOf(model.configuration.closure, problems);
  return model.websocketUrls.flatMap((url) => {
    const found = handshake(model, url);
    if (found.verdict !== 'blocked' || found.badUrl === true) return [];
    const evidence = reasonsOfUrl(found);
    const route = found.location === null ? undefined : routesByLocation(model).get(found.location);
    const ids = route === undefined ? undefined : spoken.get(route);
    const isTold = evidence.some(({ id }) => ids?.has(id) === true);
    const isMissing = places.missingOfUrl(found.location, route, evidence).length === evidence.length;
    return isTold || !isMissing ? [] : [{ handshake: found, evidence }];
  });
}

/** What a rule finds at some routes, each once for all instances of its file. */
function problemsOfRoutes(rule: Rule, perRoute: readonly AtRoute[], run: Run): Problem[] {
  const { model, routes } = run;
  const { closure } = model.configuration;
  const instances = instancesOf(routes);
  const found = new Map<string, Set<Route>>();
  for (const { route, findings } of perRoute) {
    if (instances.isSingle(route)) continue;
    for (const finding of findings) {
      const key = instanceKey(route, finding);
      found.set(key, (found.get(key) ?? new Set()).add(route));
    }
  }
  const contexts = new Map<string, Context>();
  const problems: Problem[] = [];
  for (const { route, findings } of perRoute) {
    for (const finding of findings) {
      const problem = problemOf(rule, finding, run);
      const routesAtFault = instances.isSingle(route) ? null : found.get(instanceKey(route, finding));
      // Where an included location is not the same in all its instances, a fix for some may break the others.
      if (routesAtFault === null || routesAtFault?.size === instances.of(route).length) {
        problems.push(problem);
        continue;
      }
      const key = instanceKey(route, finding);
      const context = contexts.get(key) ?? contextOf([...(routesAtFault ?? [])], instances, closure);
      contexts.set(key, context);
      problems.push(inContext(context, problem));
    }
  }
  return merged(problems);
}

/** All edited files are in this one configuration. */
const FILES_OF_ALL = { has: (): boolean => true };

/** Each problem once for all instances of its file. */
function merged(problems: readonly Problem[]): Problem[] {
  if (areSurelyDistinct(problems)) return [...problems];
  const found = problems.map((problem) => ({ problem, files: FILES_OF_ALL }));
  return groupByProblem(found, ({ problem }) => problem).map(mergeProblems);
}

function instanceKey(route: Route, { place, message }: Finding): string {
  const { proxyPass } = route;
  const where = `${proxyPass.start} ${place.start} ${place.end}`;
  return `${where}\0${keyOfText(proxyPass.file)}\0${keyOfText(place.file)}\0${message}`;
}

const instancesOf = memoized((routes: readonly Route[]) => new Instances(routes));

/** The routes of each `proxy_pass`: several where its file is included more than once. */
class Instances {
  private readonly first = new Map<unknown, Route>();
  /** Of those that have several all of them. */
  private readonly several = new Map<unknown, Route[]>();
  private readonly depths = new Map<unknown, number>();
  private readonly lines = new Map<SourceFile, LineIndex>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const { node } = route.proxyPass;
      const first = this.first.get(node);
      if (first === undefined) {
        this.first.set(node, route);
        continue;
      }
      const known = this.several.get(node);
      if (known === undefined) this.several.set(node, [first, route]);
      else known.push(route);
    }
  }

  of({ proxyPass: { node } }: Route): readonly Route[] {
    const first = this.first.get(node);
    return this.several.get(node) ?? (first === undefined ? [] : [first]);
  }

  /** Whether the file of a route is included once. */
  isSingle({ proxyPass }: Route): boolean {
    return !this.several.has(proxyPass.node);
  }

  /** The `include` that tells an instance from the others: the innermost that is not the same for all of them. */
  includeOf(route: Route): ConfigDirective | null {
    const { node, via } = route.proxyPass;
    const depth = this.depths.get(node) ?? this.depthOf(route);
    this.depths.set(node, depth);
    return includeAt(route, depth) ?? via;
  }

  /** The line of a place in a whole file, from one. */
  lineOf({ file, start }: Place): number {
    const index = this.lines.get(file) ?? new LineIndex(file.text);
    this.lines.set(file, index);
    return index.positionAt(start).line + 1;
  }

  private depthOf(route: Route): number {
    let vias = this.of(route).map(({ proxyPass }) => proxyPass.via);
    for (let depth = 0; ; depth += 1) {
      const [first = null] = vias;
      if (vias.some((via) => via?.node !== first?.node)) return depth;
      if (first === null) return 0;
      vias = vias.map((via) => via?.via ?? null);
    }
  }
}

/** The `include` that brought in the file of a route, counted from the inside. */
function includeAt({ proxyPass }: Route, depth: number): ConfigDirective | null {
  let { via } = proxyPass;
  for (let left = depth; left > 0 && via !== null; left -= 1) via = via.via;
  return via;
}

/** Where the file of a location is included that has a problem there. */
interface Context {
  /** '' where it is not known. */
  readonly text: string;
  readonly related: readonly Related[];
}

function contextOf(routes: readonly Route[], instances: Instances, closure: Closure): Context {
  const all = routes.map((route) => instances.includeOf(route)).filter((via) => via !== null);
  const includes = [...new Map(all.map((via) => [via.node, via] as const)).values()];
  const shown = includes.slice(0, LISTED).map((via) => placeInFile(closure, placeOf(via)));
  const places = shown.map((place) => t`${fileNameOf(place.file.path)}, line ${instances.lineOf(place)}`);
  const [only] = places;
  const list = t`(Where it is included: ${listed(places, includes.length)}.)`;
  return {
    text: only === undefined ? '' : includes.length === 1 ? t`(Where ${only}, includes it.)` : list,
    related: shown.map((place) => ({ place, message: t('It is included here.') })),
  };
}

/** The problem with the places that include its file, and without a fix. */
function inContext({ text, related }: Context, problem: Problem): Problem {
  return {
    ...withContexts(problem, text === '' ? [] : [text]),
    related: [...problem.related, ...related],
    fixes: () => [],
  };
}

/** What a finding says, in words: it is kept with it. */
const saidOf = memoized(({ severity, intent, message }: Finding) => {
  const said = {
    text: hideSecrets(message),
    signs: intent === undefined || severity === 'hint' ? '' : hideSecrets(signsInWords(intent)),
    contexts: [],
  };
  return { ...said, message: messageOf(said) };
});

/** A finding of a rule, with its places in the whole files. */
function problemOf(rule: Rule, finding: Finding, run: Run): Problem {
  const { closure } = run.model.configuration;
  const { text, signs, contexts, message } = saidOf(finding);
  return {
    rule: rule.id,
    severity: finding.severity,
    text,
    signs,
    contexts,
    message,
    place: placeInFile(closure, finding.place),
    related: relatedInFiles(closure, finding.related),
    fixes: finding.fixes === undefined ? noFixes : () => possibleFixes(rule, finding, run),
  };
}

const NO_RELATED: readonly Related[] = [];

function noFixes(): readonly Fix[] {
  return [];
}

function relatedInFiles(closure: Closure, related: readonly Related[] = NO_RELATED): readonly Related[] {
  if (related.length === 0) return NO_RELATED;
  return related.map(({ place, message }) => ({ place: placeInFile(closure, place), message }));
}

function possibleFixes(rule: Rule, { fixes }: Finding, { model, onFault }: Run): readonly Fix[] {
  const { closure } = model.configuration;
  const inFiles = (fix: Fix): Fix => ({
    ...fix,
    edits: fix.edits.map((edit) => ({ ...placeInFile(closure, edit), newText: edit.newText })),
  });
  try {
    return (fixes?.() ?? []).map(inFiles).filter((fix) => isPossible(rule, fix));
  } catch (error) {
    onFault(rule.id, error);
    return [];
  }
}

/** Our own built-in files are never edited, files with syntax errors only to fix these. */
function isPossible({ category }: Rule, { edits }: Fix): boolean {
  const mayEdit = ({ file }: Edit): boolean =>
    !file.builtIn && (file.tree.errors.length === 0 || category === 'syntax');
  return edits.length > 0 && edits.every(mayEdit);
}
