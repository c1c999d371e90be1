import type { ConfigDirective } from '../model/configuration';
import { directivesInForce } from '../model/inheritance';
import { directiveFacts } from '../reference/directives';
import { endOfDirective } from './lines';
import { refusalOf, startOf, upstreamRefusals, variableRefusals } from './merging-shared';
import type { Conf } from './conf';
import { isApart } from './names';
import type { Reading } from './reading';
import type { Refusal } from './refusal';
import { isOn } from '../values/flag';
import { hasParameter, VIRTUAL_SERVERS } from '../values/listen';

/** Since then a server without a handler is refused when a client comes, not before (CHANGES, 1.27.1). */
const HANDLER_AT_RUN_TIME = '1.27.1';

/** What nginx finds at the end of the `stream` block. */
export function streamRefusals(stream: Conf, reading: Reading): Refusal[] {
  return [
    ...(reading.isAtLeast(HANDLER_AT_RUN_TIME) ? [] : withoutHandler(stream)),
    ...upstreamRefusals(stream, reading.stream, reading),
    ...(reading.isAtLeast(VIRTUAL_SERVERS)
      ? certificatesOfServers(tlsServers(stream, reading))
      : certificatesOfListeners(tlsServers(stream, reading))),
    ...variableRefusals(reading.stream, 'stream', reading),
  ];
}

/** What ends a connection in a server of stream. */
const STREAM_HANDLERS = ['proxy_pass', 'return', 'pass'];

/** Whether a directive is of a module that we know nothing of: it may be the handler. */
function isOfOtherModule({ name }: ConfigDirective): boolean {
  return (directiveFacts().get(name) ?? []).every(isApart);
}

function* withoutHandler(stream: Conf): Generator<Refusal> {
  for (const { context, block, byName, isOpaque } of stream.inner) {
    if (context !== 'stream server' || block === null || isOpaque) continue;
    if (STREAM_HANDLERS.some((name) => byName.has(name)) || block.children?.some(isOfOtherModule)) continue;
    yield { ...refusalOf(block, 0, 'no handler for server'), named: startOf(block) };
  }
}

/** The TLS settings of a server of stream (ngx_stream_ssl_module.c). */
interface TlsServer {
  readonly block: ConfigDirective;
  readonly listens: readonly ConfigDirective[];
  readonly certificates: readonly ConfigDirective[];
  readonly keys: readonly ConfigDirective[];
  readonly rejects: boolean;
}

/** The servers whose certificates are known. */
function tlsServers(stream: Conf, reading: Reading): TlsServer[] {
  return stream.inner.flatMap((server): TlsServer[] => {
    const { block, byName } = server;
    if (server.context !== 'stream server' || block === null || server.isOpaque) return [];
    const inForce = (name: string): readonly ConfigDirective[] =>
      directivesInForce(server, name, reading.version).directives;
    return [
      {
        block,
        listens: byName.get('listen') ?? [],
        certificates: inForce('ssl_certificate'),
        keys: inForce('ssl_certificate_key'),
        rejects: inForce('ssl_reject_handshake').some(isOn),
      },
    ];
  });
}

const NO_CERTIFICATE = 'no "ssl_certificate" is defined for the "listen ... ssl" directive';

/** Until servers of stream got names: one that listens with TLS needs a certificate and its key. */
function* certificatesOfListeners(servers: readonly TlsServer[]): Generator<Refusal> {
  for (const { listens, certificates, keys } of servers) {
    const listen = listens.findLast((each) => hasParameter(each, 'ssl'));
    if (listen === undefined) continue;
    const named = endOfDirective(listen);
    const last = certificates.at(-1);
    if (last === undefined) yield { ...refusalOf(listen, -1, NO_CERTIFICATE), named };
    else if (keys.length === 0) {
      const text = 'no "ssl_certificate_key" is defined for the "listen ... ssl" directive';
      yield { ...refusalOf(last, -1, text), named };
    } else if (keys.length < certificates.length) {
      const text = `no "ssl_certificate_key" is defined for certificate "${last.argument(0)}" and the "listen ... ssl" directive`;
      yield { ...refusalOf(last, -1, text), named };
    }
  }
}

/** Since then: a certificate needs its key at every level, and a listener with TLS a certificate in its default server. */
function* certificatesOfServers(servers: readonly TlsServer[]): Generator<Refusal> {
  for (const { certificates, keys } of servers) {
    const last = certificates.at(-1);
    if (last === undefined || keys.length >= certificates.length) continue;
    yield refusalOf(last, -1, `no "ssl_certificate_key" is defined for certificate "${last.argument(0)}"`);
  }
  const withListens = servers.flatMap((server) => server.listens.map((listen) => ({ server, listen })));
  for (const [, sharing] of groupedBy(withListens, ({ listen }) => listen.argument(0))) {
    if (!sharing.some(({ listen }) => hasParameter(listen, 'ssl'))) continue;
    const first = sharing.find(({ listen }) => hasParameter(listen, 'default_server')) ?? sharing[0];
    if (first === undefined || first.server.certificates.length > 0) continue;
    const asked = first.server.rejects ? sharing : [first];
    const without = asked.find(({ server }) => server.certificates.length === 0 && !server.rejects);
    if (without === undefined) continue;
    const { block } = without.server;
    yield { ...refusalOf(block, 0, NO_CERTIFICATE), named: startOf(block) };
  }
}

/** The items by key, in the order in which the keys come. */
function groupedBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
