import { styleText } from 'node:util';
import { probe as runProbe } from '../probe/probe';
import { proxyVariables } from '../probe/proxies';
import { type ReportLine, reportLines } from '../probe/report-text';
import { hideInUrl } from '../values/secrets';
import type { ProbeResult } from '../protocol';
import type { ProbeArguments } from './arguments';
import { hasColors, type Io } from './io';
import { jsonText, visible } from '../features/support/escape';

/**
 * The command `probe`.
 *
 * @returns exit status: 0 when the WebSocket opened and did what was asked, else 1
 */
export async function probe(args: ProbeArguments, io: Io): Promise<number> {
  const { target } = args;
  const at = new Date();
  const cancellation = new AbortController();
  const release = io.onInterrupt(() => cancellation.abort());
  let result: ProbeResult;
  try {
    const proxies = proxyVariables(io.environment, target.isSecure);
    result = await runProbe(target, { ...args.options, proxies }, cancellation.signal);
  } finally {
    release();
  }
  if (args.format === 'json') io.stdout.write(`${jsonText({ ...result, url: hideInUrl(result.url) })}\n`);
  else io.stdout.write(textOf(reportLines(result, at), hasColors(io.stdout, io.environment)));
  return result.ok ? 0 : 1;
}

const STYLES = { passed: 'green', failed: 'red' } as const;

function textOf(lines: readonly ReportLine[], colors: boolean): string {
  return lines
    .map(({ kind, text }) => {
      const line = visible(text).trimEnd();
      return colors && kind !== 'text' ? styleText(STYLES[kind], line, { validateStream: false }) : line;
    })
    .join('\n')
    .concat('\n');
}
