import type { BackEndKind, Proof, Seen } from '../../../server/src/rules/support/proof';
import {
  type BackEnd,
  type BackEndOptions,
  startStrictBackEnd,
} from '../../../server/src/verify/strict-back-end';
import { answerToAny, answerToOrigin, startBehindTls, startLenientBackEnd } from './backends';
import type { Certificate } from './certificates';
import { get, type HandshakeOptions, type HandshakeResult, handshake } from './client';
import { asksNameServer, backEndPorts, place, reachable } from './examples';
import { type Header, valueOf } from '../../../server/src/verify/http-message';
import { startNameServer } from './name-server';
import { type NginxTest, startMainFile, testMainFile } from './nginx';
import { Resources } from './resources';
import { until } from './waiting';

/** What is seen of a configuration when nginx reads or runs it. */

/** What `nginx -t` says; all else is about a running nginx. */
const TESTED: ReadonlySet<string> = new Set<keyof Seen>(['starts', 'refused', 'warns', 'runsOut', 'line']);

/** Whether it is about what `nginx -t` says. */
export function isTested(seen: Seen): boolean {
  return Object.keys(seen).some((key) => TESTED.has(key));
}

function isRun(seen: Seen): boolean {
  return Object.keys(seen).some((key) => !TESTED.has(key));
}

/** All that was seen of one text. */
export interface Observed {
  /** Null when it was not asked. */
  readonly test: Pick<NginxTest, 'ok' | 'crashed' | 'first'> | null;
  /** Null when nginx did not run. */
  readonly run: Run | null;
}

interface Run {
  readonly result: HandshakeResult | { readonly status: number | null };
  readonly backEnds: readonly BackEnd[];
  readonly log: string;
  /** What nginx says or sends, with the names of the example. */
  readonly inItsWords: (said: string) => string;
}

/**
 * Tries a text.
 *
 * @param awaited what is to be compared with it; the error log is read when it has what the first of them awaits
 */
export async function observe(
  proof: Proof,
  text: string,
  awaited: readonly Seen[],
  certificate: Certificate,
): Promise<Observed> {
  const resources = new Resources();
  try {
    const test = awaited.some(isTested) ? await testExample(resources, proof, text, certificate) : null;
    if (test?.ok === false || !awaited.some(isRun)) return { test, run: null };
    return { test, run: await runExample(resources, proof, reachable(text), awaited[0]?.log, certificate) };
  } finally {
    await resources.stop();
  }
}

async function testExample(
  resources: Resources,
  { files = {} }: Proof,
  text: string,
  certificate: Certificate,
): Promise<Observed['test']> {
  const machine = { certificate, backEnds: new Map<string, number>(), nameServer: null };
  const { file, inItsWords } = await place(resources, text, files, machine);
  const { ok, crashed, first } = await testMainFile(file, { exact: true });
  return { ok, crashed, first: first === null ? null : { ...first, text: inItsWords(first.text) } };
}

async function runExample(
  resources: Resources,
  proof: Proof,
  text: string,
  log: string | undefined,
  certificate: Certificate,
): Promise<Run> {
  const backEnds = new Map<string, BackEnd>();
  for (const port of backEndPorts(text)) {
    backEnds.set(port, resources.add(await startBackEnd(proof, certificate)));
  }
  const nameServer = asksNameServer(text) ? resources.add(await startNameServer()).port : null;
  const ports = new Map([...backEnds].map(([port, backEnd]) => [port, backEnd.port]));
  const machine = { certificate, backEnds: ports, nameServer };
  const { file, listeners, inItsWords } = await place(resources, text, proof.files ?? {}, machine);
  const nginx = resources.add(await startMainFile(file, [...listeners.values()]));
  let result: Run['result'] = { status: null };
  for (const url of [proof.url ?? 'ws://localhost/ws'].flat()) {
    result = await ask(url, proof, listeners, certificate);
  }
  if (log !== undefined) {
    await until(5000, `nginx logs ${log}`, async () => inItsWords(await nginx.errorLog()).includes(log));
  }
  return { result, backEnds: [...backEnds.values()], log: await nginx.errorLog(), inItsWords };
}

