import type { ConfigDirective } from '../model/configuration';
import { entryBlock } from '../syntax/entry-blocks';

/** What is around a directive, as far as a copy of the configuration depends on it. */
export interface Scope {
  /** The part of the configuration; `entries` within `map` and its like. */
  readonly area: 'main' | 'http' | 'stream' | 'mail' | 'entries';
  /** Whether a `resolver` is in force. */
  readonly hasResolver: boolean;
  /** Whether it is in a location that answers `auth_request`. */
  readonly isLogin: boolean;
  /** The block around it; null at the top. */
  readonly block: ConfigDirective | null;
}

/** A directive with what is around it. */
export interface Scoped {
  readonly directive: ConfigDirective;
  readonly scope: Scope;
}

const TOP: Scope = { area: 'main', hasResolver: false, isLogin: false, block: null };

/**
 * All directives of a configuration with what is around them, in order.
 *
 * @param logins the blocks of the locations that answer `auth_request`
 */
export function* scoped(
  directives: readonly ConfigDirective[],
  logins: ReadonlySet<ConfigDirective>,
): Generator<Scoped> {
  const frames = [{ list: directives, next: 0, scope: TOP }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const { list, scope } = frame;
    const directive = list[frame.next];
    if (directive === undefined) {
      frames.pop();
      continue;
    }
    frame.next += 1;
    yield { directive, scope };
    const { children } = directive;
    if (children !== null)
      frames.push({ list: children, next: 0, scope: scopeWithin(directive, children, scope, logins) });
  }
}

function scopeWithin(
  block: ConfigDirective,
  children: readonly ConfigDirective[],
  { area, hasResolver, isLogin }: Scope,
  logins: ReadonlySet<ConfigDirective>,
): Scope {
  const { name } = block;
  const isPart = area === 'main' && (name === 'http' || name === 'stream' || name === 'mail');
  return {
    area: entryBlock(name) !== undefined ? 'entries' : isPart ? name : area,
    hasResolver: hasResolver || children.some((child) => child.name === 'resolver'),
    isLogin: isLogin || logins.has(block),
    block,
  };
}
