import { TokenKind } from '../syntax/tokens';
import {
  allWithin,
  type ConfigDirective,
  type Configuration,
  type Heading,
  hidesDirectives,
  type Place,
  unitsOf,
} from './configuration';
import { type Context, likelyContext } from './context';
import { memoized } from './memo';
import { isNamed } from '../values/header-name';

/**
 * A level as those within it see it: its own directives, and what is around it. It does not lead to the levels
 * within: what was computed for a server stays valid when the servers beside it change.
 */
export interface OuterLevel {
  /** What nginx reads it as; `unknown` where its surroundings are not here and more than one fits. */
  readonly context: Context;
  readonly kind: LevelKind;
  /** What opens its block; null for the top of the files, and for a level around a fragment, which is not here. */
  readonly block: Heading | null;
  /** The level that it inherits from; null where it inherits nothing: the top, `http`, `stream`, `upstream`, … */
  readonly parent: OuterLevel | null;
  /**
   * The directives of this level itself, in order; blocks too, but not what is in them. Around servers no blocks, and of
   * `http` only those that may have a say in what is found for servers.
   */
  readonly directives: readonly ConfigDirective[];
  /** The same by name; of entries nothing. */
  readonly byName: ReadonlyMap<string, readonly ConfigDirective[]>;
  /** Whether part of the level is not in the files, so that it may contain any directives. */
  readonly unseen: boolean;
  /** The part of this level that may contain any directives: an unresolved `include`, a placeholder; null for none. */
  readonly opaque: Place | null;
  /** The same of this level or, failing that, of the nearest one around it. */
  readonly opaqueInForce: Place | null;
  /** Whether it is a location that the settings say is meant for WebSocket. */
  readonly expected: boolean;
}

/**
 * A level of a configuration: the top of its files, or a block. Directives of an inner one inherit from, or replace,
 * those of the outer.
 */
export interface Level extends OuterLevel {
  /** Its block; null for the top of the files, and for a level around a fragment, which is not here. */
  readonly block: ConfigDirective | null;
  /** The server of `http` that it is in, or is itself; null outside of servers. */
  readonly server: Level | null;
  /** Itself; of an `if` or `limit_except`, which nginx takes for locations without a name, the level around it. */
  readonly named: Level;
  /** The blocks within, in order, each a level, those too that nginx refuses there. None within entries. */
  readonly blocks: readonly Level[];
  /** Those of them that are levels of the http part. */
  readonly levels: readonly Level[];
}

/**
 * What a level is in the http part, as its author means it: around a fragment the likely reading, where the context is
 * `unknown`. `other` for what is not of that part, or is not allowed where it is.
 */
export type LevelKind = 'http' | 'server' | 'location' | 'if' | 'limit_except' | 'other';

/** All levels of the http part within a level, itself first, in order. */
export function* levelsWithin(level: Level): Generator<Level> {
  const pending = [level];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    yield at;
    for (const inner of at.levels.toReversed()) pending.push(inner);
  }
}

/** The servers of the http part, in order; a fragment of a server is one itself. */
export function serversIn(http: Level): readonly Level[] {
  return [http, ...http.levels].filter(({ kind }) => kind === 'server');
}

/** Whether an include does not resolve, or a placeholder replaces directives: either may contain a definition. */
export function hasOpaqueParts(configuration: Configuration): boolean {
  const hasPlaceholder = [...configuration.closure.files.values()].some(
    ({ tree }) => tree.template && tree.tokens.kinds.includes(TokenKind.Placeholder),
  );
  return hasPlaceholder || configuration.includeProblems.some(hidesDirectives);
}

/** The directives of the http part that set the header `Connection` of requests to back ends. */
export function connectionHeaders(configuration: Configuration): readonly ConfigDirective[] {
  return httpUnits(configuration).flatMap(connectionHeadersIn);
}

const connectionHeadersIn = memoized((unit: ConfigDirective): readonly ConfigDirective[] =>
  allWithin(unit).filter((each) => each.name === 'proxy_set_header' && isNamed(each, 'connection')),
);

/** The blocks and directives of the http part that outlive a change beside them. */
export function httpUnits({ directives }: Configuration): readonly ConfigDirective[] {
  const isFragment = likelyContext(directives) !== 'main';
  return unitsOf(isFragment ? directives : directives.filter(({ name }) => name === 'http'));
}
