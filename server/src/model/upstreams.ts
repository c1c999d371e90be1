import type { ConfigDirective } from './configuration';
import { memoized } from './memo';

/** An `upstream` block of http. */
export interface Upstream {
  readonly directive: ConfigDirective;
  readonly name: string;
  /** Its servers as written: `host`, `host:port`, `unix:/path`. */
  readonly servers: readonly string[];
}

/** What an `upstream` block says. */
export const upstreamIn = memoized((directive: ConfigDirective): Upstream => {
  const servers = (directive.children ?? [])
    .filter(({ name }) => name === 'server')
    .map((server) => server.argument(0));
  return { directive, name: directive.argument(0), servers };
});

const byName = memoized((upstreams: readonly Upstream[]): ReadonlyMap<string, Upstream> => {
  const first = new Map<string, Upstream>();
  for (const upstream of upstreams) {
    const name = upstream.name.toLowerCase();
    if (!first.has(name)) first.set(name, upstream);
  }
  return first;
});

/** The first upstream of that name, in lower case; undefined when there is none. */
export function upstreamNamed(upstreams: readonly Upstream[], name: string): Upstream | undefined {
  return byName(upstreams).get(name);
}
