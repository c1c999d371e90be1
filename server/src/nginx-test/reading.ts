import type { ConfigDirective, Heading } from '../model/configuration';
import type { Closure } from '../model/load';
import type { Fork } from '../reference/forks';
import { isFixedVariable } from '../reference/variable-facts';
import { isAtLeast, type NginxVersion, parseVersion } from '../reference/versions';
import type { Address } from '../values/address';
import { Conf } from './conf';
import { type Firsts, type Latest, type Lists, Memory } from './memory';
import type { Level } from '../model/levels';
import { captureCount, groupNames, patternError } from '../values/pattern';
import { placeText } from './lines';
import { type Fault, type NamedPlace, wrong } from './refusal';
import { memoized } from '../model/memo';
import { type Compiled, compileValue } from '../values/script';

/** An upstream of http or stream: a block, or the address in a `proxy_pass` (ngx_http_upstream_add). */
export interface UpstreamRecord {
  readonly host: string;
  readonly isBlock: boolean;
  readonly port: number;
  readonly hasPort: boolean;
  readonly kind: Address['kind'];
  readonly directive: ConfigDirective;
  readonly named: NamedPlace;
}

/** A use of a variable, where nginx first meets it. */
interface VariableUse {
  readonly name: string;
  readonly directive: ConfigDirective;
  readonly word: number;
}

/** What one part of the configuration, http or stream, remembers while it is read. */
export interface Part {
  readonly logFormats: Latest<string, true>;
  /** The blocks of upstreams, by host in lower case. */
  readonly upstreamBlocks: Latest<string, ConfigDirective>;
  /** The first use of each host, likewise. */
  readonly hostsUsed: Latest<string, UpstreamRecord>;
  /** The blocks, and the uses with each port (0 where none is known), by `keyOfUpstream`; in the order met. */
  readonly upstreams: Latest<string, UpstreamRecord>;
  readonly uses: Firsts<string, VariableUse>;
  readonly defined: Firsts<string, true>;
  readonly zoneKeys: Latest<string, string>;
  readonly cacheZones: Latest<string, true>;
}

/** @param port null for a block */
export function keyOfUpstream(host: string, port: number | null): string {
  return `${port ?? 'block'} ${host.toLowerCase()}`;
}

function newPart(memory: Memory): Part {
  return {
    logFormats: memory.latest(),
    upstreamBlocks: memory.latest(),
    hostsUsed: memory.latest(),
    upstreams: memory.latest(),
    uses: memory.firsts(),
    defined: memory.firsts(),
    zoneKeys: memory.latest(),
    cacheZones: memory.latest(),
  };
}

/** @param address as nginx prints it */
export function keyOfListen(address: string, isQuic: boolean): string {
  return isQuic ? `${address}${QUIC}` : address;
}

const QUIC = '/udp';

/** An address that servers of http listen on. */
export interface ListenRecord {
  /** As nginx prints it. */
  readonly address: string;
  readonly key: string;
  readonly servers: readonly Conf[];
  readonly defaultServer: Conf;
  readonly ssl: boolean;
  readonly quic: boolean;
}

