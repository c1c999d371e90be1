import type { Route } from '../../handshake/routes';
import type { Model } from '../../model/model';
import { type Upstream } from '../../model/upstreams';
import { hostOf, parseProxyTarget } from '../../values/pass-url';
import type { VariableMap } from '../../model/variables';
import { defaultProxyConnection, sinceOf } from '../../reference/versions';
import { upstreamOf } from '../../model/asking';
import { memoized } from '../../model/memo';

/** Whether a map selects by the client's `Upgrade`. */
export function isByUpgrade({ source }: VariableMap): boolean {
  return /^\$(?:http_upgrade|\{http_upgrade\})$/i.test(source);
}

/** Whether a map selects by the client's `Connection`. */
export function isByConnection({ source }: VariableMap): boolean {
  return /^\$(?:http_connection|\{http_connection\})$/i.test(source);
}

const emptyEntry = memoized(({ entries }: VariableMap) =>
  entries.find(({ kind, key }) => kind === 'exact' && key === ''),
);

/** Whether a map has an entry for the empty value, which a request without an upgrade has. */
function hasEmptyEntry(map: VariableMap): boolean {
  return emptyEntry(map) !== undefined;
}

/**
 * What a map by `Upgrade` gives for a request without an upgrade: its entry for '', else its default. Patterns are not
 * tried for an empty value (ngx_http_map_find). Null where the files do not determine it.
 */
function ordinaryValue(map: VariableMap): string | null {
  if (!isByUpgrade(map) || map.hostnames) return null;
  const entry = emptyEntry(map);
  if (entry === undefined && !map.complete) return null;
  const value = entry?.value ?? map.otherwise;
  return /[${]/.test(value) ? null : value;
}

/** Whether a value of `Connection` has the token. */
export function hasToken(value: string, token: string): boolean {
  return value
    .toLowerCase()
    .split(',')
    .some((each) => each.trim() === token);
}

/**
 * The harm that a map by `Upgrade` does to ordinary requests when it has no entry for them: `upgrades`, the back end sees
 * an upgrade; `closes`, connections are closed that would be kept alive. Null for none.
 */
export function harmToOthers(map: VariableMap, keepsAlive: boolean): 'upgrades' | 'closes' | null {
  const value = hasEmptyEntry(map) ? null : ordinaryValue(map);
  if (value === null) return null;
  if (hasToken(value, 'upgrade')) return 'upgrades';
  return keepsAlive && hasToken(value, 'close') ? 'closes' : null;
}

/** Whether connections to the back end of a route are kept open for other requests. */
export function isKeptAlive({ proxyPass }: Route, model: Model): boolean {
  if (defaultProxyConnection(sinceOf(model.version)) !== 'close') return true;
  const upstream = upstreamOf(model, hostOf(parseProxyTarget(proxyPass.argument(0)).authority));
  return upstream !== undefined && hasKeepalive(upstream);
}

const hasKeepalive = memoized(
  ({ directive }: Upstream): boolean => directive.children?.some(({ name }) => name === 'keepalive') === true,
);
