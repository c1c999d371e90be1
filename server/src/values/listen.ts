import { isAtLeast, type NginxVersion, parseVersion } from '../reference/versions';
import { type Address, parseAddress, hostOfAddress } from './address';
import { parseNumber } from './number';
import { parseSize } from './size';
import { parseSeconds } from './time';
import type { ValueFault, Words } from './words';

/** How nginx reads `listen` (ngx_http_core_listen, ngx_stream_core_listen, ngx_mail_core_listen). */

/** The part of a configuration that a `listen` is in: their parameters differ. */
export type ListenPart = 'http' | 'stream' | 'mail';

/** What a `listen` says, whether nginx would take it or not. */
export interface Listen {
  /** The address with its ports, or what is wrong with it. */
  readonly address: Address;
  readonly defaultServer: boolean;
  readonly ssl: boolean;
  readonly quic: boolean;
  readonly http2: boolean;
  readonly proxyProtocol: boolean;
  readonly udp: boolean;
  /** `off` lets `[::]` take connections over IPv4 too. */
  readonly ipv6only: boolean;
  /** Whether it sets options of the socket, which only one `listen` of an address may do. */
  readonly hasSocketOptions: boolean;
}

/** Since then servers of stream have names and share listeners, and `listen` is read as in http (CHANGES, 1.25.5). */
export const VIRTUAL_SERVERS = '1.25.5';

/** Without a port it is 80 in http; the others have none. */
const DEFAULT_PORTS: Readonly<Record<ListenPart, number>> = { http: 80, stream: 0, mail: 0 };

const SOCKET_FLAGS: ReadonlySet<string> = new Set(['bind', 'deferred', 'reuseport', 'multipath']);

export function readListen({ words }: Words, part: ListenPart): Listen {
  const parameters = words.slice(2).map(({ value }) => value);
  const has = (...names: readonly string[]): boolean => names.some((name) => parameters.includes(name));
  return {
    address: parseAddress(words[1]?.value ?? '', { listen: true, defaultPort: DEFAULT_PORTS[part] }),
    defaultServer: has('default_server', 'default'),
    ssl: has('ssl'),
    quic: has('quic'),
    http2: has('http2'),
    proxyProtocol: has('proxy_protocol'),
    udp: has('udp'),
    ipv6only: !has('ipv6only=off'),
    hasSocketOptions: parameters.some(
      (each) => SOCKET_FLAGS.has(each) || (each.includes('=') && !each.startsWith('accept_filter=')),
    ),
  };
}

/** Whether a `listen` has that parameter. */
export function hasParameter({ words }: Words, name: string): boolean {
  return words.some(({ value }, index) => index > 1 && value === name);
}

/** The host of an address that is listened on, in one spelling: `*` for all of IPv4, `[::]`, an address, a name. */
export function listenHost(address: Address): string {
  const host = hostOfAddress(address);
  return host === '0.0.0.0' ? '*' : host;
}

/** What nginx says is wrong with a `listen`; null when nothing is. */
export function listenFault(directive: Words, part: ListenPart, version: NginxVersion): ValueFault | null {
  const listen = readListen(directive, part);
  const values = directive.words.map(({ value }) => value);
  const { error } = listen.address;
  if (error !== null) return { text: `${error} in "${values[1] ?? ''}" of the "listen" directive`, word: 1 };
  for (const [word, parameter] of values.entries()) {
    const text = word < 2 ? null : parameterError(parameter, part, version);
    if (text !== null) return { text, word };
  }
  const text = incompatible(listen, values.slice(2), part, version);
  return text === null ? null : { text: `"listen" directive ${text}`, word: -1 };
}

/** Parameters that are a word alone, with the release that brought each. */
const FLAGS: Readonly<Record<ListenPart, ReadonlyMap<string, string>>> = {
  http: new Map([
    ['default_server', ''],
    ['default', ''],
    ['bind', ''],
    ['deferred', ''],
    ['reuseport', ''],
    ['ssl', ''],
    ['http2', ''],
    ['proxy_protocol', ''],
    ['quic', '1.25.0'],
    ['multipath', '1.29.7'],
  ]),
  stream: new Map([
    ['bind', ''],
    ['udp', ''],
    ['ssl', ''],
    ['reuseport', ''],
    ['proxy_protocol', ''],
    ['default_server', VIRTUAL_SERVERS],
    ['deferred', VIRTUAL_SERVERS],
    ['multipath', '1.29.7'],
  ]),
  mail: new Map([
    ['bind', ''],
    ['ssl', ''],
    ['proxy_protocol', '1.19.8'],
    ['multipath', '1.29.7'],
  ]),
};

