import type { ConfigDirective } from '../model/configuration';
import { containsAddress } from './addresses';

/** Parameters with which more than the networks decides. */
const DECIDED_ELSEWHERE: ReadonlySet<string> = new Set(['include', 'proxy', 'proxy_recursive', 'ranges']);

/**
 * What a `geo` gives for a client whose address is known, as that of a connection which nginx makes to itself: the
 * value of the smallest network that has it (ngx_http_geo_cidr_variable).
 *
 * @param address of IPv4 or IPv6, or `unix:`, which nginx looks for as 255.255.255.255
 * @returns null where another address or more than these networks decide
 */
export function geoValue(geo: ConfigDirective, address: string): string | null {
  const entries = geo.children ?? [];
  if (!isOfClientAddress(geo) || entries.some(({ name }) => DECIDED_ELSEWHERE.has(name))) return null;
  const looked = address === 'unix:' ? '255.255.255.255' : address;
  const found = new Map<number, string>();
  for (const entry of entries) {
    const isDeleted = entry.name === 'delete';
    const network = isDeleted ? entry.argument(0) : entry.name;
    const length = network === 'default' ? 0 : lengthOf(network, looked);
    if (length === null) continue;
    if (isDeleted) found.delete(length);
    else found.set(length, entry.argument(0));
  }
  const longest = [...found.keys()].reduce((longer, length) => Math.max(longer, length), 0);
  return found.get(longest) ?? '';
}

/** Whether a `geo` or `split_clients` asks who the client is. */
export function isOfClientAddress({ name, words }: ConfigDirective): boolean {
  const isShort = name === 'geo' && words.length === 2;
  return isShort || /remote_addr\b/.test(words[1]?.value ?? '');
}

/** How many bits a network has in common with an address that is in it; null where it is not. */
function lengthOf(network: string, address: string): number | null {
  if (!containsAddress(network, address)) return null;
  const [, bits] = network.split('/');
  if (bits !== undefined) return Number(bits);
  return address.includes(':') ? 128 : 32;
}
