import type { DirectiveFact } from './directives';
import { readFact } from './directives';
import { forkLacks, forkRows } from './forks.generated';

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
  const forks = new Set((addedByForks().get(name) ?? []).map(({ fork }) => fork));
  return forks.size === 0 ? null : [...forks].join(', ');
}

/** What a fork knows of a directive that nginx does not have. */
export function forkFacts(fork: Fork, name: string): readonly DirectiveFact[] {
  return (addedByForks().get(name) ?? []).flatMap((each) => (each.fork === fork ? each.fact : []));
}

/** The directives of nginx in which Angie takes parameters of its own, by its own tests: `sid=` of a server, `filter=` of a log. */
const OTHER_IN_ANGIE: ReadonlySet<string> = new Set([
  'error_log',
  'fastcgi_cache_path',
  'imap_auth',
  'least_time',
  'location',
  'pop3_auth',
  'proxy_cache_path',
  'proxy_http_version',
  'resolver',
  'scgi_cache_path',
  'server',
  'smtp_auth',
  'ssl_certificate',
  'sticky',
  'upstream',
  'uwsgi_cache_path',
]);

/** Whether a fork takes values of a directive that nginx does not take: what nginx says of one is then a hint. */
export function takesOtherValues(fork: Fork | null, name: string): boolean {
  // Of Tengine no list is known.
  return fork === 'Tengine' || (fork === 'Angie' && OTHER_IN_ANGIE.has(name));
}

/** Whether a fork lacks a directive of its nginx. */
export function lacks(fork: Fork, name: string): boolean {
  return forkLacks[fork]?.includes(name) ?? false;
}
