import type { Context } from '../../model/context';
import { isApart } from '../../nginx-test/names';
import { type DirectiveFact, directiveFacts, existsIn } from '../../reference/directives';
import { docsIn } from '../../reference/docs';
import { parametersOf } from '../../reference/syntax-forms';
import { formatVersion, isAtLeast, type NginxVersion } from '../../reference/versions';
import { isAllowedIn } from '../support/contexts';
import type { Statement } from '../support/statement';
import { hasChoices } from './argument-entries';
import { type Entry, escapeSnippet } from './entry';

/** The lines of these blocks are entries; a few words among them mean something. */
const ENTRY_WORDS: Readonly<Record<string, readonly (readonly [word: string, insert: string])[]>> = {
  map: [
    ['default', 'default $0'],
    ['hostnames', 'hostnames;'],
    ['volatile', 'volatile;'],
    ['include', 'include $0'],
  ],
  geo: [
    ['default', 'default $0'],
    ['include', 'include $0'],
    ['delete', 'delete $0'],
    ['proxy', 'proxy $0'],
    ['proxy_recursive', 'proxy_recursive;'],
    ['ranges', 'ranges;'],
  ],
  split_clients: [['*', '* $0']],
  types: [['include', 'include $0']],
};

/** What is between the name of a block and its `{`. */
const HEADS: Readonly<Record<string, string>> = {
  location: '${1:/path}',
  if: '(${1:condition})',
  upstream: '${1:name}',
  map: '${1:\\$source} ${2:\\$variable}',
  geo: '${1:\\$variable}',
  split_clients: '${1:\\$source} ${2:\\$variable}',
  limit_except: '${1:GET}',
  charset_map: '${1:from} ${2:to}',
};

/** Those that most configurations have: they are listed before the others. */
const FREQUENT: ReadonlySet<string> = new Set(
  (
    'events worker_connections worker_processes http server upstream map include log_format access_log error_log ' +
    'listen server_name ssl_certificate ssl_certificate_key location root index try_files return rewrite if set ' +
    'error_page add_header proxy_pass proxy_http_version proxy_set_header proxy_read_timeout proxy_send_timeout ' +
    'client_max_body_size allow deny resolver default_type'
  ).split(' '),
);

/** The facts that are allowed in a context, once for each: they are a large table. */
const tables = new Map<Context, readonly DirectiveFact[]>();

function factsIn(context: Context): readonly DirectiveFact[] {
  const known =
    tables.get(context) ??
    [...directiveFacts().values()].flat().filter((fact) => isAllowedIn(fact, [context]));
  tables.set(context, known);
  return known;
}

/** The lists made so far: a few versions and contexts, over and over. */
const lists = new Map<string, readonly Entry[]>();
const MOST_LISTS = 100;

/** The directives that are allowed where a name is being written. */
export function directiveEntries(
  contexts: readonly Context[],
  version: NginxVersion,
  statement: Statement,
  blockName: string | null,
): readonly Entry[] {
  const hasArguments = statement.after.length > 0;
  const key = `${contexts.join()} ${formatVersion(version)} ${hasArguments} ${statement.end}`;
  const known = lists.get(key) ?? listOf(contexts, version, statement);
  if (lists.size > MOST_LISTS) lists.clear();
  lists.set(key, known);
  if (!contexts.includes('entries')) return known;
  const isWhole = !hasArguments && statement.end === null;
  const words = (ENTRY_WORDS[blockName ?? ''] ?? []).map(
    ([label, snippet], order): Entry => ({
      label,
      kind: 'keyword',
      order,
      snippet: isWhole ? snippet : undefined,
    }),
  );
  return [...words, ...known];
}

function listOf(contexts: readonly Context[], version: NginxVersion, statement: Statement): Entry[] {
  const byKey = new Map<string, Entry>();
  for (const fact of new Set(contexts.flatMap(factsIn))) {
    const key = `${fact.name} ${fact.kind === 'block'}`;
    const entry = directiveEntry(fact, version, statement, contexts);
    const known = byKey.get(key);
    // Modules of different parts share names: the one that this version has counts.
    if (known === undefined || (known.rank ?? 0) > (entry.rank ?? 0)) byKey.set(key, entry);
  }
  return [...byKey.values()];
}

function directiveEntry(
  fact: DirectiveFact,
  version: NginxVersion,
  statement: Statement,
  contexts: readonly Context[],
): Entry {
  const { name, kind, module, since, until } = fact;
  const isGone = until !== null && isAtLeast(version, until);
  const isObsolete = isGone || isObsoleteIn(fact, version, contexts);
  const isLater = !isGone && !existsIn(fact, version);
  const note =
    isLater && since !== null
      ? `since ${formatVersion(since)}, not in ${formatVersion(version)}`
      : isGone
        ? `removed in ${formatVersion(until)}`
        : isObsolete
          ? 'obsolete'
          : isApart(fact)
            ? module
            : '';
  return {
    label: name,
    kind: kind === 'block' ? 'block' : 'directive',
    rank: isLater || isGone ? 9 : isObsolete ? 8 : isApart(fact) ? 6 : FREQUENT.has(name) ? 4 : 5,
    note: note === '' ? undefined : note,
    deprecated: isObsolete ? true : undefined,
    ...insertion(fact, statement, contexts),
  };
}

function isObsoleteIn(
  { name, thirdParty }: DirectiveFact,
  version: NginxVersion,
  contexts: readonly Context[],
): boolean {
  if (thirdParty !== null) return false;
  const obsolete = docsIn(name, contexts)?.obsoleteSince ?? null;
  return obsolete !== null && isAtLeast(version, obsolete);
}

/**
 * The name alone where its arguments, its `;` or its braces are there already. Who writes an argument ends it with `;`:
 * one that stood there already would make two.
 */
function insertion(
  fact: DirectiveFact,
  { after, end }: Statement,
  contexts: readonly Context[],
): Pick<Entry, 'insert' | 'snippet' | 'goesOn'> {
  const { name, kind, args } = fact;
  if (after.length > 0 || end === '{') return {};
  const least = 'min' in args ? args.min : args.reduce((least, count) => Math.min(least, count), Infinity);
  if (kind === 'block') {
    if (end !== null) return {};
    const head = HEADS[name] ?? (least > 0 ? `\${1:${escapeSnippet(nameOfFirst(fact, contexts))}}` : '');
    return { snippet: `${name} ${head === '' ? '' : `${head} `}{\n\t$0\n}` };
  }
  if (least === 0) return end === null ? { insert: `${name};` } : {};
  return { snippet: `${name} $0`, goesOn: hasChoices(fact) ? true : undefined };
}

function nameOfFirst({ name }: DirectiveFact, contexts: readonly Context[]): string {
  const [form = ''] = docsIn(name, contexts)?.syntax ?? [];
  return parametersOf(form)[0]?.label ?? 'name';
}
