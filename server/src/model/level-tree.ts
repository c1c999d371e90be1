import { meantDirective } from '../reference/near-directives';
import { placeholdersIn } from '../syntax/comments';
import { locationName } from '../values/location';
import { type ConfigDirective, type Configuration, type Heading, type Place, placeOf } from './configuration';
import { type Context, innerContext, likelyContext, likelyInner } from './context';
import { WithSay, withSay } from './inherited';
import type { Level, LevelKind, OuterLevel } from './levels';
import { pathMatcher } from './path-matcher';

/**
 * The top level of a configuration, with nginx's own tree of levels below: each block that its files open. Around a
 * fragment the outer levels are there too, unseen.
 *
 * @param expected paths of locations that are meant for WebSocket: the setting `websocketLocations`
 * @param isMain whether nginx is started with the file. Default: as it looks
 * @param before that of the same configuration before a change: levels that did not change are the same objects
 */
export function topLevel(
  configuration: Configuration,
  expected: readonly string[] = [],
  isMain = likelyContext(configuration.directives) === 'main',
  before: Level | null = null,
): Level {
  const earlier = before instanceof OpenLevel ? before : null;
  const source = earlier?.source.isFor(expected) === true ? earlier.source : new Source(expected);
  const kind = isMain ? 'other' : fragmentKind(configuration);
  const known = earlier?.kind === kind && earlier.source === source ? earlier.parent : null;
  const around = known instanceof OpenLevel ? known : unseenLevel(AROUND[kind], source);
  const lines: Lines = {
    context: isMain ? 'main' : 'unknown',
    kind,
    block: null,
    parent: around,
    directives: configuration.directives,
    unseen: !isMain,
    opaque: opaqueIn(null, configuration.directives),
    expected: false,
  };
  const top = new OpenLevel(lines, around, source, earlier?.around ?? null);
  top.open(earlier);
  return top;
}

/** The level of `http` in a configuration; of a fragment its top, where that is a level of the http part. Null for none. */
export function httpLevel(top: Level): Level | null {
  if (top.context === 'main') return top.levels[0] ?? null;
  return top.kind === 'other' ? null : top;
}

function fragmentKind({ directives }: Configuration): keyof typeof AROUND {
  const context = likelyContext(directives);
  return context === 'http' || context === 'server' || context === 'location' ? context : 'other';
}

/** The level around a fragment of each kind. */
const AROUND = { location: 'server', server: 'http', http: null, other: null } as const;

function unseenLevel(kind: 'server' | 'http' | null, source: Source): OpenLevel | null {
  if (kind === null) return null;
  const parent = unseenLevel(AROUND[kind], source);
  const lines: Lines = {
    context: kind,
    kind,
    block: null,
    parent,
    directives: [],
    unseen: true,
    opaque: null,
    expected: false,
  };
  return new OpenLevel(lines, parent, source, null);
}

/** What all levels of a configuration are made with. */
class Source {
  readonly isExpected: (path: string) => boolean;

  constructor(private readonly expected: readonly string[]) {
    this.isExpected = pathMatcher(expected);
  }

  isFor(expected: readonly string[]): boolean {
    return JSON.stringify(expected) === JSON.stringify(this.expected);
  }
}

/** What a level is before its lines are looked at. */
type Lines = Omit<Level, 'byName' | 'opaqueInForce' | 'server' | 'named' | 'blocks' | 'levels'>;

class LevelLines implements OuterLevel {
  readonly context: Context;
  readonly kind: LevelKind;
  readonly block: Heading | null;
  readonly parent: OuterLevel | null;
  readonly directives: readonly ConfigDirective[];
  readonly unseen: boolean;
  readonly opaque: Place | null;
  readonly opaqueInForce: Place | null;
  readonly expected: boolean;

  constructor(
    lines: Omit<OuterLevel, 'byName' | 'opaqueInForce'>,
    readonly byName: OuterLevel['byName'] = groupByName(lines),
  ) {
    this.context = lines.context;
    this.kind = lines.kind;
    this.block = lines.block;
    this.parent = lines.parent;
    this.directives = lines.directives;
    this.unseen = lines.unseen;
    this.opaque = lines.opaque;
    this.opaqueInForce = lines.opaque ?? lines.parent?.opaqueInForce ?? null;
    this.expected = lines.expected;
  }
}

/** The levels within are made when they are asked for: the input can deepen no recursion, and what is not used costs nothing. */
class OpenLevel extends LevelLines implements Level {
  declare readonly block: ConfigDirective | null;
  readonly server: Level | null;
  readonly named: Level;
  /** What the levels within see of it. */
  readonly around: OuterLevel;
  private within: readonly OpenLevel[] | undefined;
  private withinHttp: readonly Level[] | undefined;

  /** @param before what the levels within saw of it before a change: the same object, if they still do */
  constructor(
    lines: Lines,
    outer: OpenLevel | null,
    readonly source: Source,
    before: OuterLevel | null,
  ) {
    super(lines);
    const isUnnamed = lines.kind === 'if' || lines.kind === 'limit_except';
    this.named = isUnnamed && outer !== null ? outer : this;
    this.server = lines.kind === 'server' ? this : (outer?.server ?? null);
    this.around = holdsServers(lines) ? linesAround(lines, before) : this;
  }

  get blocks(): readonly OpenLevel[] {
    return this.open(null);
  }

  get levels(): readonly Level[] {
    this.withinHttp ??= this.blocks.filter(({ kind }) => kind !== 'other');
    return this.withinHttp;
  }

