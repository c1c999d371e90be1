import { copyFile, mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type BackEnd, type SeenRequest, startStrictBackEnd, strictAnswer } from '../harness/backends';
import { type Certificate, makeCertificate } from '../harness/certificates';
import { handshake, type HandshakeOptions } from '../harness/client';
import { NginxRefused, startMainFile, writeTree } from '../harness/nginx';
import { freePorts } from '../harness/ports';
import { Resources, type Stoppable, temporaryDirectory } from '../harness/resources';
import { HOST_NAMES } from './hosts';
import { type Directive, print } from './tree';

/** Handshakes of one configuration with a running nginx. */

/** What to try: a configuration with its placeholders, and URLs. */
export interface Tried {
  readonly directives: readonly Directive[];
  readonly ports: number;
  readonly urls: readonly string[];
  readonly hasRoot: boolean;
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

/** What became of a configuration. */
export interface Trial {
  /** The texts that nginx read, by path; the main file is `nginx.conf`. */
  readonly files: Readonly<Record<string, string>>;
  /** What nginx said when it refused the configuration; otherwise null. */
  readonly refused: string | null;
  /** In the order of the URLs; none when it was refused. */
  readonly outcomes: readonly Outcome[];
}

const MAIN_FILE = 'nginx.conf';

/** The key that every handshake sends: the example of RFC 6455 §1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Back ends for one nginx at a time: whatever reaches them belongs to the one handshake that is under way. */
export interface Lane extends Stoppable {
  readonly certificate: Certificate;
  readonly backEnd: BackEnd;
  readonly auxiliary: BackEnd;
  /** Whether the back end takes HTTP/1.0. */
  lenient: boolean;
}

export async function startLane(): Promise<Lane> {
  const resources = new Resources();
  try {
    const directory = resources.add(await temporaryDirectory()).path;
    const certificate = await makeCertificate(directory, [...HOST_NAMES, '127.0.0.1', '127.0.0.2']);
    const answer = (request: SeenRequest) =>
      strictAnswer(lane.lenient ? { ...request, version: '1.1' } : request);
    const backEnd = resources.add(await startStrictBackEnd({ answer }));
    const auxiliary = resources.add(await startStrictBackEnd({ pages: ['/auth'] }));
    const lane: Lane = { certificate, backEnd, auxiliary, lenient: false, stop: () => resources.stop() };
    return lane;
  } catch (error) {
    await resources.stop();
    throw error;
  }
}

/** Starts nginx with the configuration and does the handshakes, one after the other. */
export async function tryOut(tried: Tried, lane: Lane): Promise<Trial> {
  for (let attempt = 1; ; attempt += 1) {
    const trial = await tryOnce(tried, lane);
    // Between asking for free ports and listening on them another process may have taken one.
    const isTaken = trial.refused?.includes('(98: Address already in use)') ?? false;
    if (!isTaken || attempt === 3) return trial;
  }
}

async function tryOnce({ directives, ports, urls, hasRoot }: Tried, lane: Lane): Promise<Trial> {
  const resources = new Resources();
  try {
    const numbers = await freePorts(ports);
    const fill = (text: string): string =>
      numbers
        .reduce((filled, port, index) => filled.replaceAll(`@PORT${index}`, `${port}`), text)
        .replaceAll('@BACKEND', lane.backEnd.address)
        .replaceAll('@AUX', lane.auxiliary.address);
    const files = Object.fromEntries(
      Object.entries(print(MAIN_FILE, directives)).map(([path, text]) => [path, fill(text)] as const),
    );
    const { path: directory } = resources.add(await temporaryDirectory());
    await writeTree(directory, files);
    await copyFile(lane.certificate.certificate, join(directory, 'certificate.crt'));
    await copyFile(lane.certificate.key, join(directory, 'certificate.key'));
    // No server may listen on one of them.
    const used = numbers.filter((port) => Object.values(files).some((text) => text.includes(`${port}`)));
    const nginx = await startOrRefuse(join(directory, MAIN_FILE), used);
    if ('refused' in nginx) return { files, refused: nginx.refused, outcomes: [] };
    resources.add(nginx);
    if (hasRoot) await mkdir(join(nginx.directory, 'html'));
    const outcomes: Outcome[] = [];
    for (const url of urls) outcomes.push(await outcomeOf(fill(url), lane));
    return { files, refused: null, outcomes };
  } finally {
    await resources.stop();
  }
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
  lane.lenient = true;
  try {
    return (await handshake(url, optionsFor(url, lane))).passes;
  } finally {
    lane.lenient = false;
  }
}

/** Names are of this machine; an address is where it says. */
function optionsFor(url: string, { certificate }: Lane): HandshakeOptions {
  const { hostname, port } = new URL(url);
  const host = isIP(hostname) === 0 ? '127.0.0.1' : hostname;
  return { connectTo: { host, port: Number(port) }, ca: certificate.ca, key: KEY, timeout: 1500 };
}
