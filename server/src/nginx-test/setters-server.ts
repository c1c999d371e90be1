import { printAddress } from '../values/address';
import { type Listen, listenFault, readListen } from '../values/listen';
import type { ConfigDirective } from '../model/configuration';
import { hasPlaceholder } from '../syntax/templates/languages';
import { memoized } from '../model/memo';
import type { Conf } from './conf';
import { keyOfListen, type Reading } from './reading';
import { directiveFault, type Fault, wrong } from './refusal';
import { after, firstOf, has, type Setter, valuesOf } from './setters';
import { locationName } from '../values/location';
import { parseNumber } from '../values/number';
import { parseOffset, parseSize } from '../values/size';
import { parseSeconds, parseTime } from '../values/time';
import { serverNameError, serverNamePattern } from '../values/server-name';

/** `listen`, `server_name`, `location`, `root` and the like (ngx_http_core_module.c, ngx_http.c). */

const listen: Setter = (directive, conf, reading) =>
  listenFault(directive, 'http', reading.version) ?? addListen(conf, reading, listenOf(directive));

/** What a `listen` says: of one that stays it is read once. */
const listenOf = memoized((directive: ConfigDirective) => readListen(directive, 'http'));

/** Puts the server to those of the address (ngx_http_add_listen). */
function addListen(server: Conf, reading: Reading, listen: Listen): Fault | null {
  const { address } = listen;
  // Only the machine knows the address of a name.
  if (address.kind === 'name' && address.host !== 'localhost') return null;
  const known = address.kind === 'name' ? { ...address, kind: 'inet' as const, host: '127.0.0.1' } : address;
  for (let port = known.port; port <= Math.min(known.lastPort, known.port + 1000); port += 1) {
    const fault = addServer(server, reading, printAddress({ ...known, port }), listen);
    if (fault !== null) return { ...fault, word: fault.word === -1 ? 1 : (fault.word ?? 1) };
  }
  return null;
}

function addServer(server: Conf, reading: Reading, text: string, listen: Listen): Fault | null {
  const { servers, defaultServers, withOptions, withTls } = reading.listens;
  const key = keyOfListen(text, listen.quic);
  const note = `listen ${key}`;
  if (server.notes.has(note)) {
    return { text: `a duplicate listen ${text}`, rule: 'directive-duplicate' };
  }
  server.notes.set(note, '');
  servers.add(key, server);
  if (listen.hasSocketOptions) {
    if (withOptions.has(key))
      return { text: `duplicate listen options for ${text}`, rule: 'directive-duplicate' };
    withOptions.set(key, true);
  }
  if (listen.defaultServer) {
    if (defaultServers.has(key))
      return { text: `a duplicate default server for ${text}`, rule: 'directive-duplicate' };
    defaultServers.set(key, server);
  }
  if (listen.ssl) withTls.add(key, true);
  return null;
}

/** A server without `listen` has port 80, as nginx started by root does it. */
export function addDefaultListen(server: Conf, reading: Reading): void {
  if (server.byName.has('listen') || server.isOpaque) return;
  addServer(server, reading, '0.0.0.0:80', readListen({ words: [] }, 'http'));
}

const serverName: Setter = (directive, _conf, reading) =>
  firstOf(
    valuesOf(directive).map((name, index) => {
      const word = index + 1;
      const error = serverNameError(name);
      if (error !== null) return wrong(error, word);
      const regex = serverNamePattern(name);
      return regex === null ? null : reading.pattern(directive, word, regex.pattern);
    }),
  );

const location: Setter = (directive, conf, reading) => {
  const own = locationName(directive);
  if (own.error !== null) return wrong(own.error, 1);
  const word = directive.words.length - 1;
  if (own.kind === 'regex') {
    const fault = reading.pattern(directive, word, own.name);
    if (fault !== null) return fault;
  }
  const outer = conf.context === 'location' ? conf.location : null;
  if (outer === null) return null;
  if (outer.kind === 'exact') {
    return wrong(`location "${own.name}" cannot be inside the exact location "${outer.name}"`, word);
  }
  if (outer.kind === 'named') {
    return wrong(`location "${own.name}" cannot be inside the named location "${outer.name}"`, word);
  }
  if (own.kind === 'named') {
    return wrong(`named location "${own.name}" can be on the server level only`, word);
  }
  if (own.kind !== 'regex' && !own.name.startsWith(outer.name) && !hasPlaceholder(outer.name)) {
    return wrong(`location "${own.name}" is outside location "${outer.name}"`, word);
  }
  return null;
};

