import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/edits/edit';
import { withTexts } from '../../server/src/model/load';
import type { NginxVersion } from '../../server/src/reference/versions';
import type { Fix, Rule, Severity } from '../../server/src/rules/support/rule';
import type { Problem } from '../../server/src/rules/support/problem';
import type { RuleSettings } from '../../server/src/rules/support/severity';
import { analyze, type Analysis, type AnalysisOptions } from '../../server/src/service';
import { analysisOf } from './memory-host';

/** One text is `/etc/nginx/nginx.conf`; several are by absolute path, the main file first. */
type Files = string | Readonly<Record<string, string>>;

export interface ValidCase {
  readonly name: string;
  readonly files: Files;
  /** That which is set. Default: one is assumed. */
  readonly version?: NginxVersion;
  /** Who says so. Default: where it is set a setting, else the nginx of the machine. */
  readonly versionFrom?: AnalysisOptions['versionFrom'];
  /** URLs that are asked for. Default: none. */
  readonly urls?: readonly string[];
}

export interface InvalidCase extends ValidCase {
  /** `«` and `»` around each range that the rule must mark. */
  readonly files: Files;
  /** Of each finding, or of all of them. */
  readonly severity: Severity | readonly Severity[];
  /** What the message of the first finding holds. */
  readonly message?: string | RegExp;
  /**
   * The text after the first fix of the first finding, of the file that it stands in or of all files that change.
   * Null: there is no fix.
   */
  readonly output: Files | null;
  /** Title of the fix to apply. Default: the first. */
  readonly fix?: string;
  /** Kind that the fix must have. Default: that of the rule. */
  readonly kind?: Fix['kind'];
}

const MAIN = '/etc/nginx/nginx.conf';

/**
 * Holds a rule to its cases. Every fix is applied and looked at: it gives exactly the output, adds no syntax error,
 * and the finding is gone after it.
 */
export function testRule(
  rule: Rule,
  cases: { readonly valid: readonly ValidCase[]; readonly invalid: readonly InvalidCase[] },
): void {
  if (cases.valid.length < 2 || cases.invalid.length === 0) throw new Error(`${rule.id} has too few cases.`);
  const names = [...cases.valid, ...cases.invalid].map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new Error(`${rule.id} has two cases of one name.`);
  describe(rule.id, () => {
    for (const each of cases.valid) {
      it(`says nothing: ${each.name}`, async () => {
        const { problems } = await analysisOf(
          each.files,
          each.version,
          settingsFor(rule),
          each.versionFrom ?? 'nginx',
          each.urls,
        );
        expect(problems.filter((problem) => problem.rule === rule.id)).toEqual([]);
      });
    }
    for (const each of cases.invalid) it(`says: ${each.name}`, () => checkInvalid(rule, each));
  });
}

/** The settings with which a rule runs. */
export function settingsFor({ id, severity, enabledByDefault }: Rule): RuleSettings {
  return enabledByDefault === false ? { [id]: severity } : {};
}

async function checkInvalid(rule: Rule, each: InvalidCase): Promise<void> {
  const { files, ranges } = readMarks(each.files);
  const versionFrom = each.versionFrom ?? (each.version === undefined ? 'nginx' : 'setting');
  const analysis = await analysisOf(files, each.version, settingsFor(rule), versionFrom, each.urls);
  const problems = analysis.problems.filter((problem) => problem.rule === rule.id);
  expect(problems.map(rangeOf)).toEqual(ranges);
  const [first] = problems;
  if (first === undefined) throw new Error('The case marks no range.');
  expect(problems.map(({ severity }) => severity)).toEqual(
    typeof each.severity === 'string' ? problems.map(() => each.severity) : each.severity,
  );
  if (each.message !== undefined) expect(first.message).toMatch(each.message);
  const fixes = first.fixes();
  expect(new Set(fixes.map(({ title }) => title)).size, 'titles are unique').toBe(fixes.length);
  if (each.output === null) {
    expect(fixes).toEqual([]);
    return;
  }
  const fix = each.fix === undefined ? fixes[0] : fixes.find(({ title }) => title === each.fix);
  if (fix === undefined)
    throw new Error(`There is no such fix: ${fixes.map(({ title }) => title).join(', ')}`);
  expect(fix.kind).toBe(each.kind ?? rule.fix);
  checkFix(rule, analysis, first, fix, each.output);
}

function checkFix(rule: Rule, analysis: Analysis, problem: Problem, fix: Fix, output: Files): void {
  const texts = applyEdits(fix.edits);
  const expected = typeof output === 'string' ? { [problem.place.file.realPath]: output } : output;
  expect(Object.fromEntries(texts)).toEqual(expected);
  const after = analyze(withTexts(analysis.closure, texts), analysis.options);
  for (const file of after.closure.files.values()) {
    const before = analysis.closure.files.get(file.realPath)?.tree.errors.length ?? 0;
    expect(file.tree.errors.length, 'no new syntax error').toBeLessThanOrEqual(before);
  }
  const count = (problems: readonly Problem[]): number =>
    problems.filter((each) => each.rule === rule.id).length;
  expect(count(after.problems), 'the finding is gone').toBeLessThan(count(analysis.problems));
  const isNew = (each: Problem): boolean =>
    each.severity !== 'hint' &&
    !analysis.problems.some(({ rule, text }) => rule === each.rule && text === each.text);
  expect(after.problems.filter(isNew), 'no finding above Hint comes of it').toEqual([]);
}

function rangeOf({ place }: Problem): string {
  return `${place.file.path}: ${place.file.text.slice(place.start, place.end)} @${place.start}`;
}

/** Takes the marks out of the files: what is left, and the marked ranges as `rangeOf` writes them. */
function readMarks(files: Files): { files: Record<string, string>; ranges: string[] } {
  const plain: Record<string, string> = {};
  const ranges: string[] = [];
  for (const [path, marked] of Object.entries(typeof files === 'string' ? { [MAIN]: files } : files)) {
    let text = '';
    let start = -1;
    for (const piece of marked.split(/([«»])/)) {
      if (piece === '«') start = text.length;
      else if (piece === '»') ranges.push(`${path}: ${text.slice(start)} @${start}`);
      else text += piece;
    }
    plain[path] = text;
  }
  return { files: plain, ranges };
}
