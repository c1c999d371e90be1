// The rows of server/src/reference/forks.generated.ts, from scripts/data/fork-directives.json.
import { slotOf } from './directive-table.mjs';

/** The levels of a command table, by their flags. */
const CONTEXTS = new Map([
  ['NGX_MAIN_CONF', 'main'],
  ['NGX_EVENT_CONF', 'events'],
  ['NGX_HTTP_MAIN_CONF', 'http'],
  ['NGX_HTTP_SRV_CONF', 'server'],
  ['NGX_HTTP_LOC_CONF', 'location'],
  ['NGX_HTTP_SIF_CONF', 'if in server'],
  ['NGX_HTTP_LIF_CONF', 'if in location'],
  ['NGX_HTTP_LMT_CONF', 'limit_except'],
  ['NGX_HTTP_UPS_CONF', 'upstream'],
  ['NGX_MAIL_MAIN_CONF', 'mail'],
  ['NGX_MAIL_SRV_CONF', 'mail server'],
  ['NGX_STREAM_MAIN_CONF', 'stream'],
  ['NGX_STREAM_SRV_CONF', 'stream server'],
  ['NGX_STREAM_UPS_CONF', 'stream upstream'],
]);

/** Numbers of arguments that are more than their digits say. */
const COUNTS = new Map([
  ['NGX_CONF_NOARGS', '0'],
  ['NGX_CONF_FLAG', '1'],
  ['NGX_CONF_ANY', '0+'],
  ['NGX_CONF_1MORE', '1+'],
  ['NGX_CONF_2MORE', '2+'],
]);

/** @typedef {[release: string, module: string, name: string, flags: string[], setter: string]} Added */

/**
 * @param {Added[]} adds
 * @returns {string[][]} fork, name, module, contexts, argument counts, kind, slot
 */
export function forkRows(adds) {
  const rows = adds.map(([release, module, name, flags, setter]) => [
    forkOf(release),
    name,
    module,
    contextsOf(flags),
    countsOf(flags),
    kindOf(flags),
    slotOf(setter),
  ]);
  return rows.toSorted(([, a = ''], [, b = '']) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * @param {Record<string, string[]>} lacks names by release
 * @returns {Record<string, string[]>} names by fork
 */
export function forkLacks(lacks) {
  return Object.fromEntries(Object.entries(lacks).map(([release, names]) => [forkOf(release), names]));
}

/**
 * @param {Record<string, { http: string[], stream: string[] }>} variables names by release and part
 * @returns {Record<string, { http: string[], stream: string[] }>} names by fork and part
 */
export function forkVariables(variables) {
  return Object.fromEntries(Object.entries(variables).map(([release, names]) => [forkOf(release), names]));
}

/** @param {string} release such as `Angie 1.13` */
function forkOf(release) {
  return release.replace(/ .*/, '');
}

/**
 * Where the directive is allowed: anywhere, for one of a block that nginx does not have.
 * @param {string[]} flags
 */
function contextsOf(flags) {
  const contexts = flags.flatMap((flag) => CONTEXTS.get(flag) ?? []);
  return contexts.length === 0 ? 'any' : contexts.join(',');
}

/** @param {string[]} flags */
function countsOf(flags) {
  const named = flags.flatMap((flag) => COUNTS.get(flag) ?? []);
  const taken = flags.flatMap((flag) => /^NGX_CONF_TAKE(\d+)$/.exec(flag)?.[1] ?? []);
  const least = named.filter((each) => each.endsWith('+')).toSorted()[0];
  return least ?? ([...named, ...taken.flatMap((digits) => digits.split(''))].join(',') || '0');
}

/** @param {string[]} flags */
function kindOf(flags) {
  if (flags.includes('NGX_CONF_BLOCK')) return 'block';
  return flags.includes('NGX_CONF_FLAG') ? 'flag' : '';
}
