import { entryBlock } from '../syntax/entry-blocks';
import { definedWord } from './variables';
import { tokenEnd, tokenStart } from '../syntax/tokens';
import { type Directive, wordsOf } from '../syntax/tree';
import { type ConfigDirective, type Configuration, type Heading, type Place, walk } from './configuration';
import type { Closure } from './load';
import { placeInFile } from './place-in-file';
import type { SourceFile } from './source-file';
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

/** A name with all its occurrences. */
export interface ConfigSymbol {
  readonly kind: SymbolKind;
  /** As nginx compares it: upstreams and variables in lower case, variables without `$`, locations without `@`. */
  readonly name: string;
  /** The name as it is written where it is defined first; where nothing defines it, as it is used first. */
  readonly written: string;
  /** The part that it belongs to: `http` and `stream` each have their own upstreams, variables and formats. */
  readonly part: Part;
  /** In the order of the configuration. Empty for a variable of nginx itself, or one that is not defined. */
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
  /** The directive that it is in: its first instance. */
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
  isDefined = false;
  readonly definitions: Occurrence[] = [];
  readonly references: Occurrence[] = [];

  constructor(
    readonly kind: SymbolKind,
    readonly name: string,
    readonly part: Part,
    /** Within its part: the number of its server, or the kind of cache; '' where the whole part has it. */
    readonly scope: string,
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
  // Shortens the path for the next call.
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

const NONE: readonly Mention[] = [];

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

/** The scope of what is in no server. */
const ABOVE_SERVERS = '0';

const TOP: Surroundings = { part: 'http', server: 0 };

/** The symbols by name and scope. Few share a name, so a short list per name is cheaper than a key of all parts. */
class SymbolTable {
  private readonly lists = new Map<string, CollectedSymbol[]>();

  get(kind: SymbolKind, name: string, part: Part, scope = ''): CollectedSymbol | undefined {
    const list = this.lists.get(keyOf(name, scope)) ?? [];
    return list.find((each) => each.kind === kind && each.part === part);
  }

  add(symbol: CollectedSymbol): CollectedSymbol {
    addTo(this.lists, keyOf(symbol.name, symbol.scope), symbol);
    return symbol;
  }

  ofKind(kind: SymbolKind): CollectedSymbol[] {
    return [...this.lists.values()].flatMap((list) => list.filter((symbol) => symbol.kind === kind));
  }
}

/** No kind has symbols with a scope and symbols without. */
function keyOf(name: string, scope: string): string {
  return scope === '' ? name : `${scope} ${name}`;
}

class Collector {
  private readonly symbols = new SymbolTable();
  private readonly found: Found[] = [];
  /** What was found in a directive of a file: its other instances have the same. */
  private readonly byNode = new Map<
    Directive,
    { readonly block: string; readonly found: readonly Found[] }
  >();
  private readonly surroundings = new Map<Heading, Surroundings>();
  /** The variables that are the host of some back end, by part and name. */
  private readonly hosts = new Set<string>();
  private servers = 0;

  collect({ directives, closure }: Configuration): Symbols {
    for (const directive of walk(directives)) {
      const around = this.around(directive);
      if (directive.children !== null)
        this.surroundings.set(directive.heading, this.within(directive, around));
      if (!directive.file.builtIn) this.look(directive, around);
    }
    this.addHosts();
    this.uniteGlobals();
    return this.finish(closure);
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
    const found = this.read(directive, block, around).map((mention) => ({
      symbol: this.symbolOf(mention, directive, around),
      mention,
      directive,
    }));
    if (before !== undefined || found.length === 0) return;
    for (const each of found) this.found.push(each);
    // A directive of the main file itself has no other instance.
    if (directive.via !== null) this.byNode.set(node, { block, found });
  }

  /** The words of all directives of a large configuration are much to make: the text tells where nothing is. */
  private read(directive: ConfigDirective, block: string, { part }: Surroundings): readonly Mention[] {
    const { file, node, name } = directive;
    const { text, tokens } = file.tree;
    const isBlock = directive.children !== null;
    const isLikely =
      isNaming({ name, isBlock }) ||
      mayMentionVariables(text.slice(tokenStart(tokens, node.first), tokenEnd(tokens, node.lastWord)));
    if (!isLikely) return NONE;
    const statement: Statement = { name, words: wordsOf(file.tree, node), block, isBlock };
    const host = hostVariable(statement);
    if (host !== null) this.hosts.add(`${part} ${host}`);
    return mentionsIn(text, statement, file.tree.template);
  }

  private symbolOf(
    { kind, name }: Mention,
    directive: ConfigDirective,
    { part, server }: Surroundings,
  ): CollectedSymbol {
    const scope =
      kind === 'named-location' ? String(server) : kind === 'cache-zone' ? familyOf(directive) : '';
    return (
      this.symbols.get(kind, name, part, scope) ??
      this.symbols.add(new CollectedSymbol(kind, name, part, scope))
    );
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
    const symbol = this.symbols.get('upstream', mention.name, part);
    if (symbol !== undefined) this.found.push({ symbol, mention, directive });
  }

  /** An `error_page` above the servers means the location of each of them. */
  private uniteGlobals(): void {
    for (const symbol of this.symbols.ofKind('named-location')) {
      const above = this.symbols.get('named-location', symbol.name, symbol.part, ABOVE_SERVERS);
      if (above !== undefined) unite(above, symbol);
    }
  }

  private finish(closure: Closure): Symbols {
    for (const { symbol, mention } of this.found) {
      if (mention.role === 'definition') rootOf(symbol).isDefined = true;
    }
    const byFile = new Map<string, Occurrence[]>();
    const all = new Set<CollectedSymbol>();
    for (const { symbol: own, mention, directive } of this.found) {
      const symbol = rootOf(own);
      // A host that is no upstream is not a symbol.
      if (symbol.kind === 'upstream' && !symbol.isDefined) continue;
      const { role, start, end, outerStart, outerEnd } = mention;
      const { file } = directive;
      const place = placeInFile(closure, { file, start, end });
      const isBare = outerStart === start && outerEnd === end;
      const outer = isBare ? place : placeInFile(closure, { file, start: outerStart, end: outerEnd });
      const occurrence: Occurrence = { symbol, role, place, outer, directive };
      (role === 'definition' ? symbol.definitions : symbol.references).push(occurrence);
      all.add(symbol);
      addTo(byFile, file.realPath, occurrence);
    }
    const byName = new Map<string, ConfigSymbol[]>();
    for (const symbol of all) addTo(byName, `${symbol.kind} ${symbol.name}`, symbol);
    for (const list of byFile.values()) list.sort((a, b) => a.outer.start - b.outer.start);
    return {
      all: [...all],
      named: (kind, name) => byName.get(`${kind} ${name}`) ?? [],
      at: (file, offset) => occurrenceAt(byFile.get(file.realPath) ?? [], offset),
      in: (file) => byFile.get(file.realPath) ?? [],
    };
  }
}

/** The caches of FastCGI, SCGI, uwsgi and proxy have zones of their own. */
function familyOf({ name }: ConfigDirective): string {
  return name.slice(0, name.indexOf('_'));
}

/** Where the values of a variable are that a directive defines: the directives, with the index of the word. */
function valuesOf(directive: ConfigDirective): (readonly [ConfigDirective, number])[] {
  if (directive.name === 'set') return [[directive, 2]];
  const isTable = entryBlock(directive.name)?.isTable === true;
  if (!isTable || definedWord(directive.name, directive.words.length) === -1) return [];
  return (directive.children ?? [])
    .filter(({ name }) => name !== 'include')
    .map((entry) => [entry, 1] as const);
}

function addTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
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
