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
 * Reads the URL of a WebSocket (RFC 6455 §3); `http` and `https` stand for `ws` and `wss`.
 *
 * @throws TargetError
 */
export function readTarget(url: string): Target {
  const parsed = parse(url);
  const isSecure = parsed.protocol === 'wss:';
  if (!isSecure && parsed.protocol !== 'ws:')
    throw new TargetError(`\`${url}\` is no WebSocket URL: it begins with ws:// or wss://.`);
  if (url.includes('#')) throw new TargetError(`\`${url}\` has a fragment; a WebSocket URL has none.`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new TargetError(
      'A WebSocket URL has no user and no password: send them in a header, such as Authorization.',
    );
  const port = parsed.port === '' ? (isSecure ? 443 : 80) : Number(parsed.port);
  if (port === 0) throw new TargetError(`\`${url}\`: nothing can listen on port 0.`);
  return {
    url,
    isSecure,
    host: withoutBrackets(parsed.hostname),
    port,
    authority: parsed.host,
    path: `${parsed.pathname}${parsed.search}`,
  };
}

/** The ws or wss URL of an http or https URL; others as they are. */
function parse(url: string): URL {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url))
    throw new TargetError(`\`${url}\` is no URL: write it in full, such as ws://localhost/chat.`);
  try {
    return new URL(url.replace(/^http(?=s?:)/i, 'ws'));
  } catch {
    // It may hold a password: it is not repeated.
    throw new TargetError('The URL cannot be read: is its host or its port mistyped?');
  }
}

/**
 * Reads `HOST:PORT`; an IPv6 address stands in brackets.
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
