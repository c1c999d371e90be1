import { parseAddress, printAddress } from '../values/address';
import type { Reading } from './reading';
import { directiveFault, type Fault, wrong } from './refusal';
import { firstOf, type Setter, valuesOf } from './setters';
import { accessRule, errorLog, once, resolver } from './setters-core';
import { filterSetters } from './setters-filters';
import { rewriteSetters } from './setters-rewrite';
import { isKeepalive, serverSetters } from './setters-server';
import { streamPass, upstreamSetters } from './setters-upstream';
import { zoneSetters } from './zones';
import { parseNumber } from '../values/number';
import { parseSize } from '../values/size';

/** Directives of stream (ngx_stream_core_module.c and the others). */

const listen: Setter = (directive, _scope, reading) => {
  const value = directive.argument(0);
  const address = parseAddress(value, { listen: true, defaultPort: 0 });
  if (address.error !== null) return wrong(`${address.error} in "${value}" of the "listen" directive`, 1);
  const parameters = valuesOf(directive).slice(1);
  const fault = firstOf(parameters.map((each, at) => listenFault(each, at + 2, reading)));
  if (fault !== null) return fault;
  const isUdp = parameters.includes('udp');
  if (isUdp) {
    const other = TCP_ONLY.find((name) => parameters.some((each) => each.split('=')[0] === name));
    if (other !== undefined)
      return directiveFault('listen', `"${other}" parameter is incompatible with "udp"`);
  }
  // What a name stands for only the machine knows; since 1.25.5 servers may share an address.
  if (address.kind === 'name' || reading.isAtLeast('1.25.5')) return null;
  const text = printAddress(address);
  const { streamAddresses } = reading;
  const key = isUdp ? `${text}/udp` : text;
  if (streamAddresses.has(key)) {
    return { text: `duplicate "${text}" address and port pair`, word: 1, rule: 'directive-duplicate' };
  }
  streamAddresses.add(key);
  return null;
};

/** In the order in which nginx looks at them. */
const TCP_ONLY = ['backlog', 'ssl', 'so_keepalive', 'proxy_protocol', 'fastopen'] as const;

const PLAIN_PARAMETERS: ReadonlySet<string> = new Set(['bind', 'udp', 'ssl', 'reuseport', 'proxy_protocol']);

/** What is wrong with a parameter of `listen` (ngx_stream_core_listen). */
function listenFault(parameter: string, word: number, reading: Reading): Fault | null {
  const [, key = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(parameter) ?? [];
  const unknown = wrong(`the invalid "${parameter}" parameter`, word);
  if (value === undefined) {
    const isLater = reading.isAtLeast('1.25.5') && /^(?:default_server|deferred|multipath)$/.test(key);
    return PLAIN_PARAMETERS.has(key) || isLater ? null : unknown;
  }
  switch (key) {
    case 'backlog':
      return (parseNumber(value) ?? 0) === 0 ? wrong(`invalid backlog "${parameter}"`, word) : null;
    case 'fastopen':
      return parseNumber(value) === null ? wrong(`invalid fastopen "${parameter}"`, word) : null;
    case 'rcvbuf':
    case 'sndbuf':
      return parseSize(value) === null ? wrong(`invalid ${key} "${parameter}"`, word) : null;
    case 'ipv6only':
      if (value === 'on' || value === 'off') return null;
      // nginx looks for `ipv6only=o` first.
      return value.startsWith('o') ? wrong(`invalid ipv6only flags "${value}"`, word) : unknown;
    case 'so_keepalive':
      return isKeepalive(value) ? null : wrong(`invalid so_keepalive value: "${value}"`, word);
    case 'accept_filter':
    case 'setfib':
      return reading.isAtLeast('1.25.5') ? null : unknown;
    default:
      return unknown;
  }
}

const returnSetter: Setter = (directive, scope, reading) =>
  scope.own.has('return') ? directiveFault('return', 'is duplicate') : reading.compile(directive, 1);

/** The directives of http that stream has too, and that are read in the same way. */
const SHARED_FILTERS = [
  'log_format',
  'access_log',
  'map',
  'split_clients',
  'geo',
  'proxy_bind',
  'open_log_file_cache',
] as const;
const SHARED_ZONES = ['limit_conn_zone', 'limit_conn', 'ssl_session_cache'] as const;
const SHARED_UPSTREAM = ['upstream', 'server', 'zone', 'random', 'hash'] as const;

function pick(setters: Readonly<Record<string, Setter>>, names: readonly string[]): Record<string, Setter> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const setter = setters[name];
      return setter === undefined ? [] : [[name, setter]];
    }),
  );
}

export const streamSetters: Readonly<Record<string, Setter>> = {
  ...pick(filterSetters, SHARED_FILTERS),
  ...pick(zoneSetters, SHARED_ZONES),
  ...pick(upstreamSetters, SHARED_UPSTREAM),
  ...pick(rewriteSetters, ['set']),
  ...pick(serverSetters, ['server_name']),
  listen,
  return: returnSetter,
  ssl_alpn: once,
  ssl_password_file: once,
  proxy_ssl_password_file: once,
  proxy_pass: streamPass,
  error_log: errorLog,
  resolver,
  allow: accessRule,
  deny: accessRule,
};
