import type { Edit } from '../../edits/edit';
import type { Route } from '../../handshake/routes';
import { type Place, placeOf } from '../../model/configuration';
import type { Model } from '../../model/model';
import { fileNameOf } from '../../model/paths';
import { rules } from '../rules.generated';
import type { Finding, Fix, NginxCheck, Related, Rule, Severity } from './rule';
import { isAtLeastAsSevere } from './severity';
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

/** Runs all rules. A rule that fails costs its own answer alone. */
export function runRules(
  model: Model,
  routes: readonly Route[],
  nginx: NginxCheck,
  onFault: OnFault,
): Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) {
    try {
      for (const problem of runRule(rule, model, routes, nginx, onFault)) problems.push(problem);
    } catch (error) {
      onFault(rule.id, error);
    }
  }
  const suppressions = new Suppressions(model);
  const kept = withoutEchoes(problems).filter(
    (problem) => !problem.place.file.builtIn && !suppressions.covers(problem),
  );
  const order = new Map(
    [...model.configuration.closure.files.keys()].map((path, index) => [path, index] as const),
  );
  const rank = ({ place }: Problem): number => order.get(place.file.realPath) ?? order.size;
  return [...kept, ...suppressions.unused()].toSorted(
    (a, b) => rank(a) - rank(b) || a.place.start - b.place.start || a.place.end - b.place.end,
  );
}

/** These rules say what nginx says, and no more. */
const NGINX_WORDS: ReadonlySet<string> = new Set([
  'unknown-directive',
  'directive-context',
  'argument-count',
  'directive-value',
  'directive-duplicate',
  'variable-unknown',
]);

/** One mistake, one diagnostic: where another rule tells of the same error, and how to mend it, nginx's words alone are left out. */
function withoutEchoes(problems: readonly Problem[]): readonly Problem[] {
  const others = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (problem.severity !== 'error' || NGINX_WORDS.has(problem.rule)) continue;
    const { realPath } = problem.place.file;
    const known = others.get(realPath);
    if (known === undefined) others.set(realPath, [problem]);
    else known.push(problem);
  }
  if (others.size === 0) return problems;
  const covered = new Map([...others].map(([path, told]) => [path, rangesOf(told)] as const));
  return problems.filter(({ rule, place }) => {
    const ranges = NGINX_WORDS.has(rule) ? covered.get(place.file.realPath) : undefined;
    return ranges === undefined || !overlaps(ranges, place);
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
  const merged = new Map<string, Problem>();
  for (const problem of problems) {
    const key = JSON.stringify([
      problem.place.file.realPath,
      problem.place.start,
      problem.place.end,
      problem.message,
    ]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? problem : mergeTwo(known, problem));
  }
  return [...merged.values()];
}

function mergeTwo(a: Problem, b: Problem): Problem {
  const related = [
    ...new Map([...a.related, ...b.related].map((each) => [relatedKey(each), each] as const)).values(),
  ];
  return {
    ...(isAtLeastAsSevere(a.severity, b.severity) ? a : b),
    related,
    fixes: () => {
      const others = new Set(b.fixes().map(fixKey));
      return a.fixes().filter((fix) => others.has(fixKey(fix)));
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
