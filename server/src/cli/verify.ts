import { jsonText, visible } from '../features/support/escape';
import type { Host } from '../model/host';
import { hideInUrl } from '../values/secrets';
import { findImage, findNginx, NoNginx, type Program } from '../verify/program';
import { NotRunnable, runnable } from '../verify/runnable';
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
  const { nginx, image } = given;
  const { environment } = io;
  const program = await inWords(() =>
    image === null ? findNginx(nginx, environment) : findImage(image, environment),
  );
  const { analysis: found, args } = await analyzeOne(
    { ...given, version: program.version, isVersionAssumed: false },
    host,
    io,
  );
  const { urls } = args;
  const analysis = await inWords(() => runnable(found, program.version, urls, host));
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

/** The same, with what a person has to know as an error of the command line. */
async function inWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NoNginx || error instanceof NotRunnable) throw new InputError(error.message);
    throw error;
  }
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
