import { t } from '../l10n';
import { isEmptyUntilSet, mapOf } from '../model/asking';
import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import { effective } from '../model/inheritance';
import { serverNames } from '../model/server-names';
import { isFilledIn, type VariableMap } from '../model/variables';
import { parseValue } from '../values/script';
import type { Assumptions } from './assumptions';
import { CannotTell } from './cannot-tell';
import type { Step } from './evidence';
import { ADDRESS, ANY_QUERY, cookieOf, hasEscapes, headerOf, requestUri } from './facts';
import { choicesOf, chosen } from './geo';
import { type MapValue, selectEntry, valuesOfMap } from './maps';
import { versionText } from './release';
import { type Entry, isDeferred, type Request } from './request';
import { escapeArguments } from './uri';
import {
  bareText,
  concat,
  joined,
  EMPTY,
  isOpaque,
  known,
  knownText,
  mapKnown,
  NOT_A_TOKEN,
  opaque,
  open,
  sampleText,
  shownText,
  type Value,
} from './value';

/** nginx follows variables that name each other this deep (ngx_http_get_variable). */
const DEPTH_LIMIT = 100;

/** A value longer than this is none that matters. */
const LENGTH_LIMIT = 65_536;

/** Maps that keep no value and multiply each other have no end: so many are looked up for one value. */
const LOOK_UP_LIMIT = 10_000;

/** How captures go into a value. */
export interface ValueOptions {
  /** Whether they are escaped as a part of a query is, should the path have been escaped. */
  readonly quote?: boolean;
}

/**
 * What a value comes to at this point of a request (ngx_http_complex_value). A map keeps its first value, unless it
 * is volatile; its pattern takes the place of earlier captures.
 */
export function valueOf(request: Request, value: string, options: ValueOptions = {}, depth = 0): Value {
  const parts: Value[] = [];
  let length = 0;
  if (depth === 0) request.lookUps = 0;
  for (const part of parseValue(value)) {
    const next =
      part.kind === 'text' ? known(bytesOf(part.text)) : variableOf(request, part.name, options, depth);
    length += sampleText(next).length;
    if (length > LENGTH_LIMIT) return [opaque(value)];
    parts.push(next);
  }
  return request.assumptions.resolve(joined(parts));
}

/** The same for an argument of a directive, which a template may fill in. */
export function argumentOf(
  request: Request,
  directive: ConfigDirective,
  index: number,
  options: ValueOptions = {},
): Value {
  const value = directive.argument(index);
  return isFilledIn(directive, index) ? [opaque(value)] : valueOf(request, value, options);
}

/** A value that decides where the request goes: no code that we do not know may have a say in it. */
export function decidingArgument(
  request: Request,
  directive: ConfigDirective,
  index: number,
  step: Step,
  options: ValueOptions = {},
): Value {
  const value = directive.argument(index);
  if (isFilledIn(directive, index)) throw cannotTell(value, directive, step);
  return decidingValue(request, value, directive, step, options);
}

/** The same for a value that is not a whole argument. */
export function decidingValue(
  request: Request,
  value: string,
  about: ConfigDirective,
  step: Step,
  options: ValueOptions = {},
): Value {
  const result = valueOf(request, value, options);
  if (isOpaque(result)) throw cannotTell(value, about, step);
  return result;
}

/** Whether an argument comes to nothing. Where code that we do not know decides, it is taken to be something. */
export function isEmptyArgument(request: Request, directive: ConfigDirective, index: number): boolean {
  const value = argumentOf(request, directive, index);
  return request.assumptions.isEmpty(value, directive.argument(index)) === true;
}

export function cannotTell(value: string, about: ConfigDirective, step: Step): CannotTell {
  return new CannotTell(step, t`What \`${value}\` comes to is known only when nginx runs.`, about);
}

function variableOf(request: Request, name: string, options: ValueOptions, depth: number): Value {
  if (/^[1-9]$/.test(name)) return captured(request, Number(name), options);
  if (depth > DEPTH_LIMIT) return [opaque(`$${name}`)];
  // `set` may give a value to the variable of a map, too (ngx_http_script_set_var_code).
  const given = request.variables.get(name);
  if (given !== undefined) return request.assumptions.resolve(settled(request, name, given));
  const map = mapOf(request.model, name);
  if (map !== undefined) return mapped(request, map, options, depth);
  const choice = request.model.ask(
    'choice',
    name,
    ({ definitions }) => choicesOf(definitions).get(name),
    Object.is,
    'names',
  );
  if (choice !== undefined) return chosen(request, name, choice);
  const builtIn = builtInValue(request, name);
  if (builtIn !== null) return request.assumptions.resolve(builtIn);
  const isEmpty = !request.hasPast && isEmptyUntilSet(request.model, name);
  return isEmpty ? EMPTY : [opaque(`$${name}`)];
}

