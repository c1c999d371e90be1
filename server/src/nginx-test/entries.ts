import type { ConfigDirective } from '../model/configuration';
import { isInet, isNetwork } from '../values/address';
import { addHashKey } from './hash-keys';
import { lowerAscii } from '../values/server-name';
import type { Conf } from './conf';
import type { Reading } from './reading';
import { type Fault, wrong } from './refusal';
import { parsePercent } from '../values/number';
import { tildePattern } from '../values/pattern';

/** The lines of `map`, `geo`, `split_clients`, `charset_map` and `types`. */

/** Whether an `include` line of the block includes a file. */
export function takesInclude({ block }: Conf): boolean {
  return block?.name !== 'split_clients' && block?.name !== 'charset_map';
}

/** What is wrong with one line; null when nothing is. An `include` is not among them. */
export function entryFault(entry: ConfigDirective, conf: Conf, reading: Reading): Fault | null {
  switch (conf.block?.name) {
    case 'map':
      return mapEntryFault(entry, conf, reading);
    case 'split_clients':
      return splitFault(entry, conf);
    case 'geo':
      return geoFault(entry, conf, reading);
    case 'charset_map':
      return charsetFault(entry, conf);
    case 'types':
      return typesFault(entry);
    default:
      return null;
  }
}

/** ngx_http_map */
function mapEntryFault(entry: ConfigDirective, { notes }: Conf, reading: Reading): Fault | null {
  const { name, words } = entry;
  if (words.length === 1 && (name === 'hostnames' || name === 'volatile')) {
    notes.set(name, '');
    return null;
  }
  if (words.length !== 2) return wrong('invalid number of the map parameters');
  const compiled = reading.compile(entry, 1);
  if (compiled !== null) return compiled;
  if (name === 'default') {
    if (notes.has('default')) return wrong('duplicate default map parameter', 0);
    notes.set('default', '');
    return null;
  }
  const regex = tildePattern(name);
  if (regex !== null) return reading.pattern(entry, 0, regex.pattern);
  const key = name.startsWith('\\') ? name.slice(1) : name;
  switch (addHashKey(notes, key, notes.has('hostnames'))) {
    case 'added':
      return null;
    case 'invalid':
      return wrong(`invalid hostname or wildcard "${key}"`, 0);
    case 'conflict':
      return { text: `conflicting parameter "${lowerAscii(key)}"`, word: 0, rule: 'directive-duplicate' };
  }
}

function splitFault({ name }: ConfigDirective, { notes }: Conf): Fault | null {
  const percent = name === '*' ? REST : parsePercent(name);
  if (percent === null || percent === 0) return wrong(`invalid percent value "${name}"`, 0);
  const total = Number(notes.get('total') ?? '0');
  // What is left is all of it: no share may follow.
  notes.set('total', String(percent === REST ? Math.max(total, WHOLE) : total + percent));
  return null;
}

/** Hundredths of a percent. */
const WHOLE = 10_000;
const REST = Infinity;

/** Whether the shares of a `split_clients` block are more than there is; nginx says so at its end. */
export function splitTotalFault({ notes }: Conf): Fault | null {
  return Number(notes.get('total') ?? '0') > WHOLE ? wrong('percent total is greater than 100%') : null;
}

/** `10.0.0.1-10.0.0.9` */
function isRange(text: string): boolean {
  const dash = text.indexOf('-');
  const [first, last] = [text.slice(0, dash), text.slice(dash + 1)];
  // The last address of all is what nginx has for none (INADDR_NONE).
  if (dash === -1 || [first, last].some((each) => !isInet(each) || isLastInet(each))) return false;
  return inetNumber(first) <= inetNumber(last);
}

const LAST_INET = '255.255.255.255';

function isLastInet(text: string): boolean {
  return inetNumber(text) === inetNumber(LAST_INET);
}

function inetNumber(text: string): number {
  return text.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** ngx_http_geo, ngx_stream_geo: only the one of http has proxies. */
function geoFault({ name, words }: ConfigDirective, { notes, area }: Conf, reading: Reading): Fault | null {
  const isHttp = area === 'http';
  if (words.length === 1) {
    if (name === 'ranges') {
      if (notes.has('networks'))
        return wrong('the "ranges" directive must be the first directive inside "geo" block');
      notes.set('ranges', '');
      return null;
    }
    if (name === 'proxy_recursive' && isHttp) return null;
    if (name === 'volatile' && reading.isAtLeast('1.29.3')) return null;
  }
  if (words.length !== 2) return wrong('invalid number of the geo parameters');
  const isProxy = name === 'proxy' && isHttp;
  const isDeleted = name === 'delete';
  const value = isProxy || isDeleted ? (words[1]?.value ?? '') : name;
  const word = isProxy || isDeleted ? 1 : 0;
  const isAddress = (): boolean => value === LAST_INET || isNetwork(value);
  if (isProxy) return isAddress() ? null : wrong(`invalid network "${value}"`, word);
  if (notes.has('ranges')) {
    return name === 'default' || isRange(value) ? null : wrong(`invalid range "${value}"`, word);
  }
  notes.set('networks', '');
  return name === 'default' || isAddress() ? null : wrong(`invalid network "${value}"`, word);
}

function typesFault({ name, words }: ConfigDirective): Fault | null {
  return name === 'include' && words.length !== 2
    ? wrong('invalid number of arguments in "include" directive')
    : null;
}

/** ngx_http_charset_map: the codes of a character in both, in hexadecimal. */
function charsetFault({ words }: ConfigDirective, { block }: Conf): Fault | null {
  if (words.length !== 2) return wrong('invalid parameters number');
  const [from = '', to = ''] = words.map(({ value }) => value);
  if (!isByte(from)) return wrong(`invalid value "${from}"`, 0);
  const isUtf8 = lowerAscii(block?.argument(1) ?? '') === 'utf-8';
  const isRight = isUtf8 ? isCharacter(to) : isByte(to);
  return isRight ? null : wrong(`invalid value "${to}"`, 1);
}

/** A code that a byte holds (ngx_hextoi). */
function isByte(text: string): boolean {
  return /^0*[\da-f]{1,2}$/i.test(text);
}

/** Whether the bytes begin with a character of two or three (ngx_utf8_decode). */
function isCharacter(text: string): boolean {
  if (!/^(?:[\da-f]{2})+$/i.test(text)) return false;
  const [first = 0, ...rest] = (text.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
  const following = rest.slice(0, more);
  if (more === 0 || following.length < more || following.some((byte) => byte < 0x80)) return false;
  const start = first & (0x3f >> more);
  const code = following.reduce((all, byte) => (all << 6) | (byte & 0x3f), start);
  return code > (more === 1 ? 0x7f : 0x7ff) && code <= 0xffff;
}
