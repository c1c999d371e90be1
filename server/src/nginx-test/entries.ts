import type { ConfigDirective } from '../model/configuration';
import { isInet, isNetwork } from './address';
import { hashKeyFault } from './hash-keys';
import type { Reading, Scope } from './reading';
import { type Fault, wrong } from './refusal';
import { percentOf } from './zones';

/** The lines of `map`, `geo`, `split_clients` and `charset_map`. */

/** What is wrong with one line; null when nothing is. An `include` is not among them. */
export function entryFault(entry: ConfigDirective, scope: Scope, reading: Reading): Fault | null {
  switch (scope.block?.name) {
    case 'map':
      return mapEntryFault(entry, scope, reading);
    case 'split_clients':
      return splitFault(entry, scope);
    case 'geo':
      return geoFault(entry, scope);
    case 'charset_map':
      return entry.words.length === 2 ? null : wrong('invalid parameters number');
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

function geoFault({ name, words }: ConfigDirective, { notes }: Scope): Fault | null {
  if (words.length === 1 && (name === 'ranges' || name === 'proxy_recursive' || name === 'volatile')) {
    if (name === 'ranges') {
      if (notes.has('networks'))
        return wrong('the "ranges" directive must be the first directive inside "geo" block');
      notes.set('ranges', '');
    }
    return null;
  }
  if (words.length !== 2) return wrong('invalid number of the geo parameters');
  if (['delete', 'default', 'proxy'].includes(name)) return null;
  if (notes.has('ranges')) return isRange(name) ? null : wrong(`invalid range "${name}"`, 0);
  notes.set('networks', '');
  return isNetwork(name) ? null : wrong(`invalid network "${name}"`, 0);
}
