import { applyEdits, type Edit, EditSet } from '../edits/edit';
import { withTexts } from '../model/load';
import type { SourceFile } from '../model/source-file';
import { type Problem, problemKey } from '../rules/support/problem';
import { isAtLeastAsSevere } from '../rules/support/severity';
import { type Analysis, analyze } from '../service';
import { problemsOf } from './problems';

export interface FixAllOptions {
  /** Only the problems of this rule. Default: of all. */
  readonly rule?: string;
  /** Only the problems of these files, by real path. Default: of all files of the configurations. */
  readonly files?: { readonly has: (realPath: string) => boolean };
  /** Whether suggestions are applied too. Default: safe fixes only. */
  readonly suggestions?: boolean;
}

/** The result of fix-all for the files that it changes. */
export interface Fixed {
  readonly file: SourceFile;
  readonly text: string;
}

/** Each round fixes what the one before has made possible; a configuration that needs more is fixed by running again. */
const ROUND_LIMIT = 30;

/**
 * Applies the fixes of all problems at Information or above; a hint is fixed only when a person asks for that one.
 * Files with syntax errors are left as they are. What several configurations share is fixed for all of them. What nginx
 * accepts it accepts afterwards.
 */
export function fixAll(analyses: readonly Analysis[], options: FixAllOptions = {}): Fixed[] {
  let current = analyses;
  const harmful = new Set<string>();
  for (let round = 0; round < ROUND_LIMIT; round += 1) {
    const fixes = fixesFor(current, options).filter(({ key }) => !harmful.has(key));
    if (fixes.length === 0) break;
    current = afterRound(current, fixes, harmful);
  }
  const originals = filesOf(analyses);
  return [...filesOf(current).values()].flatMap(({ realPath, text }) => {
    const file = originals.get(realPath);
    return file === undefined || file.text === text ? [] : [{ file, text }];
  });
}

/** The first fix of a problem that may be applied, and the problem's identity. */
interface ChosenFix {
  readonly key: string;
  readonly edits: readonly Edit[];
}

/**
 * The configurations after as many of the fixes as can be made together. Two that are right alone may be wrong together:
 * where nginx would refuse more than before, half of them are tried, and the rest is left for the next round.
 *
 * @param harmful gets the identity of what is wrong even alone
 */
function afterRound(
  before: readonly Analysis[],
  fixes: readonly ChosenFix[],
  harmful: Set<string>,
): readonly Analysis[] {
  for (let tried = fixes; tried.length > 0; tried = tried.slice(0, tried.length >> 1)) {
    const texts = applyEdits(together(tried));
    const after = before.map((analysis) => withNewTexts(analysis, texts));
    if (!after.some((analysis, index) => isWorse(before[index], analysis))) return after;
    const [only, second] = tried;
    if (only !== undefined && second === undefined) harmful.add(only.key);
  }
  return before;
}

/** Whether nginx refuses more of a configuration than before. */
function isWorse(before: Analysis | undefined, after: Analysis): boolean {
  const count = (analysis: Analysis): number => analysis.refusals().filter(({ certain }) => certain).length;
  return before !== undefined && before !== after && count(after) > count(before);
}

function together(fixes: readonly ChosenFix[]): Edit[] {
  const set = new EditSet();
  for (const { edits } of fixes) set.add(edits);
  return set.all();
}

/** The analysis with other texts for some files; the same when none of them is its own. */
export function withNewTexts(analysis: Analysis, texts: ReadonlyMap<string, string>): Analysis {
  const { closure, options } = analysis;
  const isChanged = [...texts].some(([realPath, text]) => {
    const file = closure.files.get(realPath);
    return file !== undefined && file.text !== text;
  });
  return isChanged ? analyze(withTexts(closure, texts), options) : analysis;
}

/** All files of some configurations, by real path; one that they share as the first has it. */
export function filesOf(analyses: readonly Analysis[]): Map<string, SourceFile> {
  const files = new Map<string, SourceFile>();
  for (const { closure } of analyses) {
    for (const [realPath, file] of closure.files) if (!files.has(realPath)) files.set(realPath, file);
  }
  return files;
}

function fixesFor(analyses: readonly Analysis[], options: FixAllOptions): ChosenFix[] {
  return problemsOf(analyses).flatMap((problem) => {
    if (!isLookedAt(problem, options)) return [];
    const fix = problem.fixes().find(({ kind }) => kind === 'safe' || options.suggestions === true);
    return fix === undefined ? [] : [{ key: problemKey(problem), edits: fix.edits }];
  });
}

/** Whether fix-all fixes the problem, or would without other edits. */
export function isFixable(problem: Problem, options: FixAllOptions = {}): boolean {
  return (
    isLookedAt(problem, options) &&
    problem.fixes().some(({ kind }) => kind === 'safe' || options.suggestions === true)
  );
}

function isLookedAt({ severity, place, rule }: Problem, options: FixAllOptions): boolean {
  return (
    isAtLeastAsSevere(severity, 'information') &&
    place.file.tree.errors.length === 0 &&
    (options.rule === undefined || rule === options.rule) &&
    (options.files === undefined || options.files.has(place.file.realPath))
  );
}

/** Whether a fix exists that fix-all may apply, regardless of the severity of the problem. */
export function hasSafeFix(problem: Problem): boolean {
  return problem.fixes().some(({ kind }) => kind === 'safe');
}