async function startBackEnd(
  { backEnd = 'strict', pages = [] }: Proof,
  certificate: Certificate,
): Promise<BackEnd> {
  const start: Readonly<Record<BackEndKind, (options: BackEndOptions) => Promise<BackEnd>>> = {
    strict: startStrictBackEnd,
    lenient: startLenientBackEnd,
    'checks-origin': (options) => startStrictBackEnd({ ...options, answer: answerToOrigin }),
    'any-upgrade': (options) => startStrictBackEnd({ ...options, answer: answerToAny }),
    tls: async (options) => startBehindTls(await startStrictBackEnd(options), certificate, 'chat.example'),
  };
  return start[backEnd]({ pages });
}

async function ask(
  url: string,
  { sends, tls, silence }: Proof,
  listeners: ReadonlyMap<string, number>,
  { ca }: Certificate,
): Promise<Run['result']> {
  const { protocol, hostname, port } = new URL(url);
  const listener = `${hostname.startsWith('[') ? '[::]:' : ''}${port || (/^(?:wss|https):$/.test(protocol) ? '443' : '80')}`;
  // A listener that the text does not have refuses the connection, as port 1 does.
  const options: HandshakeOptions = {
    connectTo: { port: listeners.get(listener) ?? 1 },
    ca,
    ...(sends === undefined ? {} : { headers: sends }),
    ...(tls === undefined ? {} : { tls }),
    ...(silence === undefined
      ? {}
      : { silence: { ms: silence.seconds * 1000, withPongs: silence.withPongs === true } }),
  };
  return protocol.startsWith('http') ? { status: await get(url, options) } : handshake(url, options);
}

/** What was seen, in the form of what is expected of it: equal to it when it was so. */
export function shownAs(seen: Seen, { test, run }: Observed): Seen {
  const first = test?.first ?? null;
  const last = run?.backEnds.flatMap(({ requests }) => requests).at(-1);
  const all: { readonly [Key in keyof Required<Seen>]: () => unknown } = {
    starts: () => test?.ok === true && first === null,
    refused: () => test?.ok === false && (first?.text ?? null),
    warns: () => test?.ok === true && (first?.text ?? null),
    runsOut: () => test?.crashed === true || /\(24: Too many open files\)/.test(first?.text ?? ''),
    line: () => first?.line ?? null,
    answer: () => answerOf(run),
    reason: () => heldIn(seen.reason, run !== null && 'reason' in run.result ? run.result.reason : null),
    location: () => (run !== null && 'headers' in run.result ? headerOf(run, run.result, 'Location') : null),
    request: () => last && `${last.method} ${last.uri} HTTP/${last.version}`,
    headers: () => {
      const names = Object.keys(seen.headers ?? {});
      return last && Object.fromEntries(names.map((name) => [name, headerOf(run, last, name)]));
    },
    shares: () => run?.backEnds.map(({ requests }) => requests.length).toSorted((a, b) => a - b),
    connections: () => run?.backEnds.reduce((sum, backEnd) => sum + backEnd.connections(), 0),
    log: () => heldIn(seen.log, run && run.inItsWords(run.log)),
  };
  const keys = Object.keys(seen) as (keyof Seen)[];
  return Object.fromEntries(keys.map((key) => [key, all[key]()])) as Seen;
}

/** A header, with the names of the example. */
function headerOf(
  run: Run | null,
  { headers }: { readonly headers: readonly Header[] },
  name: string,
): string | null {
  const value = valueOf(headers, name);
  return value === null || run === null ? null : run.inItsWords(value);
}

function answerOf(run: Run | null): Seen['answer'] | 'nginx does not run' {
  if (run === null) return 'nginx does not run';
  if ('passes' in run.result && run.result.passes) return 'works';
  return run.result.status ?? 'none';
}

/** The words when the text holds them, otherwise all of it. */
function heldIn(words: string | undefined, text: string | null): string | null {
  return words !== undefined && text?.includes(words) === true ? words : text;
}
