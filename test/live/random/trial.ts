import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type SeenRequest, strictAnswer } from '../../../server/src/verify/strict-answer';
import { type BackEnd, startStrictBackEnd } from '../../../server/src/verify/strict-back-end';
import { type Certificate, makeCertificate } from '../harness/certificates';
import { handshake, type HandshakeOptions } from '../harness/client';
import { NginxRefused, startMainFile, writeTree } from '../harness/nginx';
import { freePorts } from '../harness/ports';
import { Resources, type Stoppable, temporaryDirectory } from '../harness/resources';
import { PASSWORD } from './clients';
import type { Explain, Prediction } from './prediction';
import { HOST_NAMES } from './hosts';
import { type Lenience, asksForLogin, type Play, playOf } from './player';
import { PAGES } from './pages';
import { type Directive, print } from './tree';

/** Handshakes of one configuration with a running nginx. */

/** What to try: a configuration with its placeholders, and URLs. */
export interface Tried {
  readonly directives: readonly Directive[];
  readonly ports: number;
  readonly urls: readonly string[];
  /** Directories and pages below them that exist, by the root that they are in. */
  readonly roots: readonly Root[];
}

/** A directory that locations take their files from. */
export interface Root {
  /** Relative to the prefix of nginx. */
  readonly path: string;
  /** Relative paths of the directories in it. */
  readonly directories: readonly string[];
}

/** What became of one handshake. */
export interface Outcome {
  /** With the port that nginx had. */
  readonly url: string;
  /** What the client saw; null when no answer came. */
  readonly status: number | null;
  /** It was accepted and a message came back. */
  readonly passes: boolean;
  /** Why it does not pass. */
  readonly reason: string | null;
  /** It fails with the strict back end, and passes with one that takes HTTP/1.0 too. */
  readonly depends: boolean;
  /** What reached the back end, in order. */
  readonly requests: readonly SeenRequest[];
  /** What reached the back end of subrequests, in order. */
  readonly auxiliary: readonly SeenRequest[];
}

/** A case of a prediction, and how it ended when nginx was asked. */
export interface PlayedCase {
  readonly predicted: Prediction['cases'][number];
  /** Null where no client could be made for it. */
  readonly ended: {
    readonly status: number | null;
    readonly passes: boolean;
    readonly reason: string | null;
    readonly sent: Pick<Play, 'headers' | 'from'>;
  } | null;
  /** What a client for it would need that there is not; null where it was played. */
  readonly needs: string | null;
}

/** One handshake of a configuration: what was said of it and what became of it. */
interface Attempt {
  readonly outcome: Outcome;
  readonly predicted: Prediction;
  /** Those of the prediction, where there are several. */
  readonly cases: readonly PlayedCase[];
}

/** What became of a configuration. */
export interface Trial {
  /** The texts that nginx read, by path; the main file is `nginx.conf`. */
  readonly files: Readonly<Record<string, string>>;
  /** What nginx said when it refused the configuration; otherwise null. */
  readonly refused: string | null;
  /** In the order of the URLs; none when it was refused. */
  readonly attempts: readonly Attempt[];
}

const MAIN_FILE = 'nginx.conf';

/** The key that every handshake sends: the example of RFC 6455 §1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Back ends for one nginx at a time: whatever reaches them belongs to the one handshake that is under way. */
export interface Lane extends Stoppable {
  readonly certificate: Certificate;
  readonly identity: { readonly cert: string; readonly key: string };
  readonly backEnd: BackEnd;
  readonly auxiliary: BackEnd;
  /** Which of them take HTTP/1.0. */
  lenient: Lenience;
  /** What the logins answer, by path: 200 for those that are not here. */
  logins: ReadonlyMap<string, number>;
}

const STRICT: Lenience = { backEnd: false, auxiliary: false };

