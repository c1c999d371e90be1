import type { ConfigDirective } from './configuration';
import { ownDirectives } from './inheritance';
import type { Level } from './levels';
import { memoized } from './memo';
import { hostKey, serverNamePattern } from '../values/server-name';

/** One name of a server, where it stands. */
export interface ServerName {
  /** As written; '' of a server without `server_name`. */
  readonly text: string;
  /** Null for the name of a server without any. */
  readonly directive: ConfigDirective | null;
  /** The number of its word in the directive. */
  readonly word: number;
  readonly server: Level;
}

/** The names of a server; none counts as the empty name. */
const namesOf = memoized((server: Level): readonly ServerName[] => {
  const names = ownDirectives(server, 'server_name').flatMap((directive) =>
    directive.words.slice(1).map(({ value }, index) => ({ text: value, directive, word: index + 1, server })),
  );
  return names.length === 0 ? [{ text: '', directive: null, word: 0, server }] : names;
});

/** How nginx reads a name. */
const readName = memoized(({ text }: ServerName) => ({ regex: serverNamePattern(text), key: hostKey(text) }));

/** The names of a server as written; none counts as the empty name. */
export function serverNames(server: Level): string[] {
  return namesOf(server).map(({ text }) => text);
}

/** A name that nginx ignores, since another server of the address and port, or the same one, has it already. */
export interface IgnoredName {
  readonly name: ServerName;
  readonly first: ServerName;
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
  /** Those that nginx warns of. It looks at the names only where several servers share the address and port. */
  readonly ignored: readonly IgnoredName[];
}

/** Sorts the names of servers that share an address and port. Of two with one name the first is in force. */
export function indexNames(servers: readonly Level[]): NameIndex {
  const exact = new Map<string, Level>();
  const heads = new Map<string, Level>();
  const tails = new Map<string, Level>();
  const regexes: { pattern: string; ignoreCase: boolean; server: Level }[] = [];
  const ignored: IgnoredName[] = [];
  const taken = new Map<string, ServerName>();
  const take = (key: string, name: ServerName): boolean => {
    const first = taken.get(key);
    if (first === undefined) taken.set(key, name);
    else ignored.push({ name, first });
    return first === undefined;
  };
  const distinct = [...new Set(servers)];
  for (const each of distinct.flatMap(namesOf)) {
    const { server } = each;
    const { regex, key } = readName(each);
    if (regex !== null) regexes.push({ ...regex, server });
    if (regex !== null || key === null) continue;
    const { kind, name } = key;
    if (kind === 'exact' && take(name, each)) exact.set(name, server);
    if (kind === 'head' && take(`*.${name}`, each)) heads.set(`.${name}`, server);
    if (kind === 'tail' && take(`${name}.*`, each)) tails.set(`${name}.`, server);
    // Where one half is taken nginx ignores the other, too, and yet takes it (ngx_hash_add_key).
    if (kind === 'both' && take(name, each) && take(`*.${name}`, each)) {
      exact.set(name, server);
      heads.set(`.${name}`, server);
    }
  }
  return { exact, heads, tails, regexes, ignored: distinct.length > 1 ? ignored : [] };
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