/** The addresses that servers of http listen on, in the order met. */
export function listensOf({ servers, defaultServers, withTls }: Listens): ListenRecord[] {
  return [...servers.all()].flatMap(([key, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const quic = key.endsWith(QUIC);
    const address = quic ? key.slice(0, -QUIC.length) : key;
    const defaultServer = defaultServers.get(key) ?? first;
    return [{ address, key, servers: own, defaultServer, ssl: withTls.all().has(key), quic }];
  });
}

/** The addresses that servers of http listen on, by `keyOfListen`. */
interface Listens {
  readonly servers: Lists<string, Conf>;
  /** Those that a `listen` says are the default. */
  readonly defaultServers: Latest<string, Conf>;
  readonly withOptions: Latest<string, true>;
  readonly withTls: Firsts<string, true>;
}

/** A zone of shared memory; size 0 until a directive sets it. */
export interface ZoneRecord {
  readonly tag: string;
  readonly size: number;
  readonly directive: ConfigDirective;
}

const compiledWords = memoized((_directive: ConfigDirective) => new Map<number, Compiled>());

/** What a word comes to: of a directive that stays it is worked out once. */
function compiledWord(directive: ConfigDirective, word: number): Compiled {
  const known = compiledWords(directive);
  let compiled = known.get(word);
  if (compiled === undefined) {
    compiled = compileValue(directive.words[word]?.value ?? '');
    known.set(word, compiled);
  }
  return compiled;
}

/** A directory that nginx keeps files in. */
export interface Directory {
  /** Where it was named first. */
  readonly named: NamedPlace;
  /** Whether it is that of a cache, which shares it with nobody. */
  readonly isCache: boolean;
  /** The lengths of the names of directories below it. */
  readonly levels: readonly string[];
}

/** All that nginx remembers while it reads a configuration. */
export class Reading {
  readonly memory = new Memory();
  readonly http = newPart(this.memory);
  readonly stream = newPart(this.memory);
  readonly listens: Listens = {
    servers: this.memory.lists(),
    defaultServers: this.memory.latest(),
    withOptions: this.memory.latest(),
    withTls: this.memory.firsts(),
  };
  readonly zones = this.memory.latest<string, ZoneRecord>();
  /** The directories of caches and of temporary files, by their paths. */
  readonly directories = this.memory.latest<string, Directory>();
  /** How the files of logs are buffered, by their names. */
  readonly logBuffers = this.memory.latest<string, string>();
  /** The addresses that servers of stream, and of mail, listen on. */
  readonly streamAddresses = this.memory.latest<string, true>();
  readonly mailAddresses = this.memory.latest<string, true>();
  /** The pools of threads that are used, each with its first use, and those that are there. */
  readonly threadPools = this.memory.firsts<string, ConfigDirective>();
  readonly ownThreadPools = this.memory.latest<string, true>();
  /** Headers and parameters that nginx has compiled when it merged a level. */
  readonly compiled = this.memory.latest<ConfigDirective, true>();
  /** The part that is being read. */
  part: Part = this.http;

  /** What is known of the files as a whole. */
  private readonly opacity = this.memory.latest<'opaque', true>();
  private readonly closures = this.memory.latest<'closure', Closure>();

  constructor(
    readonly version: NginxVersion,
    /** Whose program it is; null for nginx itself. */
    readonly fork: Fork | null,
    closure: Closure,
    /** Whether a part is not in the files: what is not found may be defined there. */
    opaque: boolean,
    /** The blocks in which an include may bring in anything; null is the top. */
    private readonly hiding: ReadonlySet<Heading | null>,
  ) {
    this.http.logFormats.set('combined', true);
    this.ownThreadPools.set('default', true);
    this.closures.set('closure', closure);
    if (opaque) this.becomeOpaque();
  }

  /** A place in the words of a message. */
  placeText(named: NamedPlace): string {
    const closure = this.closures.get('closure');
    return closure === undefined ? '' : placeText(closure, named);
  }

  /** Whether what is not found may be defined all the same. */
  get opaque(): boolean {
    return this.opacity.has('opaque');
  }

  becomeOpaque(): void {
    this.opacity.set('opaque', true);
  }

  /** Opens a level; what is wrong with its block does not matter here. */
  open(level: Level, outer: Conf | null): Conf {
    const conf = new Conf(level, outer, this.hiding.has(level.block?.heading ?? null));
    outer?.inner.push(conf);
    return conf;
  }

  isAtLeast(version: string): boolean {
    const other = parseVersion(version);
    return other !== null && isAtLeast(this.version, other);
  }

  /** Notes the variables of a word; gives what is wrong with it. */
  compile(directive: ConfigDirective, word: number, text?: string): Fault | null {
    const { names, error } = text === undefined ? compiledWord(directive, word) : compileValue(text);
    for (const name of names) this.use(directive, word, name);
    return error === null ? null : wrong(error, word);
  }

  use(directive: ConfigDirective, word: number, name: string): void {
    const lower = name.toLowerCase();
    this.part.uses.add(lower, { name: lower, directive, word });
  }

  /** Notes the variable that a word is; gives what is wrong with that (ngx_http_get_variable_index). */
  index(directive: ConfigDirective, word: number): Fault | null {
    const name = directive.words[word]?.value.slice(1) ?? '';
    if (name === '') return wrong('invalid variable name "$"', word);
    this.use(directive, word, name);
    return null;
  }

  /** Defines the variable that a word names; gives what is wrong with that (ngx_http_add_variable). */
  define(directive: ConfigDirective, word: number): Fault | null {
    const value = directive.words[word]?.value ?? '';
    if (!value.startsWith('$')) return wrong(`invalid variable name "${value}"`, word);
    return this.defineNamed(word, value.slice(1));
  }

  private defineNamed(word: number, name: string): Fault | null {
    if (name === '') return wrong('invalid variable name "$"', word);
    const part = this.part === this.stream ? 'stream' : 'http';
    if (isFixedVariable(name.toLowerCase(), part, this.version))
      return wrong(`the duplicate "${name}" variable`, word);
    this.part.defined.add(name.toLowerCase(), true);
    return null;
  }

  /** What is wrong with a pattern; the variables that its groups define are noted. */
  pattern(directive: ConfigDirective, word: number, pattern: string): Fault | null {
    const error = patternError(pattern, this.version);
    if (error !== null) return wrong(error, word);
    for (const name of groupNames(pattern)) {
      const defined = this.defineNamed(word, name);
      if (defined !== null) return defined;
      this.use(directive, word, name);
    }
    return null;
  }

  captures(pattern: string): number {
    return captureCount(pattern);
  }
}
