import type { ProbeHeader } from '../protocol';
import { type Target, TargetError } from './target';

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

// oxlint-disable-next-line no-control-regex -- what must not be in a header (RFC 9110 §5.5)
const CONTROL = /[\u0000-\u0008\u000A-\u001F\u007F]/;

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
 * The headers of a handshake (RFC 6455 §4.1), in wire order. A given one replaces the usual one of its name, and
 * takes its place.
 *
 * @param key 16 bytes in base64
 */
export function requestHeaders(
  { authority }: Target,
  given: readonly ProbeHeader[],
  protocols: readonly string[],
  key: string,
): ProbeHeader[] {
  const usual: ProbeHeader[] = [
    ['Host', authority],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
    ...(protocols.length > 0 ? [['Sec-WebSocket-Protocol', protocols.join(', ')] as const] : []),
  ];
  const usualNames = new Set(usual.map(([name]) => name.toLowerCase()));
  return [
    ...usual.flatMap((header) => {
      const instead = given.filter(([name]) => name.toLowerCase() === header[0].toLowerCase());
      return instead.length > 0 ? instead : [header];
    }),
    ...given.filter(([name]) => !usualNames.has(name.toLowerCase())),
  ];
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
