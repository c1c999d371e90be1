import { byteLength } from '../syntax/byte-length';
import { parseNumber } from './number';

/** An address as nginx takes it apart (ngx_parse_url), without asking anybody for the addresses of names. */
export interface Address {
  /** What nginx says is wrong with it; null when nothing is. */
  readonly error: string | null;
  readonly kind: 'unix' | 'inet' | 'inet6' | 'name' | 'wildcard';
  /** The host as written, without brackets; the path of a Unix socket. */
  readonly host: string;
  /** The port written, else the default. */
  readonly port: number;
  /** The last port of a range; the port itself otherwise. */
  readonly lastPort: number;
  readonly hasPort: boolean;
  readonly uri: string;
}

export interface AddressOptions {
  /** Whether it is an address to listen on: a port alone is allowed, `*` is every address. */
  readonly listen?: boolean;
  /** Whether a path may follow. */
  readonly uriPart?: boolean;
  readonly defaultPort: number;
}

/** Takes an address apart. */
export function parseAddress(value: string, options: AddressOptions): Address {
  if (/^unix:/i.test(value)) return unixAddress(value.slice(5), options);
  return value.startsWith('[') ? inet6Address(value, options) : inetAddress(value, options);
}

const NOTHING: Address = {
  error: null,
  kind: 'name',
  host: '',
  port: 0,
  lastPort: 0,
  hasPort: false,
  uri: '',
};

function failed(error: string): Address {
  return { ...NOTHING, error };
}

function unixAddress(path: string, { uriPart = false }: AddressOptions): Address {
  const colon = uriPart ? path.indexOf(':') : -1;
  const host = colon === -1 ? path : path.slice(0, colon);
  if (host === '') return failed('no path in the unix domain socket');
  // sizeof(sun_path) is 108 on Linux, its last byte a zero.
  if (byteLength(host) + 1 > 108) return failed('too long path in the unix domain socket');
  return { ...NOTHING, kind: 'unix', host, uri: colon === -1 ? '' : path.slice(colon + 1) };
}

function inetAddress(
  value: string,
  { listen = false, uriPart = false, defaultPort }: AddressOptions,
): Address {
  const uriAt = value.search(/[/?]/);
  if (uriAt !== -1 && (listen || !uriPart)) return failed('invalid host');
  const authority = uriAt === -1 ? value : value.slice(0, uriAt);
  const uri = uriAt === -1 ? '' : value.slice(uriAt);
  const colon = authority.indexOf(':');
  if (colon === -1 && uriAt === -1 && listen) {
    const ports = listen && /^\d+(?:-\d+)?$/.test(authority) ? portsOf(authority, listen) : null;
    if (typeof ports === 'string') return failed(ports);
    if (ports !== null) return { ...NOTHING, kind: 'wildcard', ...ports, hasPort: true };
  }
  let ports = { port: defaultPort, lastPort: defaultPort };
  if (colon !== -1) {
    const written = portsOf(authority.slice(colon + 1), listen);
    if (typeof written === 'string') return failed(written);
    ports = written;
  }
  const host = colon === -1 ? authority : authority.slice(0, colon);
  if (host === '') return failed('no host');
  const kind = listen && host === '*' ? 'wildcard' : isInet(host) ? 'inet' : 'name';
  return { ...NOTHING, kind, host, ...ports, hasPort: colon !== -1, uri };
}

function inet6Address(
  value: string,
  { uriPart = false, listen = false, defaultPort }: AddressOptions,
): Address {
  const close = value.indexOf(']');
  if (close === -1) return failed('invalid host');
  const rest = value.slice(close + 1);
  const uriAt = rest.search(/[/?]/);
  if (uriAt !== -1 && (listen || !uriPart)) return failed('invalid host');
  const after = uriAt === -1 ? rest : rest.slice(0, uriAt);
  let ports = { port: defaultPort, lastPort: defaultPort };
  if (after !== '') {
    if (!after.startsWith(':')) return failed('invalid host');
    const written = portsOf(after.slice(1), listen);
    if (typeof written === 'string') return failed(written);
    ports = written;
  }
  const host = value.slice(1, close);
  if (host === '') return failed('no host');
  if (!isInet6(host)) return failed('invalid IPv6 address');
  const uri = uriAt === -1 ? '' : rest.slice(uriAt);
  return { ...NOTHING, kind: 'inet6', host, ...ports, hasPort: after !== '', uri };
}

