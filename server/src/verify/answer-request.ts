import { visible } from '../features/support/escape';
import { t } from '../l10n';
import type { Host } from '../model/host';
import { outcomeText } from '../features/explain-text';
import type { VerifiedUrl as Told, VerifyAnswer } from '../protocol';
import { type Analysis, routes } from '../service';
import { hideInUrl } from '../values/secrets';
import { findNginx, NoNginx, type Program } from './program';
import { upstreamLines, verifyReport } from './report';
import type { RouteSight } from './route-sight';
import { NotRunnable, runnable } from './runnable';
import { urlsOfRoute } from './urls';
import { type Verified, verify, type VerifiedUrl } from './verify';

/** The answer, and what was seen of each route. */
interface Answered {
  readonly answer: VerifyAnswer;
  readonly sights: readonly RouteSight[];
}

/**
 * Tries a configuration for a client of the language server, in the nginx on PATH.
 *
 * @param urls what to open; none for the URLs of all routes
 * @param environment the variables of this process
 * @param onUrl told of each URL before it is opened
 */
export async function answerVerify(
  found: Analysis,
  host: Host,
  urls: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  onUrl: (text: string) => void,
): Promise<Answered> {
  try {
    const program = await findNginx(null, environment);
    const analysis = await runnable(found, program.version, urls, host);
    const verified = await verify(analysis, {
      program,
      urls,
      auth: 200,
      signal,
      onUrl: (url, index, count) => onUrl(t`${index + 1} of ${count}: ${hideInUrl(url)}`),
    });
    const report = verifyReport(verified, program).map((line) => `${visible(line)}\n`);
    return {
      answer: {
        kind: 'result',
        report: report.join(''),
        summary: report.at(-1)?.trimEnd() ?? '',
        program: program.name,
        urls: verified.urls.map(told),
        adapted: verified.adapted.map(visible),
      },
      sights: sightsOf(analysis, verified, program),
    };
  } catch (error) {
    if (signal.aborted) return refused(t('The verification was cancelled.'));
    if (error instanceof NoNginx || error instanceof NotRunnable) return refused(error.message);
    throw error;
  }
}

function told({ predicted, seen, same }: VerifiedUrl): Told {
  const { works, status, outcome, message, upstreamRequest, log } = seen;
  const shown = (lines: readonly string[]): string => lines.map(visible).join('\n');
  return {
    url: visible(hideInUrl(predicted.url)),
    predicted: visible([outcomeText(predicted), ...predicted.conditions].join('; ')),
    same,
    works,
    status,
    outcome: visible(outcome),
    message: visible(message),
    upstreamRequest: shown(upstreamLines(upstreamRequest)),
    log: shown(log),
  };
}

function refused(reason: string): Answered {
  return { answer: { kind: 'refused', reason }, sights: [] };
}

function sightsOf(analysis: Analysis, { urls }: Verified, { name }: Program): RouteSight[] {
  const nginx = name.replace(/ .*/, '').replace('/', ' ');
  return routes(analysis).flatMap((row) => {
    const tried = new Set(urlsOfRoute(analysis, row));
    const seen = urls.filter(({ ofAll }) => tried.has(ofAll.url));
    if (seen.length === 0 || seen.some(({ same }) => same === null)) return [];
    const { file, start } = row.place;
    const same = seen.every((each) => each.same);
    return [{ file: file.realPath, start, verdict: row.verdict, same, nginx }];
  });
}
