import { blockAround, type ConfigDirective } from '../../model/configuration';
import type { Model } from '../../model/model';
import { locationName } from '../../values/location';
import type { SymbolKind } from '../../model/mentions';
import { symbolsOf } from '../../model/symbols';
import type { VariableMap } from '../../model/variables';
import type { Context } from '../../model/context';
import { defaultOf } from '../../reference/defaults';
import { type DirectiveFact, directiveFacts } from '../../reference/directives';
import { directiveDocs, docsIn } from '../../reference/docs';
import { type Parameter, parametersOf } from '../../reference/syntax-forms';
import { valueWords } from '../../reference/value-words';
import { formatVersion, hasHttp2Directive, isAtLeast, type NginxVersion } from '../../reference/versions';
import { hasToken, isByUpgrade } from '../../rules/support/maps';
import { isAllowedIn } from '../support/contexts';
import type { Statement } from '../support/statement';
import { type Entry, inOrder } from './entry';
import {
  type Choice,
  commercialWords,
  firstValues,
  laterValues,
  listenSince,
  resolveSince,
  rewriteFlags,
  sameValues,
  twoArguments,
  upstreamServerParameters,
  weakProtocols,
} from './values';
import { backEndHeaders, choiceFor, type HeaderChoice, requestHeaders, responseHeaders } from './headers';

/** What is known where an argument is being written. */
export interface ArgumentScope {
  readonly model: Model;
  readonly contexts: readonly Context[];
  readonly statement: Statement;
  /** The instances of the block around the directive. */
  readonly blocks: readonly ConfigDirective[];
}

/** What an argument may be, apart from variables, upstreams and files. */
export function argumentEntries(scope: ArgumentScope): Entry[] {
  const { contexts, statement } = scope;
  const name = statement.before[0]?.value ?? '';
  const index = statement.before.length - 1;
  if (contexts.includes('entries')) return [];
  const special = specialEntries(scope, name, index);
  if (special !== null) return special;
  const fact = directiveFacts()
    .get(name)
    ?.find((each) => isAllowedIn(each, contexts));
  if (fact === undefined) return [];
  return [...zoneEntries(scope, name, index), ...wordEntries(scope, fact, index)];
}

function specialEntries(scope: ArgumentScope, name: string, index: number): Entry[] | null {
  const { contexts, statement, model } = scope;
  if (/^(?:proxy|grpc)_set_header$/.test(name)) return headerEntries(scope, requestHeaders, index);
  if (name === 'add_header' || name === 'add_trailer') {
    return index === 2 ? inOrder(['always'], 'keyword') : headerEntries(scope, responseHeaders, index);
  }
  if (/^(?:proxy|fastcgi|uwsgi|scgi|grpc)_(?:hide|pass)_header$/.test(name)) {
    return index === 0 ? inOrder(backEndHeaders, 'header') : [];
  }
  if (name === 'listen')
    return [...(index === 0 ? listenAddresses(contexts) : []), ...listenWords(scope, index)];
  if (name === 'rewrite') return index === 2 ? choices(rewriteFlags) : [];
  if (name === 'server' && contexts.some((context) => context.endsWith('upstream'))) {
    return index === 0 ? [] : upstreamParameters(model, statement);
  }
  const isBehind = index > 0 || name === 'try_files';
  if (isBehind && laterValues[name] !== undefined) {
    if (index > 1 && twoArguments.has(name)) return [];
    // Another status is followed by a text.
    if (name === 'return' && !/^30[1-8]$/.test(statement.before[1]?.value ?? '')) return [];
    return [
      ...choices(laterValues[name], 4),
      ...(name === 'error_page' ? choices(firstValues[name] ?? []) : []),
    ];
  }
  if (firstValues[name] !== undefined) {
    const values = [...firstValues[name], ...defaultChoice(scope, name)];
    return index === 0 || sameValues.has(name) ? choices(values) : [];
  }
  if (name === 'access_log' && index === 1) return formatEntries(scope);
  return null;
}

/** The default of a directive, where it is a word. */
function defaultChoice({ contexts, model }: ArgumentScope, name: string): Choice[] {
  const text = defaultOf(name, contexts, model.version);
  return text === null || !/^\w+$/.test(text) ? [] : [[text, 'the default']];
}

