import type { Explanation } from '../handshake/explanation';
import { socketFor } from '../handshake/listening';
import { loginAnswers } from '../handshake/phases';
import { readTarget as readUrl } from '../handshake/target';
import { walk } from '../model/configuration';
import { english, t } from '../l10n';
import { serverNames } from '../model/server-names';
import { serversIn } from '../model/levels';
import { probe } from '../probe/probe';
import { outcomeOf } from '../probe/report-text';
import { readTarget } from '../probe/target';
import type { ProbeResult } from '../protocol';
import { applyEdits } from '../edits/edit';
import { withTexts } from '../model/load';
import { type Analysis, analyze, explain, nginxTestOf } from '../service';
import { hideInHeader, hideInUrl } from '../values/secrets';
import { type Adapted, adapt, type Lacks, NOTHING_LACKS } from './adapt';
import { makeIdentity } from './certificate';
import { isAsPredicted, type Logins, type Sight } from './compare';
import type { WantedBackEnd } from './draft';
import { freePorts } from './free-ports';
import type { Header } from './http-message';
import { keyOfSocket } from './listeners';
import { type Program, streamModule } from './program';
import { inOwnWords, lacksMore } from './refusal';
import { Sandbox, type Start } from './sandbox';
import { type BackEnd, type Identity, startStrictBackEnd } from './strict-back-end';
import { urlsToTry } from './urls';

/** How a configuration is tried. */
export interface VerifyOptions {
  readonly program: Program;
  /** Default: `urlsToTry`. */
  readonly urls: readonly string[];
  /** What the services of `auth_request` answer. */
  readonly auth: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Called with the number of each URL before it is opened. */
  readonly onUrl?: (url: string, index: number, count: number) => void;
}

/** What came of one URL. */
export interface VerifiedUrl {
  /** Of what is tried: where the copy does without something, the configuration without it. */
  readonly predicted: Explanation;
  /** Of the configuration as it is. */
  readonly ofAll: Explanation;
  readonly seen: Seen;
  /** Whether it came as predicted; null where that was `unknown`. */
  readonly same: boolean | null;
}

interface Seen extends Sight {
  /** In a few words, and in sentences, as a probe says it. */
  readonly outcome: string;
  readonly message: string;
  /** What reached the back end last; null where nothing did. */
  readonly upstreamRequest: SeenUpstream | null;
  /** What nginx wrote to its error log. */
  readonly log: readonly string[];
}

/** A request that reached a back end. */
export interface SeenUpstream {
  /** What the configuration calls the back end. */
  readonly backEnd: string;
  /** Whether it is one that answers `auth_request`: no other was reached. */
  readonly isLogin: boolean;
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  /** In the order of the wire. */
  readonly headers: readonly Header[];
}

/** What came of a configuration. */
export interface Verified {
  readonly urls: readonly VerifiedUrl[];
  /** What the copy has that the configuration has not, in sentences. */
  readonly adapted: readonly string[];
  /** What nginx said when it did not take the copy; null where it ran. */
  readonly refused: string | null;
}

/** Other programs may take ports in the meantime: so often it is tried again. */
const ATTEMPTS = 3;

const OWN_NETWORK = english('nginx has a network of its own, from which nothing else is reached.');
const SHARED_NETWORK = english(
  'nginx has the network of this machine, as it cannot be given one of its own here: it listens on 127.0.0.1.',
);

/** For one handshake, in milliseconds. */
const PATIENCE = 5000;

/** What is sent over a WebSocket that has opened. */
const MESSAGE = 'nginx-websocket';

/**
 * Starts a copy of a whole configuration in a folder of its own, opens URLs, and compares what comes with what is
 * predicted. All that was started is gone at the end.
 *
 * @throws what the signal says when it is aborted
 */
export async function verify(analysis: Analysis, options: VerifyOptions): Promise<Verified> {
  const sandbox = await Sandbox.make(options.program);
  try {
    const identity = await makeIdentity(namesIn(analysis));
    await sandbox.write('identity.crt', identity.cert);
    await sandbox.write('identity.key', identity.key);
    await sandbox.write('users', '');
    for (let attempt = 1; ; attempt += 1) {
      const verified = await tryOnce(analysis, options, sandbox, identity);
      if (verified.refused?.includes('Address already in use') !== true || attempt === ATTEMPTS)
        return verified;
    }
  } finally {
    await sandbox.remove();
  }
}

