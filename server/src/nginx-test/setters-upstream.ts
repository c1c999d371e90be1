import type { ConfigDirective } from '../model/configuration';
import { isAtLeast, keepaliveByDefault } from '../reference/versions';
import { type Address, parseAddress } from '../values/address';
import { endOfDirective } from './lines';
import { keyOfUpstream, type Reading, type UpstreamRecord } from './reading';
import { directiveFault, type Fault, wrong } from './refusal';
import { has, type Setter, valuesOf } from './setters';
import { hasVariables } from '../values/script';
import { sticky } from './setters-sticky';
import { LEAST_ZONE, zoneFault } from './zones';
import { memoized } from '../model/memo';
import { passAddress } from '../values/pass-url';
import { parseNumber } from '../values/number';
import { parseSize } from '../values/size';
import { parseSeconds } from '../values/time';

/** `upstream` and what is in it, and the directives that hand requests on (ngx_http_upstream.c, ngx_http_*_module.c). */

/** Takes note of the address that a directive hands requests to (ngx_http_upstream_add). */
function addAddress(
  directive: ConfigDirective,
  reading: Reading,
  host: string,
  address: Address,
): Fault | null {
  const { upstreamBlocks, hostsUsed, upstreams } = reading.part;
  const name = host.toLowerCase();
  if (upstreamBlocks.has(name)) {
    return address.hasPort ? wrong(`upstream "${host}" may not have port ${address.port}`, 1) : null;
  }
  // One without a port is any of them.
  if (upstreams.has(keyOfUpstream(host, address.port)) || upstreams.has(keyOfUpstream(host, 0))) return null;
  const isFirst = !hostsUsed.has(name);
  if (address.port === 0 && !isFirst) return null;
  const record: UpstreamRecord = {
    host,
    isBlock: false,
    port: address.port,
    hasPort: address.hasPort,
    kind: address.kind,
    directive,
    named: endOfDirective(directive),
  };
  upstreams.set(keyOfUpstream(host, address.port), record);
  if (isFirst) hostsUsed.set(name, record);
  return null;
}

/** Takes note of an `upstream` block. */
function addBlock(directive: ConfigDirective, reading: Reading, host: string): Fault | null {
  const { upstreamBlocks, hostsUsed, upstreams } = reading.part;
  const name = host.toLowerCase();
  if (upstreamBlocks.has(name)) {
    return { text: `duplicate upstream "${host}"`, word: 1, rule: 'directive-duplicate' };
  }
  // nginx looks at the first use alone: that one means the block, unless it names a port.
  const first = hostsUsed.get(name);
  if (first?.hasPort === true) {
    const text = `upstream "${host}" may not have port ${first.port}`;
    return { text, word: 1, named: first.named };
  }
  upstreamBlocks.set(name, directive);
  upstreams.set(keyOfUpstream(host, null), {
    host,
    isBlock: true,
    port: 0,
    hasPort: false,
    kind: 'name',
    directive,
    named: endOfDirective(directive),
  });
  return null;
}

const upstream: Setter = (directive, _conf, reading) => addBlock(directive, reading, directive.argument(0));

/** What the balancing method of an upstream lets its servers have. */
const WITHOUT_BACKUP: ReadonlySet<string> = new Set(['ip_hash', 'hash', 'random']);
const BALANCING: ReadonlySet<string> = new Set([...WITHOUT_BACKUP, 'least_conn']);

const server: Setter = (directive, conf, reading) => {
  // A block of that name is no server of an upstream.
  if (directive.children !== null) return null;
  const value = directive.argument(0);
  // The last one is in force.
  const method = [...conf.byName.keys()].findLast((name) => BALANCING.has(name));
  const isStream = conf.context === 'stream upstream';
  for (const [index, { value: parameter }] of directive.words.entries()) {
    if (index < 2) continue;
    if (!isServerParameter(parameter, reading, isStream))
      return wrong(`invalid parameter "${parameter}"`, index);
    if (/^(?:service|route)=$/.test(parameter)) return wrong(`${parameter.slice(0, -1)} is empty`, index);
    if (parameter.startsWith('route=') && parameter.length > 'route='.length + LONGEST_ROUTE)
      return wrong(`route is longer than ${LONGEST_ROUTE}`, index);
    if (parameter === 'backup' && method !== undefined && WITHOUT_BACKUP.has(method)) {
      return wrong(`balancing method does not support parameter "${parameter}"`, index);
    }
  }
  const parameters = valuesOf(directive).slice(1);
  const hasService = parameters.some((parameter) => parameter.startsWith('service='));
  if (hasService && !parameters.includes('resolve'))
    return wrong(`service upstream "${value}" requires "resolve" parameter`, 1);
  const address = parseAddress(value, { defaultPort: isStream ? 0 : 80 });
  if (address.error !== null) return wrong(`${address.error} in upstream "${value}"`, 1);
  if (isStream && address.kind !== 'unix' && !address.hasPort && !hasService)
    return wrong(`no port in upstream "${value}"`, 1);
  if (hasService && address.hasPort) return wrong(`service upstream "${value}" may not have port`, 1);
  if (hasService && address.kind !== 'name')
    return wrong(`service upstream "${value}" requires domain name`, 1);
  return null;
};

/** NGX_HTTP_UPSTREAM_SID_LEN */
const LONGEST_ROUTE = 32;

