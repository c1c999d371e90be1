import type { Model } from './model';
import { type Upstream, upstreamNamed } from './upstreams';
import type { VariableMap } from './variables';

/** What is found for one server asks the rest of the configuration by name, so that it depends on nothing else there. */

/** The map that gives a variable its value; undefined for none. @param name in lower case, without `$` */
export function mapOf(model: Model, name: string): VariableMap | undefined {
  return model.ask('map', name, ({ maps }) => maps.get(name), Object.is, 'names');
}

/** The upstream of a name; undefined for none. @param name in lower case */
export function upstreamOf(model: Model, name: string): Upstream | undefined {
  return model.ask('upstream', name, ({ upstreams }) => upstreamNamed(upstreams, name), Object.is, 'names');
}

/** Whether a variable may be defined; see `DefinedVariables`. */
export function isDefined(model: Model, name: string): boolean {
  return model.ask('defined', name, ({ variables }) => variables.has(name), Object.is, 'names');
}

/** Whether nothing but `set` and patterns give a variable a value. */
export function isEmptyUntilSet(model: Model, name: string): boolean {
  return model.ask(
    'empty until set',
    name,
    ({ variables }) => variables.isEmptyUntilSet(name),
    Object.is,
    'names',
  );
}

/** Whether there was too much to read it all. */
export function isTruncated(model: Model): boolean {
  return model.ask('truncated', null, ({ configuration }) => configuration.truncated, Object.is, 'names');
}
