import type { ConfigDirective } from '../model/configuration';
import { directivesInForce } from '../model/inheritance';
import { memoized } from '../model/memo';
import { hostKey, lowerAscii, serverNamePattern } from '../values/server-name';
import type { Conf } from './conf';
import type { Recorded } from './memory';
import { levelsOf, namesIn, rejectsHandshakes, ServerMerging } from './merging-server';
import { CERTIFICATES, refusalOf, startOf, upstreamRefusals, variableRefusals } from './merging-shared';
import { type ListenRecord, listensOf, type Reading } from './reading';
import type { Refusal } from './refusal';

/**
 * What nginx finds once it has read the `http` block to its end: it looks at the upstreams, merges the levels module
 * by module, sorts the locations, looks at the listeners, at the variables, and last at the names of servers that share
 * a listener (ngx_http_block).
 *
 * @param keeps whether what was merged of a server is kept, with what it takes that it is the same again
 */
export function httpRefusals(http: Conf, reading: Reading, keeps: boolean): Refusal[] {
  const { block } = http;
  if (block === null) return [];
  const merging = new Merging(http, block, reading, keeps);
  return [
    ...merging.each('core', (server) => server.core()),
    ...upstreamRefusals(http, reading.http, reading),
    ...merging.each('referers', (server) => server.referers()),
    ...merging.each('certificates', (server) => server.certificates()),
    ...UPSTREAM_MODULES.flatMap(([prefix, headers]) =>
      merging.each(prefix, (server) => server.upstreamModule(prefix, headers)),
    ),
    ...merging.each('locations', (server) => server.locations()),
    ...merging.listeners(),
    ...merging.charsets(),
    ...variableRefusals(reading.http, 'http', reading),
    ...merging.serverNames(),
  ];
}

/** Modules that hand requests on, in the order in which nginx merges them, with the names of what they send. */
const UPSTREAM_MODULES: readonly (readonly [prefix: string, headers: string])[] = [
  ['proxy', 'proxy_set_header'],
  ['fastcgi', 'fastcgi_param'],
  ['uwsgi', 'uwsgi_param'],
  ['scgi', 'scgi_param'],
  ['grpc', 'grpc_set_header'],
];

/** The names of a server that no table can hold. */
const badNamesOf = memoized(({ byName }: Conf) =>
  (byName.get('server_name') ?? []).flatMap((directive) =>
    directive.words.flatMap(({ value }, word) =>
      word === 0 || serverNamePattern(value) !== null || hostKey(value) !== null ? [] : [{ directive, word }],
    ),
  ),
);

/** What is kept of the merging of one server: steps in which nothing was found, by their names. */
class Merged {
  /** Those that looked up or noted something. */
  readonly steps = new Map<string, Recorded<readonly Refusal[]>>();
  /** Those that did neither: it is always the same. */
  readonly silent = new Set<string>();
}

const mergedOf = memoized((_server: Conf) => new Merged());

/** One step of the merging of a server. */
type Step = (server: ServerMerging) => Iterable<Refusal>;

class Merging {
  private readonly servers: readonly Conf[];
  /** For each server what is kept; of the first nothing, which is merged with `http` itself. */
  private readonly merged: readonly (Merged | null)[];

  constructor(
    private readonly http: Conf,
    private readonly block: ConfigDirective,
    private readonly reading: Reading,
    keeps: boolean,
  ) {
    this.servers = http.inner.filter(({ context }) => context === 'server');
    this.merged = this.servers.map((server, index) => (keeps && index > 0 ? mergedOf(server) : null));
  }

  /** What a step of the merging finds in each server, in their order. */
  each(step: string, find: Step): Refusal[] {
    const refusals: Refusal[] = [];
    for (let index = 0; index < this.servers.length; index += 1) {
      if (this.merged[index]?.silent.has(step) === true) continue;
      for (const found of this.inServer(index, step, find)) refusals.push(found);
    }
    return refusals;
  }

  private inServer(index: number, step: string, find: Step): readonly Refusal[] {
    const server = this.servers[index];
    const merged = this.merged[index] ?? null;
    if (server === undefined) return [];
    const run = (): Refusal[] => [
      ...find(new ServerMerging(server, this.http, this.block, this.reading, index === 0)),
    ];
    return merged === null ? run() : this.again(merged, step, run);
  }

  /** Does a step again, unless it found nothing and would find the same. What it finds belongs to this `http`. */
  private again({ steps, silent }: Merged, step: string, run: () => Refusal[]): readonly Refusal[] {
    const { memory } = this.reading;
    const known = steps.get(step);
    if (known !== undefined && memory.repeat(known)) return known.answer;
    const found = memory.record(run);
    steps.delete(step);
    if (found.answer.length > 0) return found.answer;
    if (found.lookedUp.length === 0 && found.noted.length === 0) silent.add(step);
    else steps.set(step, found);
    return found.answer;
  }

