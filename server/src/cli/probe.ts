import { styleText } from 'node:util';
import { probe as runProbe } from '../probe/probe';
import { readTarget, type Target, TargetError } from '../probe/target';
import { proxyVariables } from '../probe/proxies';
import { type ReportLine, reportLines } from '../probe/report-text';
import { hideInUrl } from '../values/secrets';
import type { ExpectedUrl } from '../protocol';
import type { Host } from '../model/host';
import { projectFileName, readProjectFile } from '../model/project-file';
import { hostPath } from '../node-host';
import { faultsOf } from '../project/settings';
import type { ProbeArguments } from './arguments';
import { InputError } from './errors';
import { hasColors, type Io } from './io';
import { jsonText, visible } from '../features/support/escape';

/** What is probed, and what is expected to come of it. */
interface Asked {
  readonly target: Target;
  /** Null where nothing is said: that it opens. */
  readonly expect: ExpectedUrl['expect'] | null;
}

/**
 * The command `probe`.
 *
 * @returns exit status: 0 when each WebSocket did what is expected and what was asked, else 1
 * @throws InputError when the URLs of the project's file are asked for and cannot be read
 */
export async function probe(args: ProbeArguments, host: Host, io: Io): Promise<number> {
  const isAll = args.target === null;
  const all: readonly Asked[] =
    args.target === null ? await askedIn(host, io) : [{ target: args.target, expect: null }];
  const cancellation = new AbortController();
  const release = io.onInterrupt(() => cancellation.abort());
  const values: unknown[] = [];
  let isExpected = true;
  try {
    for (const { target, expect } of all) {
      if (cancellation.signal.aborted) break;
      const at = new Date();
      const proxies = proxyVariables(io.environment, target.isSecure);
      const result = await runProbe(target, { ...args.options, proxies }, cancellation.signal);
      const asExpected =
        result.cause !== 'cancelled' && (expect === 'depends' || result.ok === (expect !== 'blocked'));
      isExpected &&= asExpected;
      const value = { ...result, url: hideInUrl(result.url) };
      values.push(isAll ? { ...value, expect, asExpected } : value);
      if (args.format === 'json') continue;
      if (values.length > 1) io.stdout.write('\n');
      io.stdout.write(textOf(reportLines(result, at), hasColors(io.stdout, io.environment)));
      if (expect !== null) io.stdout.write(`${asExpected ? 'as' : 'not as'} expected: ${expect}\n`);
    }
  } finally {
    release();
  }
  if (args.format === 'json') io.stdout.write(`${jsonText(isAll ? values : values[0])}\n`);
  return isExpected && values.length === all.length ? 0 : 1;
}

/** The URLs of the project's file in the working directory. */
async function askedIn(host: Host, { cwd, stderr }: Io): Promise<readonly Asked[]> {
  const project = await readProjectFile(host, hostPath(cwd), () => {});
  if (project === null) throw new InputError(`There is no ${projectFileName} in the working directory.`);
  const faults = faultsOf(project).map((fault) => `${projectFileName}: ${fault}`);
  if (project.unusable) throw new InputError(faults.join('\n'));
  const asked = project.settings.websocketUrls.map((each) => {
    const { url, expect = null } = typeof each === 'string' ? { url: each } : each;
    return { target: targetOf(url), expect };
  });
  for (const fault of faults) stderr.write(`${visible(fault)}\n`);
  if (asked.length === 0) throw new InputError(`${projectFileName} has no websocketUrls.`);
  return asked;
}

function targetOf(url: string): Target {
  try {
    return readTarget(url);
  } catch (error) {
    if (error instanceof TargetError) throw new InputError(`${projectFileName}: ${error.message}`);
    throw error;
  }
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
