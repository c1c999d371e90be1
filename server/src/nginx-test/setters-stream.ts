import { parseAddress, printAddress } from './address';
import { parseNumber } from './numbers';
import { directiveFault, wrong } from './refusal';
import type { Setter } from './setters';
import { accessRule, errorLog, once, resolver } from './setters-core';
import { filterSetters } from './setters-filters';
import { rewriteSetters } from './setters-rewrite';
import { serverSetters } from './setters-server';
import { streamPass, upstreamSetters } from './setters-upstream';
import { zoneSetters } from './zones';

/** Directives of stream (ngx_stream_core_module.c and the others). */

const listen: Setter = (directive, _scope, reading) => {
  const value = directive.argument(0);
  const address = parseAddress(value, { listen: true, defaultPort: 0 });
  if (address.error !== null) return wrong(`${address.error} in "${value}" of the "listen" directive`, 1);
  for (const [index, { value: parameter }] of directive.words.entries()) {
    if (index < 2) continue;
    if (!isListenParameter(parameter, reading.isAtLeast('1.25.5'))) {
      return wrong(`the invalid "${parameter}" parameter`, index);
    }
    const backlog = parameter.startsWith('backlog=') ? parseNumber(parameter.slice(8)) : 1;
    if (backlog === null || backlog === 0) return wrong(`invalid backlog "${parameter.slice(8)}"`, index);
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

function isListenParameter(parameter: string, hasDefault: boolean): boolean {
  if (parameter === 'default_server') return hasDefault;
  return /^(?:bind|udp|ssl|reuseport|proxy_protocol|deferred|multipath|(?:backlog|rcvbuf|sndbuf|fastopen|accept_filter|ipv6only|so_keepalive|setfib)=.*)$/s.test(
    parameter,
  );
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
