import { visible } from '../features/support/escape';
import type { Host } from '../model/host';
import { outcomeText } from '../features/explain-text';
import type { VerifiedUrl as Told, VerifyAnswer } from '../protocol';
import type { Analysis } from '../service';
import { hideInUrl } from '../values/secrets';
import { findNginx, NoNginx } from './program';
import { upstreamLines, verifyReport } from './report';
import { NotRunnable, runnable } from './runnable';
import { verify, type VerifiedUrl } from './verify';

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
): Promise<VerifyAnswer> {
  try {
    const program = await findNginx(null, environment);
    const analysis = await runnable(found, program.version, urls, host);
    const verified = await verify(analysis, {
      program,
      urls,
      auth: 200,
      signal,
      onUrl: (url, index, count) => onUrl(`${index + 1} of ${count}: ${hideInUrl(url)}`),
    });
    const report = verifyReport(verified, program).map((line) => `${visible(line)}\n`);
    return {
      kind: 'result',
      report: report.join(''),
      summary: report.at(-1)?.trimEnd() ?? '',
      program: program.name,
      urls: verified.urls.map(told),
      adapted: verified.adapted.map(visible),
    };
  } catch (error) {
    if (signal.aborted) return { kind: 'refused', reason: 'The verification was cancelled.' };
    if (error instanceof NoNginx || error instanceof NotRunnable)
      return { kind: 'refused', reason: error.message };
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
