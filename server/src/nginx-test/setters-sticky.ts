import type { ConfigDirective } from '../model/configuration';
import { parseSize } from '../values/size';
import { parseSeconds, parseTime } from '../values/time';
import type { Reading } from './reading';
import { directiveFault, type Fault, wrong } from './refusal';
import { after, has, type Setter } from './setters';
import { LEAST_ZONE, zoneFault } from './zones';

/** `sticky` of an upstream of http (ngx_http_upstream_sticky_module.c, since 1.29.6). */
export const sticky: Setter = (directive, conf, reading) => {
  if (has(conf, directive.name)) return directiveFault(directive.name, 'is duplicate');
  const method = directive.argument(0);
  switch (method) {
    case 'cookie':
      return cookie(directive, reading);
    case 'route':
      return route(directive, reading);
    case 'learn':
      return learn(directive, reading, conf.block?.argument(0) ?? '');
    default:
      return wrong(`unknown parameter "${method}"`, 1);
  }
};

/** The words behind the method, and behind as many more, with their indexes. */
function* parametersOf({ words }: ConfigDirective, skipped = 0): Generator<[number, string]> {
  for (const [index, { value }] of words.entries()) if (index >= 2 + skipped) yield [index, value];
}

/** `sticky route $variable …`. */
function route(directive: ConfigDirective, reading: Reading): Fault | null {
  for (const [index, value] of parametersOf(directive)) {
    if (!value.startsWith('$')) return wrong(`invalid variable name "${value}"`, index);
    const fault = reading.index(directive, index);
    if (fault !== null) return fault;
  }
  return null;
}

/** `sticky cookie name [expires=time] [domain=…] [httponly] [samesite=…] [secure] [path=…]`. */
function cookie(directive: ConfigDirective, reading: Reading): Fault | null {
  const name = directive.argument(1);
  if (name === '') return directiveFault('sticky', 'empty cookie name', 2);
  const met = new Set<string>();
  for (const [index, parameter] of parametersOf(directive, 1)) {
    const [, key = parameter, value] = /^(domain|path|expires|samesite)=(.*)$/s.exec(parameter) ?? [];
    const isFlag = key === 'httponly' || key === 'secure';
    if (value === undefined && !isFlag) return wrong(`unknown parameter "${parameter}"`, index);
    if (met.has(key)) return directiveFault('sticky', `parameter "${key}" is duplicate`, index);
    met.add(key);
    const fault = value === undefined ? null : cookieFault(directive, reading, index, key, value);
    if (fault !== null) return fault;
  }
  reading.use(directive, 2, `cookie_${name}`);
  return null;
}

function cookieFault(
  directive: ConfigDirective,
  reading: Reading,
  index: number,
  key: string,
  value: string,
): Fault | null {
  if (key === 'expires') {
    if (value === 'max' || parseSeconds(value) !== null) return null;
    return directiveFault('sticky', 'invalid "expires" parameter value', index);
  }
  if (value === '' && key !== 'samesite') return directiveFault('sticky', `no value for "${key}"`, index);
  if (key === 'path') return null;
  const fault = reading.compile(directive, index, value);
  if (fault !== null || key === 'domain' || value.includes('$')) return fault;
  if (/^(?:strict|lax|none)$/i.test(value)) return null;
  return directiveFault('sticky', 'invalid "samesite" parameter value', index);
}

/** `sticky learn create=$variable lookup=$variable zone=name:size [timeout=time] [header]`. */
function learn(directive: ConfigDirective, reading: Reading, host: string): Fault | null {
  const met = new Set<string>();
  let zone = { name: '', size: 0 };
  for (const [index, parameter] of parametersOf(directive)) {
    const [, key = '', value = ''] = /^(zone|timeout|create|lookup)=(.*)$/s.exec(parameter) ?? [];
    const fault = (text: string): Fault => directiveFault('sticky', text, index);
    if ((key === 'zone' || key === 'timeout') && met.has(key)) return fault(`duplicate ${key}`);
    met.add(key);
    if (key === 'zone') {
      const read = learnZone(value);
      if (typeof read === 'string') return fault(read);
      zone = read;
    } else if (key === 'timeout') {
      if ((parseTime(value) ?? 0) === 0) return fault('invalid timeout');
    } else if (key !== '') {
      const name = after(value, '$');
      if (name === null) return fault(`missing variable in the "${key}" parameter`);
      if (name === '') return wrong('invalid variable name "$"', index);
      reading.use(directive, index, name);
    } else if (parameter !== 'header') {
      return wrong(`unknown parameter "${parameter}"`, index);
    }
  }
  const missing = ['lookup', 'create', 'zone'].find((key) => !met.has(key));
  if (missing !== undefined) return directiveFault('sticky', `"${missing}" parameter is not specified`);
  const fault = zoneFault(directive, reading, 'sticky', zone.name, zone.size);
  if (fault !== null) return fault;
  const { zoneKeys } = reading.part;
  const user = zoneKeys.get(`sticky ${zone.name}`);
  if (user !== undefined) return wrong(`sticky zone "${zone.name}" is already used in upstream "${user}"`);
  zoneKeys.set(`sticky ${zone.name}`, host);
  return null;
}

/** `name:size`; otherwise what is wrong with it. */
function learnZone(value: string): { name: string; size: number } | string {
  const colon = value.indexOf(':');
  if (colon === -1) return 'zone size is not specified';
  if (colon === 0) return 'zone name is not specified';
  const size = parseSize(value.slice(colon + 1));
  if (size === null) return 'invalid zone size';
  return size < LEAST_ZONE ? 'zone is too small' : { name: value.slice(0, colon), size };
}
