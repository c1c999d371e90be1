import type { Evidence, Verdict } from '../handshake/evidence';
import { routeRow } from '../handshake/route-table';
import { type Route, valueForAny } from '../handshake/routes';
import type { UpstreamHeader } from '../handshake/upstream-request';
import { knownText, shownText } from '../handshake/value';
import { english, t } from '../l10n';
import { textOf } from '../model/bytes';
import { type ConfigDirective, type Place, placeOf } from '../model/configuration';
import { type Effective, effective, effectiveValue, replaced } from '../model/inheritance';
import type { Level } from '../model/levels';
import type { SourceFile } from '../model/source-file';
import type { Model } from '../model/model';
import { placeInFile } from '../model/place-in-file';
import { type ConfigSymbol, type Occurrence, symbolsOf } from '../model/symbols';
import { isNamed } from '../values/header-name';
import { HIDDEN, hideInUrl, isSecretParameter } from '../values/secrets';
import { parseTime } from '../values/time';
import { variablesIn } from '../values/script';
import { variableDocs } from '../reference/docs';
import { conditionsText } from './conditions-text';
import { contextsAt } from './support/contexts';
import { codeSpan, markdownLink, markdownText } from './support/escape';
import { directiveText, variableText } from './support/reference-text';
import { replacedText } from './support/replaced-text';
import { type Statement, statementAt } from './support/statement';

/** What is known of the word at a place. */
export interface Hover {
  /** Markdown. */
  readonly text: string;
  /** The range of the word. */
  readonly start: number;
  readonly end: number;
}

export interface HoverOptions {
  readonly model: Model;
  /** Asked only where a back end is named. */
  readonly routes: () => readonly Route[];
  readonly file: SourceFile;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  /** Makes a link to a place; `label` names it, from the file that is being read. */
  readonly link: (place: Place) => { readonly label: string; readonly uri: string };
}

/**
 * What is known of the word at a place: the documentation of a directive or variable, what of an outer level the
 * directive replaces, where a variable is set, and on `proxy_pass` the request that reaches the back end. Null where there is nothing to say.
 */
export function hoverAt(options: HoverOptions): Hover | null {
  const { model, file, offset } = options;
  const statement = statementAt(file, offset);
  if (statement === null) return null;
  const variable = mayBeVariable(file, statement) ? variableHover(options) : null;
  if (variable !== null) return variable;
  const { word, before } = statement;
  if (word === null) return null;
  const name = before[0]?.value ?? word.value;
  const request = name === 'proxy_pass' && before.length <= 1 ? requestText(options, statement) : null;
  const contexts = contextsAt(model.configuration, file, statement.block);
  const isName = before.length === 0 && !contexts.includes('entries');
  const lost = isName
    ? replacedText(model, file, name, statement.block, word.start, (place) => named(options, place))
    : '';
  const documentation = isName ? directiveText(name, contexts, model.version) : null;
  const parts = [request, lost, documentation].filter((part) => part !== null && part !== '');
  return parts.length === 0 ? null : { text: parts.join('\n\n---\n\n'), start: word.start, end: word.end };
}

// --- Variables

