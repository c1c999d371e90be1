import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import { effective } from '../model/inheritance';
import { serverNames } from '../model/server-names';
import { isFilledIn, type VariableMap } from '../model/variables';
import { parseValue } from '../values/script';
import { formatVersion } from '../reference/versions';
import { clientHeaders } from './client';
import type { Value } from './evaluate';
import { selectEntry } from './maps';
import { CannotTell, type Request } from './request';
import type { Step } from './evidence';
import { isAddress } from './target';
import { escapeArguments, isQuoted } from './uri';

/** nginx follows variables that name each other this deep (ngx_http_get_variable). */
const DEPTH_LIMIT = 100;

/** A value longer than this is none that matters. */
const LENGTH_LIMIT = 65_536;

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
  let text = '';
  let kind: 'known' | 'some' = 'known';
  let isWord = false;
  for (const part of parseValue(value)) {
    if (part.kind === 'text') {
      text += bytesOf(part.text);
      continue;
    }
    const inner = variableOf(request, part.name, options, depth);
    if (inner.kind === 'unknown') return inner;
    if (inner.kind === 'some') {
      kind = 'some';
      isWord ||= inner.isWord;
    }
    text += inner.text;
    if (text.length > LENGTH_LIMIT) return { kind: 'unknown', variable: part.name };
  }
  return kind === 'known' ? { kind, text } : { kind, text, isWord };
}

/** The same for an argument of a directive, which a template may fill in. */
export function argumentOf(
  request: Request,
  directive: ConfigDirective,
  index: number,
  options: ValueOptions = {},
): Value {
  const value = directive.argument(index);
  return isFilledIn(directive, index)
    ? { kind: 'unknown', variable: value }
    : valueOf(request, value, options);
}

/** The text of an argument that decides where the request goes. */
export function decidingText(
  request: Request,
  directive: ConfigDirective,
  index: number,
  step: Step,
  options: ValueOptions = {},
): string {
  const value = directive.argument(index);
  if (isFilledIn(directive, index)) throw cannotTell(value, directive, step);
  return decidingValue(request, value, directive, step, options);
}

/** The text of a value that decides where the request goes. */
export function decidingValue(
  request: Request,
  value: string,
  about: ConfigDirective,
  step: Step,
  options: ValueOptions = {},
): string {
  const result = valueOf(request, value, options);
  if (result.kind === 'known') return result.text;
  throw cannotTell(value, about, step);
}

function cannotTell(value: string, about: ConfigDirective, step: Step): CannotTell {
  return new CannotTell(step, `What \`${value}\` comes to is known only when nginx runs.`, about);
}

function variableOf(request: Request, name: string, options: ValueOptions, depth: number): Value {
  if (/^[1-9]$/.test(name)) return captured(request, Number(name), options);
  const unknown: Value = { kind: 'unknown', variable: name };
  if (depth > DEPTH_LIMIT) return unknown;
  // `set` may give a value to the variable of a map, too (ngx_http_script_set_var_code).
  const given = request.variables.get(name);
  if (given !== undefined) return given;
  const map = request.model.maps.get(name);
  if (map !== undefined) return mapped(request, map, options, depth);
  const builtIn = builtInValue(request, name);
  if (builtIn !== null) return builtIn;
  return request.model.variables.isEmptyUntilSet(name) ? known('') : unknown;
}

function captured(request: Request, group: number, { quote = false }: ValueOptions): Value {
  const text = request.captures[group] ?? '';
  return known(quote && isQuoted(request.target.path) ? escapeArguments(text) : text);
}

function mapped(request: Request, map: VariableMap, options: ValueOptions, depth: number): Value {
  const source = valueOf(request, map.source, options, depth + 1);
  const selection = source.kind === 'known' ? selectEntry(map, source.text) : null;
  let value: Value = { kind: 'unknown', variable: map.name };
  if (selection !== null) {
    if (selection.match !== null) request.capture(selection.match);
    value = valueOf(request, selection.value, {}, depth + 1);
  }
  if (!map.volatile) request.variables.set(map.name, value);
  return value;
}