  /** @param before the level before a change */
  open(before: OpenLevel | null): readonly OpenLevel[] {
    this.within ??= this.openBlocks(before?.within ?? []);
    return this.within;
  }

  private openBlocks(before: readonly OpenLevel[]): OpenLevel[] {
    if (this.context === 'entries') return [];
    const around = new Map(before.map((level) => [level.block?.heading, level.around] as const));
    return this.directives.flatMap((block) => {
      if (block.children === null) return [];
      const known = this.around === this ? undefined : levelsOfBlocks.get(block);
      if (known !== undefined && this.isOuterOf(known)) return [known];
      const level = this.openBlock(block, block.children, around.get(block.heading) ?? null);
      levelsOfBlocks.set(block, level);
      return [level];
    });
  }

  /** Whether a block's level, made for a level before a change, would be the same for this one. */
  private isOuterOf({ block, context, parent, source }: OpenLevel): boolean {
    const isInherited = parent === this.around || (parent === null && INHERITS_NOTHING.has(context));
    if (!isInherited || source !== this.source || block === null || block.children === null) return false;
    return context === contextWithin(this, block.name, block.children);
  }

  private openBlock(
    block: ConfigDirective,
    directives: readonly ConfigDirective[],
    before: OuterLevel | null,
  ): OpenLevel {
    const { source } = this;
    const context = contextWithin(this, block.name, directives);
    const kind = kindWithin(this, block.name);
    const lines: Lines = {
      context,
      kind,
      block,
      parent: INHERITS_NOTHING.has(context) ? null : this.around,
      directives,
      unseen: false,
      opaque: opaqueIn(block, directives),
      expected: kind === 'location' && source.isExpected(locationName(block).name),
    };
    return new OpenLevel(lines, this, source, before);
  }
}

/** The levels of blocks beside others that have nothing in common except what they inherit: they outlive a change there. */
const levelsOfBlocks = new WeakMap<ConfigDirective, OpenLevel>();

/**
 * A level as those within see it: its simple directives, of `http` those that may have a say in what is found for them.
 * The one of before, if that is still so.
 */
function linesAround(lines: Lines, before: OuterLevel | null): OuterLevel {
  const { context, kind } = lines;
  const simple = lines.directives.filter(({ children }) => children === null);
  const directives = kind === 'http' ? withSay(simple, context) : simple;
  const own = { ...lines, block: lines.block?.heading ?? null, directives };
  const byName = groupByName(own);
  const around = new LevelLines(own, kind === 'http' ? new WithSay(byName) : byName);
  return before !== null && isSameLevel(before, around) ? before : around;
}

function isSameLevel(a: OuterLevel, b: OuterLevel): boolean {
  return (
    a.context === b.context &&
    a.kind === b.kind &&
    a.block === b.block &&
    a.parent === b.parent &&
    a.unseen === b.unseen &&
    a.expected === b.expected &&
    a.opaque?.file === b.opaque?.file &&
    a.opaque?.start === b.opaque?.start &&
    a.directives.length === b.directives.length &&
    a.directives.every((directive, index) => directive === b.directives[index])
  );
}

function holdsServers({ context, kind }: Pick<OuterLevel, 'context' | 'kind'>): boolean {
  return HOLDS_SERVERS.has(context) || kind === 'http';
}
/** What is around these belongs to other modules, or is not merged into them. */
const INHERITS_NOTHING: ReadonlySet<Context> = new Set([
  'events',
  'http',
  'stream',
  'mail',
  'upstream',
  'stream upstream',
  'entries',
]);

/** The levels around many others, which have nothing in common except what they inherit. */
const HOLDS_SERVERS: ReadonlySet<Context> = new Set(['main', 'http', 'stream', 'mail']);

function contextWithin(
  { context }: OuterLevel,
  name: string,
  directives: readonly ConfigDirective[],
): Context {
  return context === 'unknown' ? likelyInner(name, directives) : innerContext(context, name);
}

/** The blocks that are allowed within each kind of level and are levels of the http part themselves. */
const INNER: Readonly<Record<LevelKind, ReadonlySet<string>>> = {
  http: new Set(['server']),
  server: new Set(['location', 'if']),
  location: new Set(['location', 'if', 'limit_except']),
  if: new Set(),
  limit_except: new Set(),
  other: new Set(),
};

function kindWithin({ context, kind }: OuterLevel, name: string): LevelKind {
  if (context === 'main') return name === 'http' ? 'http' : 'other';
  return INNER[kind].has(name) ? (name as LevelKind) : 'other';
}

function groupByName({
  context,
  directives,
}: Pick<OuterLevel, 'context' | 'directives'>): OuterLevel['byName'] {
  const groups = new Map<string, ConfigDirective[]>();
  // A table may have a hundred thousand entries, none of them a directive.
  if (context === 'entries') return groups;
  for (const directive of directives) {
    // A slip of the pen is one mistake: all else is read as it was meant.
    const name = meantDirective(directive.name, context) ?? directive.name;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [directive]);
    else group.push(directive);
  }
  return groups;
}

/** An include that does not resolve, or a placeholder on a line of its own, may contain any directives. */
function opaqueIn(block: ConfigDirective | null, directives: readonly ConfigDirective[]): Place | null {
  const include = directives.find(({ hidesDirectives }) => hidesDirectives);
  if (include !== undefined) return placeOf(include);
  if (block === null || !block.file.tree.template) return null;
  const [placeholder] = placeholdersIn(block.file.tree, block.node);
  return placeholder === undefined ? null : { file: block.file, ...placeholder };
}
