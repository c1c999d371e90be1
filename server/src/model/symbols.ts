import { tokenEnd, tokenStart } from '../syntax/tokens';
import { type Directive, wordsOf } from '../syntax/tree';
import { type ConfigDirective, type Configuration, type Place, walk } from './configuration';
import type { SourceFile } from './load';
import {
  hostVariable,
  isNaming,
  mayMentionVariables,
  type Mention,
  mentionsIn,
  type Statement,
  type SymbolKind,
  upstreamIn,
} from './mentions';

/** The names that a configuration defines and uses, across its files. */

/** A name with all its occurrences, wherever they stand. */
export interface ConfigSymbol {
  readonly kind: SymbolKind;
  /** As nginx compares it: upstreams and variables in lower case, variables without `$`, locations without `@`. */
  readonly name: string;
  /** The name as it is written where it is defined first; where nothing defines it, as it is used first. */
  readonly written: string;
  /** The part that it belongs to: `http` and `stream` each have their own upstreams, variables and formats. */
  readonly part: Part;
  /** In the order of the configuration. None for a variable that nginx defines, or nobody. */
  readonly definitions: readonly Occurrence[];
  readonly references: readonly Occurrence[];
}

/** One name in the text of a file. A file that is included n times has each of its names once. */
export interface Occurrence {
  readonly symbol: ConfigSymbol;
  readonly role: Mention['role'];
  /** The name's own text: without `$`, `${` and `}`, `@`, quotes, `zone=`. */
  readonly place: Place;
  /** The same with `$`, `${` and `}` or `@` around it. */
  readonly outer: Place;
  /** The directive that it stands in: its first instance. */
  readonly directive: ConfigDirective;
}

type Part = 'http' | 'stream' | 'mail';

/** All names of one configuration. */
export interface Symbols {
  /** In the order of the configuration. */
  readonly all: readonly ConfigSymbol[];
  /** Those of a kind and name; several where each part, server or kind of cache has its own. */
  named(kind: SymbolKind, name: string): readonly ConfigSymbol[];
  /** The name at an offset of a file, or that ends there; `$`, `{` and `@` belong to it. */
  at(file: SourceFile, offset: number): Occurrence | null;
  /** Those in a file, in the order of the text. */
  in(file: SourceFile): readonly Occurrence[];
}

const known = new WeakMap<Configuration, Symbols>();

/**
 * The names of a configuration. A named location belongs to its server: two servers may have one of the same name,
 * and they are one symbol only when a file that both include, or an `error_page` above them, names it.
 */
export function symbolsOf(configuration: Configuration): Symbols {
  const symbols = known.get(configuration) ?? new Collector().collect(configuration);
  known.set(configuration, symbols);
  return symbols;
}

class CollectedSymbol implements ConfigSymbol {
  /** The symbol that this one has turned out to be; null for itself. */
  same: CollectedSymbol | null = null;
  readonly definitions: Occurrence[] = [];
  readonly references: Occurrence[] = [];

  constructor(
    readonly kind: SymbolKind,
    readonly name: string,
    readonly part: Part,
  ) {}

  get written(): string {
    const first = this.definitions[0] ?? this.references[0];
    return first === undefined ? this.name : textAt(first.place);
  }
}

/** The one symbol of all that are the same. */
function rootOf(symbol: CollectedSymbol): CollectedSymbol {
  let root = symbol;
  while (root.same !== null) root = root.same;
  // Whoever asks again has a short way.
  for (let at = symbol; at.same !== null && at.same !== root; ) {
    const next: CollectedSymbol = at.same;
    at.same = root;
    at = next;
  }
  return root;
}

function unite(a: CollectedSymbol, b: CollectedSymbol): void {
  const root = rootOf(a);
  const other = rootOf(b);
  if (other !== root) other.same = root;
}

function textAt({ file, start, end }: Place): string {
  return file.text.slice(start, end);
}

