import type { Host } from '../model/host';
import { isAtLeastAsSevere } from '../rules/support/severity';
import { nginxTestOf } from '../service';
import type { CheckArguments } from './arguments';
import { openConfigurations } from './configurations';
import { hasColors, type Io } from './io';
import { isLarge, Progress } from './progress';
import { urlLine } from './url-text';
import { compareWith, readBaseline, writeBaseline } from './baseline';
import { jsonText, visible } from '../features/support/escape';
import { counted } from './words';
import { type Checked, newProblems, type Report, reportOf } from '../project/report';
import { gitlabOf } from './report-gitlab';
import { githubOf } from './report-github';
import { reportJson } from '../project/report-json';
import { sarifOf } from './report-sarif';
import { textOf } from './report-text';

/**
 * The command `check`.
 *
 * @returns exit status: 0 when nothing is as severe as asked for and URLs end as expected, else 1
 * @throws InputError when a file given cannot be read, its settings or the baseline
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
    const found = reportOf(checked, names);
    progress.done();
    const report = await withBaseline(found, args, io);
    io.stdout.write(formatted(report, args, io));
    const unexpected = report.urls.filter(({ judged }) => !judged.isAsExpected);
    // These formats have no place for what stands in no file.
    if (args.format === 'sarif' || args.format === 'gitlab')
      for (const { judged } of unexpected) io.stderr.write(`${urlLine(judged)}\n`);
    const isFound = report.files.some(({ problems }) =>
      newProblems(problems).some(({ severity }) => isAtLeastAsSevere(severity, args.severity)),
    );
    return isFound || unexpected.length > 0 ? 1 : 0;
  } finally {
    progress.done();
  }
}

/** Marks what the baseline accepts, if there is one; first it is written, where that is asked for. */
async function withBaseline(found: Report, args: CheckArguments, io: Io): Promise<Report> {
  const { baseline, updatesBaseline } = args;
  if (baseline === null) return found;
  if (updatesBaseline) {
    const count = await writeBaseline(baseline, io.cwd, found);
    io.stderr.write(`${visible(baseline)} is written: ${counted(count, 'finding')}.\n`);
  }
  const { report, gone } = compareWith(await readBaseline(baseline, io.cwd), found);
  if (gone > 0) {
    const those = counted(gone, 'finding');
    io.stderr.write(`${visible(baseline)} has ${those} no longer there: --update-baseline takes them out.\n`);
  }
  return report;
}

function formatted(report: Report, args: CheckArguments, io: Io): string {
  switch (args.format) {
    case 'text':
      return textOf(report, args, hasColors(io.stdout, io.environment));
    case 'json':
      return `${jsonText(reportJson(report, args.version, args.baseline !== null))}\n`;
    case 'sarif':
      return sarifOf(report, args.baseline !== null);
    case 'github':
      return githubOf(report, args.severity);
    case 'gitlab':
      return gitlabOf(report, args.severity);
  }
}
