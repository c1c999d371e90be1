import type { ConfigDirective } from '../model/configuration';
import { isInet, isNetwork } from './address';
import { hashKeyFault } from './hash-keys';
import type { Reading, Scope } from './reading';
import { type Fault, wrong } from './refusal';
import { percentOf } from './zones';

/** The lines of `map`, `geo`, `split_clients`, `charset_map` and `types`. */

/** Whether a line `include` of the block brings in a file. */
export function takesInclude({ block }: Scope): boolean {
  return block?.name !== 'split_clients' && block?.name !== 'charset_map';
}

/** What is wrong with one line; null when nothing is. An `include` is not among them. */
export function entryFault(entry: ConfigDirective, scope: Scope, reading: Reading): Fault | null {
  switch (scope.block?.name) {
    case 'map':
      return mapEntryFault(entry, scope, reading);
    case 'split_clients':
      return splitFault(entry, scope);
    case 'geo':
      return geoFault(entry, scope, reading);
    case 'charset_map':
      return charsetFault(entry, scope.block);
    case 'types':
      return typesFault(entry);
    default:
      return null;
  }
}

/** ngx_http_map */
function mapEntryFault(entry: ConfigDirective, { notes }: Scope, reading: Reading): Fault | null {
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
  if (name.startsWith('~')) return reading.pattern(entry, 0, name.replace(/^~\*?/, ''));
  const key = (name.startsWith('\\') ? name.slice(1) : name).toLowerCase();
  return hashKeyFault(key, notes, notes.has('hostnames'), 0);
}

function splitFault({ name }: ConfigDirective, { notes }: Scope): Fault | null {
  if (name === '*') return null;
  const percent = percentOf(name);
  if (percent === null || percent === 0) return wrong(`invalid percent value "${name}"`, 0);
  notes.set('total', String(Number(notes.get('total') ?? '0') + percent));
  return null;
}

/** Whether the shares of a `split_clients` block are more than there is; nginx says so at its end. */
export function splitTotalFault({ notes }: Scope): Fault | null {
  return Number(notes.get('total') ?? '0') > 10_000 ? wrong('percent total is greater than 100%') : null;
}

/** `10.0.0.1-10.0.0.9` */
function isRange(text: string): boolean {
  const [first = '', last = '', ...rest] = text.split('-');
  return rest.length === 0 && isInet(first) && isInet(last);
}

function geoFault({ name, words }: ConfigDirective, { notes }: Scope, reading: Reading): Fault | null {
  const isAlone = name === 'ranges' || name === 'proxy_recursive';
  if (words.length === 1 && (isAlone || (name === 'volatile' && reading.isAtLeast('1.29.3')))) {
    if (name === 'ranges') {
      if (notes.has('networks'))
        return wrong('the "ranges" directive must be the first directive inside "geo" block');
      notes.set('ranges', '');
    }
    return null;
  }
  if (words.length !== 2) return wrong('invalid number of the geo parameters');
  if (name === 'default') return null;
  const word = name === 'proxy' || name === 'delete' ? 1 : 0;
  const value = words[word]?.value ?? '';
  if (name !== 'proxy' && notes.has('ranges')) {
    return isRange(value) ? null : wrong(`invalid range "${value}"`, word);
  }
  if (word === 0) notes.set('networks', '');
  return isNetwork(value) ? null : wrong(`invalid network "${value}"`, word);
}

function typesFault({ name, words }: ConfigDirective): Fault | null {
  return name === 'include' && words.length !== 2
    ? wrong('invalid number of arguments in "include" directive')
    : null;
}

/** A byte, and what it is in the other set: a byte, or the bytes of a character in UTF-8 (ngx_http_charset_map). */
function charsetFault({ name, words }: ConfigDirective, block: ConfigDirective): Fault | null {
  if (words.length !== 2) return wrong('invalid parameters number');
  const target = words[1]?.value ?? '';
  if (!isByte(name)) return wrong(`invalid value "${name}"`, 0);
  const isUnicode = block.argument(1).toLowerCase() === 'utf-8';
  return (isUnicode ? isCharacter(target) : isByte(target)) ? null : wrong(`invalid value "${target}"`, 1);
}

function isByte(text: string): boolean {
  return /^[\da-f]+$/i.test(text) && Number.parseInt(text, 16) <= 0xff;
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
