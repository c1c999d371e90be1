import { hopTo } from '../handshake/hops';
import type { ConfigDirective } from '../model/configuration';
import type { Model } from '../model/model';
import { upstreamNamed } from '../model/upstreams';
import { isAtLeast, type NginxVersion } from '../reference/versions';
import { passDirectives } from '../reference/pass-directives';
import { hasVariables, variablesIn } from '../values/script';
import { isInet } from '../values/address';
import { hostOf } from '../values/pass-url';
import { type Draft, withValue } from './draft';
import { addressOf, keyOfSocket } from './listeners';
import type { Scope, Scoped } from './scopes';

/** The other hosts that a configuration hands requests to, and the back ends of ours in their place. */

/** What all of them are looked at with. */
export interface Hosts {
  readonly model: Model;
  /** The names of all sockets that the configuration listens on. */
  readonly sockets: ReadonlySet<string>;
  /** The names of the groups of `stream`. */
  readonly streamGroups: ReadonlySet<string>;
  /** The variables that name hosts, or might. */
  readonly variables: ReadonlySet<string>;
  /** Whether there is a `resolver` anywhere. */
  readonly hasResolver: boolean;
}

/** A URL or an address that requests are handed to. */
interface Destination {
  readonly scheme: string;
  readonly authority: string;
  readonly rest: string;
}

/**
 * Takes the argument of a `*_pass` apart, or a value that may stand for one. Scheme and host may be variables; one that
 * stands for the path ends the host.
 */
