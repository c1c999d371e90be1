import { directiveFacts, existsIn, type Inheritance } from './directives';
import type { NginxVersion } from './versions';

/**
 * How the levels around some contexts inherit a directive. Null where it is not known, or where the directive is allowed
 * at one level only.
 */
export function inheritanceOf(name: string, contexts: readonly string[]): Inheritance | null {
  const facts = directiveFacts().get(name) ?? [];
  const fits = facts.filter((fact) => fact.contexts.some((context) => contexts.includes(context)));
  return fits.find(({ inheritance }) => inheritance !== null)?.inheritance ?? null;
}

/**
 * Directives that share what is inherited: a level that has any of them inherits none (ngx_http_access_merge_loc_conf,
 * ngx_http_core_merge_loc_conf, ngx_http_xslt_filter_merge_conf).
 */
const TOGETHER: readonly (readonly string[])[] = [
  ['allow', 'deny'],
  ['root', 'alias'],
  ['xslt_param', 'xslt_string_param'],
];

/** The directives that a level has or inherits together with one, itself among them. */
export function inheritedWith(name: string): readonly string[] {
  return TOGETHER.find((names) => names.includes(name)) ?? [name];
}

/**
 * The directive that says whether a level drops or adds to the list that it inherits: `add_header_inherit` of
 * `add_header`. Null where nginx of that version has none.
 */
export function inheritanceSetting(name: string, version: NginxVersion): string | null {
  const setting = `${name}_inherit`;
  const facts = directiveFacts().get(setting) ?? [];
  return facts.some((fact) => existsIn(fact, version)) ? setting : null;
}