function isServerParameter(parameter: string, reading: Reading, isStream: boolean): boolean {
  const [, key = parameter, value] = /^([a-z_]+)=(.*)$/s.exec(parameter) ?? [];
  const number = parseNumber(value ?? '');
  switch (key) {
    case 'weight':
      return number !== null && number > 0;
    case 'max_conns':
    case 'max_fails':
      return number !== null;
    case 'fail_timeout':
      return value !== undefined && parseSeconds(value) !== null;
    case 'backup':
    case 'down':
      return value === undefined;
    case 'resolve':
      return value === undefined && reading.isAtLeast('1.27.3');
    case 'service':
      return value !== undefined && reading.isAtLeast('1.27.3');
    case 'route':
      return value !== undefined && !isStream && reading.isAtLeast('1.29.6');
    case 'drain':
      return value === undefined && !isStream && reading.isAtLeast('1.29.6');
    default:
      return false;
  }
}

const keepalive: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const isDefault = isAtLeast(reading.version, keepaliveByDefault);
  const value = directive.argument(0);
  const number = parseNumber(value);
  if (number === null || (number === 0 && !isDefault))
    return wrong(`invalid value "${value}" in "${directive.name}" directive`, 1);
  const parameter = directive.argument(1);
  return directive.words.length < 3 || parameter === 'local'
    ? null
    : wrong(`invalid parameter "${parameter}"`, 2);
};

const zone: Setter = (directive, _conf, reading) => {
  const name = directive.argument(0);
  if (name === '') return wrong(`invalid zone name "${name}"`, 1);
  if (directive.words.length < 3) return zoneFault(directive, reading, 'upstream', name, 0);
  const size = parseSize(directive.argument(1));
  if (size === null) return wrong(`invalid zone size "${directive.argument(1)}"`, 2);
  if (size < LEAST_ZONE) return wrong(`zone "${name}" is too small`, 2);
  return zoneFault(directive, reading, 'upstream', name, size);
};

const random: Setter = (directive) => {
  const two = directive.argument(0);
  if (directive.words.length > 1 && two !== 'two') return wrong(`invalid parameter "${two}"`, 1);
  const method = directive.argument(1);
  if (directive.words.length < 3 || method === 'least_conn') return null;
  return wrong(`invalid parameter "${method}"`, 2);
};

/** `least_time header | last_byte [inflight]`; stream measures other times. */
const leastTime: Setter = (directive, conf) => {
  const [time = '', parameter] = valuesOf(directive);
  if (parameter !== undefined && parameter !== 'inflight')
    return wrong(`invalid parameter "${parameter}"`, 2);
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const times = conf.area === 'stream' ? ['connect', 'first_byte', 'last_byte'] : ['header', 'last_byte'];
  return times.includes(time.toLowerCase()) ? null : wrong(`invalid value "${time}"`, 1);
};

const hash: Setter = (directive, _conf, reading) => {
  const fault = reading.compile(directive, 1);
  if (fault !== null) return fault;
  const method = directive.argument(1);
  if (directive.words.length < 3 || method === 'consistent') return null;
  return wrong(`invalid parameter "${method}"`, 2);
};

const URI_PART =
  '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block';

const proxyPass: Setter = (directive, conf, reading) => {
  const fault = pass(directive, conf, reading);
  if (fault !== null || hasVariables(directive.argument(0))) return fault;
  const uri = ownAddress(directive).address?.uri ?? '';
  return uri !== '' && isWithoutPrefix(conf) ? wrong(URI_PART, 1) : null;
};

/** Whether the prefix of the location is not there to be replaced. */
function isWithoutPrefix({ context, location }: Parameters<Setter>[1]): boolean {
  return (
    context !== 'location' || (location !== null && (location.kind === 'regex' || location.kind === 'named'))
  );
}

/** The directives that hand requests on: an address, with a scheme in front where they take one. */
const pass: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  if (hasVariables(directive.argument(0))) return reading.compile(directive, 1);
  return passTo(directive, reading, directive.name);
};

/** The address of a directive by its own name: of one that stays it is read once. */
const ownAddress = memoized((directive: ConfigDirective) =>
  passAddress(directive.name, directive.argument(0)),
);

/** @param name by which the address is read; null for a `proxy_pass` of stream */
function passTo(directive: ConfigDirective, reading: Reading, name: string | null): Fault | null {
  const isOwn = name === directive.name;
  const { address, error } = isOwn ? ownAddress(directive) : passAddress(name, directive.argument(0));
  if (error !== null) return wrong(error, 1);
  const host = address.kind === 'unix' ? `unix:${address.host}` : address.host;
  return addAddress(directive, reading, host, address);
}

/** `memcached_pass`: an address, in which a `$` is no variable. */
const memcachedPass: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const fault = passTo(directive, reading, directive.name);
  // The key must be set somewhere.
  if (fault === null) reading.use(directive, 0, 'memcached_key');
  return fault;
};

/** `tunnel_pass`: an address with its port, or nothing: that of the request (ngx_http_tunnel_pass). */
const tunnelPass: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  if (directive.words.length === 1) return null;
  if (hasVariables(directive.argument(0))) return reading.compile(directive, 1);
  // It is read as that of `fastcgi_pass`.
  return passTo(directive, reading, 'fastcgi_pass');
};

export const upstreamSetters: Readonly<Record<string, Setter>> = {
  upstream,
  server,
  keepalive,
  zone,
  random,
  hash,
  least_time: leastTime,
  sticky,
  proxy_pass: proxyPass,
  fastcgi_pass: pass,
  scgi_pass: pass,
  memcached_pass: memcachedPass,
  uwsgi_pass: pass,
  grpc_pass: pass,
  tunnel_pass: tunnelPass,
};

/** `proxy_pass` of stream: an address with its port. */
export const streamPass: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  if (hasVariables(directive.argument(0))) return reading.compile(directive, 1);
  return passTo(directive, reading, null);
};
