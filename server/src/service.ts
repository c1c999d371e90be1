import { applyEdits, type Edit, EditSet } from './edits/edit';
import type { Route } from './handshake/routes';
import { routesOf } from './handshake/routes';
import { type Closure, type SourceFile, withTexts } from './model/load';
import { buildModel, type Model } from './model/model';
import { type NginxTest, nginxTest, refusalsOf } from './nginx-test/nginx-test';
import type { Refusal } from './nginx-test/refusal';
import type { NginxVersion } from './reference/versions';
import type { Severity } from './rules/support/rule';
import { isAtLeastAsSevere } from './rules/support/severity';
import { type Problem, runRules } from './rules/support/run';

/**
 * The facade: all that front ends ask, as plain functions over the snapshot of a configuration. No protocol, no
 * input or output. Offsets are UTF-16 units from the start of a file.
 */

export interface AnalysisOptions {
  readonly version: NginxVersion;
  /** Whether somebody said which version, so that what it does not have is an error. Default false. */
  readonly versionIsSet?: boolean;
  /** Names of directives of modules that we do not know. Default: none. */
  readonly extraDirectives?: readonly string[];
  /** Is told of a rule that failed: its answer alone is lost. Default: nobody is. */
  readonly onFault?: (rule: string, error: unknown) => void;
}

/** What was found in a configuration. */
export interface Analysis {
  readonly closure: Closure;
  readonly options: AnalysisOptions;
  readonly model: Model;
  readonly routes: readonly Route[];
  /** What nginx would refuse, in its order; made on the first call. Syntax errors are in the trees of the files. */
  readonly refusals: () => readonly Refusal[];
  /** In the order of the files, then of the text. */
  readonly problems: readonly Problem[];
}

/** Analyses a configuration. Synchronous and pure: the same closure and options give the same analysis. */
export function analyze(closure: Closure, options: AnalysisOptions): Analysis {
  const model = buildModel(closure, options.version);
  const routes = routesOf(model);
  let known: readonly Refusal[] | undefined;
  const refusals = (): readonly Refusal[] => (known ??= refusalsOf(model.configuration, options));
  const nginx = { refusals, versionIsSet: options.versionIsSet ?? false };
  const problems = runRules(model, routes, nginx, options.onFault ?? (() => {}));
  return { closure, options, model, routes, refusals, problems };
}

/** What `nginx -t` would say first of the configuration; null when it would accept it, or when that cannot be told. */
export function nginxTestOf({ model, refusals, options }: Analysis): NginxTest | null {
  return nginxTest(model.configuration, refusals(), options);
}

/** The problems of one file, in the order of the text. */
export function problemsIn(analysis: Analysis, realPath: string): Problem[] {
  return analysis.problems.filter(({ place }) => place.file.realPath === realPath);
}

export interface FixAllOptions {
  /** Only the problems of this rule. Default: of all. */
  readonly rule?: string;
  /** Only the problems of this file (its real path). Default: of all files of the configuration. */
  readonly file?: string;
  /** Whether suggestions are applied too. Default: safe fixes only. */
  readonly suggestions?: boolean;
}

/** What fix-all makes of the files that it changes. */
export interface Fixed {
  readonly file: SourceFile;
  readonly text: string;
}

/** Each round mends what the one before has made possible; a configuration that needs more is fixed by running again. */
const ROUND_LIMIT = 10;

/**
 * Applies the fixes of all problems at Information or above; a hint is fixed only when a person asks for that one.
 * Files with syntax errors are left as they are.
 */
export function fixAll(analysis: Analysis, options: FixAllOptions = {}): Fixed[] {
  const originals = analysis.closure.files;
  let current = analysis;
  for (let round = 0; round < ROUND_LIMIT; round += 1) {
    const edits = fixableEdits(current, options);
    if (edits.length === 0) break;
    current = analyze(withTexts(current.closure, applyEdits(edits)), current.options);
  }
  return [...current.closure.files.values()]
    .filter(({ realPath, text }) => originals.get(realPath)?.text !== text)
    .map((file) => ({ file: originals.get(file.realPath) ?? file, text: file.text }));
}

/** The edits of as many fixes as can be made together. */
function fixableEdits(analysis: Analysis, options: FixAllOptions): Edit[] {
  const edits = new EditSet();
  for (const problem of analysis.problems) {
    if (!isFixable(problem, options)) continue;
    const fix = problem.fixes().find(({ kind }) => kind === 'safe' || options.suggestions === true);
    if (fix !== undefined) edits.add(fix.edits);
  }
  return edits.all();
}

/** Whether fix-all looks at the problem at all. */
export function isFixable(problem: Problem, { rule, file }: FixAllOptions): boolean {
  if (!isAtLeastAsSevere(problem.severity, 'information' satisfies Severity)) return false;
  if (problem.place.file.tree.errors.length > 0) return false;
  return (
    (rule === undefined || problem.rule === rule) &&
    (file === undefined || problem.place.file.realPath === file)
  );
}

/** Whether fix-all without suggestions would mend the problem. */
export function hasSafeFix(problem: Problem): boolean {
  return problem.fixes().some(({ kind }) => kind === 'safe');
}
