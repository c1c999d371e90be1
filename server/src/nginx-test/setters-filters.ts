import type { Conf } from './conf';
import type { Reading } from './reading';
import { directiveFault, type Fault, wrong } from './refusal';
import { after, firstOf, has, type Setter, valuesOf } from './setters';
import type { ConfigDirective } from '../model/configuration';
import { isSocketAddress } from '../values/address';
import { lowerAscii } from '../values/server-name';
import { once } from './setters-core';
import { inSyslog } from './syslog';
import { parseNumber } from '../values/number';
import { parseSize } from '../values/size';
import { parseSeconds, parseTime } from '../values/time';
import { tildePattern } from '../values/pattern';

/** Logs, headers, maps and the other small modules of http. */

const accessLog: Setter = (directive, _conf, reading) => {
  const [path = '', format, ...parameters] = valuesOf(directive);
  if (path === 'off') {
    return format === undefined ? null : wrong(`invalid parameter "${format}"`, 2);
  }
  const syslog = after(path, 'syslog:');
  const compiled = syslog === null ? reading.compile(directive, 1) : inSyslog(syslog);
  if (compiled !== null) return compiled;
  if (format === undefined && reading.part === reading.stream) return wrong('log format is not specified');
  if (format !== undefined && !reading.part.logFormats.has(format) && !reading.opaque) {
    return wrong(`unknown log format "${format}"`, 2);
  }
  let size = 0;
  let level = 0;
  let flush = -1;
  let flushTime = 0;
  for (const [index, value] of parameters.entries()) {
    const word = index + 3;
    const buffer = after(value, 'buffer=');
    const time = after(value, 'flush=');
    const compression = after(value, 'gzip=');
    const condition = after(value, 'if=');
    if (buffer !== null) {
      size = parseSize(buffer) ?? 0;
      if (size === 0) return wrong(`invalid buffer size "${buffer}"`, word);
    } else if (time !== null) {
      flushTime = parseTime(time) ?? 0;
      if (flushTime === 0) return wrong(`invalid flush time "${time}"`, word);
      flush = word;
    } else if (value === 'gzip' || compression !== null) {
      const number = compression === null ? 1 : parseNumber(compression);
      if (number === null || number < 1 || number > 9)
        return wrong(`invalid compression level "${compression}"`, word);
      level = number;
      if (size === 0) size = 64 * 1024;
    } else if (condition !== null) {
      const fault = reading.compile(directive, word, condition);
      if (fault !== null) return fault;
    } else return wrong(`invalid parameter "${value}"`, word);
  }
  if (size === 0) {
    return flush === -1 ? null : wrong(`no buffer is defined for access_log "${path}"`, flush);
  }
  if (path.includes('$')) return wrong('buffered logs cannot have variables in name');
  if (syslog !== null) return wrong('logs to syslog cannot be buffered');
  // All logs to one file share one buffer.
  const buffering = [size, flushTime, level].join(' ');
  const known = reading.logBuffers.get(path);
  if (known !== undefined && known !== buffering) {
    return wrong(`access_log "${path}" already defined with conflicting parameters`);
  }
  reading.logBuffers.set(path, buffering);
  return null;
};

const logFormat: Setter = (directive, _conf, reading) => {
  const { logFormats } = reading.part;
  const [name = '', ...values] = valuesOf(directive);
  if (logFormats.has(name)) {
    return { text: `duplicate "log_format" name "${name}"`, word: 1, rule: 'directive-duplicate' };
  }
  logFormats.set(name, true);
  return firstOf(
    values.map((value, index) => {
      const escape = index === 0 ? after(value, 'escape=') : null;
      if (escape === null) return compileFormat(directive, index + 2, value, reading);
      const isKnown =
        escape === 'default' || escape === 'json' || (escape === 'none' && reading.isAtLeast('1.13.10'));
      return isKnown ? null : wrong(`unknown log format escaping "${escape}"`, index + 2);
    }),
  );
};

/** Notes the variables of a format: here `$1` is a variable too (ngx_http_log_compile_format). */
function compileFormat(
  directive: ConfigDirective,
  word: number,
  value: string,
  reading: Reading,
): Fault | null {
  for (const { 1: bracket, 2: name = '', 3: close, index } of value.matchAll(/\$(\{?)(\w*)(\}?)/g)) {
    const isOpen = bracket === '{' && close === '';
    if (isOpen && index + 2 < value.length) {
      return wrong(`the closing bracket in "${name}" variable is missing`, word);
    }
    if (name === '') return wrong(`invalid parameter "${value.slice(index)}"`, word);
    reading.use(directive, word, name);
  }
  return null;
}

