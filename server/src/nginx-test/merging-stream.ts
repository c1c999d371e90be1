import type { ConfigDirective } from '../model/configuration';
import { endOfDirective } from './lines';
import { refusalOf, startOf, upstreamRefusals, variableRefusals } from './merging-shared';
import type { Reading, Scope } from './reading';
import type { Refusal } from './refusal';
import { isOn } from '../values/flag';

/** What nginx finds at the end of the `stream` block. */
export function streamRefusals(stream: Scope, reading: Reading): Refusal[] {
  return [
    ...withoutHandler(stream),
    ...upstreamRefusals(stream, reading.stream, reading),
    ...streamCertificates(stream, reading),
    ...variableRefusals(reading.stream, 'stream', reading),
  ];
}

/** What ends a connection in a server of stream; names that modules of other authors bring may do so, too. */
const STREAM_HANDLERS = ['proxy_pass', 'return', 'pass', 'content_by_lua_block', 'content_by_lua_file'];

function* withoutHandler({ inner }: Scope): Generator<Refusal> {
  for (const { context, block, own, opaque } of inner) {
    if (context !== 'stream server' || block === null || opaque) continue;
    if (STREAM_HANDLERS.some((name) => own.has(name))) continue;
    yield { ...refusalOf(block, 0, 'no handler for server'), named: startOf(block) };
  }
}

/** A server of stream that listens with TLS needs a certificate and its key (ngx_stream_ssl_module.c). */
function* streamCertificates(stream: Scope, reading: Reading): Generator<Refusal> {
  const hasVirtualServers = reading.isAtLeast('1.25.5');
  const met = new Set<string>();
  for (const server of stream.inner) {
    if (server.context !== 'stream server' || server.block === null) continue;
    const listens = server.own.get('listen') ?? [];
    const asking = listens.findLast(({ words }) => words.some(({ value }) => value === 'ssl'));
    const address = asking?.argument(0) ?? '';
    // Servers may share an address since then, and the first of them is asked.
    const isAsked = !hasVirtualServers || !met.has(address);
    for (const listen of listens) met.add(listen.argument(0));
    if (asking === undefined || !isAsked || server.opaque) continue;
    const inForce = (name: string): readonly ConfigDirective[] =>
      server.own.get(name) ?? stream.own.get(name) ?? [];
    const certificates = inForce('ssl_certificate');
    const keys = inForce('ssl_certificate_key');
    const place = hasVirtualServers ? server.block : asking;
    const named = hasVirtualServers ? startOf(server.block) : endOfDirective(asking);
    const last = certificates.at(-1);
    if (last === undefined) {
      if (inForce('ssl_reject_handshake').some(isOn)) continue;
      const text = 'no "ssl_certificate" is defined for the "listen ... ssl" directive';
      yield { ...refusalOf(place, hasVirtualServers ? 0 : -1, text), named };
    } else if (keys.length < certificates.length) {
      const text = `no "ssl_certificate_key" is defined for certificate "${last.argument(0)}"`;
      if (hasVirtualServers) yield refusalOf(last, -1, text);
      else {
        const whole =
          keys.length === 0
            ? 'no "ssl_certificate_key" is defined for the "listen ... ssl" directive'
            : `${text} and the "listen ... ssl" directive`;
        yield { ...refusalOf(last, -1, whole), named };
      }
    }
  }
}
