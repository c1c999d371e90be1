import { type DirectiveFact, directiveFacts, readFact } from './directives';
import { forkLacks, forkRows, forkVariables } from './forks.generated';
import type { VariablePart } from './variable-facts';
import { isAtLeast, type NginxVersion } from './versions';

/** A program made of nginx that has directives of its own, or modules that are built in. */
export type Fork = 'Angie' | 'Tengine' | 'freenginx' | 'OpenResty' | 'NGINX Plus';

let added: ReadonlyMap<string, readonly ForkFact[]> | undefined;

interface ForkFact {
  readonly fork: string;
  readonly fact: DirectiveFact;
}

function addedByForks(): ReadonlyMap<string, readonly ForkFact[]> {
  if (added !== undefined) return added;
  const byName = new Map<string, ForkFact[]>();
  for (const [fork = '', name = '', ...rest] of forkRows) {
    const entry = { fork, fact: readFact([name, ...rest]) };
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  added = byName;
  return byName;
}

/** The forks of nginx that have a directive which nginx does not have, in words; null where none is known to. */
export function forksWith(name: string): string | null {
  if (directiveFacts().has(name)) return null;
  const forks = new Set((addedByForks().get(name) ?? []).map(({ fork }) => fork));
  return forks.size === 0 ? null : [...forks].join(', ');
}

/** What a fork knows of a directive that nginx does not have, or has otherwise. */
export function forkFacts(fork: Fork, name: string): readonly DirectiveFact[] {
  return (addedByForks().get(name) ?? []).flatMap((each) => (each.fork === fork ? each.fact : []));
}

/**
 * The directives of nginx of which forks take other values: those whose setters differ between Angie 1.13, Tengine 3.2 and
 * the nginx that each is made of, by their sources. `sid=` of a server, `filter=` of a log, `$a > 1` of an `if`.
 */
const OTHER_VALUES: Partial<Record<Fork, ReadonlySet<string>>> = {
  Angie: new Set([
    'error_log',
    'fastcgi_cache_path',
    'image_filter_jpeg_quality',
    'image_filter_sharpen',
    'image_filter_webp_quality',
    'imap_auth',
    'least_time',
    'limit_conn_zone',
    'limit_req_zone',
    'pop3_auth',
    'proxy_cache_path',
    'proxy_http_version',
    'proxy_ssl_certificate',
    'proxy_ssl_certificate_key',
    'resolver',
    'scgi_cache_path',
    'server',
    'smtp_auth',
    'ssl_certificate',
    'ssl_certificate_key',
    'sticky',
    'uwsgi_cache_path',
    'zone',
  ]),
  // By the manual: `slow_start=` of a server, `status_zone=` of a resolver, `purger=` of a cache.
  'NGINX Plus': new Set([
    'fastcgi_cache_path',
    'proxy_cache_path',
    'resolver',
    'scgi_cache_path',
    'server',
    'sticky',
    'uwsgi_cache_path',
  ]),
  Tengine: new Set([
    'access_log',
    'error_log',
    'if',
    'limit_req',
    'limit_req_zone',
    'listen',
    'server',
    'ssl_protocols',
  ]),
};

/** What may stand between `location` and its text. */
const MODIFIERS: ReadonlySet<string> = new Set(['=', '~', '~*', '^~']);

/**
 * Whether a fork takes values of a directive that nginx does not take: what nginx says of one is then a hint.
 *
 * @param words the directive and its arguments
 */
export function takesOtherValues(fork: Fork | null, words: readonly string[]): boolean {
  if (fork === null) return false;
  const [name = '', first = '', ...others] = words;
  // In Angie one `location` may have several texts, each with a modifier of its own.
  if (fork === 'Angie' && name === 'location') return others.length > (MODIFIERS.has(first) ? 1 : 0);
  return OTHER_VALUES[fork]?.has(name) ?? false;
}

/** From Angie 1.3 on, which is made of this, one `location` may have several texts. */
const combinesLocations: NginxVersion = { major: 1, minor: 25, patch: 2 };

/** What Angie says instead of nginx since one `location` may have several texts. */
const WORDS_OF_ANGIE: readonly (readonly [nginx: RegExp, angie: string])[] = [
  [
    /^"proxy_pass" cannot have URI part in location given by regular expression, .*$/s,
    '"proxy_pass" cannot have URI part in a location specified with a regex, inside a named location, inside a ' +
      'combined location, inside an "if" statement, or inside a "limit_except" block',
  ],
  [
    /^location "(@[^"]*)" cannot be inside the (?:exact|named) location ".*"$/s,
    'named location "$1" can occur on the server level only',
  ],
  [
    /^named location "(.*)" can be on the server level only$/s,
    'named location "$1" can occur on the server level only',
  ],
  [
    /^location "(.*)" cannot be inside the exact location "(.*)"$/s,
    'location "$1" cannot be inside exact match location "$2"',
  ],
  [
    /^location "(.*)" cannot be inside the named location "(.*)"$/s,
    'location "$1" cannot be inside named location "$2"',
  ],
  [
    /^the "alias" directive cannot be used inside the named location$/,
    'the "alias" directive cannot be used inside named or combined locations',
  ],
];

/** What a fork says where nginx of its release says a text. */
export function wordsOfFork(fork: Fork | null, version: NginxVersion, text: string): string {
  if (fork !== 'Angie' || !isAtLeast(version, combinesLocations)) return text;
  const [words, others] = WORDS_OF_ANGIE.find(([nginx]) => nginx.test(text)) ?? ['', ''];
  return text.replace(words, others);
}

/** From Angie 1.10 on, which is made of this, the blocks of a part are checked when all files are read. */
const postpones: NginxVersion = { major: 1, minor: 27, patch: 5 };

/**
 * Whether there may be several `http`, `stream` and `mail`, which are checked when all files are read: what is wrong then
 * is told of the line where the first begins.
 */
export function checksPartsLast(fork: Fork | null, version: NginxVersion): boolean {
  return fork === 'Angie' && isAtLeast(version, postpones);
}

/** From Angie 1.12 on, which is made of this, `resolver conf` is the default. */
const resolvesByDefault: NginxVersion = { major: 1, minor: 31, patch: 2 };

/**
 * Whether names are looked up where no `resolver` is written, by the name servers of the machine: Angie does so unless it
 * says `off`, Tengine if it was built where `/etc/resolv.conf` is.
 */
export function hasResolverByDefault(fork: Fork | null, version: NginxVersion): boolean {
  return fork === 'Tengine' || (fork === 'Angie' && isAtLeast(version, resolvesByDefault));
}

/** Whether an `upstream` with a `zone` may have no servers: Docker names them. */
export function allowsNoServers(fork: Fork | null): boolean {
  return fork === 'Angie';
}

/** Whether all variables of a fork are known: some modules of others that it builds in define theirs. */
export function hasKnownVariables(fork: Fork | null): boolean {
  return fork === null || fork in forkVariables;
}

/** Whether a fork defines a variable that nginx does not have. @param name in lower case */
export function isForkVariable(fork: Fork | null, name: string, part: VariablePart): boolean {
  if (fork === null) return false;
  const names = forkVariables[fork]?.[part] ?? [];
  return names.some((each) => (each.endsWith('_') ? name.startsWith(each) : name === each));
}

/** Whether a fork lacks a directive of its nginx. */
export function lacks(fork: Fork, name: string): boolean {
  return forkLacks[fork]?.includes(name) ?? false;
}
