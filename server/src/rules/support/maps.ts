import type { VariableMap } from '../../model/variables';

/** Whether a map selects by the client's `Upgrade`. */
export function isByUpgrade({ source }: VariableMap): boolean {
  return /^\$(?:http_upgrade|\{http_upgrade\})$/i.test(source);
}

/** Whether a map selects by the client's `Connection`. */
export function isByConnection({ source }: VariableMap): boolean {
  return /^\$(?:http_connection|\{http_connection\})$/i.test(source);
}

/** Whether a map has an entry for the empty value: that of a request which asks for no upgrade. */
export function hasEmptyEntry({ entries }: VariableMap): boolean {
  return entries.some(({ kind, key }) => kind === 'exact' && key === '');
}

/**
 * What a map by `Upgrade` gives for a request that asks for no upgrade: its entry for '', else its default. Patterns
 * are not tried for an empty value (ngx_http_map_find). Null where that cannot be told.
 */
export function ordinaryValue(map: VariableMap): string | null {
  if (!isByUpgrade(map) || map.hostnames) return null;
  const entry = map.entries.find(({ kind, key }) => kind === 'exact' && key === '');
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
