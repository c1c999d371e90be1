import { visible } from '../features/support/escape';
import type { ProbeAnswer, ProbeHeader, ProbeResult } from '../protocol';
import { hideInUrl } from '../values/secrets';
import { curlCommand, wscatCommand } from './commands';
import { exchangeLines, outcomeOf, reportLines } from './report-text';
import type { Wish } from './wish';

/**
 * The answer to a client: the result, and its texts for the user.
 *
 * @param at when the probe was begun
 */
export function probeAnswer(result: ProbeResult, { target, options }: Wish, at: Date): ProbeAnswer {
  const repeated = { ...options, headers: [...options.headers, ...originHeaders(result)] };
  return {
    kind: 'result',
    result,
    report: reportLines(result, at)
      .map(({ text }) => `${text.trimEnd()}\n`)
      .join(''),
    url: visible(hideInUrl(result.url)),
    outcome: visible(outcomeOf(result)),
    exchange: exchangeLines(result).map(visible).join('\n'),
    curl: curlCommand(target, repeated),
    wscat: wscatCommand(target, repeated),
  };
}

/** The handshake that the result is about has an Origin of its own where that is what is refused. */
function originHeaders({ cause, request }: ProbeResult): readonly ProbeHeader[] {
  return cause === 'origin' ? request.filter(([name]) => name === 'Origin') : [];
}
