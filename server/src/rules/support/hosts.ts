import type { Model } from '../../model/model';
import { hostOf } from '../../values/pass-url';
import { memoized } from '../../model/memo';

const upstreamServers = memoized(
  (model: Model): ReadonlySet<string> => new Set(model.upstreams.flatMap((each) => each.servers.map(hostOf))),
);

/** Whether a host, in lower case, is the host of a server of some `upstream`. */
export function isUpstreamServer(model: Model, host: string): boolean {
  return model.ask(
    'server of an upstream',
    host,
    (all) => upstreamServers(all).has(host),
    Object.is,
    'names',
  );
}
