import type { Host } from '../model/host';
import { isAtLeastAsSevere } from '../rules/support/severity';
import { analyze } from '../service';
import type { CheckArguments } from './arguments';
import { findConfigurations } from './configurations';
import { hasColors, type Io } from './io';
import { isLarge, Progress } from './progress';
import { reportOf } from './report';
import { jsonOf } from './report-json';
import { textOf } from './report-text';
import { faultReporter } from './faults';
import { visible } from './words';

/**
 * The command `check`.
 *
 * @returns exit status: 0 when nothing is as severe as asked for, else 1
 * @throws InputError when a file given cannot be read
 */
export async function check(args: CheckArguments, host: Host, io: Io): Promise<number> {
  const progress = new Progress(io.stderr);
  try {
    const { closures, names, notes } = await findConfigurations(
      host,
      io.cwd,
      args.files,
      args.main,
      progress,
    );
    const onFault = faultReporter(io.stderr);
    const analyses = closures.map((closure) => {
      progress.step(`checking ${names.of(closure.main)}`, isLarge(closure));
      return analyze(closure, { version: args.version, versionIsSet: !args.isVersionAssumed, onFault });
    });
    progress.step('collecting');
    const report = reportOf(analyses, names);
    progress.done();
    for (const note of notes) io.stderr.write(`${visible(note)}\n`);
    const isText = args.format === 'text';
    io.stdout.write(
      isText ? textOf(report, args, hasColors(io.stdout, io.environment)) : jsonOf(report, args.version),
    );
    const isFound = report.files.some(({ problems }) =>
      problems.some(({ severity }) => isAtLeastAsSevere(severity, args.severity)),
    );
    return isFound ? 1 : 0;
  } finally {
    progress.done();
  }
}