const addHeader: Setter = (directive, _conf, reading) => {
  const fault = reading.compile(directive, 2);
  if (fault !== null) return fault;
  const always = directive.argument(2);
  if (directive.words.length < 4 || always === 'always') return null;
  return wrong(`invalid parameter "${always}"`, 3);
};

const map: Setter = (directive, _conf, reading) =>
  reading.compile(directive, 1) ?? reading.define(directive, 2);

const splitClients: Setter = map;

/** `map_hash_max_size` and `map_hash_bucket_size`: the first `map` sets what no directive has set before (ngx_http_map_block). */
const mapHash: Setter = (directive, conf) => {
  const { name } = directive;
  if (has(conf, name) || has(conf, 'map')) return directiveFault(name, 'is duplicate');
  return parseNumber(directive.argument(0)) === null ? directiveFault(name, 'invalid number', 1) : null;
};

const geo: Setter = (directive, _conf, reading) => {
  const last = directive.words.length - 1;
  if (last === 2) {
    const source = directive.argument(0);
    if (!source.startsWith('$')) return wrong(`invalid variable name "${source}"`, 1);
    const fault = reading.index(directive, 1);
    if (fault !== null) return fault;
  }
  return reading.define(directive, last);
};

/** Every argument may hold variables. */
const compileAll: Setter = (directive, _conf, reading) =>
  firstOf(valuesOf(directive).map((_, index) => reading.compile(directive, index + 1)));

/** The first argument may have variables; the directive is allowed once per level. */
const compileOnce: Setter = (directive, conf, reading) =>
  has(conf, directive.name) ? directiveFault(directive.name, 'is duplicate') : reading.compile(directive, 1);

const expires: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const values = valuesOf(directive);
  const isModified = values.length === 2;
  if (isModified && values[0] !== 'modified') return directiveFault(directive.name, 'invalid value', 1);
  const value = values.at(-1) ?? '';
  const word = values.length;
  if (value.includes('$')) return reading.compile(directive, word);
  if (!isModified && ['epoch', 'max', 'off'].includes(value)) return null;
  const time = value.replace(/^[@+-]/, '');
  if (value.startsWith('@') && isModified) {
    return directiveFault(directive.name, 'daily time cannot be used with "modified" parameter', word);
  }
  const seconds = parseSeconds(time);
  if (seconds === null) return directiveFault(directive.name, 'invalid value', word);
  if (value.startsWith('@') && seconds > 86_400) {
    return directiveFault(directive.name, 'daily time value must be less than 24 hours', word);
  }
  return null;
};

const index: Setter = (directive, _conf, reading) => {
  const values = valuesOf(directive);
  for (const [at, value] of values.entries()) {
    if (value === '') {
      // Until 1.29.2 the message names the first value, whichever is wrong.
      const named = reading.isAtLeast('1.29.2') ? value : (values[0] ?? '');
      return wrong(`index "${named}" in "index" directive is invalid`, at + 1);
    }
    const fault = reading.compile(directive, at + 1);
    if (fault !== null) return fault;
  }
  return null;
};

const authRequestSet: Setter = (directive, _conf, reading) => {
  const defined = reading.define(directive, 1);
  if (defined !== null) return defined;
  reading.use(directive, 1, directive.argument(0).slice(1));
  return reading.compile(directive, 2);
};

/** Headers of an upstream that are given as name and value: compiled later, when levels are merged. */
const upstreamParameter: Setter = (directive) => {
  const flag = directive.argument(2);
  if (directive.words.length < 4 || flag === 'if_not_empty') return null;
  return wrong(`invalid parameter "${flag}"`, 3);
};

/**
 * Whether the level has a directive of that name which excludes this one: `off` must be the only one.
 *
 * @param value the first argument, where it is the only one
 */
function ruledOut(directive: ConfigDirective, { byName }: Conf, value: string | null): Fault | null {
  const others = byName.get(directive.name) ?? [];
  const isOff = others.some((other) => other.words.length === 2 && other.argument(0) === 'off');
  if (!isOff && (value !== 'off' || others.length === 0)) return null;
  return directiveFault(directive.name, 'is duplicate');
}

