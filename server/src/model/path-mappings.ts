import { resolvePath } from './paths';

/** A directory as nginx sees it, and where it is here. Both absolute, without a trailing `/`. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

/**
 * The mappings of a setting, the longest path of nginx first.
 *
 * @param setting from the paths that nginx sees to those here
 * @param directory what relative paths here are relative to
 */
export function readPathMappings(
  setting: Readonly<Record<string, string>>,
  directory: string,
): PathMapping[] {
  return Object.entries(setting)
    .map(([from, to]) => ({ from: resolvePath('', from), to: resolvePath(directory, to) }))
    .toSorted((a, b) => b.from.length - a.from.length);
}

/** The mappings of both; where both map one path, the first ones win. */
export function mergePathMappings(
  first: readonly PathMapping[],
  second: readonly PathMapping[],
): PathMapping[] {
  const others = second.filter(({ from }) => !first.some((each) => each.from === from));
  return [...first, ...others].toSorted((a, b) => b.from.length - a.from.length);
}

/** Where something is here, and the directory that a mapping leads to on the way. */
interface MappedPath {
  readonly path: string;
  readonly directory: string;
}

/**
 * The local path for a path on nginx's side; null where no mapping covers it.
 *
 * @param path absolute, as nginx writes it
 */
export function mapPath(mappings: readonly PathMapping[], path: string): MappedPath | null {
  for (const { from, to } of mappings) {
    const rest = restBelow(from, path);
    if (rest !== null) return { path: below(to, rest), directory: to };
  }
  return null;
}

/** The path by which nginx sees what is at a path here; null where no mapping leads there. */
export function pathForNginx(mappings: readonly PathMapping[], path: string): string | null {
  const leading = mappings
    .map(({ from, to }) => ({ from, to, rest: restBelow(to, path) }))
    .filter(({ rest }) => rest !== null)
    .toSorted((a, b) => b.to.length - a.to.length)[0];
  return leading === undefined ? null : below(leading.from, leading.rest ?? '');
}

/** What follows a directory in a path, with its `/`; '' for the directory itself, null when it is not below it. */
function restBelow(directory: string, path: string): string | null {
  const start = directory.endsWith('/') ? directory.slice(0, -1) : directory;
  if (path === directory || path === start) return '';
  return path.startsWith(`${start}/`) ? path.slice(start.length) : null;
}

function below(directory: string, rest: string): string {
  return rest === '' ? directory : resolvePath(directory, `.${rest}`);
}