function choices(values: readonly Choice[], rank?: number): Entry[] {
  return values.map(([label, note], order) => ({
    label,
    kind: 'value',
    order,
    rank,
    note: note === '' ? undefined : note,
    goesOn: label.endsWith('://') ? true : undefined,
  }));
}

/** Names of headers, then the values that fit. */
function headerEntries(scope: ArgumentScope, headers: readonly HeaderChoice[], index: number): Entry[] {
  if (index === 0) {
    return headers.map(({ name, note }, order) => ({ label: name, kind: 'header', note, order }));
  }
  if (index > 1) return [];
  const name = scope.statement.before[1]?.value ?? '';
  const values = choiceFor(headers, name)?.values ?? [];
  const isUpgrade = name.toLowerCase() === 'connection' && headers === requestHeaders;
  const maps = isUpgrade ? connectionMaps(scope.model) : [];
  const isEnded = scope.statement.after.length > 0;
  return [
    ...maps.map(
      ({ directive }, order): Entry => ({
        label: directive.argument(1),
        kind: 'variable',
        note: 'map',
        order,
        rank: 1,
      }),
    ),
    ...values
      .filter((value) => !isEnded || !value.endsWith(' always'))
      .map(
        (label, order): Entry => ({
          label,
          kind: label.startsWith('$') ? 'variable' : 'value',
          order,
          rank: 2,
        }),
      ),
  ];
}

/** The maps that give `upgrade` for a handshake. */
function connectionMaps({ maps }: Model): VariableMap[] {
  return [...maps.values()].filter(
    (map) =>
      isByUpgrade(map) &&
      [map.otherwise, ...map.entries.map(({ value }) => value)].some((value) => hasToken(value, 'upgrade')),
  );
}

function listenAddresses(contexts: readonly Context[]): Entry[] {
  if (!contexts.includes('server')) return [];
  return inOrder(['80', '[::]:80', '443', '[::]:443'], 'value', { rank: 4 });
}

function listenWords({ contexts, model, statement }: ArgumentScope, index: number): Entry[] {
  const present = new Set([...statement.before, ...statement.after].map(({ value }) => value));
  return docWords('listen', contexts, index)
    .filter((word) => !present.has(word))
    .map((label, order) => {
      const since = listenSince[label];
      const isLater = since !== undefined && !isAtLeast(model.version, since);
      const isObsolete = label === 'http2' && hasHttp2Directive(model.version);
      return {
        label,
        kind: 'keyword',
        order,
        rank: isLater ? 9 : isObsolete ? 8 : undefined,
        note: isLater ? laterNote(since, model.version) : isObsolete ? 'obsolete: `http2 on;`' : undefined,
        deprecated: isObsolete ? true : undefined,
      };
    });
}

function upstreamParameters({ version }: Model, { before, after }: Statement): Entry[] {
  const present = new Set([...before, ...after].map(({ value }) => value.replace(/=.*/s, '=')));
  const isOld = !isAtLeast(version, resolveSince);
  return upstreamServerParameters
    .filter(([label]) => !present.has(label))
    .map(([label, note], order) => {
      const isLater = isOld && (label === 'resolve' || label === 'service=');
      return {
        label,
        kind: 'keyword',
        order,
        rank: isLater ? 9 : undefined,
        note: isLater ? laterNote(resolveSince, version) : note,
      };
    });
}

function laterNote(since: NginxVersion, version: NginxVersion): string {
  return `since ${formatVersion(since)}, not in ${formatVersion(version)}`;
}

/** The names of one kind that the configuration defines. */
function definedNames({ configuration }: Model, kind: SymbolKind): string[] {
  return symbolsOf(configuration).all.flatMap((symbol) =>
    symbol.kind === kind && symbol.definitions.length > 0 ? [symbol.written] : [],
  );
}

/** Directives that name a zone, and whether `zone=` precedes the name. */
const ZONES: Readonly<Record<string, readonly [kind: SymbolKind, key: string]>> = {
  limit_req: ['limit-req-zone', 'zone='],
  limit_conn: ['limit-conn-zone', ''],
  proxy_cache: ['cache-zone', ''],
  fastcgi_cache: ['cache-zone', ''],
  uwsgi_cache: ['cache-zone', ''],
  scgi_cache: ['cache-zone', ''],
};