  private inForce(level: Conf, name: string): ConfigDirective | null {
    return directivesInForce(level, name, this.reading.version).directives.at(-1) ?? null;
  }

  /** A listener with TLS needs a certificate (ngx_http_ssl_init). */
  *listeners(): Generator<Refusal> {
    for (const listen of this.listensByPort()) {
      if (!listen.ssl && !listen.quic) continue;
      const servers = [
        listen.defaultServer,
        ...listen.servers.filter((each) => each !== listen.defaultServer),
      ];
      if (servers.some(({ isOpaque }) => isOpaque)) continue;
      const missing = this.withoutCertificate(servers);
      if (missing?.block === null || missing === null) continue;
      const kind = listen.quic ? 'quic' : 'ssl';
      const text = `no "ssl_certificate" is defined for the "listen ... ${kind}" directive`;
      yield { ...refusalOf(missing.block, 0, text, CERTIFICATES), named: startOf(missing.block) };
    }
  }

  /** Converting from one charset to another needs a table (ngx_http_charset_postconfiguration). */
  *charsets(): Generator<Refusal> {
    if (this.reading.opaque) return;
    const isSaid = this.http.byName.has('source_charset');
    const servers = this.servers.filter((server) => isSaid || namesIn(server).has('source_charset'));
    if (servers.length === 0) return;
    const tables = new Set<string>();
    for (const { words } of this.http.byName.get('charset_map') ?? []) {
      const [, from = '', to = ''] = words.map(({ value }) => lowerAscii(value));
      tables.add(JSON.stringify([from, to])).add(JSON.stringify([to, from]));
    }
    for (const level of servers.flatMap(levelsOf)) {
      const charset = this.inForce(level, 'charset');
      const source = this.inForce(level, 'source_charset');
      if (charset === null || source === null || charset.argument(0) === 'off') continue;
      const names = [source.argument(0), charset.argument(0)];
      const [from, to] = names.map(lowerAscii);
      if (from === to || names.some((name) => name.startsWith('$'))) continue;
      if (tables.has(JSON.stringify([from, to]))) continue;
      const text = `no "charset_map" between the charsets "${names[0]}" and "${names[1]}"`;
      yield refusalOf(source, -1, text);
    }
  }

  /** Where servers share an address, nginx puts their names into a table (ngx_http_server_names). */
  *serverNames(): Generator<Refusal> {
    for (const { address, servers, defaultServer } of this.listensByPort()) {
      if (servers.length === 1 && !this.captures(defaultServer)) continue;
      for (const server of servers) {
        if (server.isOpaque) continue;
        for (const { directive, word } of badNamesOf(server)) {
          const name = lowerAscii(directive.words[word]?.value ?? '');
          yield refusalOf(directive, word, `invalid server name or wildcard "${name}" on ${address}`);
        }
      }
    }
  }

  /** Whether the last pattern among the names of a server has groups. */
  private captures({ byName }: Conf): boolean {
    const names = (byName.get('server_name') ?? []).flatMap(({ words }) => words.slice(1));
    const last = names.flatMap(({ value }) => serverNamePattern(value) ?? []).at(-1);
    return last !== undefined && this.reading.captures(last.pattern) > 0;
  }

  /** The listeners in the order of the ports, as nginx keeps them. */
  private listensByPort(): ListenRecord[] {
    const byPort = new Map<string, ListenRecord[]>();
    for (const record of listensOf(this.reading.listens)) {
      const { key } = record;
      const family = key.startsWith('unix:') ? 'unix' : key.startsWith('[') ? 'inet6' : 'inet';
      const port = family === 'unix' ? key : `${family} ${key.slice(key.lastIndexOf(':') + 1)}`;
      const known = byPort.get(port);
      if (known === undefined) byPort.set(port, [record]);
      else known.push(record);
    }
    return [...byPort.values()].flat();
  }

  private withoutCertificate(servers: readonly Conf[]): Conf | null {
    const [first] = servers;
    if (first === undefined || this.hasCertificate(first)) return null;
    if (!rejectsHandshakes(first, this.reading)) return first;
    return (
      servers.find((server) => !this.hasCertificate(server) && !rejectsHandshakes(server, this.reading)) ??
      null
    );
  }

  private hasCertificate(server: Conf): boolean {
    return this.inForce(server, 'ssl_certificate') !== null;
  }
}
