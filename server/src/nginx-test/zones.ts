import type { ConfigDirective } from '../model/configuration';
import { directoryFault } from './directories';
import type { Conf } from './conf';
import type { Reading } from './reading';
import { directiveFault, type Fault, wrong } from './refusal';
import { after, has, type Setter, valuesOf } from './setters';
import { parseNumber } from '../values/number';
import { parseOffset, parseSize } from '../values/size';
import { parseSeconds, parseTime } from '../values/time';

/** Zones of shared memory: who declares them, and who uses them (ngx_shared_memory_add, ngx_http_limit_*_module.c). */

const PAGE = 4096;
export const LEAST_ZONE = 8 * PAGE;

/** Takes note of a zone; size 0 for a mere use of it. */
export function zoneFault(
  directive: ConfigDirective,
  reading: Reading,
  tag: string,
  name: string,
  size: number,
): Fault | null {
  const known = reading.zones.get(name);
  if (known !== undefined && known.tag !== tag) {
    return wrong(`the shared memory zone "${name}" is already declared for a different use`);
  }
  if (known !== undefined && known.size !== 0 && size !== 0 && known.size !== size) {
    return wrong(
      `the size ${size} of shared memory zone "${name}" conflicts with already declared size ${known.size}`,
    );
  }
  if (known === undefined || known.size === 0) {
    reading.zones.set(name, {
      tag,
      size,
      directive: known !== undefined && size === 0 ? known.directive : directive,
    });
  }
  return null;
}

/** Declares a zone that counts by a key; a zone has only one. */
function bindZone(
  directive: ConfigDirective,
  reading: Reading,
  tag: string,
  name: string,
  size: number,
): Fault | null {
  const fault = zoneFault(directive, reading, tag, name, size);
  if (fault !== null) return fault;
  const { zoneKeys } = reading.part;
  const bound = zoneKeys.get(`${tag} ${name}`);
  if (bound !== undefined) {
    const text = `${directive.name} "${name}" is already bound to key "${bound}"`;
    return { text, rule: 'directive-duplicate' };
  }
  zoneKeys.set(`${tag} ${name}`, directive.argument(0));
  return null;
}

/** `zone=name:size`; a fault, or the name and the size. */
function readZone(value: string, parameter: string, word: number): { name: string; size: number } | Fault {
  const colon = value.indexOf(':');
  const name = colon === -1 ? value : value.slice(0, colon);
  const size = colon === -1 ? null : parseSize(value.slice(colon + 1));
  if (size === null) return wrong(`invalid zone size "${parameter}"`, word);
  if (size < LEAST_ZONE) return wrong(`zone "${parameter}" is too small`, word);
  return { name, size };
}

const limitReqZone: Setter = (directive, _conf, reading) => {
  const compiled = reading.compile(directive, 1);
  if (compiled !== null) return compiled;
  let found: { name: string; size: number } | null = null;
  for (const [index, { value }] of directive.words.entries()) {
    if (index < 2) continue;
    const zone = after(value, 'zone=');
    const rate = after(value, 'rate=');
    if (zone !== null) {
      const read = readZone(zone, value, index);
      if ('text' in read) return read;
      found = read;
    } else if (rate !== null) {
      const number = parseNumber(rate.replace(/r\/[sm]$/, ''));
      if (number === null || number === 0) return wrong(`invalid rate "${value}"`, index);
    } else return wrong(`invalid parameter "${value}"`, index);
  }
  if (found === null || found.name === '') return wrong(`"${directive.name}" must have "zone" parameter`);
  return bindZone(directive, reading, 'limit_req', found.name, found.size);
};

const limitReq: Setter = (directive, conf, reading) => {
  let name: string | null = null;
  for (const [index, { value }] of directive.words.entries()) {
    if (index === 0) continue;
    const zone = after(value, 'zone=');
    const burst = after(value, 'burst=');
    const delay = after(value, 'delay=');
    const number = parseNumber(burst ?? delay ?? '');
    if (zone !== null) {
      const fault = zoneFault(directive, reading, 'limit_req', zone, 0);
      if (fault !== null) return fault;
      name = zone;
    } else if (burst !== null) {
      if (number === null || number === 0) return wrong(`invalid burst value "${value}"`, index);
    } else if (delay !== null) {
      if (number === null || number === 0) return wrong(`invalid delay value "${value}"`, index);
    } else if (value !== 'nodelay') return wrong(`invalid parameter "${value}"`, index);
  }
  if (name === null) return wrong(`"${directive.name}" must have "zone" parameter`);
  return usedTwice(directive, conf, name);
};