interface Found {
  readonly symbol: CollectedSymbol;
  readonly mention: Mention;
  readonly directive: ConfigDirective;
}

/** What surrounds a directive. */
interface Surroundings {
  readonly part: Part;
  /** The server around it, by its number; 0 above all servers. */
  readonly server: number;
}

const TOP: Surroundings = { part: 'http', server: 0 };

class Collector {
  private readonly symbols = new Map<string, CollectedSymbol>();
  private readonly found: Found[] = [];
  /** What was found in a directive of a file: its other instances have the same. */
  private readonly byNode = new Map<
    Directive,
    { readonly block: string; readonly found: readonly Found[] }
  >();
  private readonly surroundings = new Map<ConfigDirective, Surroundings>();
  /** The variables that are the host of some back end, by part and name. */
  private readonly hosts = new Set<string>();
  private servers = 0;

  collect({ directives }: Configuration): Symbols {
    for (const directive of walk(directives)) {
      const around = this.around(directive);
      if (directive.children !== null) this.surroundings.set(directive, this.within(directive, around));
      if (!directive.file.builtIn) this.look(directive, around);
    }
    this.addHosts();
    this.uniteGlobals();
    return this.finish();
  }

  private around({ parent }: ConfigDirective): Surroundings {
    return (parent === null ? undefined : this.surroundings.get(parent)) ?? TOP;
  }

  private within({ name, parent }: ConfigDirective, around: Surroundings): Surroundings {
    if (parent === null && (name === 'stream' || name === 'mail')) return { part: name, server: 0 };
    if (name === 'server' && around.server === 0) return { ...around, server: (this.servers += 1) };
    return around;
  }

  private look(directive: ConfigDirective, around: Surroundings): void {
    const { node } = directive;
    const block = directive.parent?.name ?? '';
    const before = this.byNode.get(node);
    if (before !== undefined && before.block === block) {
      for (const { symbol, mention } of before.found) {
        const own = this.symbolOf(mention, directive, around);
        unite(symbol, own);
      }
      return;
    }
    const found = this.read(directive, block).map((mention) => ({
      symbol: this.symbolOf(mention, directive, around),
      mention,
      directive,
    }));
    if (before === undefined) {
      this.byNode.set(node, { block, found });
      for (const each of found) this.found.push(each);
    }
  }

  /** The words of all directives of a large configuration are much to make: the text tells where nothing is. */
  private read(directive: ConfigDirective, block: string): Mention[] {
    const { file, node, name } = directive;
    const { text, tokens } = file.tree;
    const isBlock = directive.children !== null;
    const isLikely =
      isNaming({ name, isBlock }) ||
      mayMentionVariables(text.slice(tokenStart(tokens, node.first), tokenEnd(tokens, node.lastWord)));
    if (!isLikely) return [];
    const statement: Statement = { name, words: wordsOf(file.tree, node), block, isBlock };
    const host = hostVariable(statement);
    if (host !== null) this.hosts.add(`${this.around(directive).part} ${host}`);
    return mentionsIn(text, statement, file.tree.template);
  }

  private symbolOf(
    { kind, name }: Mention,
    directive: ConfigDirective,
    { part, server }: Surroundings,
  ): CollectedSymbol {
    const scope = kind === 'named-location' ? server : kind === 'cache-zone' ? familyOf(directive) : '';
    const key = `${kind} ${part} ${scope} ${name}`;
    const symbol = this.symbols.get(key) ?? new CollectedSymbol(kind, name, part);
    this.symbols.set(key, symbol);
    return symbol;
  }

  /**
   * A `proxy_pass` may take its host from a variable. The plain values of that variable which are upstreams are then
   * references to them: `map $http_upgrade $backend { default web; websocket chat; }`.
   */
  private addHosts(): void {
    const pools = this.found.filter(
      ({ symbol, mention: { role, kind, name } }) =>
        kind === 'variable' && role === 'definition' && this.hosts.has(`${symbol.part} ${name}`),
    );
    const seen = new Set<Directive>();
    for (const { directive } of pools) {
      for (const [holder, index] of valuesOf(directive)) {
        if (holder.file.builtIn || seen.has(holder.node)) continue;
        seen.add(holder.node);
        this.addHost(holder, index);
      }
    }
  }