export async function startLane(): Promise<Lane> {
  const resources = new Resources();
  try {
    const directory = resources.add(await temporaryDirectory()).path;
    const certificate = await makeCertificate(directory, [...HOST_NAMES, '127.0.0.1', '127.0.0.2']);
    const answer = (name: keyof Lenience) => (request: SeenRequest) =>
      strictAnswer(lane.lenient[name] ? { ...request, version: '1.1' } : request);
    const statusOf = (uri: string): number | null =>
      uri.startsWith('/auth/') ? (lane.logins.get(uri.replace(/\?.*/, '')) ?? 200) : null;
    const backEnd = resources.add(await startStrictBackEnd({ answer: answer('backEnd') }));
    const auxiliary = resources.add(await startStrictBackEnd({ answer: answer('auxiliary'), statusOf }));
    const lane: Lane = {
      certificate,
      identity: { cert: certificate.ca, key: await readFile(certificate.key, 'utf8') },
      backEnd,
      auxiliary,
      lenient: STRICT,
      logins: new Map(),
      stop: () => resources.stop(),
    };
    return lane;
  } catch (error) {
    await resources.stop();
    throw error;
  }
}

/** Starts nginx with the configuration and does the handshakes, one after the other. */
export async function tryOut(tried: Tried, lane: Lane, explain: Explain): Promise<Trial> {
  for (let attempt = 1; ; attempt += 1) {
    const trial = await tryOnce(tried, lane, explain);
    // Between asking for free ports and listening on them another process may have taken one.
    const isTaken = trial.refused?.includes('(98: Address already in use)') ?? false;
    if (!isTaken || attempt === 3) return trial;
  }
}

async function tryOnce(
  { directives, ports, urls, roots }: Tried,
  lane: Lane,
  explain: Explain,
): Promise<Trial> {
  const resources = new Resources();
  try {
    const numbers = await freePorts(ports);
    const { path: directory } = resources.add(await temporaryDirectory());
    const fill = (text: string): string =>
      numbers
        .reduce((filled, port, index) => filled.replaceAll(`@PORT${index}`, `${port}`), text)
        .replaceAll('@BACKEND', lane.backEnd.address)
        .replaceAll('@AUX', lane.auxiliary.address)
        .replaceAll('@DIR', directory);
    const files = Object.fromEntries(
      Object.entries(print(MAIN_FILE, directives)).map(([path, text]) => [path, fill(text)] as const),
    );
    await writeTree(directory, { ...files, users: `${PASSWORD.user}:{PLAIN}${PASSWORD.password}\n` });
    await copyFile(lane.certificate.certificate, join(directory, 'certificate.crt'));
    await copyFile(lane.certificate.key, join(directory, 'certificate.key'));
    // No server may listen on one of them any more. Where a comment hides it, the pid of nginx says that it listens.
    const used = numbers.filter((port) =>
      Object.values(files).some((text) => new RegExp(`listen[^;]*\\b${port}\\b`).test(text)),
    );
    const nginx = await startOrRefuse(join(directory, MAIN_FILE), used);
    if ('refused' in nginx) return { files, refused: nginx.refused, attempts: [] };
    resources.add(nginx);
    await makeRoots(nginx.directory, roots);
    const predict = await explain(files);
    const attempts: Attempt[] = [];
    for (const url of urls) {
      const made = await attempt(fill(url), files, predict, lane);
      if (!isForLogin(made.outcome)) attempts.push(made);
    }
    return { files, refused: null, attempts };
  } finally {
    await resources.stop();
  }
}

/** The root of a server without another, and those of locations, each with the pages of `try_files` in it. */
async function makeRoots(prefix: string, roots: readonly Root[]): Promise<void> {
  const pages = join(prefix, 'pages');
  for (const page of PAGES) await writeTree(pages, { [page]: 'A page.\n' });
  for (const { path, directories } of [{ path: 'html', directories: [] }, ...roots]) {
    const root = join(prefix, path);
    await mkdir(root, { recursive: true });
    await symlink(pages, join(root, 'page'));
    for (const each of directories) await mkdir(join(root, each), { recursive: true });
  }
}

