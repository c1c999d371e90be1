import { known, type Value } from './value';

/** A header of the client, its name as it is sent. */
export interface ClientHeader {
  readonly name: string;
  readonly value: Value;
}

/**
 * The headers of the handshake that every verdict is about, but for `Host`: the least that RFC 6455 §4.1 asks of a
 * client. No Origin, Cookie, Authorization, subprotocol or extension.
 */
const HEADERS: readonly ClientHeader[] = [
  { name: 'Upgrade', value: known('websocket') },
  { name: 'Connection', value: known('Upgrade') },
  { name: 'Sec-WebSocket-Key', value: known('dGhlIHNhbXBsZSBub25jZQ==') },
  { name: 'Sec-WebSocket-Version', value: known('13') },
];

/** The headers of a handshake, in the order of the wire, with this `Host`. */
export function clientHeadersFor(host: Value): readonly ClientHeader[] {
  return [{ name: 'Host', value: host }, ...HEADERS];
}
