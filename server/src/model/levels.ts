import { placeholdersIn } from '../syntax/comments';
import { TokenKind } from '../syntax/tokens';
import {
  type ConfigDirective,
  type Configuration,
  hidesDirectives,
  type Place,
  placeOf,
  walk,
} from './configuration';
import { likelyContext } from './context';
import { locationName } from '../values/location';
import { pathMatcher } from './path-matcher';

/** A level of the http configuration: directives of an inner one inherit from, or replace, those of the outer. */
export interface Level {
  readonly kind: 'http' | 'server' | 'location' | 'if' | 'limit_except';
  /** Its block; null for a level around a fragment, which is not to be seen. */
  readonly block: ConfigDirective | null;
  readonly parent: Level | null;
  /** The server that it is in, or is itself; null for http. */
  readonly server: Level | null;
  /** What stands at this level itself, in order; blocks too, but not what is in them. */
  readonly directives: readonly ConfigDirective[];
  /** The same by name. */
  readonly byName: ReadonlyMap<string, readonly ConfigDirective[]>;
  /** The levels within, in order. */
  readonly levels: readonly Level[];
  /** Whether part of the level is not to be seen, so that anything may stand there. */
  readonly unseen: boolean;
  /** What of this level may stand for anything: an `include` that does not resolve here, a placeholder; null for nothing. */
  readonly opaque: Place | null;
  /** The same of this level or, failing that, of the nearest one around it. */
  readonly opaqueInForce: Place | null;
  /** Whether it is a location that the settings say is meant for WebSocket. */
  readonly expected: boolean;
}

/** The blocks that may stand within each kind of level and are levels themselves. */
const INNER: Readonly<Record<Level['kind'], ReadonlySet<string>>> = {
  http: new Set(['server']),
  server: new Set(['location', 'if']),
  location: new Set(['location', 'if', 'limit_except']),
  if: new Set(),
  limit_except: new Set(),
};

/**
 * The http level of a configuration with all levels within; null when it has none. Around a fragment the outer
 * levels are there too, unseen.
 *
 * @param expected paths of locations that are meant for WebSocket: the setting `websocketLocations`
 */
export function httpLevel(configuration: Configuration, expected: readonly string[] = []): Level | null {
  const isExpected = pathMatcher(expected);
  const includes = opaqueIncludes(configuration);
  const build = (
    kind: Level['kind'],
    block: ConfigDirective | null,
    parent: Level | null,
    unseen: boolean,
  ): Level =>
    buildLevel(
      { kind, block, parent, unseen },
      block?.children ?? configuration.directives,
      includes,
      isExpected,
    );
  switch (likelyContext(configuration.directives)) {
    case 'main': {
      const block = configuration.directives.find(
        ({ name, children }) => name === 'http' && children !== null,
      );
      return block === undefined ? null : build('http', block, null, false);
    }
    case 'http':
      return build('http', null, null, true);
    case 'server':
      return build('server', null, unseenLevel('http', null), true);
    case 'location':
      return build('location', null, unseenLevel('server', unseenLevel('http', null)), true);
    default:
      return null;
  }
}

interface LevelFrame {
  readonly kind: Level['kind'];
  readonly block: ConfigDirective | null;
  readonly parent: Level | null;
  readonly unseen: boolean;
  readonly expected?: boolean;
}

/** Builds a level and those within without recursion: blocks may nest as deep as the input likes. */
function buildLevel(
  outermost: LevelFrame,
  directives: readonly ConfigDirective[],
  includes: ReadonlyMap<ConfigDirective | null, ConfigDirective>,
  isExpected: (path: string) => boolean,
): Level {
  const make = (frame: LevelFrame, own: readonly ConfigDirective[]): NewLevel => {
    const { kind, block } = frame;
    const expected = kind === 'location' && block !== null && isExpected(locationName(block).name);
    return newLevel({ ...frame, expected }, own, opaqueIn(block, includes.get(block)));
  };
  const top = make(outermost, directives);
  const pending = [top];
  for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
    for (const block of level.directives) {
      const kind = INNER[level.kind].has(block.name) ? (block.name as Level['kind']) : null;
      if (kind === null || block.children === null) continue;
      const inner = make({ kind, block, parent: level, unseen: false }, block.children);
      level.levels.push(inner);
      pending.push(inner);
    }
  }
  return top;
}

function groupByName(directives: readonly ConfigDirective[]): Map<string, ConfigDirective[]> {
  const groups = new Map<string, ConfigDirective[]>();
  for (const directive of directives) {
    const group = groups.get(directive.name);
    if (group === undefined) groups.set(directive.name, [directive]);
    else group.push(directive);
  }
  return groups;
}

/** A level whose inner ones are still to come. */
type NewLevel = Level & { levels: Level[]; server: Level | null };

function newLevel(frame: LevelFrame, directives: readonly ConfigDirective[], opaque: Place | null): NewLevel {
  const { kind, parent } = frame;
  const level: NewLevel = {
    ...frame,
    expected: frame.expected ?? false,
    directives,
    byName: groupByName(directives),
    levels: [],
    opaque,
    opaqueInForce: opaque ?? parent?.opaqueInForce ?? null,
    server: parent?.server ?? null,
  };
  if (kind === 'server') level.server = level;
  return level;
}

function unseenLevel(kind: Level['kind'], parent: Level | null): Level {
  return newLevel({ kind, block: null, parent, unseen: true }, [], null);
}

/** A placeholder on a line of its own may stand for any directives. */
function opaqueIn(block: ConfigDirective | null, include: ConfigDirective | undefined): Place | null {
  if (include !== undefined) return placeOf(include);
  if (block === null || !block.file.tree.template) return null;
  const [placeholder] = placeholdersIn(block.file.tree, block.node);
  return placeholder === undefined ? null : { file: block.file, ...placeholder };
}

/** The first include of each block that may hold anything. */
function opaqueIncludes(configuration: Configuration): Map<ConfigDirective | null, ConfigDirective> {
  const opaque = new Map<ConfigDirective | null, ConfigDirective>();
  for (const problem of configuration.includeProblems) {
    const { directive } = problem;
    if (hidesDirectives(problem) && !opaque.has(directive.parent)) opaque.set(directive.parent, directive);
  }
  return opaque;
}

/** All levels within a level, itself first, in order. */
export function* levelsWithin(level: Level): Generator<Level> {
  const pending = [level];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    yield at;
    for (const inner of at.levels.toReversed()) pending.push(inner);
  }
}

/** Whether an include does not resolve, or a placeholder stands for directives: a definition may be in it. */
export function hasOpaqueParts(configuration: Configuration): boolean {
  const hasPlaceholder = [...configuration.closure.files.values()].some(
    ({ tree }) => tree.template && tree.tokens.kinds.includes(TokenKind.Placeholder),
  );
  return hasPlaceholder || configuration.includeProblems.some(hidesDirectives);
}

/** All directives of the http part of a configuration, whatever their level. */
export function* httpDirectives(configuration: Configuration): Generator<ConfigDirective> {
  const isFragment = likelyContext(configuration.directives) !== 'main';
  const top = isFragment
    ? configuration.directives
    : configuration.directives.filter(({ name }) => name === 'http');
  yield* walk(top);
}