/** `80`, and where one listens `8000-8010` too; else what is wrong with it. */
function portsOf(text: string, listen: boolean): { port: number; lastPort: number } | string {
  const dash = listen ? text.indexOf('-') : -1;
  const port = parseNumber(dash === -1 ? text : text.slice(0, dash));
  const lastPort = dash === -1 ? port : parseNumber(text.slice(dash + 1));
  if (port === null || lastPort === null || [port, lastPort].some((each) => each < 1 || each > 65535)) {
    return 'invalid port';
  }
  if (lastPort < port) return 'invalid port range';
  return { port, lastPort };
}

/** Whether the text is an IPv4 address (ngx_inet_addr). */
export function isInet(host: string): boolean {
  const parts = host.split('.');
  // An octet without digits is a zero to nginx.
  return parts.length === 4 && parts.every((part) => /^\d*$/.test(part) && Number(part) <= 255);
}

/** Whether the text is an IPv6 address (ngx_inet6_addr). */
function isInet6(host: string): boolean {
  if (!/^[\da-f:.]+$/i.test(host)) return false;
  const halves = host.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    const parts = half === '' ? [] : half.split(':');
    for (const [at, part] of parts.entries()) {
      const isLast = at === parts.length - 1 && index === halves.length - 1;
      if (isLast && part.includes('.')) {
        if (!isInet(part)) return false;
        groups += 2;
      } else {
        if (!/^[\da-f]{1,4}$/i.test(part)) return false;
        groups += 1;
      }
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** Whether the host of a URL is an address, IPv6 in brackets: nginx does not resolve it. */
export function isIpAddress(host: string): boolean {
  return isInet(host) || (host.startsWith('[') && host.endsWith(']') && isInet6(host.slice(1, -1)));
}

/** Whether the text is an address, with a port or without (ngx_parse_addr_port). */
export function isSocketAddress(text: string, takesBrackets: boolean): boolean {
  if (isInet(text) || isInet6(text)) return true;
  const inBrackets = /^\[([^\]]*)\]$/.exec(text)?.[1];
  if (inBrackets !== undefined) return takesBrackets && (isInet(inBrackets) || isInet6(inBrackets));
  const [, host = '', port = ''] = /^(.*):(\d+)$/s.exec(text) ?? [];
  const number = parseNumber(port);
  if (number === null || number < 1 || number > 65535) return false;
  return isIpAddress(host);
}

/** Whether the text is an address or a network (ngx_ptocidr). */
export function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  if (isInet(address)) {
    return bits === undefined || isAtMost(bits, 32);
  }
  return isInet6(address) && (bits === undefined || isAtMost(bits, 128));
}

function isAtMost(text: string, most: number): boolean {
  const number = parseNumber(text);
  return number !== null && number <= most;
}

/** An address as nginx prints it, to compare and to name it: `0.0.0.0:80`, `[::1]:80`, `unix:/path`. */
export function printAddress(address: Address): string {
  const { kind, host, port } = address;
  if (kind === 'unix') return hostOfAddress(address);
  return `${kind === 'inet6' ? `[${printInet6(host)}]` : hostOfAddress(address)}:${port}`;
}

/** The host of an address in the one spelling that URLs have for it, IPv6 in brackets; `unix:` and the path. */
export function hostOfAddress({ kind, host }: Address): string {
  switch (kind) {
    case 'unix':
      return `unix:${host}`;
    case 'wildcard':
      return '0.0.0.0';
    case 'inet6':
      return `[${shortInet6(expandInet6(host))}]`;
    case 'inet':
      return host.split('.').map(Number).join('.');
    case 'name':
      return host;
  }
}

/** nginx ends an address that holds one of IPv4, or looks like it, in that (ngx_inet6_ntop). */
function printInet6(host: string): string {
  const groups = expandInet6(host);
  const zeros = groups.findIndex((group) => group !== 0);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = zeros === 5 && groups[5] === 0xffff;
  const isCompatible = zeros === 6 || (zeros === 7 && low >> 8 !== 0 && (low & 0xff) !== 1);
  if (!isMapped && !isCompatible) return shortInet6(groups);
  const quad = [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  return `::${isMapped ? 'ffff:' : ''}${quad}`;
}

/** The longest run of zeros is `::`, and no group has a zero in front (RFC 5952 §4). */
function shortInet6(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (best.start === -1) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}

function expandInet6(host: string): number[] {
  const [head = '', tail] = host.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function groupsOf(half: string): number[] {
  return half.split(':').flatMap((part) => {
    if (part === '') return [];
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
