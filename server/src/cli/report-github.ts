import type { Severity } from '../rules/support/rule';
import { isAtLeastAsSevere } from '../rules/support/severity';
import { newProblems, type Report } from '../project/report';
import { visible } from '../features/support/escape';
import { urlLine } from './url-text';

const LEVELS = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

/**
 * The report as commands of a GitHub workflow, one line for each problem that is severe enough: GitHub shows them
 * beside the changed lines.
 */
export function githubOf(report: Report, severity: Severity): string {
  const lines = report.files.flatMap(({ file, problems }) =>
    newProblems(problems)
      .filter((problem) => isAtLeastAsSevere(problem.severity, severity))
      .map(({ severity: own, rule, message, range: inner, at }) => {
        const range = at ?? inner;
        const properties = [
          `file=${property(at?.file ?? file)}`,
          `line=${range.line}`,
          `col=${range.column}`,
          `endLine=${range.endLine}`,
          `endColumn=${range.endColumn}`,
          `title=${property(rule)}`,
        ].join(',');
        return `::${LEVELS[own]} ${properties}::${data(message)}\n`;
      }),
  );
  const urls = report.urls
    .filter(({ judged }) => !judged.isAsExpected)
    .map(({ judged }) => `::error title=${property(judged.url)}::${data(urlLine(judged))}\n`);
  return [...lines, ...urls].join('');
}

/** The characters that would end a line (workflow commands of GitHub Actions, `escapeData`), and what a log would obey. */
function data(text: string): string {
  const lines = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return visible(lines);
}

/** And those that would end a property (`escapeProperty`). */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
