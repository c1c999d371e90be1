import { parseAddress, printAddress } from '../values/address';
import { listenFault, readListen, VIRTUAL_SERVERS } from '../values/listen';
import { hasVariables } from '../values/script';
import { directiveFault, wrong } from './refusal';
import type { Setter } from './setters';
import { accessRule, errorLog, once, resolver } from './setters-core';
import { filterSetters } from './setters-filters';
import { rewriteSetters } from './setters-rewrite';
import { serverSetters } from './setters-server';
import { streamPass, upstreamSetters } from './setters-upstream';
import { zoneSetters } from './zones';

/** Directives of stream (ngx_stream_core_module.c and the others). */

const listen: Setter = (directive, _conf, reading) => {
  const fault = listenFault(directive, 'stream', reading.version);
  if (fault !== null) return fault;
  const { address, udp } = readListen(directive, 'stream');
  // Only the machine knows the address of a name; servers with names may share an address.
  if (address.kind === 'name' || reading.isAtLeast(VIRTUAL_SERVERS)) return null;
  const text = printAddress(address);
  const { streamAddresses } = reading;
  const key = udp ? `${text}/udp` : text;
  if (streamAddresses.has(key)) {
    return { text: `duplicate "${text}" address and port pair`, word: 1, rule: 'directive-duplicate' };
  }
  streamAddresses.set(key, true);
  return null;
};

const returnSetter: Setter = (directive, conf, reading) =>
  conf.byName.has('return') ? directiveFault('return', 'is duplicate') : reading.compile(directive, 1);

/** `pass`: the address of another listener (ngx_stream_pass_module.c, since 1.25.5). */
const pass: Setter = (directive, conf, reading) => {
  if (conf.byName.has('pass')) return directiveFault('pass', 'is duplicate');
  const value = directive.argument(0);
  const fault = reading.compile(directive, 1);
  if (fault !== null || hasVariables(value)) return fault;
  const address = parseAddress(value, { defaultPort: 0 });
  if (address.error !== null) return wrong(`${address.error} in "${value}" of the "pass" directive`, 1);
  if (address.kind === 'name') return directiveFault('pass', 'has no addresses', 1);
  return address.kind === 'unix' || address.hasPort ? null : directiveFault('pass', 'has no port', 1);
};

/** The directives of http that stream has too, and that are read in the same way. */
const SHARED_FILTERS = [
  'log_format',
  'access_log',
  'map',
  'map_hash_max_size',
  'map_hash_bucket_size',
  'split_clients',
  'geo',
  'proxy_bind',
  'open_log_file_cache',
] as const;
const SHARED_ZONES = [
  'limit_conn_zone',
  'limit_conn',
  'ssl_session_cache',
  'ssl_ocsp_cache',
  'ssl_certificate_cache',
  'proxy_ssl_certificate_cache',
] as const;
const SHARED_UPSTREAM = ['upstream', 'server', 'zone', 'random', 'hash', 'least_time'] as const;

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
  pass,
  ssl_alpn: once,
  ssl_password_file: once,
  proxy_ssl_password_file: once,
  proxy_pass: streamPass,
  error_log: errorLog,
  resolver,
  allow: accessRule,
  deny: accessRule,
};
