import type { ConfigDirective } from '../model/configuration';
import type { DirectiveFact } from '../reference/directives';
import { numberBounds, valueWords } from '../reference/value-words';
import { isAtLeast, type NginxVersion } from '../reference/versions';
import { directiveFault, type Fault, wrong } from './refusal';
import { parseNumber } from '../values/number';
import { parseOffset, parseSize } from '../values/size';
import { parseSeconds, parseTime } from '../values/time';
import { flagError } from '../values/flag';

/** What nginx's setters for many directives say of a value (ngx_conf_file.c: ngx_conf_set_*_slot). */

/** Setters that complain of a second one at the same level. */
const ONCE: ReadonlySet<string> = new Set([
  'flag',
  'num',
  'size',
  'off',
  'msec',
  'sec',
  'str',
  'bufs',
  'enum',
  'complex_value',
  'complex_value_zero',
  'complex_value_size',
  'path',
  'access',
]);

/** Whether a second one at the same level is a duplicate, going by the setter alone. */
export function isOnce(slot: string): boolean {
  return ONCE.has(slot);
}

/** What is wrong with the value; null when nothing is, or when the setter is not one of those. */
export function slotFault(
  fact: DirectiveFact,
  directive: ConfigDirective,
  version: NginxVersion,
): Fault | null {
  const { name, slot } = fact;
  const value = directive.argument(0);
  switch (slot) {
    case 'flag': {
      const error = flagError(name, value);
      return error === null ? null : wrong(error, 1);
    }
    case 'num':
      return numberFault(name, value);
    case 'size':
      return parseSize(value) === null ? directiveFault(name, 'invalid value', 1) : null;
    case 'off':
      return parseOffset(value) === null ? directiveFault(name, 'invalid value', 1) : null;
    case 'msec':
      return parseTime(value) === null ? directiveFault(name, 'invalid value', 1) : null;
    case 'sec':
      return parseSeconds(value) === null ? directiveFault(name, 'invalid value', 1) : null;
    case 'bufs':
      return buffersFault(directive);
    case 'enum':
      return takesWord(fact, value, version) ? null : wrong(`invalid value "${value}"`, 1);
    case 'bitmask':
      return bitmaskFault(fact, directive, version);
    case 'access':
      return accessFault(directive);
    case 'path':
      return pathFault(directive);
    default:
      return null;
  }
}

function numberFault(name: string, value: string): Fault | null {
  const number = parseNumber(value);
  if (number === null) return directiveFault(name, 'invalid number', 1);
  const [least, most] = numberBounds(name) ?? [0, Infinity];
  if (number >= least && number <= most) return null;
  const text =
    most === Infinity
      ? `value must be equal to or greater than ${least}`
      : `value must be between ${least} and ${most}`;
  return wrong(text, 1);
}

function buffersFault(directive: ConfigDirective): Fault | null {
  const number = parseNumber(directive.argument(0));
  if (number === null || number === 0) return directiveFault(directive.name, 'invalid value', 1);
  const size = parseSize(directive.argument(1));
  return size === null || size === 0 ? directiveFault(directive.name, 'invalid value', 2) : null;
}

function bitmaskFault(fact: DirectiveFact, directive: ConfigDirective, version: NginxVersion): Fault | null {
  for (const [index, { value }] of directive.words.entries()) {
    if (index > 0 && !takesWord(fact, value, version)) return wrong(`invalid value "${value}"`, index);
  }
  return null;
}

function takesWord({ name }: DirectiveFact, value: string, version: NginxVersion): boolean {
  const known = valueWords(name);
  if (known === null) return true;
  const word = value.toLowerCase();
  const since = known.later.get(word);
  return known.words.has(word) || (since !== undefined && isAtLeast(version, since));
}

/** `user:rw group:r all:r` (ngx_conf_set_access_slot). */
function accessFault(directive: ConfigDirective): Fault | null {
  for (const [index, { value }] of directive.words.entries()) {
    if (index === 0 || /^(?:user|group|all):(?:rw?|rw)$/.test(value)) continue;
    return wrong(`invalid value "${value}"`, index);
  }
  return null;
}

/** So many characters the names of all levels may have. */
const MOST_LEVELS = 10;

/** A directory and up to three lengths of names of directories below it (ngx_conf_set_path_slot). */
function pathFault(directive: ConfigDirective): Fault | null {
  let total = 0;
  for (const [index, { value }] of directive.words.entries()) {
    if (index < 2) continue;
    const level = parseNumber(value);
    if (level === null || level === 0) return directiveFault(directive.name, 'invalid value', index);
    total += level;
  }
  return total > MOST_LEVELS ? directiveFault(directive.name, 'invalid value') : null;
}
