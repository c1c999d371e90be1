import { english, t } from '../l10n';
import { textOf } from '../model/bytes';
import type { IsSince, NginxVersion } from '../reference/versions';
import { hostIn } from '../values/host';
import { type Facts, REFUSABLE } from './facts';
import { knownText } from './value';

/** From 1.17.9 on nginx answers 400 to two lines of `Host` (CHANGES). */
const refusesTwoHosts: NginxVersion = { major: 1, minor: 17, patch: 9 };

/** Why nginx answers 400 to the lines of `Host` in a request. */
export interface HostFault {
  readonly message: string;
  /** How many headers it has read by then: a second `Host` is none of them. */
  readonly read: number;
  /** Whether the first is no host: then none has chosen the server yet. */
  readonly isInvalid: boolean;
}

/** What is wrong with the lines of `Host`, as nginx reads them one after the other (ngx_http_process_host); null for nothing. */
export function hostFault({ headers, protocol }: Facts, isSince: IsSince): HostFault | null {
  let hosts = 0;
  for (const [index, { name, value }] of headers.entries()) {
    if (name.toLowerCase() !== 'host') continue;
    hosts += 1;
    if (hosts > 1 && isSince(refusesTwoHosts)) return { message: t(ONE_HOST), read: index, isInvalid: false };
    const text = knownText(value);
    if (text === null || hostIn(text, isSince) !== null) continue;
    return {
      message: t`nginx answers 400: \`Host: ${textOf(text)}\` names no host.`,
      read: index + 1,
      isInvalid: hosts === 1,
    };
  }
  const isMissing = hosts === 0 && protocol === 'HTTP/1.1';
  return isMissing ? { message: t(ONE_HOST), read: headers.length, isInvalid: false } : null;
}

const ONE_HOST = english('nginx answers 400: `Host` must be sent once.');

/** What is read of a request that ends before its last header. @param count the number of headers that are read */
export function readUntil(facts: Facts, count: number): Facts {
  if (count === facts.headers.length) return facts;
  const headers = facts.headers.slice(0, count);
  const read = new Set(headers.map(({ name }) => name.toLowerCase()));
  const unread = REFUSABLE.filter((name) => !read.has(name));
  return { ...facts, headers, dropped: new Set([...facts.dropped, ...unread]) };
}
