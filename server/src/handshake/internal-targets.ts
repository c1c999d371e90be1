import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import { type Level, levelsWithin } from '../model/levels';
import type { Model } from '../model/model';
import { memoized } from '../model/memo';
import { compareTexts } from '../values/compare';

/**
 * Whether a directive of the server sends requests on within nginx to a path or below it, or might: a target with a
 * variable counts by what stands in front of it.
 *
 * @param path in bytes
 */
export function isLedTo(model: Model, server: Level, path: string): boolean {
  const leads = ({ sorted, open }: Targets): boolean => isBelow(sorted, path) || mayLeadTo(open, path);
  return (
    leads(targetsOfServer(server)) ||
    model.ask('map leads to', path, (all) => leads(targetsOfMaps(all)), Object.is, 'names')
  );
}

interface Targets {
  /** Paths, or what stands in front of their first variable, in order. */
  readonly sorted: readonly string[];
  /** What stands in front of the first variable of those that have one. */
  readonly open: readonly string[];
}

const targetsOfServer = memoized((server: Level): Targets => {
  // An `error_page` of http is inherited.
  const inherited = (server.parent?.directives ?? []).filter(({ name }) => name === 'error_page');
  const own = [...levelsWithin(server)].flatMap(({ directives }) =>
    directives.flatMap((directive) =>
      directive.name === 'if' && directive.children !== null ? directive.children : [directive],
    ),
  );
  return readTargets([...inherited, ...own].flatMap((directive) => targetOf(directive) ?? []));
});

const targetsOfMaps = memoized(({ maps }: Model): Targets => {
  const all = [...maps.values()];
  const values = all.flatMap(({ entries }) => entries.map(({ value }) => value));
  for (const { otherwise } of all) values.push(otherwise);
  return readTargets(values.filter((value) => value.startsWith('/')));
});

/** Where a directive sends requests on to; null when it does not. */
function targetOf(directive: ConfigDirective): string | null {
  const words = directive.words.slice(1).map(({ value }) => value);
  switch (directive.name) {
    case 'auth_request':
    case 'mirror':
    case 'post_action':
      return words[0] ?? null;
    case 'error_page':
    case 'try_files':
      return words.at(-1) ?? null;
    case 'rewrite':
      return words.length === 2 || words[2] === 'last' ? (words[1] ?? null) : null;
    case 'set':
      // What a variable holds may be used by any of them.
      return words[1]?.startsWith('/') === true ? words[1] : null;
    default:
      return null;
  }
}

function readTargets(texts: readonly string[]): Targets {
  const open = new Set<string>();
  const all = texts.map((text) => {
    const path = bytesOf(text).replace(/\?.*$/s, '');
    const variable = path.indexOf('$');
    if (variable === -1) return path;
    const start = path.slice(0, variable);
    open.add(start);
    return start;
  });
  return { sorted: all.toSorted(compareTexts), open: [...open] };
}

/** Whether one of the texts, which are in order, begins with `path`; by bisection. */
function isBelow(sorted: readonly string[], path: string): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return sorted[low]?.startsWith(path) === true;
}

/** Where there are more than this, any of them may. */
const OPEN_LIMIT = 200;

function mayLeadTo(open: readonly string[], path: string): boolean {
  return open.length > OPEN_LIMIT || open.some((start) => path.startsWith(start));
}
