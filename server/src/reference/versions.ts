/** A version of nginx, such as 1.28.0. */
export interface NginxVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The version taken for granted when nobody says: the oldest stable branch that is still patched. */
export const assumedVersion: NginxVersion = { major: 1, minor: 28, patch: 0 };

/** From this version on nginx speaks HTTP/1.1 to a back end by default, and sends no `Connection: close` (CHANGES, 1.29.7). */
const keepaliveByDefault: NginxVersion = { major: 1, minor: 29, patch: 7 };

/** From this version on an empty `Host` is replaced by `$proxy_host` (CHANGES, 1.31.4). */
const hostWhenEmpty: NginxVersion = { major: 1, minor: 31, patch: 4 };

/** From this version on `ssl on` is deprecated in favour of `listen … ssl` (CHANGES, 1.15.0). */
const sslDirectiveDeprecated: NginxVersion = { major: 1, minor: 15, patch: 0 };

/**
 * From this version on the directive `ssl` is gone, and `listen … http2` is deprecated in favour of `http2 on`: a port
 * for HTTP/2 without TLS then speaks HTTP/1.1 too (CHANGES, 1.25.1).
 */
const http2Directive: NginxVersion = { major: 1, minor: 25, patch: 1 };

/** Reads `1.28.0`, or `1.28` for 1.28.0. Null when it is neither. */
export function parseVersion(text: string): NginxVersion | null {
  const match = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (match === null) return null;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Writes a version as nginx does: `1.28.0`. */
export function formatVersion({ major, minor, patch }: NginxVersion): string {
  return `${major}.${minor}.${patch}`;
}

/** Whether `version` is `other` or later. */
export function isAtLeast(version: NginxVersion, other: NginxVersion): boolean {
  if (version.major !== other.major) return version.major > other.major;
  if (version.minor !== other.minor) return version.minor > other.minor;
  return version.patch >= other.patch;
}

/** What `proxy_http_version` is when no directive says. */
export function defaultProxyHttpVersion(version: NginxVersion): '1.0' | '1.1' {
  return isAtLeast(version, keepaliveByDefault) ? '1.1' : '1.0';
}

/** The `Connection` that nginx sends to a back end when no directive says; '' for none. */
export function defaultProxyConnection(version: NginxVersion): 'close' | '' {
  return isAtLeast(version, keepaliveByDefault) ? '' : 'close';
}

/** Whether nginx sends a `Host` to the back end though its value is empty. */
export function sendsHostWhenEmpty(version: NginxVersion): boolean {
  return isAtLeast(version, hostWhenEmpty);
}

/** From this version on nginx speaks HTTP/2 to a back end when told to (CHANGES, 1.29.4). */
const http2ToBackEnds: NginxVersion = { major: 1, minor: 29, patch: 4 };

/** Whether `proxy_http_version 2` is a value that nginx knows. */
export function speaksHttp2ToBackEnds(version: NginxVersion): boolean {
  return isAtLeast(version, http2ToBackEnds);
}

/** What nginx makes of the directive `ssl`. */
export function sslDirective(version: NginxVersion): 'known' | 'deprecated' | 'removed' {
  if (isAtLeast(version, http2Directive)) return 'removed';
  return isAtLeast(version, sslDirectiveDeprecated) ? 'deprecated' : 'known';
}

/** Whether there is a directive `http2` in place of the parameter of `listen`. */
export function hasHttp2Directive(version: NginxVersion): boolean {
  return isAtLeast(version, http2Directive);
}

/** From a version of a derivative on: the version of nginx that it is made of. */
type Bases = readonly (readonly [own: string, nginx: string])[];

/** The derivatives that count their versions their own way, by their change logs; the latest release first. */
const BASES: Readonly<Record<string, Bases>> = {
  angie: [
    ['1.12', '1.31.2'],
    ['1.11', '1.29.3'],
    ['1.10', '1.27.5'],
    ['1.9', '1.27.4'],
    ['1.8', '1.27.3'],
    ['1.7', '1.27.1'],
    ['1.6', '1.27.0'],
    ['1.5', '1.25.4'],
    ['1.4', '1.25.3'],
    ['1.3', '1.25.2'],
    ['1.2', '1.25.0'],
    ['1.1', '1.23.3'],
    ['1.0', '1.23.2'],
  ],
  tengine: [
    ['3.2', '1.31.3'],
    ['3.1', '1.24.0'],
    ['2.3.2', '1.17.3'],
    ['2.3.1', '1.16.0'],
    ['2.3', '1.15.9'],
    ['2.2', '1.8.1'],
    ['2.1', '1.6.2'],
  ],
  // It left nginx at 1.25 and has kept HTTP/1.0 to back ends in all releases whose source we know.
  freenginx: [['1.27.2', '1.27.2']],
};

/** These have the numbers of the nginx that they are made of; OpenResty has a fourth one of its own. */
const NUMBERED_AS_NGINX: ReadonlySet<string> = new Set(['nginx', 'openresty', 'freenginx']);

/**
 * The version of nginx that stands behind the output of `nginx -v`, or behind a version string such as
 * `Angie/1.12.0`. A derivative that names its nginx is taken at its word; NGINX Plus does nothing else.
 * Null when it cannot be told.
 */
export function versionFromOutput(output: string): NginxVersion | null {
  const products = new Map<string, string>();
  for (const [, name = '', version = ''] of output.matchAll(/\b([a-z]+)\/(\d+\.\d+(?:\.\d+)?)/gi)) {
    const product = name.toLowerCase();
    if (!products.has(product)) products.set(product, version);
  }
  for (const product of ['nginx', 'openresty', ...Object.keys(BASES)]) {
    const own = parseVersion(products.get(product) ?? '');
    if (own !== null) return baseOf(product, own);
  }
  return null;
}

function baseOf(product: string, own: NginxVersion): NginxVersion | null {
  for (const [since, nginx] of BASES[product] ?? []) {
    const first = parseVersion(since);
    if (first !== null && isAtLeast(own, first)) return parseVersion(nginx);
  }
  return NUMBERED_AS_NGINX.has(product) ? own : null;
}
