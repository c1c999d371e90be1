import type { Level } from '../model/levels';
import { serverNames } from '../model/server-names';
import { type HostKey, hostKey, serverNamePattern } from '../values/server-name';
import type { Handshake } from './handshake';

/** Whether the server that takes a handshake has the name it asks for, or none by which clients ask. */
export function isMeantFor({ because }: Handshake, host: string): boolean {
  const about = because.find(({ step }) => step === 'server')?.about;
  if (about === null || about === undefined || !('kind' in about)) return true;
  return isAskedFor(about, host);
}

/** Whether a server has the name, or none by which clients ask. @param host in lower case */
export function isAskedFor(server: Level, host: string): boolean {
  return namesOf(server).length === 0 || hasName(server, host);
}

/** Whether a server has a name that is no pattern, and which a host is one of. @param host in lower case */
export function hasName(server: Level, host: string): boolean {
  return namesOf(server).some((name) => isNameOf(host, name));
}

/** The names of a server by which clients may ask for it: `_` and the like stand for all. */
function namesOf(server: Level): readonly HostKey[] {
  return serverNames(server).flatMap((text) => {
    const key = serverNamePattern(text) === null ? hostKey(text) : null;
    return key === null || !/^[a-z0-9]/.test(key.name) ? [] : [key];
  });
}

function isNameOf(host: string, { kind, name }: HostKey): boolean {
  const isExact = kind === 'exact' || kind === 'both';
  const isHead = kind === 'head' || kind === 'both';
  if (isExact && host === name) return true;
  return isHead ? host.endsWith(`.${name}`) : kind === 'tail' && host.startsWith(`${name}.`);
}
