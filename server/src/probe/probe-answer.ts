import type { ProbeAnswer, ProbeHeader, ProbeResult } from '../protocol';
import { curlCommand, wscatCommand } from './commands';
import { type ReportLine, reportLines, reportSections } from './report-text';
import type { Wish } from './wish';

/**
 * The answer to a client: the result, and its texts for the user.
 *
 * @param at when the probe was begun
 */
export function probeAnswer(result: ProbeResult, { target, options }: Wish, at: Date): ProbeAnswer {
  const { summary, steps, exchange } = reportSections(result, at, 'narrow');
  const repeated = { ...options, headers: [...options.headers, ...originHeaders(result)] };
  return {
    kind: 'result',
    result,
    report: textOf(reportLines(result, at)),
    sections: { summary: textOf(summary), steps: textOf(steps), exchange: textOf(exchange) },
    curl: curlCommand(target, repeated),
    wscat: wscatCommand(target, repeated),
  };
}

/** The handshake that the result is about has an Origin of its own where that is what is refused. */
function originHeaders({ cause, request }: ProbeResult): readonly ProbeHeader[] {
  return cause === 'origin' ? request.filter(([name]) => name === 'Origin') : [];
}

function textOf(lines: readonly ReportLine[]): string {
  return lines.map(({ text }) => `${text.trimEnd()}\n`).join('');
}
