/**
 * The handshake that every verdict is about: the least that RFC 6455 §4.1 asks of a client. No Origin, Cookie,
 * Authorization, subprotocol or extension.
 */
export const clientHeaders: readonly (readonly [name: string, value: string])[] = [
  ['Host', 'localhost'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['Sec-WebSocket-Version', '13'],
];

/** The same for a URL: with the `Host` of it. */
export function clientHeadersFor(host: string): readonly (readonly [name: string, value: string])[] {
  return clientHeaders.map(([name, value]) => [name, name === 'Host' ? host : value]);
}

/** Header names are compared without case. */
const byName: ReadonlyMap<string, string> = new Map(
  clientHeaders.map(([name, value]) => [name.toLowerCase(), value] as const),
);

/** The client's header that `$http_NAME` stands for, `-` written as `_`; '' for one that it does not send. */
export function clientHeader(variableSuffix: string): string {
  return byName.get(variableSuffix.replaceAll('_', '-')) ?? '';
}
