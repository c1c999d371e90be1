import { readTarget as readUrl } from '../handshake/target';

/** What a probe is to open. */
export interface Target {
  /** As it was given. */
  readonly url: string;
  /** Whether it is TLS: wss, or https. */
  readonly isSecure: boolean;
  /** Name or address, without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** The value of `Host`: the port only where it is not the scheme's default (RFC 9110 §7.2). */
  readonly authority: string;
  /** Path and query, as the request line has them. */
  readonly path: string;
}

/** An end of a TCP connection: a name or an address, without brackets, and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A URL, or another argument, that no probe can be made of. The message says why. */
export class TargetError extends Error {}

/**
 * Reads the URL of a WebSocket, as `explain` does.
 *
 * @throws TargetError
 */
export function readTarget(url: string): Target {
  const read = readUrl(url);
  if ('error' in read) throw new TargetError(read.error);
  const { secure, host, port, hostHeader, path, query } = read;
  return {
    url,
    isSecure: secure,
    host: withoutBrackets(host),
    port,
    authority: hostHeader,
    path: query === '' ? path : `${path}?${query}`,
  };
}

/**
 * Reads `HOST:PORT`; an IPv6 address is in brackets.
 *
 * @throws TargetError
 */
export function readEndpoint(text: string): Endpoint {
  const match = /^(\[[\da-f:.]+\]|[^\s:/[\]]+):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port === 0 || port > 65_535)
    throw new TargetError(`\`${text}\` is not HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443.`);
  return { host: withoutBrackets(match[1]), port };
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function endpointText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
