import type { IsSince, NginxVersion } from '../reference/versions';

/** From this version on no control character is taken in a `Host` (CHANGES, 1.21.1). */
const refusesControls: NginxVersion = { major: 1, minor: 21, patch: 1 };

/** From this version on a `Host` is what RFC 3986 §3.2.2 and §3.2.3 call a host and a port (CHANGES, 1.29.4). */
const validates: NginxVersion = { major: 1, minor: 29, patch: 4 };

/** Name or IPv4 address, and port: no two dots in a row. */
const NAME = /^(?!.*\.\.)[\w\-.~!$&'()*+,;=%]*(?::(\d*))?$/;

/** IPv6 address in brackets, and port. */
const LITERAL = /^\[(?!.*\.\.)[\w\-.~!$&'()*+,;=:]*\](?::(\d*))?$/;

/**
 * The host of a `Host` header: in lower case, without its port and a dot at its end. Null where nginx answers 400
 * (ngx_http_validate_host).
 *
 * @param header in bytes
 * @param isSince asked only where the release decides
 */
export function hostIn(header: string, isSince: IsSince): string | null {
  const literal = /^\[[^\]]*\]?/.exec(header)?.[0];
  const host = (literal ?? header.replace(/:.*$/s, '')).replace(/\.$/, '').toLowerCase();
  if (host === '') return null;
  return isWellFormed(header) || isTolerated(header, isSince) ? host : null;
}

function isWellFormed(header: string): boolean {
  const match = (header.startsWith('[') ? LITERAL : NAME).exec(header);
  return match !== null && Number(match[1] ?? 0) <= 65_535;
}

/** What earlier releases take though it is not well-formed. */
function isTolerated(header: string, isSince: IsSince): boolean {
  if (header.includes('..') || header.includes('/') || header.includes('\0')) return false;
  return !isSince(/[\0-\x20\x7f]/.test(header) ? refusesControls : validates);
}