/** A zone may limit one level once. */
function usedTwice(directive: ConfigDirective, { notes }: Parameters<Setter>[1], zone: string): Fault | null {
  const key = `${directive.name} ${zone}`;
  if (notes.has(key)) return directiveFault(directive.name, 'is duplicate');
  notes.set(key, '');
  return null;
}

const limitConnZone: Setter = (directive, _conf, reading) => {
  const compiled = reading.compile(directive, 1);
  if (compiled !== null) return compiled;
  const value = directive.argument(1);
  const zone = after(value, 'zone=');
  if (zone === null) return wrong(`invalid parameter "${value}"`, 2);
  const read = readZone(zone, value, 2);
  if ('text' in read) return read;
  if (read.name === '') return wrong(`"${directive.name}" must have "zone" parameter`);
  return bindZone(directive, reading, 'limit_conn', read.name, read.size);
};

const limitConn: Setter = (directive, conf, reading) => {
  const name = directive.argument(0);
  const fault = zoneFault(directive, reading, 'limit_conn', name, 0) ?? usedTwice(directive, conf, name);
  if (fault !== null) return fault;
  const value = directive.argument(1);
  const number = parseNumber(value);
  if (number === null || number === 0) return wrong(`invalid number of connections "${value}"`, 2);
  return number > 65535 ? wrong('connection limit must be less 65536', 2) : null;
};

/** `proxy_cache_path` and its like (ngx_http_file_cache_set_slot). */
const cachePath: Setter = (directive, _conf, reading) => {
  let zone: { name: string; size: number } | null = null;
  for (const [index, { value }] of directive.words.entries()) {
    if (index < 2) continue;
    const [, key = '', text = ''] = /^([a-z_]+)=(.*)$/s.exec(value) ?? [];
    const isWrong = (name: string): Fault => wrong(`invalid ${name} value "${value}"`, index);
    switch (key) {
      case 'levels':
        if (!/^(?:[12](?::[12]){0,2})?$/.test(text)) return wrong(`invalid "levels" "${value}"`, index);
        break;
      case 'use_temp_path':
        if (text !== 'on' && text !== 'off')
          return wrong(`invalid use_temp_path value "${value}", it must be "on" or "off"`, index);
        break;
      case 'keys_zone': {
        const colon = text.indexOf(':');
        const size = colon === -1 ? null : parseSize(text.slice(colon + 1));
        if (size === null) return wrong(`invalid keys zone size "${value}"`, index);
        if (size < 2 * PAGE) return wrong(`keys zone "${value}" is too small`, index);
        zone = { name: text.slice(0, colon), size };
        break;
      }
      case 'inactive':
        if (parseSeconds(text) === null) return isWrong('inactive');
        break;
      case 'max_size':
      case 'min_free':
        if (parseOffset(text) === null) return isWrong(key);
        break;
      case 'loader_files':
      case 'manager_files':
        if (parseNumber(text) === null) return isWrong(key);
        break;
      case 'loader_sleep':
      case 'loader_threshold':
      case 'manager_sleep':
      case 'manager_threshold':
        if (parseTime(text) === null) return isWrong(key);
        break;
      default:
        return wrong(`invalid parameter "${value}"`, index);
    }
  }
  if (zone === null || zone.name === '') return wrong(`"${directive.name}" must have "keys_zone" parameter`);
  const tag = directive.name.replace(/_cache_path$/, '_cache');
  const fault =
    directoryFault(directive, reading, { isCache: true, levels: [] }) ??
    zoneFault(directive, reading, tag, zone.name, zone.size);
  if (fault !== null) return fault;
  const { cacheZones } = reading.http;
  if (cacheZones.has(zone.name)) {
    return { text: `duplicate zone "${zone.name}"`, rule: 'directive-duplicate' };
  }
  cacheZones.set(zone.name, true);
  return null;
};

/** Whether the level has a directive of that name with another value than `off`. */
function isOn({ byName }: Conf, name: string): boolean {
  return byName.get(name)?.some((directive) => directive.argument(0) !== 'off') ?? false;
}

const cache: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  if (value === 'off') return null;
  const store = `${directive.name.slice(0, -'_cache'.length)}_store`;
  if (isOn(conf, store)) {
    return directiveFault(directive.name, `is incompatible with "${store}"`);
  }
  const compiled = reading.compile(directive, 1);
  if (compiled !== null || value.includes('$')) return compiled;
  return zoneFault(directive, reading, directive.name, value, 0);
};

/** `proxy_cache_valid [code …] time` (ngx_http_file_cache_valid_set_slot). */
const cacheValid: Setter = (directive) => {
  const values = valuesOf(directive);
  const time = values.at(-1) ?? '';
  if (parseSeconds(time) === null) {
    return wrong(`invalid time value "${time}"`, values.length);
  }
  for (const [index, value] of values.slice(0, -1).entries()) {
    if (value === 'any') continue;
    const code = parseNumber(value);
    if (code === null || code < 100 || code > 599) {
      return wrong(`invalid status "${value}"`, index + 1);
    }
  }
  return null;
};

