import { styleText } from 'node:util';
import { formatVersion } from '../reference/versions';
import type { Severity } from '../rules/support/rule';
import { isAtLeastAsSevere } from '../rules/support/severity';
import type { CheckArguments, CommonArguments } from './arguments';
import { knownIn, newProblems, type Report, type ReportedProblem, summaryOf } from '../project/report';
import { STANDARD_INPUT } from './standard-input';
import { checkCommand, fixCommand } from './command-line';
import { urlLine } from './url-text';
import { visible } from '../features/support/escape';
import { counted } from './words';

/** One line of the table, before it is aligned. */
interface Row {
  readonly place: string;
  readonly problem: ReportedProblem;
}

const STYLES = { error: 'red', warning: 'yellow', information: 'blue', hint: 'gray' } as const;

const GAP = '  ';

/** The report for people: a line for each problem that is severe enough, related places below it, then the sum. */
export function textOf(report: Report, args: CheckArguments, colors: boolean): string {
  const rows = report.files.flatMap(({ file, problems }) =>
    newProblems(problems)
      .filter(({ severity }) => isAtLeastAsSevere(severity, args.severity))
      .map((problem) => ({ place: placeOf(file, problem), problem })),
  );
  const placeWidth = widest(rows.map(({ place }) => place));
  const severityWidth = widest(rows.map(({ problem }) => problem.severity));
  const style: Styler = colors
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
  const lines = rows.flatMap((row) => linesOf(row, placeWidth, severityWidth, style));
  const urls = report.urls.map(({ judged }) => style(judged.isAsExpected ? 'dim' : 'red', urlLine(judged)));
  const paragraphs = [lines, urls, [summaryLine(report, args), ...nextStep(report, args)]].filter(
    ({ length }) => length > 0,
  );
  return `${paragraphs.map((each) => each.join('\n')).join('\n\n')}\n`;
}

type Styler = (format: Parameters<typeof styleText>[0], text: string) => string;

function placeOf(file: string, { range }: ReportedProblem): string {
  return visible(`${file}:${range.line}:${range.column}`);
}

function linesOf(
  { place, problem }: Row,
  placeWidth: number,
  severityWidth: number,
  style: Styler,
): string[] {
  const { severity, message, rule, fixable, related } = problem;
  const head = [
    style('bold', place) + ' '.repeat(placeWidth - place.length),
    style(STYLES[severity], severity) + ' '.repeat(severityWidth - severity.length),
    `${visible(message)} ${style('dim', fixable ? `[${rule}, fixable]` : `[${rule}]`)}`,
  ].join(GAP);
  const indent = ' '.repeat(placeWidth + GAP.length + severityWidth + GAP.length);
  const below = related.map((each) => `${indent}${visible(`${each.file}:${each.line} ${each.message}`)}`);
  return [head, ...below];
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}

function summaryLine(report: Report, args: CheckArguments): string {
  const { files } = report;
  const summary = summaryOf(report);
  const where = `in ${counted(files.length, 'file')} (${versionNote(args)}).`;
  const mendable = files.reduce(
    (sum, { problems }) => sum + newProblems(problems).filter((each) => each.mendable).length,
    0,
  );
  const command = args.files.includes(STANDARD_INPUT) ? '.' : `: ${fixCommand(args)}`;
  const fix = mendable === 0 ? '' : ` ${mendable} fixable${command}`;
  const known = knownIn(report);
  const accepted = known === 0 ? '' : ` ${known} known by ${visible(args.baseline ?? '')}.`;
  return `${countsOf(summary)} ${where}${unshownNote(summary, args)}${accepted}${fix}`;
}

/**
 * How to go on for somebody who came because a WebSocket fails: which path it has, and that there is one, is often written
 * in no configuration. Only where nothing was found that says why.
 */
function nextStep(report: Report, args: CheckArguments): string[] {
  const { error, warning, information } = summaryOf(report);
  if (error + warning + information + knownIn(report) + report.urls.length > 0) return [];
  const origin = report.someOrigin();
  if (origin === null) return [];
  const url = origin.endsWith('/') ? `${origin}…` : `${origin}/…`;
  return [`Does a WebSocket fail? Ask about its URL: ${checkCommand(args, url)}`];
}

/** How to see what is counted and yet not printed; '' when all is printed. */
function unshownNote(summary: Summary, { severity: least }: CheckArguments): string {
  const unshown = SEVERITIES.filter((each) => summary[each] > 0 && !isAtLeastAsSevere(each, least));
  const count = unshown.reduce((sum, each) => sum + summary[each], 0);
  const lowest = unshown.at(-1);
  return lowest === undefined ? '' : ` ${count} not shown: --severity ${lowest}.`;
}

type Summary = Readonly<Record<Severity, number>>;

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const satisfies readonly Severity[];

function countsOf({ error, warning, information, hint }: Summary): string {
  const counts: readonly [number, string][] = [
    [error, counted(error, 'error')],
    [warning, counted(warning, 'warning')],
    // The word has no plural.
    [information, `${information} information`],
    [hint, counted(hint, 'hint')],
  ];
  const some = counts.filter(([count]) => count > 0).map(([, text]) => text);
  return some.length === 0 ? 'No problems' : some.join(', ');
}

/** `nginx 1.28.0 assumed; --nginx-version to change`, or the version that was asked for, and where. */
export function versionNote({ version, isVersionAssumed, versionFile }: CommonArguments): string {
  const name = `nginx ${formatVersion(version)}`;
  if (isVersionAssumed) return `${name} assumed; --nginx-version to change`;
  return versionFile === null ? name : `${name} by ${versionFile}`;
}
