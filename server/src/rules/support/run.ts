import type { Edit } from '../../edits/edit';
import type { Route } from '../../handshake/routes';
import { type Place, placeOf } from '../../model/configuration';
import type { Model } from '../../model/model';
import { fileNameOf } from '../../model/paths';
import { rules } from '../rules.generated';
import type { Finding, Fix, NginxCheck, Related, Rule, Severity } from './rule';
import { isAtLeastAsSevere, type RuleSettings, wantedSeverity } from './severity';
import { Suppressions } from './suppression';

/** A finding as front ends see it: merged over all instances, what its author has silenced left out. */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  readonly related: readonly Related[];
  /** The ways to mend it, the best first; computed on each call. */
  readonly fixes: () => readonly Fix[];
}

/** Is told of a rule that failed. */
export type OnFault = (rule: string, error: unknown) => void;

/** Runs the rules that the settings leave on. A rule that fails costs its own answer alone. */
export function runRules(
  model: Model,
  routes: readonly Route[],
  nginx: NginxCheck,
  settings: RuleSettings,
  onFault: OnFault,
): Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) {
    if (!isEnabled(rule, settings)) continue;
    try {
      for (const problem of runRule(rule, model, routes, nginx, onFault)) problems.push(problem);
    } catch (error) {
      onFault(rule.id, error);
    }
  }
  const suppressions = new Suppressions(model);
  const kept = problems.filter((problem) => !problem.place.file.builtIn && !suppressions.covers(problem));
  const order = new Map(
    [...model.configuration.closure.files.keys()].map((path, index) => [path, index] as const),
  );
  const rank = ({ place }: Problem): number => order.get(place.file.realPath) ?? order.size;
  return [...kept, ...unusedSuppressions(suppressions, settings)]
    .map((problem) => withWantedSeverity(problem, settings))
    .toSorted((a, b) => rank(a) - rank(b) || a.place.start - b.place.start || a.place.end - b.place.end);
}

function isEnabled({ id, enabledByDefault = true }: Rule, settings: RuleSettings): boolean {
  const wanted = settings[id];
  return wanted === undefined ? enabledByDefault : wanted !== 'off';
}

/** A comment that silences a rule which does not run here may yet be of use where it does. */
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

function runRule(
  rule: Rule,
  model: Model,
  routes: readonly Route[],
  nginx: NginxCheck,
  onFault: OnFault,
): Problem[] {
  const { check } = rule;
  if (check.visits === 'configuration') {
    return merge([...check.run(model, routes, nginx)].map((finding) => problemOf(rule, finding, onFault)));
  }
  const perRoute = routes.map((route) => ({ route, findings: [...check.run(route, model)] }));
  const instances = new Map<unknown, number>();
  for (const { route } of perRoute) {
    instances.set(route.proxyPass.node, (instances.get(route.proxyPass.node) ?? 0) + 1);
  }
  const found = new Map<string, number>();
  for (const { route, findings } of perRoute) {
    for (const finding of findings) {
      const key = instanceKey(route, finding);
      found.set(key, (found.get(key) ?? 0) + 1);
    }
  }
  const problems = perRoute.flatMap(({ route, findings }) =>
    findings.map((finding) => {
      // Where only some of the instances of an included location are at fault, what mends those may spoil the others.
      const isEverywhere = found.get(instanceKey(route, finding)) === instances.get(route.proxyPass.node);
      return problemOf(rule, isEverywhere ? finding : withContext(route, finding), onFault);
    }),
  );
  return merge(problems);
}

function instanceKey(route: Route, { place }: Finding): string {
  const { proxyPass } = route;
  return JSON.stringify([
    proxyPass.file.realPath,
    proxyPass.start,
    place.file.realPath,
    place.start,
    place.end,
  ]);
}

/** The finding with the place that includes its file, and without a fix. */
function withContext({ proxyPass }: Route, finding: Finding): Finding {
  const { via } = proxyPass;
  if (via === null) return finding;
  const line = via.file.text.slice(0, via.start).split('\n').length;
  const message = `${finding.message} (Where ${fileNameOf(via.file.path)}, line ${line}, includes it.)`;
  const included = { place: placeOf(via), message: 'It is included here.' };
  return { ...finding, message, related: [...(finding.related ?? []), included], fixes: () => [] };
}

function problemOf(rule: Rule, finding: Finding, onFault: OnFault): Problem {
  const { severity, message, place, related = [], fixes = () => [] } = finding;
  const possible = (): readonly Fix[] => {
    try {
      return fixes().filter((fix) => isPossible(rule, fix));
    } catch (error) {
      onFault(rule.id, error);
      return [];
    }
  };
  return { rule: rule.id, severity, message, place, related, fixes: possible };
}

/** Nothing is edited in our own stand-ins, nor in files with syntax errors, unless that is what the edit mends. */
function isPossible({ category }: Rule, { edits }: Fix): boolean {
  const mayEdit = ({ file }: Edit): boolean =>
    !file.builtIn && (file.tree.errors.length === 0 || category === 'syntax');
  return edits.length > 0 && edits.every(mayEdit);
}

/** One problem for the same words at the same place: the highest severity wins, a fix must be the same in all. */
function merge(problems: readonly Problem[]): Problem[] {
  const groups = new Map<string, [Problem, ...Problem[]]>();
  for (const problem of problems) {
    const { place, message } = problem;
    const key = JSON.stringify([place.file.realPath, place.start, place.end, message]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].map(mergeGroup);
}

function mergeGroup([first, ...others]: readonly [Problem, ...Problem[]]): Problem {
  if (others.length === 0) return first;
  const highest = others.reduce((a, b) => (isAtLeastAsSevere(a.severity, b.severity) ? a : b), first);
  const related = new Map<string, Related>();
  for (const each of [first, ...others].flatMap((problem) => problem.related)) {
    const key = relatedKey(each);
    if (!related.has(key)) related.set(key, each);
  }
  return {
    ...highest,
    related: [...related.values()],
    fixes: () => {
      let common = first.fixes();
      for (const other of others) {
        if (common.length === 0) break;
        const keys = new Set(other.fixes().map(fixKey));
        common = common.filter((fix) => keys.has(fixKey(fix)));
      }
      return common;
    },
  };
}

function relatedKey({ place, message }: Related): string {
  return JSON.stringify([place.file.realPath, place.start, place.end, message]);
}

function fixKey({ title, edits }: Fix): string {
  const editKey = ({ file, start, end, newText }: Edit): unknown => [file.realPath, start, end, newText];
  return JSON.stringify([title, edits.map(editKey)]);
}
