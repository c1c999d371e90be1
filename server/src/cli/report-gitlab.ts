import { createHash } from 'node:crypto';
import { jsonText } from '../features/support/escape';
import type { Severity } from '../rules/support/rule';
import { isAtLeastAsSevere } from '../rules/support/severity';
import { hashOf } from './baseline';
import { type Report, type ReportedProblem, newProblems } from '../project/report';

const SEVERITIES = {
  error: 'critical',
  warning: 'major',
  information: 'minor',
  hint: 'info',
} as const satisfies Record<Severity, string>;

/**
 * The report as GitLab's code quality report, for what is severe enough: merge requests show what it has and the report
 * of the target branch has not, by fingerprint.
 *
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function gitlabOf(report: Report, severity: Severity): string {
  const met = new Map<string, number>();
  const issues = report.files.flatMap(({ file, problems }) =>
    newProblems(problems)
      .filter((problem) => isAtLeastAsSevere(problem.severity, severity))
      .map((problem) => issueOf(file, problem, met)),
  );
  return `${jsonText(issues)}\n`;
}

/** @param met how often each finding was met so far, of those on lines that read the same */
function issueOf(file: string, problem: ReportedProblem, met: Map<string, number>): object {
  const { rule, severity, message, range, at, lineText } = problem;
  const path = at?.file ?? file;
  const key = `${path}\0${rule}\0${hashOf(lineText)}`;
  const before = met.get(key) ?? 0;
  met.set(key, before + 1);
  return {
    description: message,
    check_name: rule,
    fingerprint: createHash('sha256').update(`${key}\0${before}`).digest('hex').slice(0, 32),
    severity: SEVERITIES[severity],
    location: { path, lines: { begin: (at ?? range).line, end: (at ?? range).endLine } },
  };
}