/** Whether the word may name one: to look for all names of a large configuration takes time. */
function mayBeVariable({ text }: SourceFile, { word }: Statement): boolean {
  return word !== null && /\$|\(\?/.test(text.slice(word.start, word.end));
}

function variableHover(options: HoverOptions): Hover | null {
  const { model, file, offset } = options;
  const occurrence = symbolsOf(model.configuration).at(file, offset);
  if (occurrence === null || occurrence.symbol.kind !== 'variable') return null;
  const { symbol, outer } = occurrence;
  const parts = [settingsText(options, symbol), valueText(options, occurrence), builtInText(symbol)];
  const told = parts.filter((part) => part !== '');
  if (told.length === 0) return null;
  return {
    text: `**${codeSpan(`$${symbol.written}`)}**\n\n${told.join('\n\n')}`,
    start: outer.start,
    end: outer.end,
  };
}

/** Where it is set. More places than these are counted only. */
const MOST_PLACES = 8;

function settingsText({ link }: HoverOptions, { definitions }: ConfigSymbol): string {
  const lines = definitions.slice(0, MOST_PLACES).map(({ directive, place }) => {
    const { label, uri } = link(place);
    return `- ${described(directive)}, ${markdownLink(label, uri)}`;
  });
  const rest = definitions.length - lines.length;
  if (rest > 0) lines.push(t`- and ${rest} more`);
  return lines.length === 0 ? '' : `${t('Set by')}\n${lines.join('\n')}`;
}

/** Entries of a map beyond these are left out. */
const MOST_ENTRIES = 6;

function described(directive: ConfigDirective): string {
  const { name, children } = directive;
  if (name === 'set') {
    const isSecret = isSecretParameter(directive.argument(0));
    return t`\`set\` to ${isSecret ? HIDDEN : codeSpan(hideInUrl(directive.argument(1)))}`;
  }
  if (name !== 'map' || children === null) return `\`${name}\``;
  const entries = children
    .filter((entry) => entry.name !== 'include' && entry.words.length === 2)
    .map((entry) => `${codeSpan(entry.name)} → ${codeSpan(entry.argument(0))}`);
  const shown = entries.slice(0, MOST_ENTRIES).join(', ');
  const more = entries.length > MOST_ENTRIES ? ', …' : '';
  return t`\`map\` of ${codeSpan(directive.argument(0))}: ${shown}${more}`;
}

/** What it is for a WebSocket handshake, where that is the same for all. */
function valueText({ model }: HoverOptions, { symbol }: Occurrence): string {
  const isHeader = symbol.name.startsWith('http_') && symbol.name !== 'http_host';
  if (model.http === null || symbol.part !== 'http' || (!isHeader && !model.maps.has(symbol.name))) return '';
  const value = knownText(valueForAny(model, model.http, `$${symbol.name}`));
  return value === null ? '' : t`For a WebSocket handshake: ${codeSpan(textOf(value))}`;
}

function builtInText({ name, definitions }: ConfigSymbol): string {
  const docs = variableDocs(name);
  if (docs !== null) return variableText(name, docs);
  if (/^[1-9]$/.test(name)) return t('What the last pattern that matched has captured.');
  return definitions.length > 0 ? '' : t('Nothing in this configuration sets it.');
}

// --- The request to the back end

/** The most requests that are shown for a file that is included in many places. */
const MOST_REQUESTS = 3;

/** The requests of all instances of a `proxy_pass`, each once. */
function requestText(options: HoverOptions, { before, word }: Statement): string | null {
  const start = before[0]?.start ?? word?.start;
  const { file } = options;
  const routes = options.routes();
  const texts = new Set<string>();
  for (const route of routes) {
    const place = inFile(options, placeOf(route.proxyPass));
    if (place.start !== start || place.file.realPath !== file.realPath) continue;
    texts.add(tableText(options, route));
  }
  const shown = [...texts].slice(0, MOST_REQUESTS);
  const rest = texts.size - shown.length;
  if (rest > 0) shown.push(t`and ${rest} other requests, in other places that include this file`);
  return shown.length === 0 ? null : shown.join('\n\n');
}

function tableText(options: HoverOptions, route: Route): string {
  const rows = [
    versionRow(options, route),
    ...['Host', 'Upgrade', 'Connection'].map((name) => headerRow(options, route, name)),
    idleRow(options, route),
  ];
  const table = rows.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
  return `${verdictText(options, route)}\n\n**${t('Request to the back end')}** ${codeSpan(hideInUrl(route.proxyPass.argument(0)))}\n\n| | ${t('value')} | ${t('from')} |\n|---|---|---|\n${table}`;
}

type Row = readonly [name: string, value: string, origin: string];

function versionRow(options: HoverOptions, { level, request: { version } }: Route): Row {
  const value = version.certain ? `HTTP/${version.value}` : codeSpan(version.value);
  const origin = originOf(options, level, version.directive, effective(level, 'proxy_http_version'));
  return [t('version'), value, origin];
}

function headerRow(options: HoverOptions, route: Route, name: string): Row {
  const { request, level } = route;
  const [header] = request.named(name.toLowerCase());
  if (header !== undefined) return [name, valueOf(header), headerOrigin(options, route, header)];
  const blanked = request.set.directives.findLast((each) => isNamed(each, name.toLowerCase()));
  if (blanked !== undefined) {
    return [
      name,
      t`${codeSpan(blanked.argument(1))} → not sent`,
      originOf(options, level, blanked, request.set),
    ];
  }
  return [name, request.complete ? t('not sent') : t('not known'), lostOrigin(options, route, name)];
}

/** The value as written, and its result. */
function valueOf({ value, directive, name }: UpstreamHeader): string {
  if (directive === null) return name.toLowerCase() === 'host' ? '`$proxy_host`' : codeSpan(shownText(value));
  const written = directive.argument(1);
  const text = knownText(value);
  return text === null || textOf(text) === written
    ? codeSpan(written)
    : `${codeSpan(written)} → ${markdownText(textOf(text))}`;
}

function headerOrigin(
  options: HoverOptions,
  { level, request }: Route,
  { directive }: UpstreamHeader,
): string {
  const origin = originOf(options, level, directive, request.set);
  const names = directive === null ? [] : variablesIn(directive.argument(1));
  const maps = names.flatMap((name) => {
    const map = options.model.maps.get(name)?.directive;
    return map === undefined || map.file.builtIn ? [] : [t`map at ${linked(options, placeOf(map))}`];
  });
  return [origin, ...maps].join(', ');
}

/** The header that an outer level sets, and that the headers in force replace. */
function lostOrigin(options: HoverOptions, { request }: Route, name: string): string {
  const { level, directives } = request.set;
  const [first] = directives;
  if (level === null || first === undefined) return t('default');
  const lost = replaced(level, 'proxy_set_header').findLast((each) => isNamed(each, name.toLowerCase()));
  if (lost === undefined) return t('default');
  return t`~~${linked(options, placeOf(lost))}~~ replaced by ${linked(options, placeOf(first))}`;
}

function idleRow(options: HoverOptions, { location }: Route): Row {
  const inForce = effectiveValue(location, 'proxy_read_timeout', options.model.version);
  const text = inForce.text ?? '';
  const milliseconds = parseTime(text);
  const value = milliseconds === null ? codeSpan(text) : duration(milliseconds);
  return [t('idle close'), value, originOf(options, location, inForce.origin.directive, inForce)];
}

function duration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`;
}

/** The line that a value comes from, with the level where that is another one. */
function originOf(
  options: HoverOptions,
  level: Level,
  directive: ConfigDirective | null,
  inForce: Effective,
): string {
  if (directive === null)
    return inForce.certain ? t('default') : t('default, unless a level that is not here sets it');
  const where = inForce.level === null || inForce.level === level ? '' : `${inForce.level.kind}, `;
  return `${where}${named(options, placeOf(directive))}`;
}

function inFile({ model }: HoverOptions, place: Place): Place {
  return placeInFile(model.configuration.closure, place);
}

/** A link; of a file that we bring along its name, as it cannot be opened. */
function named(options: HoverOptions, place: Place): string {
  return place.file.builtIn ? place.file.path : linked(options, place);
}

function linked(options: HoverOptions, place: Place): string {
  const { label, uri } = options.link(inFile(options, place));
  return markdownLink(label, uri);
}

const VERDICTS: Readonly<Record<Exclude<Verdict, 'depends'>, string>> = {
  passes: english('**Passes.**'),
  blocked: english('**Blocked.**'),
  unknown: english('**Unknown.**'),
};

function verdictText(options: HoverOptions, route: Route): string {
  const { model } = options;
  // What an `if` does has no URL of its own.
  const row = route.level === route.location ? routeRow(model, route.location) : null;
  const { verdict, because } = row ?? route;
  const reasons = because.map((each) => reasonText(options, route, each));
  if (verdict === 'depends') {
    return [t`**Passes,** ${markdownText(conditionsText(route.cases.conditions))}.`, ...reasons].join(' ');
  }
  if (verdict !== 'passes') return [t(VERDICTS[verdict]), ...reasons].join(' ');
  const [url] = row?.urls ?? [];
  return url === undefined
    ? t(VERDICTS[verdict])
    : t`${t(VERDICTS[verdict])} Clients connect to ${codeSpan(hideInUrl(url))}.`;
}

function reasonText(options: HoverOptions, { proxyPass }: Route, { message, place }: Evidence): string {
  const own = inFile(options, placeOf(proxyPass));
  const at = place === null ? null : inFile(options, place);
  const isHere = at !== null && at.file === own.file && at.start === own.start;
  return place === null || isHere || place.file.builtIn
    ? markdownText(message)
    : `${markdownText(message)} (${linked(options, place)})`;
}

/** In a table a bar ends the cell, unless an odd number of backslashes is before it. */
function cell(text: string): string {
  return text.replaceAll(/(\\*)\|/g, (bar, slashes: string) =>
    slashes.length % 2 === 0 ? `${slashes}\\|` : bar,
  );
}