async function attempt(
  url: string,
  files: Trial['files'],
  predict: (url: string) => Prediction,
  lane: Lane,
): Promise<Attempt> {
  const outcome = await outcomeOf(url, lane);
  const predicted = predict(url);
  const cases: PlayedCase[] = [];
  for (const each of predicted.verdict === 'unknown' ? [] : predicted.cases)
    cases.push(await playCase(url, each, files, lane));
  return { outcome, predicted, cases };
}

async function playCase(
  url: string,
  predicted: Prediction['cases'][number],
  files: Trial['files'],
  lane: Lane,
): Promise<PlayedCase> {
  const play = playOf(predicted, files, lane.auxiliary.address);
  if ('needs' in play) return { predicted, ended: null, needs: play.needs };
  const { headers, protocols, from, hasCertificate, lenient, logins } = play;
  const before = lane.auxiliary.requests.length;
  lane.lenient = lenient;
  lane.logins = logins;
  try {
    const { status, passes, reason } = await handshake(url, {
      ...optionsFor(url, lane),
      headers,
      protocols,
      from,
      ...(hasCertificate ? { identity: lane.identity } : {}),
    });
    // The back end itself is no login: it answers what it answers.
    if (isOfOtherLogin(predicted, lane.auxiliary.requests.slice(before))) {
      return { predicted, ended: null, needs: 'a back end that is a login' };
    }
    return { predicted, ended: { status, passes, reason, sent: { headers, from } }, needs: null };
  } finally {
    lane.lenient = STRICT;
    lane.logins = new Map();
  }
}

/** Whether a case is about a login that is not ours: the back end for subrequests was not asked. */
export function isOfOtherLogin(
  { ways }: Pick<Prediction['cases'][number], 'ways'>,
  auxiliary: readonly SeenRequest[],
): boolean {
  return auxiliary.length === 0 && asksForLogin(ways);
}

/** Whether a client has asked for a login itself, which answers a handshake as it answers nginx: no back end does. */
function isForLogin({ url, requests, auxiliary }: Outcome): boolean {
  const path = new URL(url).pathname.replaceAll(/\/{2,}/g, '/');
  return path.startsWith('/auth/') && requests.length === 0 && auxiliary.some(({ uri }) => uri === path);
}

async function startOrRefuse(file: string, ports: readonly number[]) {
  try {
    return await startMainFile(file, ports);
  } catch (error) {
    if (error instanceof NginxRefused) return { refused: error.message };
    throw error;
  }
}

async function outcomeOf(url: string, lane: Lane): Promise<Outcome> {
  const requests = lane.backEnd.requests.length;
  const auxiliary = lane.auxiliary.requests.length;
  const { status, passes, reason } = await handshake(url, optionsFor(url, lane));
  const seen = {
    requests: lane.backEnd.requests.slice(requests),
    auxiliary: lane.auxiliary.requests.slice(auxiliary),
  };
  const fault = strictFault(seen.requests);
  const depends = !passes && fault && (await passesLeniently(url, lane));
  return { url, status, passes, reason, depends, ...seen };
}

/** Whether a request was refused for being HTTP/1.0: otherwise the lenient back end would answer the same. */
function strictFault(requests: readonly SeenRequest[]): boolean {
  return requests.some(
    (request) => request.version === '1.0' && strictAnswer({ ...request, version: '1.1' }).status === 101,
  );
}

async function passesLeniently(url: string, lane: Lane): Promise<boolean> {
  lane.lenient = { backEnd: true, auxiliary: true };
  try {
    return (await handshake(url, optionsFor(url, lane))).passes;
  } finally {
    lane.lenient = STRICT;
  }
}

/** Names are of this machine; an address is where it says. */
function optionsFor(url: string, { certificate }: Lane): HandshakeOptions {
  const { hostname, port } = new URL(url);
  const host = isIP(hostname) === 0 ? '127.0.0.1' : hostname;
  return { connectTo: { host, port: Number(port) }, ca: certificate.ca, key: KEY, timeout: 1500 };
}