function destinationIn(value: string): Destination {
  const scheme = /^(?:[a-z][a-z0-9+.-]*|\$\w+|\$\{\w+\}):\/\//i.exec(value)?.[0] ?? '';
  const rest = value.slice(scheme.length);
  const unix = /^unix:[^:]*/i.exec(rest)?.[0];
  const end = rest.search(/[/?]|\$\{?(?:request_uri|uri|document_uri|is_args|args|query_string|\d)\b/);
  const authority = unix ?? (end === -1 ? rest : rest.slice(0, end));
  return { scheme, authority, rest: rest.slice(authority.length) };
}

/** Whether a directive hands requests on. */
export function isPass({ name }: ConfigDirective, { area }: Scope): boolean {
  return area === 'stream' ? name === 'proxy_pass' : area === 'http' && passDirectives.includes(name);
}

/** The variables in arguments of `*_pass`. */
export function variablesOfPasses(all: readonly Scoped[]): Set<string> {
  const passes = all.filter(({ directive, scope }) => isPass(directive, scope));
  return new Set(passes.flatMap(({ directive }) => variablesIn(directive.argument(0))));
}

/** Has a `*_pass` lead to a back end of ours; to where it leads within the configuration, if it does. */
export function movePass({ directive, scope }: Scoped, hosts: Hosts, draft: Draft): void {
  const { scheme, authority, rest } = destinationIn(directive.argument(0));
  // The whole of it is the value of a variable: that is changed instead.
  if (scheme === '' && directive.name === 'proxy_pass' && scope.area === 'http') return;
  const moved = moveAuthority(authority, isSecure(scheme), scope, hosts, draft);
  if (moved !== null) replace(directive, 1, `${scheme}${moved}${restFor(moved, rest)}`, authority, draft);
}

/** The path of a socket ends with a colon, that of a host does not. */
function restFor(moved: string, rest: string): string {
  return moved.startsWith('unix:') ? rest : rest.replace(/^:/, '');
}

/** Has a `server` of an `upstream` be a back end of ours, or the own listener that it is. */
export function moveServer({ directive, scope }: Scoped, hosts: Hosts, draft: Draft): void {
  const authority = directive.argument(0);
  const own = ownListener(authority, false, hosts, draft);
  replace(directive, 1, own ?? draft.backEndFor(authority, scope.isLogin), authority, draft);
}

/** Has a value that may be the host of a `proxy_pass` name a back end of ours. */
export function moveValue(
  directive: ConfigDirective,
  index: number,
  scope: Scope,
  hosts: Hosts,
  draft: Draft,
): void {
  const value = directive.words[index]?.value ?? '';
  const { scheme, authority, rest } = destinationIn(value);
  const host = hostOf(authority);
  const isPlain = !isInet(host) && !host.startsWith('unix:') && !host.startsWith('[');
  // A name alone is looked up, or is that of a group, as in the configuration itself.
  if (authority === '' || (isPlain && (scheme === '' || !scope.hasResolver) && host !== 'localhost')) return;
  const moved = moveAuthority(authority, isSecure(scheme), { ...scope, isLogin: false }, hosts, draft);
  if (moved !== null) replace(directive, index, `${scheme}${moved}${restFor(moved, rest)}`, authority, draft);
}

/** What stands for a host and port; null where they stay. */
function moveAuthority(
  authority: string,
  secure: boolean,
  { area, hasResolver, isLogin }: Scope,
  hosts: Hosts,
  draft: Draft,
): string | null {
  if (hasVariables(authority)) {
    // Without a resolver nginx says itself that it cannot look a name up.
    if (!hasResolver && !isInet(hostOf(authority))) return null;
    const isMapped = area === 'http' && !isLogin && isAtLeast(hosts.model.version, VOLATILE_SINCE);
    return isMapped ? mapAuthority(authority, secure, hosts, draft) : draft.backEndFor(authority, isLogin);
  }
  const own = ownListener(authority, secure, hosts, draft);
  if (own !== null) return own;
  const name = authority.toLowerCase();
  const isGroup =
    area === 'stream'
      ? hosts.streamGroups.has(name)
      : upstreamNamed(hosts.model.upstreams, name) !== undefined;
  return isGroup && !isLogin ? null : draft.backEndFor(authority, isLogin);
}

/** When a `map` could first be told not to keep what it came to: in subrequests it may come to something else. */
const VOLATILE_SINCE: NginxVersion = { major: 1, minor: 11, patch: 7 };

/** The hosts by which a configuration reaches itself. */
const OWN_HOSTS = ['localhost', '127.0.0.1'];

/** What is no text of its own in a `map`. */
const ENTRY_WORDS = /^(?:default|hostnames|include|volatile)$/;

/**
 * What stands for a host and port with variables: a map from what these come to. It leads to own listeners and groups
 * where the configuration does, else to a back end of ours.
 */
function mapAuthority(authority: string, secure: boolean, hosts: Hosts, draft: Draft): string {
  const ports = new Set([...hosts.sockets].map((key) => key.slice(key.lastIndexOf(' ') + 1)));
  const ends = ['', ...[...ports].map((port) => `:${port}`)];
  const called = OWN_HOSTS.flatMap((host) => ends.map((end) => `${host}${end}`));
  const own = called.flatMap((each) => {
    const address = ownListener(each, secure, hosts, draft);
    // It may have been moved already, in the value of a variable.
    return address === null ? [] : ([[each, address] as const, [address, address] as const] as const);
  });
  const groups = hosts.model.upstreams.flatMap(({ name }) =>
    ENTRY_WORDS.test(name) ? [] : [[name, name] as const],
  );
  // Without a host nginx has nothing to look up.
  const bare = authority.replaceAll(/\$\{\w+\}|\$\w+/g, '');
  const empty = bare === '' || bare.startsWith(':') ? [[bare, bare] as const] : [];
  const entries = new Map([...own, ...groups, ...empty]);
  return draft.mapFor(authority, entries, draft.backEndFor(authority, false));
}

/** The address of the own listener that an authority leads to; null for none. */
function ownListener(authority: string, secure: boolean, hosts: Hosts, draft: Draft): string | null {
  const hop = hopTo(hosts.model, authority, secure);
  if (hop !== null) return addressOf(keyOfSocket(hop.socket), draft);
  const host = hostOf(authority);
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? 0);
  if (!isInet(host) && host !== 'localhost') return null;
  const keys = [host, '127.0.0.1', '*', '[::]'].map((address) => keyOfSocket({ address, port }));
  const key =
    host.startsWith('127.') || host === 'localhost'
      ? keys.find((each) => hosts.sockets.has(each))
      : undefined;
  return key === undefined ? null : addressOf(key, draft);
}

function isSecure(scheme: string): boolean {
  return /^(?:https|grpcs|suwsgi):/i.test(scheme);
}

function replace(
  directive: ConfigDirective,
  index: number,
  value: string,
  authority: string,
  draft: Draft,
): void {
  const word = directive.words[index];
  if (word === undefined || word.value === value) return;
  const change = 'These hosts are back ends of ours, that keep to RFC 6455, or listeners of the copy: %.';
  draft.edit(withValue(directive, word, value), change, authority);
}