/** The zones that a directive may name, and the other words of its first argument. */
function zoneEntries(scope: ArgumentScope, name: string, index: number): Entry[] {
  const zone = ZONES[name];
  if (zone === undefined || index > 0) return [];
  const [kind, key] = zone;
  return inOrder(
    definedNames(scope.model, kind).map((each) => `${key}${each}`),
    'value',
    { rank: 3 },
  );
}

/** Whether there is something to choose from for the first argument of a directive. */
export function hasChoices({ name, kind }: DirectiveFact): boolean {
  return (
    kind === 'flag' ||
    name === 'listen' ||
    name === 'include' ||
    firstValues[name] !== undefined ||
    ZONES[name] !== undefined ||
    valueWords(name) !== null ||
    /_(?:set|hide|pass)_header$|^add_header$|^(?:\w+_)?ssl_certificate(?:_key)?$/.test(name)
  );
}

/** The names of the formats of the access log. */
function formatEntries({ model }: ArgumentScope): Entry[] {
  return inOrder([...new Set(['combined', ...definedNames(model, 'log-format')])], 'value');
}

/** `on` and `off`, the words of nginx's own tables, and those that the manual lists. */
function wordEntries(
  { model, contexts, statement }: ArgumentScope,
  fact: DirectiveFact,
  index: number,
): Entry[] {
  if (fact.kind === 'flag') return index === 0 ? inOrder(['on', 'off'], 'keyword') : [];
  const { name } = fact;
  const known = valueWords(name);
  const present = new Set(
    [...statement.before.slice(1), ...statement.after].map(({ value }) => value.toLowerCase()),
  );
  if (known !== null) {
    const isList = 'min' in fact.args || fact.args.some((count) => count > 1);
    if (index > 0 && !isList) return [];
    return known.written
      .filter((word) => !present.has(word.toLowerCase()))
      .map((label, order) => {
        const since = known.later.get(label.toLowerCase());
        const isLater = since !== undefined && !isAtLeast(model.version, since);
        const isWeak = name.endsWith('ssl_protocols') && weakProtocols.has(label);
        return {
          label,
          kind: 'keyword',
          order,
          rank: isLater ? 9 : isWeak ? 8 : undefined,
          note: isLater ? laterNote(since, model.version) : isWeak ? 'weak' : undefined,
          deprecated: isWeak ? true : undefined,
        };
      });
  }
  return inOrder(
    docWords(name, contexts, index).filter((word) => !present.has(word.toLowerCase())),
    'keyword',
  );
}

/** The words that the manual has for an argument, over all forms that the directive takes there. */
function docWords(name: string, contexts: readonly Context[], index: number): string[] {
  const docs = directiveDocs(name).length === 0 ? null : docsIn(name, contexts);
  const words = (docs?.syntax ?? []).flatMap((form) =>
    parametersAt(parametersOf(form), index).flatMap((parameter) => parameter.words),
  );
  return [...new Set(words)].filter((word) => !commercialWords.has(word));
}

/** The parameters that argument `index` may be: the required one of its number, or any optional one. */
function parametersAt(parameters: readonly Parameter[], index: number): readonly Parameter[] {
  const repeating = parameters.findIndex(({ repeats }) => repeats);
  const firstOptional = parameters.findIndex(({ optional }) => optional);
  const optional = parameters.filter((parameter) => parameter.optional || parameter.repeats);
  const own = parameters[index];
  const mayMove = [repeating, firstOptional].some((first) => first !== -1 && index >= first);
  if (!mayMove) return own === undefined ? [] : [own];
  return [
    ...new Set([
      ...optional,
      ...(own === undefined ? [] : [own]),
      ...parameters.slice(Math.max(firstOptional, 0)),
    ]),
  ];
}

/** The named locations of the servers around, as `error_page` and `try_files` name them. */
export function namedLocationEntries({ blocks }: Pick<ArgumentScope, 'blocks'>): Entry[] {
  const names = new Set<string>();
  for (const server of new Set(blocks.map(serverAround))) {
    for (const directive of server?.children ?? []) {
      if (directive.name !== 'location' || directive.children === null) continue;
      const { kind, name } = locationName(directive);
      if (kind === 'named') names.add(name);
    }
  }
  return [...names].map((label) => ({ label, kind: 'location' }));
}

function serverAround(block: ConfigDirective): ConfigDirective | null {
  let at: ConfigDirective | null = block;
  while (at !== null && at.name !== 'server') at = blockAround(at);
  return at;
}
