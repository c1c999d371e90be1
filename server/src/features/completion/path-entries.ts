import { configurationPrefix } from '../../model/load';
import type { SourceFile } from '../../model/source-file';
import type { Model } from '../../model/model';
import { mapPath, pathForNginx } from '../../model/path-mappings';
import { isAbsolute, resolvePath, rootOf } from '../../model/paths';
import { innerRange } from './word';
import type { Entry, PathQuery } from './entry';
import type { Statement } from '../support/statement';

/** Directives whose argument is a file, relative to the directory of the main file (ngx_conf_full_name, `conf_prefix`). */
const BESIDE_MAIN =
  /^(?:include|auth_basic_user_file|auth_jwt_key_file|(?:proxy_|grpc_|uwsgi_)?ssl_(?:certificate|certificate_key|trusted_certificate|client_certificate|dhparam|crl|password_file|session_ticket_key|stapling_file))$/;

/** Those whose argument is a directory, or a file of the prefix that only nginx itself knows: absolute ones are found. */
const ELSEWHERE =
  /^(?:root|alias|access_log|error_log|proxy_cache_path|fastcgi_cache_path|proxy_temp_path|client_body_temp_path|load_module)$/;
const DIRECTORIES = /^(?:root|alias|\w+_path)$/;

/** Where the word at the place may be the name of a file, and what of it the place is in. */
export function pathQuery(
  model: Model,
  file: SourceFile,
  statement: Statement,
  offset: number,
): { readonly query: PathQuery; readonly start: number; readonly end: number } | null {
  const name = statement.before[0]?.value ?? '';
  if (statement.before.length !== 1) return null;
  const isBeside = BESIDE_MAIN.test(name);
  if (!isBeside && !ELSEWHERE.test(name)) return null;
  const { start, end, quote } = innerRange(file, statement.word, offset);
  const typed = file.text.slice(start, offset);
  const slash = typed.lastIndexOf('/') + 1;
  const directory = typed.slice(0, slash);
  if (/[$*?[\]{}\\]/.test(directory) || (!isBeside && !isAbsolute(typed))) return null;
  const next = file.text.slice(offset, end).indexOf('/');
  return {
    query: {
      directories: directoriesFor(model, directory),
      directoriesOnly: DIRECTORIES.test(name),
      globs: name === 'include',
      prefix: typed.slice(slash),
      quote,
    },
    start: start + slash,
    end: next === -1 ? end : offset + next,
  };
}

/** As an `include` is looked for: where a mapping says, else beside the main file, where /etc/nginx may be kept too. */
function directoriesFor({ configuration: { closure } }: Model, directory: string): string[] {
  const { main, pathMappings } = closure;
  const seen = pathForNginx(pathMappings, main.path);
  const prefixForNginx = seen === null ? null : configurationPrefix(seen, main);
  const absolute = isAbsolute(directory)
    ? resolvePath('', directory)
    : prefixForNginx === null
      ? null
      : resolvePath(prefixForNginx, directory);
  const mapped = absolute === null ? null : mapPath(pathMappings, absolute);
  if (mapped !== null) return [mapped.path];
  const prefix = configurationPrefix(main.path, main);
  const asNginx = resolvePath(prefix, directory);
  const installed = `${rootOf(main.path)}/etc/nginx`;
  const isBelow = asNginx === installed || asNginx.startsWith(`${installed}/`);
  if (!isBelow || prefix === installed) return [asNginx];
  return [asNginx, resolvePath(prefix, `./${asNginx.slice(installed.length)}`)];
}

/** One name in a directory. */
export interface Listed {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Copies, and what the main file includes already. */
const LATER = /^(?:mime\.types|.*\.(?:bak|old|orig|dpkg-\w+|swp))$|~$/;

/** The entries for what a directory holds. Names that would need another quoting are left out. */
export function pathEntries(query: PathQuery, names: readonly Listed[]): Entry[] {
  const shown = names.filter(
    ({ name, isDirectory }) =>
      (isDirectory || !query.directoriesOnly) &&
      (!name.startsWith('.') || query.prefix.startsWith('.')) &&
      isWritable(name, query.quote),
  );
  const hasSeveral = shown.some(({ name }) => name.endsWith('.conf'));
  return [
    ...(query.globs && hasSeveral
      ? [{ label: '*.conf', kind: 'file' as const, note: 'all of them', rank: 4 }]
      : []),
    ...shown.map(
      ({ name, isDirectory }): Entry =>
        isDirectory
          ? { label: `${name}/`, kind: 'folder', goesOn: true }
          : { label: name, kind: 'file', rank: LATER.test(name) ? 7 : undefined },
    ),
  ];
}

/** Whether nginx reads the name as it is where it is inserted. */
function isWritable(name: string, quote: PathQuery['quote']): boolean {
  if (/[\\$*?[\]\n\r]/.test(name)) return false;
  return quote === '' ? !/[\s;{}"'#]/.test(name) : !name.includes(quote);
}
