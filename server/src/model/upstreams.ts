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
