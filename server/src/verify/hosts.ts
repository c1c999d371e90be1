import { hopTo } from '../handshake/hops';
import { english } from '../l10n';
import type { ConfigDirective } from '../model/configuration';
import type { Model } from '../model/model';
import { isInet } from '../values/address';
import { hostOf } from '../values/pass-url';
import { type Draft, withValue } from './draft';
import { addressOf, keyOfSocket } from './listeners';
import type { Scoped } from './scopes';

/** The hosts that a configuration names, and the listeners of the copy and back ends of ours in their place. */

/** What all of them are looked at with. */
export interface Hosts {
  readonly model: Model;
  /** The names of all sockets that the configuration listens on. */
  readonly sockets: ReadonlySet<string>;
  /** The names of the groups of `stream`. */
  readonly streamGroups: ReadonlySet<string>;
}

/** Has a `server` of an `upstream` be a back end of ours, or the own listener that it is. */
export function moveServer({ directive, scope }: Scoped, hosts: Hosts, draft: Draft): void {
  const authority = directive.argument(0);
  const own = ownListener(authority, false, hosts, draft);
  replaceHost(directive, own ?? draft.backEndFor(authority, scope.isLogin), authority, draft);
}

/** The address of the own listener that an authority leads to; null for none. */
export function ownListener(authority: string, secure: boolean, hosts: Hosts, draft: Draft): string | null {
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

/** Has the first argument of a directive name another host. */
export function replaceHost(
  directive: ConfigDirective,
  value: string,
  authority: string,
  draft: Draft,
): void {
  const word = directive.words[1];
  if (word === undefined || word.value === value) return;
  const change = english(
    'These hosts are back ends of ours, that keep to RFC 6455, or listeners of the copy: %.',
  );
  draft.edit(withValue(directive, word, value), change, authority);
}
