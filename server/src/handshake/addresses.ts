/**
 * Whether an address belongs to those that `allow` or `deny` names (ngx_http_access_module): one address, a network
 * in CIDR notation, or `all`. What cannot be read names none.
 *
 * @param address IPv4, or IPv6 without brackets, or `unix:`
 */
export function containsAddress(named: string, address: string): boolean {
  const text = named.toLowerCase();
  if (text === 'all') return true;
  if (address === 'unix:' || text === 'unix:') return address === text;
  const [network = '', bits] = text.split('/');
  const [own, other] = [bitsOf(address), bitsOf(network)];
  if (own === null || other === null || own.length !== other.length) return false;
  const length = bits === undefined ? own.length : Number(bits);
  return own.slice(0, length) === other.slice(0, length);
}

function bitsOf(address: string): string | null {
  return address.includes(':') ? ipv6Bits(address) : ipv4Bits(address);
}

function ipv4Bits(address: string): string | null {
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return null;
  return bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

function ipv6Bits(address: string): string | null {
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : text.split(':');
  const [front, back] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const all = [...front, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...back];
  if (all.length !== 8) return null;
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