function isSince(version: NginxVersion, release: string): boolean {
  const first = parseVersion(release);
  return first === null || isAtLeast(version, first);
}

function parameterError(parameter: string, part: ListenPart, version: NginxVersion): string | null {
  const isWordedAsHttp = part === 'http' || isSince(version, VIRTUAL_SERVERS);
  const unknown = isWordedAsHttp
    ? `invalid parameter "${parameter}"`
    : `the invalid "${parameter}" parameter`;
  const [, key = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(parameter) ?? [];
  if (value !== undefined) return optionError(key, value, unknown, part, version);
  // nginx only warned of it, and then it went.
  if (part === 'http' && key === 'spdy') return isSince(version, '1.22.0') ? unknown : null;
  const release = FLAGS[part].get(key);
  return release !== undefined && isSince(version, release) ? null : unknown;
}

/** What is wrong with a parameter that has a value. */
function optionError(
  key: string,
  value: string,
  unknown: string,
  part: ListenPart,
  version: NginxVersion,
): string | null {
  const parameter = `${key}=${value}`;
  switch (key) {
    case 'backlog':
      return (parseNumber(value) ?? 0) === 0 ? `invalid backlog "${parameter}"` : null;
    case 'fastopen':
      if (part === 'mail') return unknown;
      return parseNumber(value) === null ? `invalid fastopen "${parameter}"` : null;
    case 'rcvbuf':
    case 'sndbuf':
      return parseSize(value) === null ? `invalid ${key} "${parameter}"` : null;
    case 'ipv6only':
      if (value === 'on' || value === 'off') return null;
      // nginx looks for `ipv6only=o` first.
      return value.startsWith('o') ? `invalid ipv6only flags "${value}"` : unknown;
    case 'so_keepalive':
      return isKeepalive(value) ? null : `invalid so_keepalive value: "${value}"`;
    case 'accept_filter':
      if (part === 'mail') return unknown;
      return part === 'http' || isSince(version, VIRTUAL_SERVERS) ? null : unknown;
    default:
      return unknown;
  }
}

/** `on`, `off`, or up to three numbers: `30m::10`. */
function isKeepalive(value: string): boolean {
  if (value === 'on' || value === 'off') return true;
  const [idle = '', interval = '', count = '', ...rest] = value.split(':');
  if (rest.length > 0 || (idle === '' && interval === '' && count === '')) return false;
  const isTime = (text: string): boolean => text === '' || parseSeconds(text) !== null;
  return isTime(idle) && isTime(interval) && (count === '' || (parseNumber(count) ?? 0) > 0);
}

/** What is of TCP and so goes with neither `udp` of stream nor `quic` of http, in the order in which nginx looks at it. */
const TCP_ONLY = [
  'fastopen',
  'backlog',
  'deferred',
  'multipath',
  'ssl',
  'http2',
  'so_keepalive',
  'proxy_protocol',
];

/** What nginx looked at before, and in another order, until the release that is named. */
const TCP_ONLY_BEFORE: Readonly<
  Record<Exclude<ListenPart, 'mail'>, { until: string; names: readonly string[] }>
> = {
  http: { until: '1.25.4', names: ['ssl', 'http2', 'proxy_protocol'] },
  stream: {
    until: VIRTUAL_SERVERS,
    names: ['backlog', 'ssl', 'so_keepalive', 'proxy_protocol', 'fastopen'],
  },
};

/** Two parameters that do not go together. */
function incompatible(
  listen: Listen,
  parameters: readonly string[],
  part: ListenPart,
  version: NginxVersion,
): string | null {
  const isDatagram = part === 'http' ? listen.quic : listen.udp;
  if (!isDatagram || part === 'mail') return null;
  const earlier = TCP_ONLY_BEFORE[part];
  const given = new Set(parameters.map((each) => each.split('=')[0]));
  const names = isSince(version, earlier.until) ? TCP_ONLY : earlier.names;
  const other = names.find((name) => given.has(name));
  if (other === undefined) return null;
  return `"${other}" parameter is incompatible with "${part === 'http' ? 'quic' : 'udp'}"`;
}