/** The value of an entry, which is worked out if it was not yet. */
function settled(request: Request, name: string, entry: Entry): Value {
  if (!isDeferred(entry)) return entry;
  const value = entry.worth(request);
  request.variables.set(name, value);
  return value;
}

function captured(request: Request, group: number, { quote = false }: ValueOptions): Value {
  if (request.hasPast && request.captures.length === 0) return [opaque(`$${group}`)];
  const value = request.assumptions.resolve(request.captured(group));
  return quote && hasEscapes(request.facts) ? mapKnown(value, escapeArguments) : value;
}

function mapped(request: Request, map: VariableMap, options: ValueOptions, depth: number): Value {
  request.lookUps += 1;
  if (request.lookUps > LOOK_UP_LIMIT) return [opaque(`$${map.name}`)];
  const source = valueOf(request, map.source, options, depth + 1);
  const value = selected(request, map, source, depth) ?? [opaque(`$${map.name}`)];
  if (!map.volatile) request.variables.set(map.name, value);
  return value;
}

/** The value that a map gives for a source; null where that cannot be told. */
function selected(request: Request, map: VariableMap, source: Value, depth: number): Value | null {
  const { assumptions } = request;
  const text = knownText(source);
  if (text === null) {
    if (isOpaque(source)) return null;
    const kinds = valuesOfMap(map, source, assumptions);
    if (kinds === null) return null;
    const kindOf = (each: string): number => {
      const found = selectEntry(map, each)?.value;
      return Math.max(
        0,
        kinds.findIndex(({ value }) => value === found),
      );
    };
    const words = kinds.map(({ words: each }) => each);
    const chosenKind =
      kinds.length === 1
        ? 0
        : assumptions.select(source, `map $${map.name}`, words, kindOf, kinds.length - 1);
    const kind = kinds[chosenKind];
    if (kind !== undefined) settleSource(assumptions, source, kind);
    const now = knownText(assumptions.resolve(source));
    if (now !== null) return selected(request, map, known(now), depth);
    if (kind === undefined) return null;
    // Of several keys with one value that of a client which sends no more than it must.
    const bare = bareText(source);
    const own = bare === null || kindOf(bare) !== chosenKind ? null : selectEntry(map, bare);
    const captured = own === null ? kind.captured : own.captured;
    if (captured !== null) request.capture(captured);
    return valueOf(request, kind.value, {}, depth + 1);
  }
  const selection = selectEntry(map, text);
  if (selection === null) return null;
  if (selection.captured !== null) request.capture(selection.captured);
  return valueOf(request, selection.value, {}, depth + 1);
}

/** What follows of a source from the value that a map gives for it. */
function settleSource(assumptions: Assumptions, value: Value, { source, excludes }: MapValue): void {
  if (source !== null) assumptions.settle(value, source, true);
  else for (const text of excludes) assumptions.settle(value, text, false);
}

// --- The variables of nginx

