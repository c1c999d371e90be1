import type { NginxTest } from '../nginx-test/nginx-test';
import { hasSafeFix, isFixable } from './fix-all';
import { type Judged, problemsByFile } from './problems';
import { type JudgedUrl, judgeUrls } from './urls';
import type { Settings } from '../protocol';
import { type Analysis, routes } from '../service';
import { explanationJson } from './explanation-json';
import type { Severity } from '../rules/support/rule';
import type { Place } from '../model/configuration';
import type { Problem } from '../rules/support/problem';
import type { FileNames } from './file-names';
import { type At, type Range, Ranges } from './ranges';

/** What `check` has found, as every format prints it. Lines and columns count from one, columns in UTF-16 units. */
export interface Report {
  /** The main files, with what `nginx -t` would say first of each. */
  readonly mains: readonly MainReport[];
  /** Every file of all configurations once, clean ones too. */
  readonly files: readonly FileReport[];
  /** What becomes of the URLs that are meant for WebSocket. */
  readonly urls: readonly ReportedUrl[];
  /**
   * Scheme, host and port by which a back end is reached, `ws://example.com`; `wss://` where they are not known, null where
   * no location has a back end.
   */
  readonly someOrigin: () => string | null;
}

interface ReportedUrl {
  readonly judged: JudgedUrl;
  /** What becomes of it as `explain` prints it. */
  readonly json: unknown;
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
  /** Where it is in the text that was read, when nginx's text stands within another; else null. */
  readonly at: At | null;
  readonly related: readonly ReportedRelated[];
  /** Whether a safe fix exists. */
  readonly fixable: boolean;
  /** Whether `fix` applies it: it leaves hints alone, and files with syntax errors. */
  readonly mendable: boolean;
  /** The line on which it begins. */
  readonly lineText: string;
  /** Whether it is accepted, by a baseline. */
  readonly isKnown: boolean;
}

/** Those of some problems that are not accepted. */
export function newProblems(problems: readonly ReportedProblem[]): readonly ReportedProblem[] {
  return problems.filter(({ isKnown }) => !isKnown);
}

interface ReportedRelated {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What was found in one configuration. */
export interface Checked extends Judged {
  readonly analysis: Analysis;
  readonly settings: Pick<Settings, 'websocketUrls'>;
  /** What `nginx -t` would say first. */
  readonly nginxTest: NginxTest | null;
}

/** The report of one or more configurations. What is found in a file that several share is reported once. */
export function reportOf(checked: readonly Checked[], names: FileNames): Report {
  const ranges = new Ranges(names);
  const files = joined(
    problemsByFile(checked).map(({ file, problems }) => ({
      file: names.of(file),
      problems: problems.map((problem) => reportedOf(problem, names, ranges)),
    })),
  );
  const urls = judgeUrls(checked).map((judged) => ({
    judged,
    json: explanationJson(judged.explanation, names, ranges),
  }));
  return {
    mains: checked.map((each) => mainOf(each, names)),
    files,
    urls,
    someOrigin: () => someOriginOf(checked),
  };
}

function someOriginOf(checked: readonly Checked[]): string | null {
  const rows = checked.flatMap(({ analysis }) => routes(analysis));
  const url = rows.find(({ urls }) => urls.length > 0)?.urls[0];
  if (url !== undefined) return /^\w+:\/\/[^/?#]*/.exec(url)?.[0] ?? null;
  return rows.length > 0 ? 'wss://' : null;
}

/** Texts of nginx within one file that have no name of their own are that file. */
function joined(files: readonly FileReport[]): FileReport[] {
  const byName = new Map<string, FileReport>();
  for (const { file, problems } of files) {
    const known = byName.get(file)?.problems ?? [];
    const all = known.length === 0 ? problems : [...known, ...problems].toSorted(byPlace);
    byName.set(file, { file, problems: all });
  }
  return [...byName.values()];
}

function byPlace({ range: a }: ReportedProblem, { range: b }: ReportedProblem): number {
  return a.line - b.line || a.column - b.column;
}

function mainOf({ closure, nginxTest: test }: Checked, names: FileNames): MainReport {
  const place = test === null || test.file === null ? null : names.of(test.file);
  return {
    file: names.of(closure.main),
    nginxTest: test === null ? null : { level: test.level, text: test.text, file: place, line: test.line },
  };
}

function reportedOf(problem: Problem, names: FileNames, ranges: Ranges): ReportedProblem {
  const { rule, severity, message, place, related } = problem;
  const fixable = hasSafeFix(problem);
  return {
    rule,
    severity,
    message,
    range: ranges.of(place),
    at: ranges.at(place),
    related: related.map((each) => ({
      file: names.of(each.place.file),
      line: ranges.of(each.place).line,
      message: each.message,
    })),
    fixable,
    mendable: fixable && isFixable(problem),
    lineText: lineOf(place),
    isKnown: false,
  };
}

function lineOf({ file, start }: Place): string {
  const { text } = file;
  const end = text.indexOf('\n', start);
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, end === -1 ? text.length : end);
}

/** How many problems of each severity are new. */
export function summaryOf({ files }: Report): Readonly<Record<Severity, number>> {
  const summary: Record<Severity, number> = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { problems } of files) for (const { severity } of newProblems(problems)) summary[severity] += 1;
  return summary;
}

/** How many problems are accepted. */
export function knownIn({ files }: Report): number {
  return files.reduce((sum, { problems }) => sum + problems.length - newProblems(problems).length, 0);
}
