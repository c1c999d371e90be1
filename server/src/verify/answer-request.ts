import { visible } from '../features/support/escape';
import type { Host } from '../model/host';
import type { VerifyAnswer } from '../protocol';
import type { Analysis } from '../service';
import { hideInUrl } from '../values/secrets';
import { findNginx, NoNginx } from './program';
import { verifyReport } from './report';
import { NotRunnable, runnable } from './runnable';
import { verify } from './verify';

/**
 * Tries a configuration for a client of the language server: the URLs of all its routes, in the nginx on PATH.
 *
 * @param environment the variables of this process
 * @param onUrl told of each URL before it is opened
 */
export async function answerVerify(
  found: Analysis,
  host: Host,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  onUrl: (text: string) => void,
): Promise<VerifyAnswer> {
  try {
    const program = await findNginx(null, environment);
    const analysis = await runnable(found, program.version, [], host);
    const verified = await verify(analysis, {
      program,
      urls: [],
      auth: 200,
      signal,
      onUrl: (url, index, count) => onUrl(`${index + 1} of ${count}: ${hideInUrl(url)}`),
    });
    const report = verifyReport(verified, program).map((line) => `${visible(line)}\n`);
    return { kind: 'result', report: report.join(''), summary: report.at(-1)?.trimEnd() ?? '' };
  } catch (error) {
    if (signal.aborted) return { kind: 'refused', reason: 'The verification was cancelled.' };
    if (error instanceof NoNginx || error instanceof NotRunnable)
      return { kind: 'refused', reason: error.message };
    throw error;
  }
}
