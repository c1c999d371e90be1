import { passFact } from '../reference/pass-directives';
import { type Address, parseAddress } from './address';

/** Where a `proxy_pass` leads. */
export interface ProxyTarget {
  /** The scheme as written, without `://`; null when there is none. */
  readonly scheme: string | null;
  /** Host and port as written; '' when there is none. Variables are left as they are. */
  readonly authority: string;
  /** Path and all after it; '' when there is none. */
  readonly uri: string;
  /** Offset of the authority in the value. */
  readonly authorityStart: number;
}

/**
 * Takes the argument of `proxy_pass` apart (ngx_http_proxy_pass, ngx_parse_url), whether nginx would take it or not:
 * any scheme, and variables anywhere.
 */
export function parseProxyTarget(value: string): ProxyTarget {
  const match = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value);
  const scheme = match?.[1] ?? null;
  const authorityStart = match?.[0].length ?? 0;
  const rest = value.slice(authorityStart);
  if (rest.toLowerCase().startsWith('unix:')) {
    const end = rest.indexOf(':', 'unix:'.length);
    const authority = end === -1 ? rest : rest.slice(0, end);
    return { scheme, authority, uri: end === -1 ? '' : rest.slice(end + 1), authorityStart };
  }
  const end = rest.search(URI_START);
  return {
    scheme,
    authority: end === -1 ? rest : rest.slice(0, end),
    uri: end === -1 ? '' : rest.slice(end),
    authorityStart,
  };
}

/** Where the path begins: these variables begin with a slash. */
const URI_START = /[/?]|\$(?:\{(?:request_uri|document_uri|uri)\}|(?:request_uri|document_uri|uri)(?!\w))/i;

/** The host of an authority without its port, in lower case. */
export function hostOf(authority: string): string {
  const lower = authority.toLowerCase();
  if (lower.startsWith('unix:')) return lower;
  if (lower.startsWith('[')) return lower.slice(0, lower.indexOf(']') + 1);
  const colon = lower.lastIndexOf(':');
  return colon === -1 ? lower : lower.slice(0, colon);
}

/**
 * The address that a `*_pass` without variables hands requests to, or what nginx says is wrong with it.
 *
 * @param directive its name; null for the `proxy_pass` of stream, which takes an address alone
 */
export function passAddress(
  directive: string | null,
  value: string,
): { readonly address: Address; readonly error: null } | { readonly address: null; readonly error: string } {
  const { schemes, uriPart } = (directive === null ? undefined : passFact(directive)) ?? ADDRESS_ALONE;
  const lower = value.toLowerCase();
  const scheme = schemes.find((each) => each !== '' && lower.startsWith(each)) ?? '';
  if (!schemes.includes(scheme)) return { address: null, error: 'invalid URL prefix' };
  const url = value.slice(scheme.length);
  const address = parseAddress(url, { uriPart, defaultPort: DEFAULT_PORTS.get(scheme) ?? 0 });
  if (address.error === null) return { address, error: null };
  return { address: null, error: `${address.error} in upstream "${url}"` };
}

const ADDRESS_ALONE = { schemes: [''], uriPart: false };

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http://', 80],
  ['https://', 443],
]);