/** The names that servers have, and those of this machine. */
function namesIn({ model }: Analysis): string[] {
  const servers = model.http === null ? [] : serversIn(model.http);
  const names = servers.flatMap(serverNames).filter((name) => /^(?:\*\.)?[\w.-]+$/.test(name));
  return [...new Set(['localhost', '127.0.0.1', ...names])].slice(0, 200);
}

async function tryOnce(
  analysis: Analysis,
  options: VerifyOptions,
  sandbox: Sandbox,
  identity: Identity,
): Promise<Verified> {
  const { adapted, refused } = await acceptedCopy(analysis, options, sandbox);
  const urls = options.urls.length > 0 ? options.urls : urlsToTry(analysis);
  if (refused !== null) return refusedResult(analysis, urls, adapted, refused);
  const backEnds = new Map<WantedBackEnd, BackEnd>();
  try {
    for (const wanted of adapted.backEnds)
      backEnds.set(wanted, await startBackEnd(wanted, identity, options.auth));
    const start = startOf(analysis, options.program, adapted);
    const { listeners } = adapted;
    const ports = { listeners, backEnds: adapted.backEnds.map(({ port }) => port) };
    const said = await sandbox.start(start, ports, options.signal);
    if (said !== null)
      return refusedResult(analysis, urls, adapted, inOwnWords(said, sandbox.folder, adapted));
    const tried = withoutLosses(analysis, adapted);
    const logins = loginsOf(options.auth, tried);
    const verified: VerifiedUrl[] = [];
    for (const [index, url] of urls.entries()) {
      options.signal.throwIfAborted();
      options.onUrl?.(url, index, urls.length);
      const predicted = explain(tried, url);
      const seen = await seeUrl(tried, predicted, adapted, backEnds, sandbox, options.signal);
      const byStatus = seen.upstreamRequest?.isLogin !== true;
      const same = isAsPredicted(predicted, seen, { logins, isOtherLogin: hasOtherLogin(seen), byStatus });
      verified.push({ predicted, ofAll: explain(analysis, url), seen, same });
    }
    const network = t(sandbox.hasOwnNetwork ? OWN_NETWORK : SHARED_NETWORK);
    return { urls: verified, adapted: [...adapted.changes, network], refused: null };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return refusedResult(analysis, urls, adapted, 'Address already in use');
    throw error;
  } finally {
    await sandbox.stop();
    await Promise.all([...backEnds.values()].map((backEnd) => backEnd.stop()));
  }
}

/** What the services of `auth_request` answer, and what they do not. */
function loginsOf(auth: number, { model }: Analysis): Logins {
  const told = new Set<string>();
  const untold = new Set<string>();
  for (const directive of walk(model.configuration.directives)) {
    if (directive.name !== 'auth_request') continue;
    const [letsIn, refuses] = loginAnswers(directive);
    told.add(auth < 300 ? letsIn : refuses);
    untold.add(auth < 300 ? refuses : letsIn);
  }
  return { told, untold };
}

/**
 * Whether a login had an answer that is none (ngx_http_auth_request_handler): a `rewrite` of the server led it to a back
 * end that others share, and that is none of logins.
 */
function hasOtherLogin({ log }: Seen): boolean {
  return log.some((line) => line.includes('auth request unexpected status'));
}

/** What the copy is of: nothing can be said of what it does without. */
function withoutLosses(analysis: Analysis, { losses }: Adapted): Analysis {
  if (losses.length === 0) return analysis;
  return analyze(withTexts(analysis.closure, applyEdits(losses), Infinity), analysis.options);
}

/** With the module for `stream` where there is need of it. */
function startOf({ model }: Analysis, program: Program, { main }: Adapted): Start {
  const hasStream = model.configuration.directives.some(({ name }) => name === 'stream');
  return { program, main, globals: hasStream ? streamModule(program) : '' };
}

/** A copy that nginx takes, without what it lacks; or why it takes none. */
async function acceptedCopy(
  analysis: Analysis,
  { program, signal }: VerifyOptions,
  sandbox: Sandbox,
): Promise<{ readonly adapted: Adapted; readonly refused: string | null }> {
  const { folder } = sandbox;
  const predicted = nginxTestOf(analysis);
  let lacks: Lacks = NOTHING_LACKS;
  const ports = await freePorts(adapt(analysis.model, { folder, ports: [] }).portsUsed);
  for (;;) {
    const adapted = adapt(analysis.model, { folder, ports }, lacks);
    for (const path of adapted.directories) await sandbox.makeDirectory(path);
    for (const path of adapted.pages) await sandbox.write(path, 'A page.\n');
    for (const [path, text] of adapted.texts) await sandbox.write(path, text);
    const said = await sandbox.test(startOf(analysis, program, adapted), signal);
    if (said === null) return { adapted, refused: null };
    const more = lacksMore(said, lacks, predicted?.text ?? null);
    if (more === null) return { adapted, refused: inOwnWords(said.trim(), folder, adapted) };
    lacks = more;
  }
}

