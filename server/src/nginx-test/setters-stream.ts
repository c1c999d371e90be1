import { parseAddress, printAddress } from './address';
import { directiveFault, type Fault, wrong } from './refusal';
import { type Setter, valuesOf } from './setters';
import { accessRule, errorLog, once, resolver } from './setters-core';
import { filterSetters } from './setters-filters';
import { rewriteSetters } from './setters-rewrite';
import { listenOptionFault, serverSetters } from './setters-server';
import { streamPass, upstreamSetters } from './setters-upstream';
import { zoneSetters } from './zones';

/** Directives of stream (ngx_stream_core_module.c and the others). */

const listen: Setter = (directive, _scope, reading) => {
  const value = directive.argument(0);
  const address = parseAddress(value, { listen: true, defaultPort: 0 });
  if (address.error !== null) return wrong(`${address.error} in "${value}" of the "listen" directive`, 1);
  for (const [index, { value: parameter }] of directive.words.entries()) {
    if (index < 2) continue;
    const fault = listenParameterFault(parameter, index, reading.isAtLeast('1.25.5'));
    if (fault !== null) return fault;
  }
  const parameters = new Set(valuesOf(directive).map((parameter) => parameter.replace(/=.*$/s, '')));
  const refused = parameters.has('udp') ? NOT_FOR_UDP.find((name) => parameters.has(name)) : undefined;
  if (refused !== undefined) {
    return directiveFault('listen', `"${refused}" parameter is incompatible with "udp"`);
  }
  // What a name stands for only the machine knows; since 1.25.5 servers may share an address.
  if (address.kind === 'name' || reading.isAtLeast('1.25.5')) return null;
  const isUdp = directive.words.some(({ value: parameter }) => parameter === 'udp');
  const text = printAddress(address);
  const { streamAddresses } = reading;
  const key = isUdp ? `${text}/udp` : text;
  if (streamAddresses.has(key)) {
    return { text: `duplicate "${text}" address and port pair`, word: 1, rule: 'directive-duplicate' };
  }
  streamAddresses.add(key);
  return null;
};

/** Parameters that only connections have, in the order in which nginx looks for them. */
const NOT_FOR_UDP = ['backlog', 'ssl', 'so_keepalive', 'proxy_protocol', 'fastopen'];

/** @param hasVirtualServers whether servers may share an address, as those of http do */
function listenParameterFault(parameter: string, word: number, hasVirtualServers: boolean): Fault | null {
  const invalid = wrong(`the invalid "${parameter}" parameter`, word);
  const [, key = parameter, value] = /^([a-z_0-9]+)=(.*)$/s.exec(parameter) ?? [];
  if (value === undefined) {
    const isLater = ['default_server', 'deferred', 'multipath'].includes(parameter);
    const isKnown = ['bind', 'udp', 'ssl', 'reuseport', 'proxy_protocol'].includes(parameter);
    return isKnown || (isLater && hasVirtualServers) ? null : invalid;
  }
  if (key === 'accept_filter') return hasVirtualServers ? null : invalid;
  const fault = listenOptionFault(parameter, key, value, word);
  return fault?.text === `invalid parameter "${parameter}"` ? invalid : fault;
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
  proxy_pass: streamPass,
  error_log: errorLog,
  resolver,
  allow: accessRule,
  deny: accessRule,
};
