import type { Model } from '../../model/model';
import { hostOf, type Upstream } from '../../model/upstreams';

/** Whether the host of a URL, as `hostOf` gives it, is an address: nginx asks nobody for it. */
export function isIpAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

const byName = new WeakMap<Model, ReadonlyMap<string, Upstream>>();

/** The `upstream` of that name, in lower case; undefined when there is none. */
export function upstreamNamed(model: Model, name: string): Upstream | undefined {
  const known =
    byName.get(model) ?? new Map(model.upstreams.map((each) => [each.name.toLowerCase(), each] as const));
  byName.set(model, known);
  return known.get(name);
}

const servers = new WeakMap<Model, ReadonlySet<string>>();

/** Whether a host, in lower case, is that of a server of some `upstream`. */
export function isUpstreamServer(model: Model, host: string): boolean {
  const known = servers.get(model) ?? new Set(model.upstreams.flatMap((each) => each.servers.map(hostOf)));
  servers.set(model, known);
  return known.has(host);
}
