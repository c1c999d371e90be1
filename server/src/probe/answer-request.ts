import type { ProbeAnswer, ProbeParams, ProbeStep } from '../protocol';
import { curlCommand, wscatCommand } from './commands';
import { type ProbeOptions, probe } from './probe';
import { proxyVariables } from './proxies';
import { type ReportLine, reportLines, reportSections } from './report-text';
import { readHeader, readProtocol } from './request';
import { readEndpoint, readTarget, type Target, TargetError } from './target';

/** Seconds that no wait goes beyond: a day. */
const LONGEST_WAIT = 86_400;

/** What a client may ask for, once it is known to make sense. */
interface Wish {
  readonly target: Target;
  readonly options: ProbeOptions & Parameters<typeof curlCommand>[1];
}

/**
 * Probes for a client of the language server.
 *
 * @param environment the variables of this process, which may name a proxy
 */
export async function answerProbe(
  params: ProbeParams,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  onStep: (step: ProbeStep) => void,
): Promise<ProbeAnswer> {
  let wish: Wish;
  try {
    wish = readWish(params);
  } catch (error) {
    if (error instanceof TargetError) return { kind: 'refused', reason: error.message };
    throw error;
  }
  const { target, options } = wish;
  const at = new Date();
  const proxies = proxyVariables(environment, target.isSecure);
  const result = await probe(target, { ...options, proxies, onStep }, signal);
  const { summary, steps, exchange } = reportSections(result, at);
  return {
    kind: 'result',
    result,
    report: textOf(reportLines(result, at)),
    sections: {
      summary: textOf(summary),
      steps: textOf(steps),
      exchange: textOf(exchange),
    },
    curl: curlCommand(target, options),
    wscat: wscatCommand(target, options),
  };
}

function textOf(lines: readonly ReportLine[]): string {
  return lines.map(({ text }) => `${text.trimEnd()}\n`).join('');
}

/** What comes from a client may be anything. */
type Unread = Readonly<Partial<Record<keyof ProbeParams, unknown>>>;

function readWish(params: Unread): Wish {
  const { url, headers, protocols, connect, insecure, message, hold, timeout } = params;
  return {
    target: readTarget(readText('url', url)),
    options: {
      headers: listOf('headers', headers).map((header) => {
        const [name, value] = listOf('headers', header);
        return readHeader(`${readText('headers', name)}: ${readText('headers', value)}`);
      }),
      protocols: listOf('protocols', protocols).map((each) => readProtocol(readText('protocols', each))),
      connectTo: connect === undefined ? null : readEndpoint(readText('connect', connect)),
      insecure: insecure === true,
      message: message === undefined ? null : readText('message', message),
      hold: hold === undefined ? null : readSeconds('hold', hold),
      ...(timeout === undefined ? {} : { timeout: readSeconds('timeout', timeout) }),
    },
  };
}

function readText(name: keyof ProbeParams, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TargetError(`\`${name}\` is not what it should be: a text is missing.`);
}

function listOf(name: keyof ProbeParams, value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new TargetError(`\`${name}\` is not what it should be: a list is missing.`);
}

/** Seconds as milliseconds. */
function readSeconds(name: keyof ProbeParams, seconds: unknown): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= LONGEST_WAIT) return seconds * 1000;
  throw new TargetError(`\`${name}\` is a number of seconds above 0, ${LONGEST_WAIT} at most.`);
}
