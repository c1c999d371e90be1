import { ownDirectives } from './inheritance';
import type { Level } from './levels';
import { hostKey, serverNamePattern } from '../values/server-name';

/** The names of a server as written; none counts as the empty name. */
export function serverNames(server: Level): string[] {
  const names = ownDirectives(server, 'server_name').flatMap(({ words }) =>
    words.slice(1).map(({ value }) => value),
  );
  return names.length === 0 ? [''] : names;
}

/** The servers of one address and port by their names. */
export interface NameIndex {
  readonly exact: ReadonlyMap<string, Level>;
  /** By what follows the `*` of `*.example.com`. */
  readonly heads: ReadonlyMap<string, Level>;
  /** By what precedes the `*` of `www.example.*`. */
  readonly tails: ReadonlyMap<string, Level>;
  /** In order. */
  readonly regexes: readonly {
    readonly pattern: string;
    readonly ignoreCase: boolean;
    readonly server: Level;
  }[];
}

/** Sorts the names of servers that share an address and port. Of two with one name the first is in force. */
export function indexNames(servers: readonly Level[]): NameIndex {
  const exact = new Map<string, Level>();
  const heads = new Map<string, Level>();
  const tails = new Map<string, Level>();
  const taken = new Set<string>();
  const regexes: { pattern: string; ignoreCase: boolean; server: Level }[] = [];
  const add = (map: Map<string, Level>, name: string, server: Level): void => {
    if (!map.has(name)) map.set(name, server);
  };
  for (const server of servers) {
    for (const written of serverNames(server)) {
      const regex = serverNamePattern(written);
      const key = hostKey(written);
      if (regex !== null) regexes.push({ ...regex, server });
      if (regex !== null || key === null) continue;
      const { kind, name } = key;
      if (kind === 'head') add(heads, `.${name}`, server);
      else if (kind === 'tail') add(tails, `${name}.`, server);
      // Where one half is taken nginx ignores the other, too, and yet takes it (ngx_hash_add_key).
      else if (!taken.has(name)) {
        taken.add(name);
        if (kind === 'both' && heads.has(`.${name}`)) continue;
        exact.set(name, server);
        if (kind === 'both') heads.set(`.${name}`, server);
      }
    }
  }
  return { exact, heads, tails, regexes };
}

/**
 * The server that has the name of a host: exact, then the longest wildcard at the front, then the longest at the end,
 * then the first regex (ngx_http_find_virtual_server).
 *
 * @param host in lower case, without port
 * @param matches whether a regex matches; asked in order until it says yes
 */
export function serverNamed(
  index: NameIndex,
  host: string,
  matches: (pattern: string, ignoreCase: boolean) => boolean,
): Level | undefined {
  return (
    index.exact.get(host) ??
    firstOf(
      host,
      index.heads,
      dots(host).map((at) => host.slice(at)),
    ) ??
    firstOf(
      host,
      index.tails,
      dots(host)
        .reverse()
        .map((at) => host.slice(0, at + 1)),
    ) ??
    index.regexes.find(({ pattern, ignoreCase }) => matches(pattern, ignoreCase))?.server
  );
}

/** Where the dots are that have something on both sides, the first first. */
function dots(host: string): number[] {
  return [...host.matchAll(/(?<=.)\.(?=.)/gs)].map(({ index }) => index);
}

function firstOf(
  host: string,
  servers: ReadonlyMap<string, Level>,
  keys: readonly string[],
): Level | undefined {
  const key = servers.size === 0 ? undefined : keys.find((each) => each !== host && servers.has(each));
  return key === undefined ? undefined : servers.get(key);
}
