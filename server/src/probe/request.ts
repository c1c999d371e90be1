import { createHash, randomBytes } from 'node:crypto';
import type { ProbeHeader } from '../protocol';
import { type Target, TargetError } from './target';

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

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

// oxlint-disable-next-line no-control-regex -- what must not be in a header (RFC 9110 §5.5)
const CONTROL = /[\u0000-\u0008\u000A-\u001F\u007F]/;

/** RFC 6455 §1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Reads a header as `Name: value`.
 *
 * @throws TargetError
 */
export function readHeader(text: string): ProbeHeader {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0)).trim();
  const value = text.slice(colon + 1).trim();
  // The text may hold a secret: it is not repeated.
  if (!TOKEN.test(name)) throw new TargetError('A header is written as `Name: value`.');
  if (CONTROL.test(value)) throw new TargetError(`The header \`${name}\` holds a control character.`);
  if (name.toLowerCase() === 'sec-websocket-extensions')
    throw new TargetError('A probe understands no extensions: `Sec-WebSocket-Extensions` cannot be sent.');
  return [name, value];
}

/**
 * Reads a subprotocol, a token (RFC 6455 §4.1).
 *
 * @throws TargetError
 */
export function readProtocol(text: string): string {
  if (TOKEN.test(text)) return text;
  throw new TargetError(
    `\`${text}\` is no subprotocol: it may hold letters, digits and !#$%&'*+-.^_\`|~ only.`,
  );
}

/**
 * The request of a handshake. A given header replaces the usual one of its name, and stands in its place.
 *
 * @param key 16 bytes in base64; a fresh one unless told
 */
export function handshakeRequest(
  { authority, path }: Target,
  given: readonly ProbeHeader[],
  protocols: readonly string[],
  key: string = randomBytes(16).toString('base64'),
): HandshakeRequest {
  const usual: ProbeHeader[] = [
    ['Host', authority],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
    ...(protocols.length > 0 ? [['Sec-WebSocket-Protocol', protocols.join(', ')] as const] : []),
  ];
  const usualNames = new Set(usual.map(([name]) => name.toLowerCase()));
  const headers = [
    ...usual.flatMap((header) => {
      const instead = given.filter(([name]) => name.toLowerCase() === header[0].toLowerCase());
      return instead.length > 0 ? instead : [header];
    }),
    ...given.filter(([name]) => !usualNames.has(name.toLowerCase())),
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    headers,
    accept: acceptFor(valuesOf(headers, 'Sec-WebSocket-Key')[0] ?? ''),
    protocols: tokensOf(headers, 'Sec-WebSocket-Protocol'),
    bytes: Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`),
  };
}

/** The `Sec-WebSocket-Accept` that answers a key (RFC 6455 §4.2.2, item 5.4). */
function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
}

/** The values of all headers of that name, in order. Names compare without case. */
export function valuesOf(headers: readonly ProbeHeader[], name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The members of a header that is a list, over all headers of that name, as they are written. */
export function tokensOf(headers: readonly ProbeHeader[], name: string): string[] {
  return valuesOf(headers, name)
    .flatMap((value) => value.split(','))
    .map((token) => token.trim())
    .filter((token) => token !== '');
}
