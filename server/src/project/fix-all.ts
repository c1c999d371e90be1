import { applyEdits, type Edit, EditSet } from '../edits/edit';
import { type SourceFile, withTexts } from '../model/load';
import type { Problem } from '../rules/support/problem';
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
const ROUND_LIMIT = 10;

/**
 * Applies the fixes of all problems at Information or above; a hint is fixed only when a person asks for that one.
 * Files with syntax errors are left as they are. What several configurations share is fixed for all of them.
 */
export function fixAll(analyses: readonly Analysis[], options: FixAllOptions = {}): Fixed[] {
  let current = analyses;
  for (let round = 0; round < ROUND_LIMIT; round += 1) {
    const edits = fixableEdits(current, options);
    if (edits.length === 0) break;
    const texts = applyEdits(edits);
    current = current.map((analysis) => withNewTexts(analysis, texts));
  }
  const originals = filesOf(analyses);
  return [...filesOf(current).values()].flatMap(({ realPath, text }) => {
    const file = originals.get(realPath);
    return file === undefined || file.text === text ? [] : [{ file, text }];
  });
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

/** The edits of as many fixes as can be made together. */
function fixableEdits(analyses: readonly Analysis[], options: FixAllOptions): Edit[] {
  const edits = new EditSet();
  for (const problem of problemsOf(analyses)) {
    if (!isLookedAt(problem, options)) continue;
    const fix = problem.fixes().find(({ kind }) => kind === 'safe' || options.suggestions === true);
    if (fix !== undefined) edits.add(fix.edits);
  }
  return edits.all();
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
