import { formatVersion, type NginxVersion } from '../reference/versions';
import { type Report, summaryOf } from './report';

/**
 * The report as JSON, of any severity. Other programs read it: names and order are fixed.
 *
 * @param hasBaseline whether it is told of each problem whether it is accepted
 */
export function reportJson(report: Report, version: NginxVersion, hasBaseline: boolean): unknown {
  const { mains, files, urls } = report;
  return {
    nginxVersion: formatVersion(version),
    mains,
    files: files.map(({ file, problems }) => ({
      file,
      diagnostics: problems.map(({ rule, severity, message, range, at, fixable, isKnown }) => ({
        rule,
        severity,
        message,
        ...range,
        ...(at === null ? {} : { at: { file: at.file, line: at.line } }),
        fixable,
        ...(hasBaseline ? { known: isKnown } : {}),
      })),
    })),
    summary: summaryOf(report),
    urls: urls.map(({ json }) => json),
  };
}
