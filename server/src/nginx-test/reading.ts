import type { ConfigDirective, Heading } from '../model/configuration';
import type { Closure } from '../model/load';
import { isFixedVariable } from '../reference/variable-facts';
import { isAtLeast, type NginxVersion, parseVersion } from '../reference/versions';
import type { Address } from '../values/address';
import { Conf } from './conf';
import type { Level } from '../model/levels';
import { captureCount, groupNames, patternError } from '../values/pattern';
import { type Fault, type NamedPlace, wrong } from './refusal';
import { memoized } from '../model/memo';
import { type Compiled, compileValue } from '../values/script';

/** An upstream of http or stream: a block, or the address in a `proxy_pass` (ngx_http_upstream_add). */
export interface UpstreamRecord {
  readonly host: string;
  /** Whether there is a block for it; one may follow. */
  isBlock: boolean;
  readonly port: number;
  readonly hasPort: boolean;
  readonly kind: Address['kind'];
  readonly directive: ConfigDirective;
  readonly named: NamedPlace;
}

/** What is known of one host name. */
export interface UpstreamHost {
  block: UpstreamRecord | null;
  /** Its uses by port, 0 where none is known; in the order met. */
  readonly ports: Map<number, UpstreamRecord>;
}

/** An address that a server of http listens on. */
export interface ListenRecord {
  /** As nginx prints it. */
  readonly address: string;
  readonly servers: Conf[];
  defaultServer: Conf;
  hasDefault: boolean;
  hasOptions: boolean;
  ssl: boolean;
  quic: boolean;
}

/** A use of a variable, where nginx first meets it. */
interface VariableUse {
  readonly name: string;
  readonly directive: ConfigDirective;
  readonly word: number;
}

/** What one part of the configuration, http or stream, remembers while it is read. */
export interface Part {
  readonly upstreams: UpstreamRecord[];
  /** By host in lower case. */
  readonly hosts: Map<string, UpstreamHost>;
  readonly listens: Map<string, ListenRecord>;
  readonly logFormats: Set<string>;
  readonly uses: Map<string, VariableUse>;
  readonly defined: Set<string>;
  readonly zoneKeys: Map<string, string>;
  readonly cacheZones: Set<string>;
}

function newPart(logFormats: readonly string[]): Part {
  return {
    upstreams: [],
    hosts: new Map(),
    listens: new Map(),
    logFormats: new Set(logFormats),
    uses: new Map(),
    defined: new Set(),
    zoneKeys: new Map(),
    cacheZones: new Set(),
  };
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
  readonly http = newPart(['combined']);
  readonly stream = newPart([]);
  readonly zones = new Map<string, ZoneRecord>();
  /** The directories of caches and of temporary files, by their paths. */
  readonly directories = new Map<string, Directory>();
  /** How the files of logs are buffered, by their names. */
  readonly logBuffers = new Map<string, string>();
  /** The addresses that servers of stream, and of mail, listen on. */
  readonly streamAddresses = new Set<string>();
  readonly mailAddresses = new Set<string>();
  /** The pools of threads that are used, each with its first use, and those that are there. */
  readonly threadPools = new Map<string, ConfigDirective>();
  readonly ownThreadPools = new Set<string>(['default']);
  /** The part that is being read. */
  part: Part = this.http;

  private readonly confs = new Map<Level, Conf>();

  constructor(
    readonly version: NginxVersion,
    readonly closure: Closure,
    /** Whether a part is not in the files: what is not found may be defined there. */
    public opaque: boolean,
    /** The blocks in which an include may bring in anything; null is the top. */
    private readonly hiding: ReadonlySet<Heading | null>,
  ) {}

  /** Opens a level; what is wrong with its block does not matter here. */
  open(level: Level, outer: Conf | null): Conf {
    const conf = new Conf(level, outer, this.hiding.has(level.block?.heading ?? null));
    this.confs.set(level, conf);
    return conf;
  }

  /** The levels within one that have been opened, in order. */
  within({ level }: Conf): Conf[] {
    return level.blocks.flatMap((inner) => this.confs.get(inner) ?? []);
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
    const { uses } = this.part;
    const lower = name.toLowerCase();
    if (!uses.has(lower)) uses.set(lower, { name: lower, directive, word });
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
    this.part.defined.add(name.toLowerCase());
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