const proxyRedirect: Setter = (directive, conf, reading) => {
  const [first = '', second] = valuesOf(directive);
  const fault = ruledOut(directive, conf, second === undefined ? first : null);
  if (fault !== null) return fault;
  if (second === undefined) {
    if (first === 'off') return null;
    if (first !== 'default') return wrong(`invalid parameter "${first}"`, 1);
    const pass = conf.byName.get('proxy_pass')?.[0];
    if (pass === undefined) {
      return wrong('"proxy_redirect default" should be placed after the "proxy_pass" directive', 1);
    }
    if (pass.argument(0).includes('$')) {
      return wrong('"proxy_redirect default" cannot be used with "proxy_pass" directive with variables', 1);
    }
    return null;
  }
  return rewritten(directive, 1, reading) ?? reading.compile(directive, 2);
};

/** A word that is a pattern after `~` or `~*`, else a value. */
function rewritten(directive: ConfigDirective, word: number, reading: Reading): Fault | null {
  const regex = tildePattern(directive.argument(word - 1));
  return regex === null ? reading.compile(directive, word) : reading.pattern(directive, word, regex.pattern);
}

const proxyCookie: Setter = (directive, conf, reading) => {
  const [first = '', second] = valuesOf(directive);
  const fault = ruledOut(directive, conf, second === undefined ? first : null);
  if (fault !== null) return fault;
  if (second === undefined) return first === 'off' ? null : wrong(`invalid parameter "${first}"`, 1);
  return cookieName(directive, reading) ?? reading.compile(directive, 2);
};

/** A path may be compared without case by `~*`; for names `~` does that, and `*` is a part of the pattern. */
function cookieName(directive: ConfigDirective, reading: Reading): Fault | null {
  const value = directive.argument(0);
  if (directive.name === 'proxy_cookie_path' || !value.startsWith('~'))
    return rewritten(directive, 1, reading);
  return reading.pattern(directive, 1, value.slice(1));
}

/** The flags themselves are looked at when a response is there. */
const proxyCookieFlags: Setter = (directive, conf, reading) => {
  const [first = '', ...flags] = valuesOf(directive);
  const duplicate = ruledOut(directive, conf, flags.length === 0 ? first : null);
  if (duplicate !== null) return duplicate;
  if (flags.length === 0) {
    return directive.argument(0) === 'off' ? null : wrong(`invalid parameter "${directive.argument(0)}"`, 1);
  }
  const fault = cookieName(directive, reading);
  return fault ?? firstOf(flags.map((_, at) => reading.compile(directive, at + 2)));
};

/** `proxy_bind address [transparent]` (ngx_http_upstream_bind_set_slot). */
const bind: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const [value = '', flag] = valuesOf(directive);
  if (flag === undefined && value === 'off') return null;
  const fault = reading.compile(directive, 1);
  if (fault !== null) return fault;
  if (!value.includes('$') && !isSocketAddress(value, reading.isAtLeast('1.27.3')))
    return wrong(`invalid address "${value}"`, 1);
  return flag === undefined || flag === 'transparent' ? null : wrong(`invalid parameter "${flag}"`, 2);
};

const subFilter: Setter = (directive, _conf, reading) => {
  if (directive.argument(0) === '') return wrong('empty search pattern', 1);
  return compileAll(directive, _conf, reading);
};

const splitPathInfo: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const pattern = directive.argument(0);
  const fault = reading.pattern(directive, 1, pattern);
  if (fault !== null) return fault;
  return reading.captures(pattern) === 2 ? null : wrong(`pattern "${pattern}" must have 2 captures`, 1);
};

/** A name, or a variable alone. */
const charset: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  return value.startsWith('$') ? reading.index(directive, 1) : null;
};

/** `charset_map`: one for two charsets, in either direction. */
const charsetMap: Setter = (directive, { notes }) => {
  const [from = '', to = ''] = valuesOf(directive);
  const names = [from, to].map(lowerAscii);
  if (names[0] === names[1]) {
    return wrong(`"charset_map" between the same charsets "${from}" and "${to}"`);
  }
  const note = `charset_map ${names.toSorted().join(' ')}`;
  if (notes.has(note)) {
    return { text: `duplicate "charset_map" between "${from}" and "${to}"`, rule: 'directive-duplicate' };
  }
  notes.set(note, '');
  return null;
};

const DEFLATE_SIZES = ['512', '1k', '2k', '4k', '8k', '16k', '32k'];