function known(text: string): Value {
  return { kind: 'known', text };
}

/** A value that differs from one client or machine to another, but is never empty. */
function some(text: string, isWord = true): Value {
  return { kind: 'some', text, isWord };
}

/** The value of a variable of nginx; null for what is none, or is not known to a static reading. */
function builtInValue(request: Request, name: string): Value | null {
  if (name.startsWith('http_')) return known(headerValue(request, name.slice('http_'.length)));
  if (name.startsWith('arg_')) return known(argumentNamed(request.args, name.slice('arg_'.length)));
  if (name.startsWith('cookie_') || name.startsWith('proxy_protocol_')) return known('');
  const { target } = request;
  switch (name) {
    case 'args':
    case 'query_string':
      return known(request.args);
    case 'is_args':
      return known(request.args === '' ? '' : '?');
    case 'uri':
    case 'document_uri':
      return known(request.uri);
    case 'request_uri':
      return known(requestUri(request));
    case 'request':
      return known(`GET ${requestUri(request)} HTTP/1.1`);
    case 'request_method':
      return known('GET');
    case 'server_protocol':
      return known('HTTP/1.1');
    case 'scheme':
      return known(target.secure ? 'https' : 'http');
    case 'https':
      return known(target.secure ? 'on' : '');
    case 'host':
      return known(target.host.replace(/\.$/, ''));
    case 'proxy_host':
      return known(request.backEnd?.host ?? '');
    case 'proxy_port':
      return known(request.backEnd?.port ?? '');
    case 'server_port':
      return known(String(target.port));
    case 'server_name':
      return known(bytesOf(serverName(request)));
    case 'nginx_version':
      return known(formatVersion(request.model.version));
    case 'invalid_referer':
      return known(invalidReferer(request));
    case 'remote_user':
    case 'content_length':
    case 'content_type':
    case 'request_body':
    case 'http2':
    case 'http3':
      return known('');
    case 'connection_requests':
      return known('1');
    case 'remote_addr':
    case 'realip_remote_addr':
    case 'proxy_add_x_forwarded_for':
      return some('127.0.0.1');
    case 'server_addr':
      return some(isAddress(target.host) ? target.host.replaceAll(/[[\]]/g, '') : '127.0.0.1');
    default:
      return VARYING.has(name) ? some(`$${name}`, false) : null;
  }
}

/** Never empty, and never a word that matters: serial numbers, times, paths. */
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

/** The first name, in lower case and without the dot at its front; of a regex all, as it is written. */
function serverName({ server }: Request): string {
  const [first = ''] = serverNames(server);
  return first.startsWith('~') ? first : first.toLowerCase().replace(/^\./, '');
}

function requestUri({ target }: Request): string {
  return target.query === '' ? target.path : `${target.path}?${target.query}`;
}

function headerValue(request: Request, suffix: string): string {
  const name = suffix.replaceAll('_', '-');
  if (name === 'host') return request.target.hostHeader;
  return clientHeaders.find((header) => header[0].toLowerCase() === name)?.[1] ?? '';
}

/** `$arg_NAME` (ngx_http_arg): names compare without case, and nothing is decoded. */
function argumentNamed(args: string, name: string): string {
  for (const pair of args.split('&')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).toLowerCase() === name) return pair.slice(equals + 1);
  }
  return '';
}

/** The client sends no `Referer`: valid only with `none`, or where nothing is said (ngx_http_referer_variable). */
function invalidReferer(request: Request): string {
  const { directives } = effective(request.level, 'valid_referers');
  const values = directives.flatMap(({ words }) => words.slice(1).map(({ value }) => value));
  const isRestricted = values.some((value) => value !== 'none' && value !== 'blocked');
  return !isRestricted || values.includes('none') ? '' : '1';
}