/** The value of a variable of nginx; null for what is none, or is not known to a static reading. */
function builtInValue(request: Request, name: string): Value | null {
  const { facts } = request;
  if (name.startsWith('http_')) return headerOf(facts, name.slice('http_'.length).replaceAll('_', '-'));
  if (name.startsWith('arg_')) return argumentNamed(request, name.slice('arg_'.length));
  if (name.startsWith('cookie_')) return cookieOf(facts, name.slice('cookie_'.length));
  if (name.startsWith('proxy_protocol_')) return EMPTY;
  switch (name) {
    case 'args':
    case 'query_string':
      return request.args;
    case 'is_args':
      return isArgs(request);
    case 'uri':
    case 'document_uri':
      return request.uri;
    case 'request_uri':
      request.readsPath = true;
      return requestUri(facts);
    case 'request':
      request.readsPath = true;
      return concat(known('GET '), requestUri(facts), known(` ${facts.protocol}`));
    case 'request_method':
      return known('GET');
    case 'server_protocol':
      return known(facts.protocol);
    case 'scheme':
      return facts.scheme;
    case 'https':
      return httpsOf(request);
    case 'host':
      // Without a `Host` it is the name of the server (ngx_http_variable_host).
      return knownText(facts.host) === '' ? known(bytesOf(serverName(request))) : facts.host;
    case 'proxy_host':
      return request.backEnd?.host ?? EMPTY;
    case 'proxy_port':
      return request.backEnd?.port ?? EMPTY;
    case 'server_port':
      return facts.port;
    case 'server_name':
      return known(bytesOf(serverName(request)));
    case 'nginx_version':
      return versionText(request.model);
    case 'invalid_referer':
      return known(invalidReferer(request));
    case 'content_length':
    case 'content_type':
    case 'request_body':
    case 'http2':
    case 'http3':
      return EMPTY;
    case 'remote_user':
      return EMPTY;
    case 'connection_requests':
      return known('1');
    case 'ssl_client_verify':
      return [open('$ssl_client_verify', { bare: 'NONE', isFilled: true })];
    case 'remote_addr':
    case 'realip_remote_addr':
      if (facts.clientAddress !== null) return known(facts.clientAddress);
      return [open(`$${name}`, { isFilled: true, shape: ADDRESS, sample: '127.0.0.1', isCrowd: true })];
    case 'proxy_add_x_forwarded_for':
      return forwardedFor(request);
    case 'server_addr':
      return facts.serverAddress;
    default:
      return VARYING.has(name) ? [open(`$${name}`, { isFilled: true, shape: NOT_A_TOKEN })] : null;
  }
}

/** Serial numbers, times, paths: never empty, and never a word that matters. */
const VARYING: ReadonlySet<string> = new Set([
  'connection',
  'hostname',
  'msec',
  'pid',
  'realip_remote_port',
  'remote_port',
  'request_filename',
  'request_id',
  'request_length',
  'request_time',
  'document_root',
  'realpath_root',
  'time_iso8601',
  'time_local',
  'binary_remote_addr',
]);

/** `$proxy_add_x_forwarded_for`: what the server before has sent, and the address that connects. */
function forwardedFor({ facts }: Request): Value {
  const name = 'x-forwarded-for';
  const isSent = facts.headers.some((header) => header.name.toLowerCase() === name);
  const before = isSent ? headerOf(facts, name) : EMPTY;
  const own: Value =
    facts.clientAddress === null
      ? [open('$proxy_add_x_forwarded_for', { isFilled: true, shape: ADDRESS, sample: '127.0.0.1' })]
      : known(facts.clientAddress);
  return before.length === 0 ? own : concat(before, known(', '), own);
}

/** The scheme decides it, also where that is still open. */
function httpsOf({ facts, assumptions }: Request): Value {
  const scheme = knownText(assumptions.resolve(facts.scheme));
  if (scheme !== null) return known(scheme === 'https' ? 'on' : '');
  return [
    open('$https', {
      sample: 'on',
      byOrigin: assumptions.origins.length === 0 ? null : ({ secure }) => (secure ? 'on' : ''),
    }),
  ];
}

function isArgs({ args, assumptions }: Request): Value {
  const text = knownText(assumptions.resolve(args));
  if (text !== null) return known(text === '' ? '' : '?');
  return [open('$is_args', { bare: '', sample: '' })];
}

/** The first name, in lower case and without the dot at its front; of a regex all, as it is written. */
function serverName({ server }: Request): string {
  const [first = ''] = serverNames(server);
  return first.startsWith('~') ? first : first.toLowerCase().replace(/^\./, '');
}

/** `$arg_NAME` (ngx_http_arg): names compare without case, and nothing is decoded. */
function argumentNamed({ args, assumptions }: Request, name: string): Value {
  const resolved = assumptions.resolve(args);
  const text = knownText(resolved);
  if (text === null) {
    const isAny = resolved.some((part) => part === ANY_QUERY);
    return [open(isAny ? `$arg_${name}` : `\`$arg_${name}\` of ${shownText(resolved)}`, { bare: '' })];
  }
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).toLowerCase() === name) return known(pair.slice(equals + 1));
  }
  return EMPTY;
}

/** The client sends no `Referer`: valid only with `none`, or where nothing is said (ngx_http_referer_variable). */
function invalidReferer(request: Request): string {
  const { directives } = effective(request.level, 'valid_referers');
  const values = directives.flatMap(({ words }) => words.slice(1).map(({ value }) => value));
  const isRestricted = values.some((value) => value !== 'none' && value !== 'blocked');
  return !isRestricted || values.includes('none') ? '' : '1';
}
