import { meantDirective } from '../reference/near-directives';
import { placeholdersIn } from '../syntax/comments';
import { locationName } from '../values/location';
import {
  type ConfigDirective,
  type Configuration,
  type Heading,
  hidesDirectives,
  type Place,
  placeOf,
} from './configuration';
import { type Context, innerContext, likelyContext, likelyInner } from './context';
import type { Level, LevelKind, OuterLevel } from './levels';
import { pathMatcher } from './path-matcher';

/**
 * The top level of a configuration, with nginx's own tree of levels below: each block that its files open. Around a
 * fragment the outer levels are there too, unseen.
 *
 * @param expected paths of locations that are meant for WebSocket: the setting `websocketLocations`
 * @param isMain whether nginx is started with the file. Default: as it looks
 */
export function topLevel(
  configuration: Configuration,
  expected: readonly string[] = [],
  isMain = likelyContext(configuration.directives) === 'main',
): Level {
  const source: Source = {
    opaqueIncludes: opaqueIncludes(configuration),
    isExpected: pathMatcher(expected),
  };
  const kind = isMain ? 'other' : fragmentKind(configuration);
  const around = unseenLevel(AROUND[kind], source);
  const lines: Lines = {
    context: isMain ? 'main' : 'unknown',
    kind,
    block: null,
    parent: around,
    directives: configuration.directives,
    unseen: !isMain,
    opaque: opaqueIn(null, source),
    expected: false,
  };
  return new OpenLevel(lines, around, source);
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

function unseenLevel(kind: 'server' | 'http' | null, source: Source): Level | null {
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
  return new OpenLevel(lines, parent, source);
}

/** What all levels of a configuration are made with. */
interface Source {
  /** The first include of each block that may hold anything; null is the top. */
  readonly opaqueIncludes: ReadonlyMap<Heading | null, ConfigDirective>;
  readonly isExpected: (path: string) => boolean;
}

/** What a level is before its lines are looked at. */
type Lines = Omit<OuterLevel, 'byName' | 'opaqueInForce'>;

class LevelLines implements OuterLevel {
  readonly context: Context;
  readonly kind: LevelKind;
  readonly block: ConfigDirective | null;
  readonly parent: OuterLevel | null;
  readonly directives: readonly ConfigDirective[];
  readonly unseen: boolean;
  readonly opaque: Place | null;
  readonly opaqueInForce: Place | null;
  readonly expected: boolean;
  readonly byName: OuterLevel['byName'];

  constructor(lines: Lines, byName = groupByName(lines)) {
    this.context = lines.context;
    this.kind = lines.kind;
    this.block = lines.block;
    this.parent = lines.parent;
    this.directives = lines.directives;
    this.unseen = lines.unseen;
    this.opaque = lines.opaque;
    this.opaqueInForce = lines.opaque ?? lines.parent?.opaqueInForce ?? null;
    this.expected = lines.expected;
    this.byName = byName;
  }
}

/** The levels within are made when they are asked for: the input can deepen no recursion, and what is not used costs nothing. */
class OpenLevel extends LevelLines implements Level {
  readonly server: Level | null;
  readonly named: Level;
  private within: readonly Level[] | undefined;
  private withinHttp: readonly Level[] | undefined;

  constructor(
    lines: Lines,
    outer: Level | null,
    private readonly source: Source,
  ) {
    super(lines);
    const isUnnamed = lines.kind === 'if' || lines.kind === 'limit_except';
    this.named = isUnnamed && outer !== null ? outer : this;
    this.server = lines.kind === 'server' ? this : (outer?.server ?? null);
  }

  get blocks(): readonly Level[] {
    this.within ??= this.open();
    return this.within;
  }

  get levels(): readonly Level[] {
    this.withinHttp ??= this.blocks.filter(({ kind }) => kind !== 'other');
    return this.withinHttp;
  }

  private open(): Level[] {
    if (this.context === 'entries') return [];
    const parent = HOLDS_SERVERS.has(this.context) ? new LevelLines(this, this.byName) : this;
    return this.directives.flatMap((block) =>
      block.children === null ? [] : [this.openBlock(block, block.children, parent)],
    );
  }

  private openBlock(
    block: ConfigDirective,
    directives: readonly ConfigDirective[],
    parent: OuterLevel,
  ): Level {
    const { source } = this;
    const context = contextWithin(this, block.name, directives);
    const kind = kindWithin(this, block.name);
    const lines: Lines = {
      context,
      kind,
      block,
      parent: INHERITS_NOTHING.has(context) ? null : parent,
      directives,
      unseen: false,
      opaque: opaqueIn(block, source),
      expected: kind === 'location' && source.isExpected(locationName(block).name),
    };
    return new OpenLevel(lines, this, source);
  }
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

function groupByName({ context, directives }: Lines): OuterLevel['byName'] {
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
function opaqueIn(block: ConfigDirective | null, { opaqueIncludes: includes }: Source): Place | null {
  const include = includes.get(block?.heading ?? null);
  if (include !== undefined) return placeOf(include);
  if (block === null || !block.file.tree.template) return null;
  const [placeholder] = placeholdersIn(block.file.tree, block.node);
  return placeholder === undefined ? null : { file: block.file, ...placeholder };
}

function opaqueIncludes(configuration: Configuration): Map<Heading | null, ConfigDirective> {
  const opaque = new Map<Heading | null, ConfigDirective>();
  for (const problem of configuration.includeProblems) {
    const { directive } = problem;
    if (hidesDirectives(problem) && !opaque.has(directive.parent)) opaque.set(directive.parent, directive);
  }
  return opaque;
}
