import { jsonText } from '../features/support/escape';
import { formatVersion, type NginxVersion } from '../reference/versions';
import type { Report } from './report';

/** The report as JSON, of any severity. Other programs read it: names and order are fixed. */
export function jsonOf(report: Report, version: NginxVersion): string {
  const { mains, files, summary, urls } = report;
  const value = {
    nginxVersion: formatVersion(version),
    mains,
    files: files.map(({ file, problems }) => ({
      file,
      diagnostics: problems.map(({ rule, severity, message, range, at, fixable }) => ({
        rule,
        severity,
        message,
        ...range,
        ...(at === null ? {} : { at: { file: at.file, line: at.line } }),
        fixable,
      })),
    })),
    summary,
    urls: urls.map(({ json }) => json),
  };
  return `${jsonText(value)}\n`;
}
