import type { ConfigDirective } from '../model/configuration';
import type { Conf } from './conf';
import type { Reading } from './reading';
import type { Fault } from './refusal';

/** The error of one of nginx's own setters for a directive; null when it accepts it. */
export type Setter = (directive: ConfigDirective, conf: Conf, reading: Reading) => Fault | null;

/** Whether the level has a directive of that name already. */
export function has(conf: Conf, name: string): boolean {
  return conf.byName.has(name);
}

/** The values of the arguments of a directive. */
export function valuesOf(directive: ConfigDirective): string[] {
  return directive.words.slice(1).map(({ value }) => value);
}

/** The first fault of several checks, made in order. */
export function firstOf(checks: Iterable<Fault | null>): Fault | null {
  for (const fault of checks) if (fault !== null) return fault;
  return null;
}

/** The value after `prefix`, or null. */
export function after(value: string, prefix: string): string | null {
  return value.startsWith(prefix) ? value.slice(prefix.length) : null;
}
