import type { Model } from '../../model/model';
import { type Upstream } from '../../model/upstreams';
import { hostOf } from '../../values/pass-url';
import { memoized } from '../../model/memo';

const upstreamsByName = memoized(
  (model: Model): ReadonlyMap<string, Upstream> =>
    new Map(model.upstreams.map((each) => [each.name.toLowerCase(), each] as const)),
);

/** The `upstream` of that name, in lower case; undefined when there is none. */
export function upstreamNamed(model: Model, name: string): Upstream | undefined {
  return upstreamsByName(model).get(name);
}

const upstreamServers = memoized(
  (model: Model): ReadonlySet<string> => new Set(model.upstreams.flatMap((each) => each.servers.map(hostOf))),
);

/** Whether a host, in lower case, is the host of a server of some `upstream`. */
export function isUpstreamServer(model: Model, host: string): boolean {
  return upstreamServers(model).has(host);
}
