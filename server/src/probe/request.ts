import { createHash, randomBytes } from 'node:crypto';
import type { ProbeHeader } from '../protocol';
import { requestHeaders, tokensOf, valuesOf } from './headers';
import type { Target } from './target';

/** The opening request of a handshake (RFC 6455 §4.1). */
export interface HandshakeRequest {
  /** In wire order. */
  readonly headers: readonly ProbeHeader[];
  /** The `Sec-WebSocket-Accept` that answers it. */
  readonly accept: string;
  /** The subprotocols it asks for. */
  readonly protocols: readonly string[];
  /** What goes over the wire. */
  readonly bytes: Buffer;
}

/** RFC 6455 §1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The request of a handshake. A given header replaces the usual one of its name, and takes its place.
 *
 * @param key 16 bytes in base64; a fresh one by default
 */
export function handshakeRequest(
  target: Target,
  given: readonly ProbeHeader[],
  protocols: readonly string[],
  key: string = randomBytes(16).toString('base64'),
): HandshakeRequest {
  const headers = requestHeaders(target, given, protocols, key);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    headers,
    accept: acceptFor(valuesOf(headers, 'Sec-WebSocket-Key')[0] ?? ''),
    protocols: tokensOf(headers, 'Sec-WebSocket-Protocol'),
    bytes: Buffer.from(`GET ${target.path} HTTP/1.1\r\n${lines.join('')}\r\n`),
  };
}

/** The `Sec-WebSocket-Accept` that answers a key (RFC 6455 §4.2.2, item 5.4). */
function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
}
