import { t } from '../l10n';

/** What a URL asks for. */
export interface Target {
  /** Whether it is wss, or https. */
  readonly secure: boolean;
  /** In lower case, without port; IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  /** The `Host` that the client sends: with the port unless it is the scheme's own. */
  readonly hostHeader: string;
  /** Path as it is sent, percent-encoded; never empty. */
  readonly path: string;
  /** What follows the `?`, or '' without one. */
  readonly query: string;
}

/** The URL parser of the WHATWG: Node, browsers and workers all have it, though the plain library of types has not. */
declare const URL: new (
  url: string,
) => {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly username: string;
  readonly password: string;
};

const SCHEMES: ReadonlyMap<string, boolean> = new Map([
  ['ws:', false],
  ['http:', false],
  ['wss:', true],
  ['https:', true],
]);

/**
 * Reads the URL of an endpoint: `ws`, `wss`, and `http`, `https` for them (RFC 6455 §3).
 *
 * @returns the target, or what is wrong with the URL, in words; a password in it is not repeated
 */
export function readTarget(text: string): Target | { readonly error: string } {
  const url = parseUrl(text);
  const secure = SCHEMES.get(url?.protocol ?? '');
  const shown = text.includes('@') ? t('This URL') : `\`${text}\``;
  if (url === null && /^(?:ws|http)s?:\/\//i.test(text)) {
    return { error: t`${shown} cannot be read: is its host or its port mistyped?` };
  }
  if (url === null || secure === undefined || url.hostname === '') {
    return {
      error: t`${shown} is not the URL of a WebSocket: write it in full, such as ws://localhost/chat.`,
    };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      error: t(
        'The URL of a WebSocket has no user and no password: send them in a header, such as Authorization.',
      ),
    };
  }
  if (text.includes('#')) return { error: t`${shown} has a fragment (#…): the URL of a WebSocket has none.` };
  const port = Number(url.port === '' ? (secure ? 443 : 80) : url.port);
  if (port === 0) return { error: t`${shown}: nothing can listen on port 0.` };
  return {
    secure,
    host: url.hostname,
    port,
    hostHeader: url.port === '' ? url.hostname : `${url.hostname}:${url.port}`,
    path: url.pathname,
    query: url.search.slice(1),
  };
}

function parseUrl(text: string): InstanceType<typeof URL> | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Whether a host is an address: then its URL says which socket is meant. */
export function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** The name that TLS asks for (SNI) where a URL is opened; null for none: an address is no name (RFC 6066 §3). */
export function tlsNameOf({ secure, host }: Pick<Target, 'secure' | 'host'>): string | null {
  return secure && !isAddress(host) ? host.replace(/\.$/, '') : null;
}
