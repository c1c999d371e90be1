import type { Place } from '../model/configuration';
import type { SourceFile } from '../model/load';
import type { Severity } from '../rules/support/rule';
import type { Problem } from '../rules/support/problem';
import { isAtLeastAsSevere } from '../rules/support/severity';
import { type Analysis, hasSafeFix, nginxTestOf } from '../service';
import type { Names } from './names';
import { type Range, Ranges } from './ranges';

/** What `check` has found, as every format prints it. Lines and columns count from one, columns in UTF-16 units. */
export interface Report {
  /** The main files, with what `nginx -t` would say first of each. */
  readonly mains: readonly MainReport[];
  /** Every file of all configurations once, clean ones too. */
  readonly files: readonly FileReport[];
  readonly summary: Readonly<Record<Severity, number>>;
}

interface MainReport {
  readonly file: string;
  readonly nginxTest: {
    readonly level: 'emerg';
    readonly text: string;
    readonly file: string | null;
    readonly line: number | null;
  } | null;
}

interface FileReport {
  readonly file: string;
  /** In the order of the text. */
  readonly problems: readonly ReportedProblem[];
}

export interface ReportedProblem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly related: readonly ReportedRelated[];
  /** Whether a safe fix exists. */
  readonly fixable: boolean;
  /** Whether `fix` applies it: it leaves hints alone, and files with syntax errors. */
  readonly mendable: boolean;
}

interface ReportedRelated {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The report of one or more configurations. What is found in a file that several share is reported once. */
export function reportOf(analyses: readonly Analysis[], names: Names): Report {
  const ranges = new Ranges();
  const byFile = new Map<string, { file: SourceFile; problems: Map<string, Placed> }>();
  for (const { closure, problems } of analyses) {
    for (const [realPath, file] of closure.files) {
      if (!byFile.has(realPath)) byFile.set(realPath, { file, problems: new Map() });
    }
    for (const problem of problems) {
      const { place, rule, message } = problem;
      const known = byFile.get(place.file.realPath)?.problems;
      if (known === undefined) continue;
      const key = JSON.stringify([rule, place.start, place.end, message]);
      const placed = { place, problem: reportedOf(problem, names, ranges) };
      const other = known.get(key);
      known.set(
        key,
        other === undefined ? placed : { place, problem: mergeTwo(other.problem, placed.problem) },
      );
    }
  }
  const files = [...byFile.values()].map(({ file, problems }) => ({
    file: names.of(file),
    problems: [...problems.values()].toSorted(byPlace).map(({ problem }) => problem),
  }));
  return { mains: analyses.map((analysis) => mainOf(analysis, names)), files, summary: summaryOf(files) };
}

function mainOf(analysis: Analysis, names: Names): MainReport {
  const test = nginxTestOf(analysis);
  const place = test === null || test.file === null ? null : names.of(test.file);
  return {
    file: names.of(analysis.closure.main),
    nginxTest: test === null ? null : { level: test.level, text: test.text, file: place, line: test.line },
  };
}

/** Whether `fix` mends a problem; with `suggestions`, whether `fix --unsafe` does. */
export function isMendable({ severity, place, fixes }: Problem, suggestions: boolean): boolean {
  return (
    isAtLeastAsSevere(severity, 'information') &&
    place.file.tree.errors.length === 0 &&
    fixes().some(({ kind }) => kind === 'safe' || suggestions)
  );
}

interface Placed {
  readonly place: Place;
  readonly problem: ReportedProblem;
}

function byPlace({ place: a }: Placed, { place: b }: Placed): number {
  return a.start - b.start || a.end - b.end;
}

function reportedOf(problem: Problem, names: Names, ranges: Ranges): ReportedProblem {
  const { rule, severity, message, place, related } = problem;
  const fixable = hasSafeFix(problem);
  return {
    rule,
    severity,
    message,
    range: ranges.of(place),
    related: related.map((each) => ({
      file: names.of(each.place.file),
      line: ranges.of(each.place).line,
      message: each.message,
    })),
    fixable,
    mendable: fixable && isMendable(problem, false),
  };
}

/** The same problem in two configurations: the highest severity wins, a fix must be there in both. */
function mergeTwo(a: ReportedProblem, b: ReportedProblem): ReportedProblem {
  const related = new Map([...a.related, ...b.related].map((each) => [JSON.stringify(each), each] as const));
  return {
    ...(isAtLeastAsSevere(a.severity, b.severity) ? a : b),
    related: [...related.values()],
    fixable: a.fixable && b.fixable,
    mendable: a.mendable && b.mendable,
  };
}

function summaryOf(files: readonly FileReport[]): Record<Severity, number> {
  const summary: Record<Severity, number> = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { problems } of files) for (const { severity } of problems) summary[severity] += 1;
  return summary;
}