  private addHost(directive: ConfigDirective, index: number): void {
    const word = wordsOf(directive.file.tree, directive.node)[index];
    const mention = word === undefined ? null : upstreamIn(directive.file.text, word);
    if (mention === null) return;
    const { part } = this.around(directive);
    const symbol = this.symbols.get(`upstream ${part}  ${mention.name}`);
    if (symbol !== undefined) this.found.push({ symbol, mention, directive });
  }

  /** An `error_page` above the servers means the location of each of them. */
  private uniteGlobals(): void {
    const global = new Map<string, CollectedSymbol>();
    for (const [key, symbol] of this.symbols) {
      if (key.startsWith(`named-location ${symbol.part} 0 `))
        global.set(`${symbol.part} ${symbol.name}`, symbol);
    }
    if (global.size === 0) return;
    for (const symbol of this.symbols.values()) {
      const above =
        symbol.kind === 'named-location' ? global.get(`${symbol.part} ${symbol.name}`) : undefined;
      if (above !== undefined) unite(above, symbol);
    }
  }

  private finish(): Symbols {
    const byFile = new Map<string, Occurrence[]>();
    const byName = new Map<string, Set<ConfigSymbol>>();
    const all = new Set<ConfigSymbol>();
    const defined = new Set(
      this.found.flatMap(({ symbol, mention }) => (mention.role === 'definition' ? [rootOf(symbol)] : [])),
    );
    for (const { symbol: own, mention, directive } of this.found) {
      const symbol = rootOf(own);
      // A host that is no upstream is none of ours.
      if (symbol.kind === 'upstream' && !defined.has(symbol)) continue;
      const { role, start, end, outerStart, outerEnd } = mention;
      const { file } = directive;
      const occurrence: Occurrence = {
        symbol,
        role,
        place: { file, start, end },
        outer: { file, start: outerStart, end: outerEnd },
        directive,
      };
      (role === 'definition' ? symbol.definitions : symbol.references).push(occurrence);
      all.add(symbol);
      addTo(byFile, file.realPath, occurrence);
      const key = `${symbol.kind} ${symbol.name}`;
      byName.set(key, (byName.get(key) ?? new Set()).add(symbol));
    }
    for (const list of byFile.values()) list.sort((a, b) => a.outer.start - b.outer.start);
    return {
      all: [...all],
      named: (kind, name) => [...(byName.get(`${kind} ${name}`) ?? [])],
      at: (file, offset) => occurrenceAt(byFile.get(file.realPath) ?? [], offset),
      in: (file) => byFile.get(file.realPath) ?? [],
    };
  }
}

/** The caches of FastCGI, SCGI, uwsgi and proxy have zones of their own. */
function familyOf({ name }: ConfigDirective): string {
  return name.slice(0, name.indexOf('_'));
}

/** Where the values of a variable stand that a directive defines: the directives, with the index of the word. */
function valuesOf(directive: ConfigDirective): (readonly [ConfigDirective, number])[] {
  if (directive.name === 'set') return [[directive, 2]];
  if (!['map', 'geo', 'split_clients'].includes(directive.name)) return [];
  return (directive.children ?? [])
    .filter(({ name }) => name !== 'include')
    .map((entry) => [entry, 1] as const);
}

function addTo(lists: Map<string, Occurrence[]>, key: string, occurrence: Occurrence): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [occurrence]);
  else list.push(occurrence);
}

/** By bisection: occurrences do not overlap. */
function occurrenceAt(list: readonly Occurrence[], offset: number): Occurrence | null {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.outer.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  const occurrence = list[low - 1];
  return occurrence !== undefined && offset <= occurrence.outer.end ? occurrence : null;
}
