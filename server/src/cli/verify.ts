import { jsonText, visible } from '../features/support/escape';
import type { Host } from '../model/host';
import { analyze, type Analysis, routes } from '../service';
import { hasPlaceholder } from '../syntax/templates/languages';
import { hideInUrl } from '../values/secrets';
import { wholeClosure } from '../verify/fragment';
import { findNginx, NoNginx, type Program } from '../verify/program';
import { verifyReport } from '../verify/report';
import { type SeenUpstream, type Verified, type VerifiedUrl, verify as tryOut } from '../verify/verify';
import type { VerifyArguments } from './arguments';
import { analyzeOne } from './configurations';
import { InputError } from './errors';
import type { Io } from './io';
import { Progress } from './progress';

/**
 * The command `verify`.
 *
 * @returns exit status: 0 when all WebSockets opened, 1 when some did not, 3 when nginx does otherwise than predicted
 * @throws InputError when the file cannot be read or verified, or there is no nginx
 */
export async function verify(given: VerifyArguments, host: Host, io: Io): Promise<number> {
  const program = await programFor(given, io);
  const { analysis: found, args } = await analyzeOne(
    { ...given, version: program.version, isVersionAssumed: false },
    host,
    io,
  );
  const { urls } = args;
  refuseTemplates(found);
  if (urls.length === 0 && routes(found).length === 0)
    throw new InputError('No location of this configuration hands requests to a back end: name a URL.');
  const analysis = await wholeAnalysis(found, host);
  if (urls.length === 0 && routes(analysis).every((route) => route.urls.length === 0))
    throw new InputError('No route of this configuration has a URL that is known: name one.');
  const stopping = new AbortController();
  let end: (() => void) | null = null;
  const release = io.onStop((endNow) => {
    end = endNow;
    stopping.abort();
    return 'later';
  });
  const progress = new Progress(io.stderr);
  try {
    const verified = await tryOut(analysis, {
      program,
      urls,
      auth: args.auth,
      signal: stopping.signal,
      onUrl: (url, index, count) => progress.step(`${index + 1} of ${count}: ${hideInUrl(url)}`),
    });
    progress.done();
    print(verified, program, args, io);
    return statusOf(verified);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return 1;
  } finally {
    progress.done();
    release();
    (end as (() => void) | null)?.();
  }
}

async function programFor({ nginx }: VerifyArguments, { environment }: Io): Promise<Program> {
  try {
    return await findNginx(nginx, environment);
  } catch (error) {
    if (error instanceof NoNginx) throw new InputError(error.message);
    throw error;
  }
}

/** @throws InputError where a file is still to be filled in */
function refuseTemplates({ closure }: Analysis): void {
  const template = [...closure.files.values()].find(
    ({ tree, text }) => tree.template && hasPlaceholder(text),
  );
  if (template !== undefined)
    throw new InputError(`${template.path} is a template: verify what it is filled in to.`);
}

/** The analysis of a configuration that can be run: of a fragment, of one around it. */
async function wholeAnalysis(analysis: Analysis, host: Host): Promise<Analysis> {
  const { closure, model } = analysis;
  const whole = await wholeClosure(host, closure, model.configuration.directives);
  if (whole === null)
    throw new InputError('Where this part of a configuration belongs cannot be told: give --main.');
  return whole === closure ? analysis : analyze(whole, analysis.options);
}

function statusOf({ urls }: Verified): number {
  if (urls.some(({ same }) => same === false)) return 3;
  return urls.every(({ seen }) => seen.works) ? 0 : 1;
}

function print(verified: Verified, program: Program, { format }: VerifyArguments, { stdout }: Io): void {
  if (format === 'json') {
    const { urls, adapted } = verified;
    stdout.write(`${jsonText(urls.map((each) => verifiedJson(each, adapted)))}\n`);
  } else {
    stdout.write(`${verifyReport(verified, program).map(visible).join('\n')}\n`);
  }
}

/** What came of a URL, as JSON. Other programs read it: names and order are fixed. */
function verifiedJson({ predicted, seen, same }: VerifiedUrl, adapted: readonly string[]): unknown {
  const { url, verdict, status } = predicted;
  const { works, upstreamRequest, log } = seen;
  return {
    url: hideInUrl(url),
    predicted: { verdict, status },
    seen: {
      status: seen.status,
      works,
      upstreamRequest: upstreamRequest && requestJson(upstreamRequest),
      log,
    },
    same,
    adapted,
  };
}

function requestJson({ backEnd, method, uri, version, headers }: SeenUpstream): unknown {
  return { backEnd, method, uri, version, headers };
}