/** `root` and `alias` (ngx_http_core_root). */
const root: Setter = (directive, conf, reading) => {
  const { name } = directive;
  // An alias keeps the length of the location's name: where it has none, it is a root from then on.
  const known = conf.notes.get('root');
  if (known === name) return directiveFault(name, 'is duplicate');
  if (known !== undefined) {
    const other = name === 'root' ? 'alias' : 'root';
    const text = `"${name}" directive is duplicate, "${other}" directive was specified earlier`;
    return { text, rule: 'directive-duplicate' };
  }
  if (name === 'alias' && conf.location?.kind === 'named') {
    return wrong('the "alias" directive cannot be used inside the named location');
  }
  const value = directive.argument(0);
  for (const variable of ['document_root', 'realpath_root']) {
    if (value.includes(`$${variable}`) || value.includes(`\${${variable}}`)) {
      return wrong(`the $${variable} variable cannot be used in the "${name}" directive`, 1);
    }
  }
  const fault = reading.compile(directive, 1);
  if (fault === null) conf.notes.set('root', conf.location?.name === '' ? 'root' : name);
  return fault;
};

const keepaliveTimeout: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  if (parseTime(directive.argument(0)) === null) {
    return directiveFault(directive.name, 'invalid value', 1);
  }
  if (directive.words.length < 3 || parseSeconds(directive.argument(1)) !== null) return null;
  return directiveFault(directive.name, 'invalid value', 2);
};

const directio: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  if (value === 'off' || parseOffset(value) !== null) return null;
  return directiveFault(directive.name, 'invalid value', 1);
};

const openFileCache: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  let isComplete = false;
  for (const [index, { value }] of directive.words.entries()) {
    if (index === 0) continue;
    const max = after(value, 'max=');
    const inactive = after(value, 'inactive=');
    const number = parseNumber(max ?? '');
    const isRight =
      (max !== null && number !== null && number > 0) ||
      (inactive !== null && parseSeconds(inactive) !== null) ||
      value === 'off';
    if (!isRight) return wrong(`invalid "open_file_cache" parameter "${value}"`, index);
    isComplete ||= max !== null || value === 'off';
  }
  return isComplete ? null : wrong('"open_file_cache" must have the "max" parameter');
};

const aio: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  if (value === 'on' || value === 'off') return null;
  if (value === 'threads') return null;
  const pool = after(value, 'threads=');
  if (pool !== null) {
    if (pool.includes('$')) return reading.compile(directive, 1, pool);
    reading.threadPools.add(pool, directive);
    return null;
  }
  return directiveFault(directive.name, 'invalid value', 1);
};

const internal: Setter = (directive, conf) =>
  has(conf, directive.name) ? directiveFault(directive.name, 'is duplicate') : null;

const POOL_ALIGNMENT = 16;
/** The head of a pool and two of its larger parts. */
const LEAST_POOL = 112;

/** `request_pool_size`, `connection_pool_size` (ngx_http_core_pool_size). */
export const poolSize: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const size = parseSize(directive.argument(0));
  if (size === null) return directiveFault(directive.name, 'invalid value', 1);
  if (size < LEAST_POOL) return wrong(`the pool size must be no less than ${LEAST_POOL}`, 1);
  return size % POOL_ALIGNMENT === 0
    ? null
    : wrong(`the pool size must be a multiple of ${POOL_ALIGNMENT}`, 1);
};

const gzipDisable: Setter = (directive, _conf, reading) =>
  firstOf(
    valuesOf(directive).map((value, index) =>
      value === 'msie6' || value === 'degradation' ? null : reading.pattern(directive, index + 1, value),
    ),
  );

export const serverSetters: Readonly<Record<string, Setter>> = {
  listen,
  server_name: serverName,
  location,
  root,
  alias: root,
  keepalive_timeout: keepaliveTimeout,
  directio,
  open_file_cache: openFileCache,
  aio,
  internal,
  request_pool_size: poolSize,
  connection_pool_size: poolSize,
  gzip_disable: gzipDisable,
};
