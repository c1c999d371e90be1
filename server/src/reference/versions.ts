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

/** Reads `1.28.0`, or `1.28` for 1.28.0. Null when it is neither. */
export function parseVersion(text: string): NginxVersion | null {
  const match = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (match === null) return null;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

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

/**
 * From this version on an empty `Host` is replaced by `$proxy_host` (CHANGES, 1.31.4).
 */
export function sendsHostWhenEmpty(version: NginxVersion): boolean {
  return isAtLeast(version, { major: 1, minor: 31, patch: 4 });
}

/** From this version on nginx refuses HTTP/2 to back ends no more (CHANGES, 1.29.4). */
export function hasProxyHttp2(version: NginxVersion): boolean {
  return isAtLeast(version, { major: 1, minor: 29, patch: 4 });
}

/**
 * The nginx version that the output of `nginx -v` (`nginx version: nginx/1.22.1`) or a version string of a
 * derivative stands for. Null when it cannot be told.
 * Derivatives: OpenResty's first three numbers are nginx's; Angie, Tengine and freenginx by the table in versions of
 * their change logs.
 */
export function versionFromOutput(output: string): NginxVersion | null {
  const match = /(nginx|openresty|angie|tengine|freenginx)\/(\d+\.\d+\.\d+)/i.exec(output);
  if (match === null) return null;
  const own = parseVersion(match[2] ?? '');
  if (own === null) return null;
  const product = match[1]?.toLowerCase();
  if (product === 'nginx') {
    // Tengine prints "Tengine version: Tengine/3.1.0" and then "nginx version: nginx/1.24.0" in some builds.
    return own;
  }
  if (product === 'openresty') return own;
  if (product === 'angie')
    return isAtLeast(own, { major: 1, minor: 12, patch: 0 }) ? parseVersion('1.31.2') : assumedVersion;
  if (product === 'tengine')
    return isAtLeast(own, { major: 3, minor: 2, patch: 0 }) ? parseVersion('1.31.3') : parseVersion('1.24.0');
  return parseVersion('1.27.2');
}
