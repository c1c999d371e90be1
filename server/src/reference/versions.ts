/** A version of nginx, such as 1.28.0. */
export interface NginxVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The version assumed when none is set: the oldest stable branch that is still patched. */
export const assumedVersion: NginxVersion = { major: 1, minor: 28, patch: 0 };

/** The newest stable branch: where no version is set, nobody is taken to run a later one. */
export const newestStable: NginxVersion = { major: 1, minor: 30, patch: 0 };

/** Since this version an empty `Host` is replaced by `$proxy_host`, and of several the last is sent (CHANGES, 1.31.4). */
const hostApart: NginxVersion = { major: 1, minor: 31, patch: 4 };

/** Since this version requests to a back end are HTTP/1.1, and without `Connection: close` (CHANGES, 1.29.7). */
export const http11ByDefault: NginxVersion = { major: 1, minor: 29, patch: 7 };

/** Since this version connections to back ends are kept; `keepalive 0` turns that off, `local` is a parameter (CHANGES, 1.29.7). */
export const keepaliveByDefault: NginxVersion = { major: 1, minor: 29, patch: 7 };

/** Since this version `ssl on` is deprecated in favour of `listen … ssl` (CHANGES, 1.15.0). */
const sslDirectiveDeprecated: NginxVersion = { major: 1, minor: 15, patch: 0 };

/**
 * Since this version the directive `ssl` is gone, and `listen … http2` is deprecated in favour of `http2 on`: a port
 * for HTTP/2 without TLS then speaks HTTP/1.1 too (CHANGES, 1.25.1).
 */
export const http2Directive: NginxVersion = { major: 1, minor: 25, patch: 1 };

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

/** Whether nginx is a release or a later one. */
export type IsSince = (release: NginxVersion) => boolean;

/** The same of a version that is known. */
export function sinceOf(version: NginxVersion): IsSince {
  return (release) => isAtLeast(version, release);
}

/** The values of a default, each with the first release that has it; '' for those before 1.10.0, null for no default. */
type Defaults = readonly (readonly [since: string, text: string | null])[];

const PROTOCOLS: Defaults = [
  ['', 'TLSv1 TLSv1.1 TLSv1.2'],
  ['1.23.4', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
  ['1.27.3', 'TLSv1.2 TLSv1.3'],
];

/**
 * The defaults that have changed since 1.10.0, by directive (CHANGES of these releases; ngx_conf_merge_* and
 * ngx_conf_init_* of all releases compared). Of `proxy_set_header` the manual still has `Connection close` alone.
 */
const CHANGED_DEFAULTS = new Map(
  Object.entries<Defaults>({
    accept_mutex: [
      ['', 'on'],
      ['1.11.3', 'off'],
    ],
    grpc_ssl_protocols: PROTOCOLS,
    keepalive: [
      ['', null],
      ['1.29.7', '32 local'],
    ],
    keepalive_requests: [
      ['', '100'],
      ['1.19.10', '1000'],
    ],
    proxy_http_version: [
      ['', '1.0'],
      [formatVersion(http11ByDefault), '1.1'],
    ],
    proxy_set_header: [
      ['', 'Host $proxy_host\nConnection close'],
      [formatVersion(http11ByDefault), 'Host $proxy_host'],
    ],
    proxy_ssl_protocols: PROTOCOLS,
    sendfile_max_chunk: [
      ['', '0'],
      ['1.21.4', '2m'],
    ],
    ssl_ecdh_curve: [
      ['', 'prime256v1'],
      ['1.11.0', 'auto'],
    ],
    ssl_protocols: PROTOCOLS,
    uwsgi_ssl_protocols: PROTOCOLS,
  }).map(([name, defaults]) => [
    name,
    defaults.map(([since, text]) => ({ since: parseVersion(since), text })),
  ]),
);

/** The default of a directive whose default has changed since 1.10.0; null for none, undefined for other directives. */
export function changedDefault(name: string, isSince: IsSince): string | null | undefined {
  return CHANGED_DEFAULTS.get(name)?.findLast(({ since }) => since === null || isSince(since))?.text;
}

/** What `proxy_http_version` is when no directive says. */
export function defaultProxyHttpVersion(isSince: IsSince): '1.0' | '1.1' {
  return changedDefault('proxy_http_version', isSince) === '1.0' ? '1.0' : '1.1';
}

/** The `Connection` that nginx sends to a back end when no directive says; '' for none. */
export function defaultProxyConnection(isSince: IsSince): 'close' | '' {
  const headers = changedDefault('proxy_set_header', isSince)?.split('\n') ?? [];
  return headers.includes('Connection close') ? 'close' : '';
}

/** Whether nginx sends a `Host` to the back end though its value is empty. */
export function sendsHostWhenEmpty(isSince: IsSince): boolean {
  return isSince(hostApart);
}

/** Whether of several `proxy_set_header Host` the last alone is sent (ngx_http_proxy_init_headers). */
export function sendsOneHost(isSince: IsSince): boolean {
  return isSince(hostApart);
}

/** Since this version nginx speaks HTTP/2 to a back end when told to (CHANGES, 1.29.4). */
export const http2ToBackEnds: NginxVersion = { major: 1, minor: 29, patch: 4 };

/** Whether `proxy_http_version 2` is a value that nginx knows. */
export function speaksHttp2ToBackEnds(version: NginxVersion): boolean {
  return isAtLeast(version, http2ToBackEnds);
}

/** How nginx treats the directive `ssl`. */
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

/** These have the version numbers of their nginx; OpenResty adds a fourth number. */
const NUMBERED_AS_NGINX: ReadonlySet<string> = new Set(['nginx', 'openresty', 'freenginx']);

/**
 * The version of nginx in the output of `nginx -v` or `-V`, or in a version string such as
 * `Angie/1.12.0`. A derivative that names its nginx is taken at its word; NGINX Plus does nothing else.
 * Null when the text does not determine it.
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
