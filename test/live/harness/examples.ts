import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from './certificates';
import { writeTree } from './nginx';
import { freePorts } from './ports';
import { type Resources, temporaryDirectory } from './resources';

/** The examples of rules, made to run on this machine. */

/** An example in a directory of its own, as `nginx.conf`. */
interface Placed {
  readonly file: string;
  /** The ports of 127.0.0.1 that stand for its listeners, by what follows `listen`: `80`, `[::]:443`. */
  readonly listeners: ReadonlyMap<string, number>;
  /** What nginx says of it, with the names of the example. */
  readonly inItsWords: (said: string) => string;
}

/** What the machine has in place of what examples name. */
interface Machine {
  readonly certificate: Certificate;
  /** By port of the example, `3000`: the port of a back end. */
  readonly backEnds: ReadonlyMap<string, number>;
  /** Port of the name server at 127.0.0.1; null for none. */
  readonly nameServer: number | null;
}

/** An example whose `chat.example`, which no DNS knows, is the back end. Lines keep their numbers. */
export function reachable(text: string): string {
  if (!text.includes('https://chat.example')) return text;
  return text.replace('http {', '$& upstream chat.example { server 127.0.0.1:3000; }');
}

/** Where an example listens and where its back ends stand: `listen 80`, `:3000`. */
const PORTS = /\blisten (?<listener>(?:\[::\]:)?\d+)(?=[ ;])|:(?<backEnd>30\d\d)\b/g;

function portsOf(text: string, kind: 'listener' | 'backEnd'): string[] {
  return [...new Set([...text.matchAll(PORTS)].flatMap(({ groups }) => groups?.[kind] ?? []))];
}

/** The ports of an example at which back ends stand, `3000`. */
export function backEndPorts(text: string): string[] {
  return portsOf(text, 'backEnd');
}

/** Whether an example asks the name server of this machine. */
export function asksNameServer(text: string): boolean {
  return text.includes('resolver 127.0.0.1');
}

/**
 * Writes an example with listeners, back ends, name server, certificate and cache of this machine. Lines keep their
 * numbers.
 *
 * @param files texts beside it, by relative path
 */
export async function place(
  resources: Resources,
  text: string,
  files: Readonly<Record<string, string>>,
  { certificate, backEnds, nameServer }: Machine,
): Promise<Placed> {
  const { path } = resources.add(await temporaryDirectory());
  const addresses = portsOf(text, 'listener');
  const ports = await freePorts(addresses.length);
  const listeners = new Map(addresses.map((address, index) => [address, ports[index] ?? 0]));
  const paths: [ofExample: string, ofMachine: string][] = [
    ['/etc/nginx/ssl/localhost.crt', certificate.certificate],
    ['/etc/nginx/ssl/localhost.key', certificate.key],
    ['/var/cache/nginx', join(path, 'cache')],
  ];
  // At once: a listener's port here may begin as a back end's port in the example does, `30006` as `3000`.
  let whole = text.replaceAll(PORTS, (named, listener?: string, backEnd = '') => {
    if (listener !== undefined) return `listen 127.0.0.1:${listeners.get(listener) ?? 0}`;
    const real = backEnds.get(backEnd);
    return real === undefined ? named : `:${real}`;
  });
  for (const [ofExample, ofMachine] of paths) whole = whole.replaceAll(ofExample, ofMachine);
  if (nameServer !== null) whole = whole.replaceAll('resolver 127.0.0.1', `$&:${nameServer}`);
  await writeTree(path, { ...files, 'nginx.conf': whole });
  const listening = [...listeners].flatMap(([address, port]): [string, string][] => [
    [address.includes(':') ? address : `0.0.0.0:${address}`, `127.0.0.1:${port}`],
    // A URL leaves the port of its scheme out.
    [/^(?:80|443)$/.test(address) ? '' : `:${address}`, `:${port}`],
  ]);
  const passedTo = [...backEnds].map(([port, real]): [string, string] => [`:${port}`, `:${real}`]);
  const inItsWords = (said: string): string =>
    [...paths, ...passedTo, ...listening, ['/etc/nginx', path] as const].reduce(
      (words, [ofExample, ofMachine]) => words.replaceAll(ofMachine, ofExample),
      said,
    );
  return { file: join(path, 'nginx.conf'), listeners, inItsWords };
}

/** Writes a main file into a directory of its own. */
export async function write(resources: Resources, text: string): Promise<string> {
  const file = join(resources.add(await temporaryDirectory()).path, 'nginx.conf');
  await writeFile(file, text);
  return file;
}
