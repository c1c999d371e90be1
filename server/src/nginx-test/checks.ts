import type { ConfigDirective } from '../model/configuration';
import type { DirectiveFact } from '../reference/directives';
import { directoryFault } from './directories';
import { slotIn } from '../reference/earlier-slots';
import { areaOf } from '../model/context';
import type { Conf } from './conf';
import type { Reading } from './reading';
import { directiveFault, type Fault } from './refusal';
import { firstOf, has, type Setter, valuesOf } from './setters';
import { accessRule, coreSetters, errorLog, once, resolver } from './setters-core';
import { filterSetters } from './setters-filters';
import { http2Setters } from './setters-http2';
import { mailSetters } from './setters-mail';
import { rewriteSetters } from './setters-rewrite';
import { serverSetters } from './setters-server';
import { streamSetters } from './setters-stream';
import { upstreamSetters } from './setters-upstream';
import { visitorSetters } from './setters-visitors';
import { isOnce, slotFault } from './slots';
import { zoneSetters } from './zones';
import type { NginxVersion } from '../reference/versions';
import { parseSize } from '../values/size';

/** The errors of a directive's setter for its arguments. */

const SETTERS: Readonly<Record<string, ReadonlyMap<string, Setter>>> = {
  core: new Map(Object.entries(coreSetters)),
  http: new Map(
    Object.entries({
      ...rewriteSetters,
      ...serverSetters,
      ...upstreamSetters,
      ...filterSetters,
      ...zoneSetters,
      ...http2Setters,
      ...visitorSetters,
      ssl_password_file: once,
      proxy_ssl_password_file: once,
      grpc_ssl_password_file: once,
      uwsgi_ssl_password_file: once,
      error_log: errorLog,
      resolver,
      allow: accessRule,
      deny: accessRule,
    }),
  ),
  stream: new Map(Object.entries(streamSetters)),
  mail: new Map(Object.entries(mailSetters)),
};

/** What is wrong with the arguments of a directive that is allowed where it is; null for nothing. */
export function setterFault(
  fact: DirectiveFact,
  directive: ConfigDirective,
  conf: Conf,
  reading: Reading,
): Fault | null {
  const setter = SETTERS[areaOf(conf.context)]?.get(fact.name);
  if (setter !== undefined) return setter(directive, conf, reading);
  const slot = slotIn(fact, reading.version);
  if (slot !== fact.slot) return setterFault({ ...fact, slot }, directive, conf, reading);
  if (isOnce(fact.slot) && has(conf, fact.name)) return directiveFault(fact.name, 'is duplicate');
  return (
    slotFault(fact, directive, reading.version) ??
    compiledFault(fact, directive, reading) ??
    namedDirectoryFault(fact, directive, reading)
  );
}

/**
 * What is wrong with a value wherever the directive stands, where the files do not say which part of a configuration
 * that is; null for nothing, and for what takes more than the value to judge.
 *
 * @param facts the entries of the name
 */
export function valueFaultAnywhere(
  facts: readonly DirectiveFact[],
  directive: ConfigDirective,
  version: NginxVersion,
): Fault | null {
  if (Object.values(SETTERS).some((setters) => setters.has(directive.name))) return null;
  const faults = facts.map((fact) => slotFault({ ...fact, slot: slotIn(fact, version) }, directive, version));
  return faults.includes(null) ? null : (faults[0] ?? null);
}

function namedDirectoryFault(
  { slot }: DirectiveFact,
  directive: ConfigDirective,
  reading: Reading,
): Fault | null {
  if (slot !== 'path') return null;
  const levels = directive.words.slice(2).map(({ value }) => value);
  return directoryFault(directive, reading, { isCache: false, levels });
}

/** What is wrong with the variables of a value that nginx compiles as soon as it reads it. */
function compiledFault(
  { name, slot }: DirectiveFact,
  directive: ConfigDirective,
  reading: Reading,
): Fault | null {
  switch (slot) {
    case 'complex_value':
    case 'complex_value_zero':
      return reading.compile(directive, 1);
    case 'complex_value_size': {
      const fault = reading.compile(directive, 1);
      const value = directive.argument(0);
      if (fault !== null || value.includes('$')) return fault;
      return parseSize(value) === null ? directiveFault(name, 'invalid value', 1) : null;
    }
    case 'predicate':
      return firstOf(valuesOf(directive).map((_, index) => reading.compile(directive, index + 1)));
    default:
      return null;
  }
}
