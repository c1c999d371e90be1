import type { ConfigDirective } from './configuration';
import { memoized } from './memo';

/** An `upstream` block of http. */
export interface Upstream {
  readonly directive: ConfigDirective;
  readonly name: string;
  /** Its servers as written: `host`, `host:port`, `unix:/path`. */
  readonly servers: readonly string[];
  /** Those that requests go to while all are up: those not marked as `down`, the `backup` ones where there is no other. */
  readonly inUse: readonly string[];
  /** Whether no server is in use, whatever happens: all are marked as `down`. */
  readonly isDown: boolean;
}

/** What an `upstream` block says. */
export const upstreamIn = memoized((directive: ConfigDirective): Upstream => {
  const children = directive.children ?? [];
  const lines = children.filter(({ name }) => name === 'server');
  const up = lines.filter((line) => !isMarked(line, 'down'));
  const first = up.filter((line) => !isMarked(line, 'backup'));
  const isSeen = children.every(({ hidesDirectives, words }) => !hidesDirectives && words.length > 1);
  return {
    directive,
    name: directive.argument(0),
    servers: lines.map((line) => line.argument(0)),
    inUse: (first.length > 0 ? first : up).map((line) => line.argument(0)),
    isDown: lines.length > 0 && up.length === 0 && isSeen,
  };
});

function isMarked({ words }: ConfigDirective, mark: 'down' | 'backup'): boolean {
  return words.slice(2).some(({ value }) => value === mark);
}

const byName = memoized((upstreams: readonly Upstream[]): ReadonlyMap<string, Upstream> => {
  const first = new Map<string, Upstream>();
  for (const upstream of upstreams) {
    const name = upstream.name.toLowerCase();
    if (!first.has(name)) first.set(name, upstream);
  }
  return first;
});

/** The first upstream of that name, in lower case; undefined when there is none. */
export function upstreamNamed(upstreams: readonly Upstream[], name: string): Upstream | undefined {
  return byName(upstreams).get(name);
}
