import type { SeenRequest } from '../../../server/src/verify/strict-answer';
import { type BackEnd, startStrictBackEnd } from '../../../server/src/verify/strict-back-end';
import { startLenientBackEnd } from './backends';
import { get, handshake, holdOpen } from './client';
import { valueOf } from '../../../server/src/verify/http-message';
import { NginxRefused, type ServerBlock, startServers } from './nginx';
import { Resources } from './resources';

/**
 * One configuration and the handshake to try on it. In its texts `@BACKEND` is the address of the back end of the run,
 * `@STRICT` and `@LENIENT` that one's, `NAME` is `strict` or `node`, and `@DIR` a directory.
 */
export interface HandshakeCase {
  readonly id: string;
  /** The body of one `server { }`, without `listen`. */
  readonly server: string;
  /** What stands beside it in `http { }`. */
  readonly http?: string;
  /** Texts to write, by path relative to `@DIR`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Path and query of the URL. */
  readonly path: string;
  /** What the client does otherwise than usual. */
  readonly client?: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly protocols?: readonly string[];
  };
  /** An ordinary GET of the path goes before. */
  readonly requestedOnceBefore?: boolean;
  /** Another handshake is open meanwhile. */
  readonly oneHeldOpen?: boolean;
}

type BackEndName = 'strict' | 'lenient';

/** What happened to one case with one back end. */
interface HandshakeOutcome {
  readonly status: number | null;
  /** The handshake was accepted and a message came back. */
  readonly works: boolean;
  readonly reason: string | null;
  /** Every request of the handshake that reached a back end, as `GET / HTTP/1.1 host=… conn=… upg=…`. */
  readonly upstreamSaw: readonly string[];
  /** What nginx said when it refused the configuration, otherwise null. */
  readonly refused: string | null;
}

/** What happened to one case with each of the two back ends. */
export type HandshakeOutcomes = Readonly<Record<BackEndName, HandshakeOutcome>>;

/** Where a case's auth_request asks. */
const pages = ['/auth'];

type BackEnds = Readonly<Record<BackEndName, BackEnd>>;

/** One case with one back end, its placeholders filled in. */
interface Run {
  readonly tried: HandshakeCase;
  readonly backEndName: BackEndName;
  readonly http: string;
  readonly block: ServerBlock;
}

/** `GET / HTTP/1.1 host=… conn=… upg=…`: what of a request decides, with `-` for what is missing. */
function requestLine({ method, uri, version, headers }: SeenRequest): string {
  const shown = (name: string) => valueOf(headers, name) ?? '-';
  return `${method} ${uri} HTTP/${version} host=${shown('Host')} conn=${shown('Connection')} upg=${shown('Upgrade')}`;
}

/**
 * Tries every case with both back ends, one handshake after the other, with as few nginx as the `http` texts allow.
 *
 * @returns outcomes by case id
 */
export async function runHandshakeCases(
  cases: readonly HandshakeCase[],
): Promise<ReadonlyMap<string, HandshakeOutcomes>> {
  const resources = new Resources();
  try {
    const backEnds: BackEnds = {
      strict: resources.add(await startStrictBackEnd({ pages })),
      lenient: resources.add(await startLenientBackEnd({ pages })),
    };
    const runs = cases.flatMap((each) => [
      prepare(each, 'strict', backEnds),
      prepare(each, 'lenient', backEnds),
    ]);
    const outcomes = new Map<Run, HandshakeOutcome>();
    for (const http of new Set(runs.map((run) => run.http))) {
      const group = runs.filter((run) => run.http === http);
      for (const [run, outcome] of await tryGroup(group, http, backEnds)) outcomes.set(run, outcome);
    }
    const outcomeOf = (id: string, name: BackEndName) => {
      const found = [...outcomes].find(([run]) => run.tried.id === id && run.backEndName === name)?.[1];
      if (found === undefined) throw new Error(`${id} was not tried`);
      return found;
    };
    return new Map(
      cases.map(({ id }) => [id, { strict: outcomeOf(id, 'strict'), lenient: outcomeOf(id, 'lenient') }]),
    );
  } finally {
    await resources.stop();
  }
}

function prepare(tried: HandshakeCase, backEndName: BackEndName, backEnds: BackEnds): Run {
  const fill = (text: string) =>
    text
      .replaceAll('@BACKEND', backEnds[backEndName].address)
      .replaceAll('@STRICT', backEnds.strict.address)
      .replaceAll('@LENIENT', backEnds.lenient.address)
      .replaceAll('NAME', backEndName === 'strict' ? 'strict' : 'node');
  const block = { body: fill(tried.server), ...(tried.files === undefined ? {} : { files: tried.files }) };
  return { tried, backEndName, http: fill(tried.http ?? ''), block };
}

/** One nginx for all of them; when it refuses, one for each half, to find whom it refuses. */
async function tryGroup(
  group: readonly Run[],
  http: string,
  backEnds: BackEnds,
): Promise<[Run, HandshakeOutcome][]> {
  const resources = new Resources();
  try {
    const { ports } = resources.add(
      await startServers(
        group.map(({ block }) => block),
        http,
      ),
    );
    const outcomes: [Run, HandshakeOutcome][] = [];
    for (const [index, run] of group.entries()) {
      const port = ports[index];
      if (port !== undefined) outcomes.push([run, await tryRun(run, port, backEnds)]);
    }
    return outcomes;
  } catch (error) {
    const [only] = group;
    if (!(error instanceof NginxRefused) || only === undefined) throw error;
    if (group.length === 1) return [[only, refusedOutcome(error)]];
    const half = Math.ceil(group.length / 2);
    return [
      ...(await tryGroup(group.slice(0, half), http, backEnds)),
      ...(await tryGroup(group.slice(half), http, backEnds)),
    ];
  } finally {
    await resources.stop();
  }
}

function refusedOutcome({ messages, message }: NginxRefused): HandshakeOutcome {
  const refused = messages.find(({ level }) => level === 'emerg')?.text ?? message;
  return { status: null, works: false, reason: null, upstreamSaw: [], refused };
}

async function tryRun(
  { tried, backEndName }: Run,
  port: number,
  backEnds: BackEnds,
): Promise<HandshakeOutcome> {
  const { requests, address } = backEnds[backEndName];
  const url = `ws://127.0.0.1:${port}${tried.path}`;
  if (tried.requestedOnceBefore === true) await get(url);
  const held = tried.oneHeldOpen === true ? await holdOpen(url) : null;
  const before = requests.length;
  try {
    const { status, passes, reason } = await handshake(url, tried.client);
    const upstreamSaw = requests
      .slice(before)
      .map((seen) => requestLine(seen).replaceAll(address, '@BACKEND'));
    return { status, works: passes, reason, upstreamSaw, refused: null };
  } finally {
    await held?.stop();
  }
}