/** `ssl_session_cache off | none | [builtin[:size]] [shared:name:size]` (ngx_http_ssl_session_cache). */
export const sessionCache: Setter = (directive, { area }, reading) => {
  for (const [index, { value }] of directive.words.entries()) {
    if (index === 0 || value === 'off' || value === 'none' || value === 'builtin') continue;
    const invalid = wrong(`invalid session cache "${value}"`, index);
    const builtin = after(value, 'builtin:');
    if (builtin !== null) {
      if (parseNumber(builtin) === null) return invalid;
      continue;
    }
    const shared = /^shared:([^:]+):(.*)$/s.exec(value);
    if (shared === null) return invalid;
    const [, name = '', text = ''] = shared;
    const size = parseSize(text);
    if (size === null) return invalid;
    if (size < LEAST_ZONE) return wrong(`session cache "${value}" is too small`, index);
    const fault = zoneFault(directive, reading, `ssl_session_cache ${area}`, name, size);
    if (fault !== null) return fault;
  }
  return null;
};

/** `ssl_ocsp_cache off | shared:name:size` (ngx_http_ssl_ocsp_cache). */
const ocspCache: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const value = directive.argument(0);
  if (value === 'off') return null;
  const [, name = '', text = ''] = /^shared:([^:]+):(.*)$/s.exec(value) ?? [];
  const size = parseSize(text);
  if (name === '' || size === null) return wrong(`invalid OCSP cache "${value}"`, 1);
  if (size < LEAST_ZONE) return wrong(`OCSP cache "${value}" is too small`, 1);
  return zoneFault(directive, reading, `ssl_ocsp_cache ${conf.area}`, name, size);
};

/** `ssl_certificate_cache off | max=N [inactive=time] [valid=time]`, and those for connections to back ends. */
const certificateCache: Setter = (directive, conf) => {
  const { name } = directive;
  if (has(conf, name)) return directiveFault(name, 'is duplicate');
  const values = valuesOf(directive);
  const wrongAt = values.findIndex((value) => {
    const max = after(value, 'max=');
    if (max !== null) return (parseNumber(max) ?? 0) === 0;
    const time = after(value, 'inactive=') ?? after(value, 'valid=');
    return time === null ? value !== 'off' : parseSeconds(time) === null;
  });
  if (wrongAt !== -1) return wrong(`invalid parameter "${values[wrongAt]}"`, wrongAt + 1);
  if (values.some((value) => value === 'off' || value.startsWith('max='))) return null;
  return wrong(`"${name}" must have the "max" parameter`);
};

const storeOf =
  (name: string): Setter =>
  (directive, conf, reading) => {
    if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
    const value = directive.argument(0);
    if (value === 'off') return null;
    // Before, an empty path was one (CHANGES, 1.27.3).
    if (value === '' && reading.isAtLeast('1.27.3')) return wrong('empty path', 1);
    if (isOn(conf, name)) return directiveFault(directive.name, `is incompatible with "${name}"`);
    // nginx compiles the zero at the end of the word, too.
    return value === 'on' ? null : reading.compile(directive, 1, `${value}\0`);
  };

export const zoneSetters: Readonly<Record<string, Setter>> = {
  limit_req_zone: limitReqZone,
  limit_req: limitReq,
  limit_conn_zone: limitConnZone,
  limit_conn: limitConn,
  proxy_cache_path: cachePath,
  fastcgi_cache_path: cachePath,
  scgi_cache_path: cachePath,
  uwsgi_cache_path: cachePath,
  proxy_cache: cache,
  fastcgi_cache: cache,
  scgi_cache: cache,
  uwsgi_cache: cache,
  proxy_store: storeOf('proxy_cache'),
  fastcgi_store: storeOf('fastcgi_cache'),
  scgi_store: storeOf('scgi_cache'),
  uwsgi_store: storeOf('uwsgi_cache'),
  proxy_cache_valid: cacheValid,
  fastcgi_cache_valid: cacheValid,
  scgi_cache_valid: cacheValid,
  uwsgi_cache_valid: cacheValid,
  ssl_session_cache: sessionCache,
  ssl_ocsp_cache: ocspCache,
  ssl_certificate_cache: certificateCache,
  proxy_ssl_certificate_cache: certificateCache,
  grpc_ssl_certificate_cache: certificateCache,
  uwsgi_ssl_certificate_cache: certificateCache,
};
