import type { ConfigDirective, Heading } from '../../model/configuration';
import type { Model } from '../../model/model';
import { symbolsOf } from '../../model/symbols';
import { areaOf, type Context } from '../../model/context';
import { allVariableDocs, variableDocs } from '../../reference/docs';
import { mayBeBuiltIn } from '../../reference/variable-facts';
import type { NginxVersion } from '../../reference/versions';
import type { Statement } from '../support/statement';
import type { Entry } from './entry';

/** Headers of requests that are asked for by name: each is a variable of the family `$http_`. */
const REQUEST_HEADERS =
  'upgrade host connection origin cookie authorization user_agent referer accept accept_language accept_encoding ' +
  'x_forwarded_for x_forwarded_proto x_forwarded_host x_real_ip x_request_id sec_websocket_key ' +
  'sec_websocket_protocol sec_websocket_version sec_websocket_extensions if_modified_since range';

/** Of responses: `$sent_http_`, `$upstream_http_`. */
const RESPONSE_HEADERS = 'content_type content_length location connection upgrade cache_control';

/** The members of families that people use; of the other families only the beginning is offered. */
const MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['http_', REQUEST_HEADERS.split(' ')],
  ['sent_http_', RESPONSE_HEADERS.split(' ')],
  ['upstream_http_', RESPONSE_HEADERS.split(' ')],
]);

/** Those that most configurations have: they are listed before the others. */
const FREQUENT: ReadonlySet<string> = new Set(
  (
    'host http_upgrade http_host remote_addr proxy_add_x_forwarded_for scheme uri request_uri args ' +
    'server_name server_port request_method document_root proxy_host'
  ).split(' '),
);

/** What this release does not have is of later ones, or of modules that few have. */
const COMMON: NginxVersion = { major: 1, minor: 22, patch: 1 };

/** Each part of a configuration has variables of its own. */
type Part = 'http' | 'stream';

const tables = new Map<Part, readonly string[]>();

/** The names of nginx's own variables, and the beginnings of its families. */
function namesIn(part: Part): readonly string[] {
  const known = tables.get(part) ?? readNames(part);
  tables.set(part, known);
  return known;
}

function readNames(part: Part): string[] {
  const own = allVariableDocs().filter(
    ({ module }) => part === (module.startsWith('ngx_stream_') ? 'stream' : 'http'),
  );
  const names = own.flatMap(({ name, isFamily }) =>
    isFamily ? ['', ...(MEMBERS.get(name) ?? [])].map((member) => `${name}${member}`) : [name],
  );
  return [...new Set(names)];
}

/** The variables that are allowed in a value: those of the configuration first, then nginx's own. */
export function variableEntries(
  model: Model,
  contexts: readonly Context[],
  statement: Statement,
  blocks: readonly ConfigDirective[],
): Entry[] {
  const captures = captureCount(statement, blocks);
  const parts = partsOf(contexts);
  const own = new Map<string, Entry>();
  for (const { kind, name, written, part, definitions } of symbolsOf(model.configuration).all) {
    const [definition] = definitions;
    if (kind !== 'variable' || definition === undefined || !parts.some((each) => each === part)) continue;
    own.set(name, { label: `$${written}`, kind: 'variable', note: definition.directive.name, rank: 2 });
  }
  const builtIn = parts.flatMap((part) => namesIn(part).filter((name) => isKnown(name, part, model.version)));
  return [
    ...own.values(),
    ...Array.from({ length: captures }, (_, index): Entry => {
      return { label: `$${index + 1}`, kind: 'variable', note: 'capture', rank: 3 };
    }),
    ...[...new Set(builtIn)].filter((name) => !own.has(name)).map(builtInEntry),
  ];
}

/** In braces, as `${name}`: all of it is compared and replaced. */
export function inBraces(entry: Entry): Entry {
  const text = `\${${entry.label.slice(1)}}`;
  return entry.goesOn === true
    ? { ...entry, filter: text, insert: `\${${entry.label.slice(1)}` }
    : { ...entry, filter: text, insert: text };
}

function builtInEntry(name: string): Entry {
  if (name.endsWith('_')) {
    return { label: `$${name}`, kind: 'variable', note: 'any of its family', rank: 6, goesOn: true };
  }
  const isCommon = mayBeBuiltIn(name, 'http', COMMON) || mayBeBuiltIn(name, 'stream', COMMON);
  return { label: `$${name}`, kind: 'variable', rank: FREQUENT.has(name) ? 4 : isCommon ? undefined : 7 };
}

function isKnown(name: string, part: Part, version: NginxVersion): boolean {
  return name.endsWith('_') ? variableDocs(name) !== null : mayBeBuiltIn(name, part, version);
}

function partsOf(contexts: readonly Context[]): Part[] {
  const areas = new Set(contexts.map(areaOf));
  // The lines of a map are of either part.
  if (areas.has('unknown')) return ['http'];
  return (['http', 'stream'] as const).filter((part) => areas.has(part));
}

/** How many captures a pattern of the directive itself, or of the blocks around it, may have made. At most nine have a name. */
function captureCount({ before }: Statement, blocks: readonly ConfigDirective[]): number {
  const [name, pattern] = before;
  let most = name?.value === 'rewrite' ? groupsIn(pattern?.value ?? '') : 0;
  for (const block of new Set(blocks)) {
    for (let at: Heading | null = block; at !== null; at = at.parent) {
      if (['location', 'if'].includes(at.name)) {
        for (const { value } of at.words.slice(1)) most = Math.max(most, groupsIn(value));
      }
    }
  }
  return Math.min(most, 9);
}

/** The groups of a pattern that capture; those in classes and behind a backslash are none. */
function groupsIn(pattern: string): number {
  const found = pattern.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?(?:P?<(?![=!])|')/gs);
  return [...found].filter(([text]) => text.startsWith('(')).length;
}