/** nginx does not run: nothing works, as is right where that was predicted. */
function refusedResult(
  analysis: Analysis,
  urls: readonly string[],
  { changes }: Adapted,
  refused: string,
): Verified {
  const predicted = nginxTestOf(analysis);
  const same = predicted !== null;
  const seen: Seen = {
    status: null,
    works: false,
    isBare: true,
    outcome: t('did not open: nginx does not start'),
    message: t('nginx does not start.'),
    upstreamRequest: null,
    log: [refused],
  };
  return {
    urls: urls.map((url) => {
      const predicted = explain(analysis, url);
      return { predicted, ofAll: predicted, seen, same };
    }),
    adapted: changes,
    refused,
  };
}

function startBackEnd({ port, isLogin }: WantedBackEnd, identity: Identity, auth: number): Promise<BackEnd> {
  return startStrictBackEnd({ port, identity, ...(isLogin ? { statusOf: () => auth } : {}) });
}

async function seeUrl(
  analysis: Analysis,
  { url, error }: Explanation,
  adapted: Adapted,
  backEnds: ReadonlyMap<WantedBackEnd, BackEnd>,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<Seen> {
  const port = portFor(analysis, url, adapted);
  if (port === null) {
    const message = error ?? t('Nothing listens there.');
    const outcome = t('did not open: nothing listens there');
    return { status: null, works: false, isBare: true, outcome, message, upstreamRequest: null, log: [] };
  }
  const counts = new Map([...backEnds].map(([wanted, { requests }]) => [wanted, requests.length] as const));
  const logged = (await sandbox.log()).length;
  const result = await openUrl(url, port, signal);
  const log = (await sandbox.log()).slice(logged).split('\n');
  return {
    status: result.status,
    works: result.ok,
    isBare: result.cause !== 'origin',
    outcome: outcomeOf(result),
    message: result.message,
    upstreamRequest: lastRequest(backEnds, counts),
    log: log.filter((line) => line !== '').map((line) => inOwnWords(line, sandbox.folder, adapted)),
  };
}

function openUrl(url: string, port: number, signal: AbortSignal): Promise<ProbeResult> {
  const connectTo = { host: '127.0.0.1', port };
  return probe(readTarget(url), { connectTo, insecure: true, message: MESSAGE, timeout: PATIENCE }, signal);
}

/** The port of the copy that stands for the one of a URL; null where nothing listens there. */
function portFor({ model }: Analysis, url: string, { portOf }: Adapted): number | null {
  const target = readUrl(url);
  if ('error' in target) return null;
  const { host, port } = target;
  const http = socketFor(model, { host, port });
  const keys =
    http === null ? ['*', '[::]', host, '127.0.0.1'].map((address) => ({ address, port })) : [http];
  return keys.map((key) => portOf(keyOfSocket(key))).find((each) => each !== undefined) ?? null;
}

/** What reached a back end since, a login only where nothing else did. */
function lastRequest(
  backEnds: ReadonlyMap<WantedBackEnd, BackEnd>,
  counts: ReadonlyMap<WantedBackEnd, number>,
): SeenUpstream | null {
  const asked = [...backEnds].filter(([wanted, { requests }]) => requests.length > (counts.get(wanted) ?? 0));
  const found = asked.find(([{ isLogin }]) => !isLogin) ?? asked[0];
  const request = found?.[1].requests.at(-1);
  if (found === undefined || request === undefined) return null;
  const names = [...backEnds.keys()];
  const named = (text: string): string =>
    names.reduce(
      (all, { name, port }) => all.replaceAll(new RegExp(`127\\.0\\.0\\.1:0*${port}\\b`, 'g'), () => name),
      text,
    );
  const { method, uri, version, headers } = request;
  return {
    backEnd: found[0].name,
    isLogin: found[0].isLogin,
    method,
    uri: hideInUrl(uri),
    version,
    headers: headers.map(([name, value]) => [name, hideInHeader(name, named(value))] as const),
  };
}
