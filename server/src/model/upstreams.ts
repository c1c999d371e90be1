import { type ConfigDirective, type Configuration, walk } from './configuration';

/** An `upstream` block of http. */
export interface Upstream {
  readonly directive: ConfigDirective;
  readonly name: string;
  /** Its servers as written: `host`, `host:port`, `unix:/path`. */
  readonly servers: readonly string[];
}

/** The upstreams of a configuration, in order. */
export function upstreamsOf(configuration: Configuration): Upstream[] {
  const upstreams: Upstream[] = [];
  for (const directive of walk(configuration.directives)) {
    if (directive.name !== 'upstream' || directive.children === null) continue;
    if (directive.parent?.name === 'stream') continue;
    const servers = directive.children
      .filter(({ name }) => name === 'server')
      .map((server) => server.argument(0));
    upstreams.push({ directive, name: directive.argument(0), servers });
  }
  return upstreams;
}

/** Where a `proxy_pass` leads. */
export interface ProxyTarget {
  /** The scheme as written, without `://`; null when there is none. */
  readonly scheme: string | null;
  /** Host and port as written; '' when there is none. Variables stand as they are. */
  readonly authority: string;
  /** Path and all after it; '' when there is none. */
  readonly uri: string;
  /** Offset of the authority in the value. */
  readonly authorityStart: number;
}

/** Takes the argument of `proxy_pass` apart (ngx_http_proxy_pass, ngx_parse_url). */
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
  const slash = rest.search(/[/?]/);
  return {
    scheme,
    authority: slash === -1 ? rest : rest.slice(0, slash),
    uri: slash === -1 ? '' : rest.slice(slash),
    authorityStart,
  };
}

/** The host of an authority without its port, in lower case. */
export function hostOf(authority: string): string {
  const lower = authority.toLowerCase();
  if (lower.startsWith('unix:')) return lower;
  if (lower.startsWith('[')) return lower.slice(0, lower.indexOf(']') + 1);
  const colon = lower.lastIndexOf(':');
  return colon === -1 ? lower : lower.slice(0, colon);
}
