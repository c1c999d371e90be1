import type { Host } from '../model/host';
import { isAtLeastAsSevere } from '../rules/support/severity';
import { nginxTestOf } from '../service';
import type { CheckArguments } from './arguments';
import { openConfigurations } from './configurations';
import { hasColors, type Io } from './io';
import { isLarge, Progress } from './progress';
import { urlLine } from './url-text';
import { type Checked, type Report, reportOf } from './report';
import { githubOf } from './report-github';
import { jsonOf } from './report-json';
import { sarifOf } from './report-sarif';
import { textOf } from './report-text';

/**
 * The command `check`.
 *
 * @returns exit status: 0 when nothing is as severe as asked for and URLs end as expected, else 1
 * @throws InputError when a file given cannot be read, or its settings
 */
export async function check(given: CheckArguments, host: Host, io: Io): Promise<number> {
  const progress = new Progress(io.stderr);
  try {
    const { configurations, names, args, analyses } = await openConfigurations(given, host, io, progress);
    const checked = configurations.map((configuration): Checked => {
      const { closure, settings } = configuration;
      progress.step(`checking ${names.of(closure.main)}`, isLarge(closure));
      const analysis = analyses.once(configuration);
      return { closure, settings, analysis, problems: analysis.problems, nginxTest: nginxTestOf(analysis) };
    });
    progress.step('collecting');
    const report = reportOf(checked, names);
    progress.done();
    io.stdout.write(formatted(report, args, io));
    const unexpected = report.urls.filter(({ judged }) => !judged.isAsExpected);
    // The other formats have no place for what stands in no file.
    if (args.format === 'sarif') for (const { judged } of unexpected) io.stderr.write(`${urlLine(judged)}\n`);
    const isFound = report.files.some(({ problems }) =>
      problems.some(({ severity }) => isAtLeastAsSevere(severity, args.severity)),
    );
    return isFound || unexpected.length > 0 ? 1 : 0;
  } finally {
    progress.done();
  }
}

function formatted(report: Report, args: CheckArguments, io: Io): string {
  switch (args.format) {
    case 'text':
      return textOf(report, args, hasColors(io.stdout, io.environment));
    case 'json':
      return jsonOf(report, args.version);
    case 'sarif':
      return sarifOf(report);
    case 'github':
      return githubOf(report, args.severity);
  }
}