/** `gzip_window`, `gzip_hash`: a power of two (ngx_http_gzip_window, ngx_http_gzip_hash). */
const deflateSize =
  (sizes: readonly string[]): Setter =>
  (directive, conf) => {
    if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
    const size = parseSize(directive.argument(0));
    if (size === null) return directiveFault(directive.name, 'invalid value', 1);
    if (sizes.some((each) => parseSize(each) === size)) return null;
    const listed = `${sizes.slice(0, -1).join(', ')}, or ${sizes.at(-1)}`;
    return directiveFault(directive.name, `must be ${listed}`, 1);
  };

const disableSymlinks: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const values = valuesOf(directive);
  let mode: string | null = null;
  for (const [at, value] of values.entries()) {
    const from = after(value, 'from=');
    if (from !== null) {
      const fault = reading.compile(directive, at + 1, from);
      if (fault !== null) return fault;
    } else if (!['off', 'on', 'if_not_owner'].includes(value)) {
      return wrong(`invalid parameter "${value}"`, at + 1);
    } else if (mode !== null) {
      return wrong(`duplicate parameters "${mode} ${value}"`, at + 1);
    } else {
      mode = value;
    }
  }
  if (mode === null) {
    return wrong(`"${directive.name}" must have "off", "on" or "if_not_owner" parameter`);
  }
  return mode === 'off' && values.length > 1 ? wrong('"from=" cannot be used with "off" parameter') : null;
};

/** `open_log_file_cache`: its like for logs. */
const openLogFileCache: Setter = (directive, conf) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  let max: number | null = null;
  let isOff = false;
  for (const [at, value] of valuesOf(directive).entries()) {
    const count = after(value, 'max=') ?? after(value, 'min_uses=');
    const time = after(value, 'inactive=') ?? after(value, 'valid=');
    const number = parseNumber(count ?? '');
    const isRight = value === 'off' || number !== null || (time !== null && parseSeconds(time) !== null);
    if (!isRight) return wrong(`invalid "${directive.name}" parameter "${value}"`, at + 1);
    isOff ||= value === 'off';
    if (value.startsWith('max=')) max = number;
  }
  return isOff || (max !== null && max > 0) ? null : wrong(`"${directive.name}" must have "max" parameter`);
};

const mirror: Setter = (directive, conf) => {
  const value = directive.argument(0);
  const hasOff = conf.notes.has('mirror off');
  const hasOther = conf.notes.has('mirror on');
  if (value === 'off') {
    if (hasOff || hasOther) return directiveFault('mirror', 'is duplicate');
    conf.notes.set('mirror off', '');
    return null;
  }
  if (hasOff) return directiveFault('mirror', 'is duplicate');
  conf.notes.set('mirror on', '');
  return null;
};

export const filterSetters: Readonly<Record<string, Setter>> = {
  access_log: accessLog,
  log_format: logFormat,
  add_header: addHeader,
  add_trailer: addHeader,
  map,
  map_hash_max_size: mapHash,
  map_hash_bucket_size: mapHash,
  split_clients: splitClients,
  geo,
  expires,
  index,
  auth_request: once,
  auth_request_set: authRequestSet,
  fastcgi_param: upstreamParameter,
  scgi_param: upstreamParameter,
  uwsgi_param: upstreamParameter,
  real_ip_header: once,
  proxy_redirect: proxyRedirect,
  proxy_cookie_domain: proxyCookie,
  proxy_cookie_path: proxyCookie,
  proxy_cookie_flags: proxyCookieFlags,
  sub_filter: subFilter,
  fastcgi_split_path_info: splitPathInfo,
  charset,
  source_charset: charset,
  charset_map: charsetMap,
  gzip_window: deflateSize(DEFLATE_SIZES),
  gzip_hash: deflateSize([...DEFLATE_SIZES, '64k', '128k']),
  disable_symlinks: disableSymlinks,
  open_log_file_cache: openLogFileCache,
  auth_basic_user_file: compileOnce,
  mirror,
  proxy_bind: bind,
  fastcgi_bind: bind,
  scgi_bind: bind,
  uwsgi_bind: bind,
  grpc_bind: bind,
  memcached_bind: bind,
  tunnel_bind: bind,
  proxy_cache_key: compileOnce,
  fastcgi_cache_key: compileOnce,
  scgi_cache_key: compileOnce,
  uwsgi_cache_key: compileOnce,
};
