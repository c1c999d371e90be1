import { t } from '../l10n';
import { upstreamOf } from '../model/asking';
import type { Model } from '../model/model';
import { inForce, ownWritten } from './in-force';
import { parseTime } from '../values/time';
import { bytesOf } from '../model/bytes';
import type { ConfigDirective } from '../model/configuration';
import { effective } from '../model/inheritance';
import type { Level } from '../model/levels';
import { hasResolverByDefault } from '../reference/forks';
import { locationName } from '../values/location';
import { hostOf, parseProxyTarget, type ProxyTarget } from '../values/pass-url';
import { isFilledIn } from '../model/variables';
import { hasPlaceholder } from '../syntax/templates/languages';
import { mayBeStub } from '../syntax/templates/stubs';
import { internalError, refusal, type Refusal } from './answer';
import { ADDRESS, requestUri } from './facts';
import type { BackEnd } from './outcome';
import type { ContentHandler, Request } from './request';
import { isAddress } from './target';
import { escapePath } from './uri';
import {
  atomsOf,
  concat,
  known,
  knownText,
  mapKnown,
  NOT_A_TOKEN,
  open,
  prefixOf,
  sampleText,
  shownText,
  suffixOf,
  type Value,
  withoutPrefix,
} from './value';
import { decidingArgument } from './variables';

/**
 * The `proxy_pass` (`uwsgi_pass`, …) in force at a level. An `if` or `limit_except` without one has that of its
 * location (ngx_http_proxy_merge_loc_conf); it is found even when another directive has made the handler.
 */
function passInForce(request: Request, name: string): ConfigDirective | undefined {
  const { level } = request;
  const own = ownWritten(request, level, name).at(-1);
  if (own !== undefined || level.kind === 'location') return own;
  return level.parent?.kind === 'location' ? ownWritten(request, level.parent, name).at(-1) : undefined;
}

/** Where a `proxy_pass` leads, or the answer of nginx where it leads nowhere (ngx_http_proxy_eval). */
export function backEndOf(request: Request, handler: ContentHandler): BackEnd | Refusal {
  const pass = passInForce(request, handler.name);
  if (pass === undefined) {
    const message = t(
      'The `if` in force has no back end of its own, and its location has none either: nginx answers 500.',
    );
    return internalError(message, request.level);
  }
  if (handler.name !== 'proxy_pass') {
    return { pass, host: filledHost('backend'), uri: requestUri(request.facts), address: null };
  }
  const written = pass.argument(0);
  const isTemplate = isFilledIn(pass, 0) || (!written.includes('://') && mayBeStub(written));
  const isVariable = written.includes('$') && !isTemplate;
  const value = isVariable ? decidingArgument(request, pass, 0, 'request') : known(bytesOf(written));
  const isKnownScheme = /^https?:\/\//i.test(prefixOf(value));
  if (!isKnownScheme && !isTemplate) {
    const message = t`\`proxy_pass\` knows http:// and https://, not \`${shownText(value)}\`: nginx answers 500.`;
    return refusal(500, 'proxy-pass-scheme', message, pass);
  }
  return backEndAt(request, pass, value, isVariable);
}

/** @param value the URL of a `proxy_pass` */
function backEndAt(
  request: Request,
  pass: ConfigDirective,
  value: Value,
  isVariable: boolean,
): BackEnd | Refusal {
  const start = prefixOf(value);
  const text = knownText(value);
  // What is behind the host may be open, as long as it begins with something that ends the host.
  const target = parseProxyTarget(start);
  const isHostKnown = text !== null || target.uri !== '';
  if (!isHostKnown) return openBackEnd(request, pass, value, target);
  if (isVariable && !isAuthority(target.authority)) {
    const message = t`\`${shownText(value)}\` names no host and port: nginx answers 500.`;
    return internalError(message, pass);
  }
  if (isVariable && !isReachable(request, target)) return unresolved(hostOf(target.authority), pass);
  const group = hasPort(target) ? undefined : upstreamOf(request.model, hostOf(target.authority));
  if (group?.isDown === true) {
    const message = t`All servers of \`upstream ${group.name}\` are marked as \`down\`: nginx answers 502.`;
    return refusal(502, 'internal-error', message, group.directive);
  }
  const proxyHost = proxyHostOf(target);
  const host = hasPlaceholder(proxyHost) ? filledHost(proxyHost) : known(proxyHost);
  request.backEnd = { host, port: known(portOf(target)) };
  const path = withoutPrefix(value, start.length - target.uri.length);
  const uri = upstreamUri(request, pass, path, isVariable);
  if (knownText(uri) === '')
    return internalError(t('The path for the back end has no length: nginx answers 500.'), pass);
  if (!isPortFilledIn(target)) return { pass, host, uri, address: target };
  request.backEnd = { host, port: [open('$proxy_port', FILLED_PORT)] };
  return { pass, host, uri, address: null };
}

/** The name of a back end that a template fills in, shown as `sample`. */
function filledHost(sample: string): Value {
  return [open('$proxy_host', { isFilled: true, shape: NOT_A_TOKEN, sample })];
}

const FILLED_PORT = { isFilled: true, sample: '80' };

/** Whether the port is still to be filled in: it may be any, also one of this nginx. */
function isPortFilledIn({ authority }: ProxyTarget): boolean {
  if (authority.toLowerCase().startsWith('unix:')) return false;
  const colon = authority.lastIndexOf(':');
  return colon > authority.lastIndexOf(']') && /\D/.test(authority.slice(colon + 1));
}

/** A back end whose host a part of the request names: it is looked up, and taken to be there. */
function openBackEnd(
  request: Request,
  pass: ConfigDirective,
  value: Value,
  { authority, scheme }: ProxyTarget,
): BackEnd | Refusal {
  const named = cutAt(withoutPrefix(value, (scheme ?? '').length + '://'.length), /[/?]/);
  const host = cutAt(named, prefixOf(named).startsWith('[') ? /(?<=\]):/ : /:/);
  if (authority === '' && request.assumptions.isEmpty(named, shownText(named)) === true) {
    return internalError(t`\`${pass.argument(0)}\` names no host: nginx answers 500.`, pass);
  }
  const isFound =
    isSurelyAddress(host) || looksUpNames(request) || namesKnownHost(request, pass, value, host);
  if (!isFound) return unresolved(shownText(host), pass);
  // It may be known now which host was asked for.
  const now = request.assumptions.resolve(value);
  if (prefixOf(now).length > prefixOf(value).length) return backEndAt(request, pass, now, true);
  request.backEnd = { host: named, port: [open('$proxy_port', FILLED_PORT)] };
  // Where its path begins cannot be told either: what the client asked for is sent, or what is behind the host.
  return { pass, host: named, uri: requestUri(request.facts), address: null };
}

/** A value up to where its known text first matches. */
function cutAt(value: Value, end: RegExp): Value {
  const last = value.findIndex((part) => typeof part === 'string' && end.test(part));
  const part = value[last];
  if (typeof part !== 'string') return value;
  return concat(value.slice(0, last), known(part.slice(0, part.search(end))));
}

/** Without a `resolver` a host must be known: an upstream, an address, or the host of another `proxy_pass`. */
function namesKnownHost(request: Request, pass: ConfigDirective, url: Value, host: Value): boolean {
  const [start, end] = [prefixOf(host), suffixOf(host)];
  const mayBeAddress = /^(?:[\d.]*|\[.*)$/.test(start) && /^[\d.]*$|\]$/.test(end);
  const mayBeKnown = hasKnownHost(request.model, start.toLowerCase(), end.toLowerCase());
  if (!mayBeAddress && !mayBeKnown) return false;
  const isKnown = (text: string): boolean => {
    const target = parseProxyTarget(text);
    return isAuthority(target.authority) && isReachable(request, target);
  };
  const shown = shownText(host);
  const kinds = [
    knownAs(shown, mayBeAddress, mayBeKnown),
    t`\`${shown}\` is a name that no \`resolver\` looks up`,
  ];
  const kindOf = (text: string): number => (isKnown(text) ? 0 : 1);
  return request.assumptions.select(url, `of ${pass.start}`, kinds, kindOf, null) === 0;
}

function knownAs(host: string, mayBeAddress: boolean, mayBeUpstream: boolean): string {
  if (!mayBeUpstream) return t`\`${host}\` is an address`;
  return mayBeAddress ? t`\`${host}\` is an address or names an upstream` : t`\`${host}\` names an upstream`;
}

/** One that is written, or that of the client or the server, as variables give it. */
function isSurelyAddress(host: Value): boolean {
  return atomsOf(host).every(({ shape }) => shape === ADDRESS) && isAddress(sampleText(host));
}

/** Whether nginx knows a host that begins and ends so without a `resolver`. */
function hasKnownHost(model: Model, start: string, end: string): boolean {
  return model.ask('known host', `${start}\0${end}`, (all) =>
    knownHosts(all).some((name) => name.startsWith(start) && name.endsWith(end)),
  );
}

function knownHosts({ upstreams, http }: Model): readonly string[] {
  return [
    ...upstreams.map(({ name }) => name.toLowerCase()),
    ...[...fixedHosts(http)].map((each) => each.replace(/:[^:]*$/, '')),
  ];
}

function unresolved(host: string, pass: ConfigDirective): Refusal {
  const message = t`No \`resolver\` is in force that could look up \`${host}\`: nginx answers 502.`;
  return refusal(502, 'websocket-proxy-variable', message, pass);
}

/** Whether nginx can read host and port (ngx_parse_url). */
function isAuthority(authority: string): boolean {
  if (/^unix:/i.test(authority)) return authority.length > 'unix:'.length;
  const match = /^(?:\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(authority);
  const port = match?.[1];
  return match !== null && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}

/**
 * A name is known when an upstream has it, which goes by its name alone, or when the `proxy_pass` of another location
 * has it with the same port; else a `resolver` looks it up (ngx_http_upstream_init_request).
 */
function isReachable(request: Request, target: ProxyTarget): boolean {
  const { model } = request;
  const host = hostOf(target.authority);
  if (host.startsWith('unix:') || isAddress(host)) return true;
  if (looksUpNames(request)) return true;
  if (upstreamOf(model, host) !== undefined) return !hasPort(target);
  const address = `${host}:${portOf(target)}`;
  return model.ask('fixed host', address, ({ http }) => fixedHosts(http).has(address));
}

/** Whether a host that is not known is looked up when it is needed, or may be. */
function looksUpNames({ model, level }: Request): boolean {
  const { directives, certain } = effective(level, 'resolver');
  if (model.hasUnseenParts || !certain) return true;
  const written = directives.at(-1);
  if (!hasResolverByDefault(model.fork, model.version)) return written !== undefined;
  return written?.argument(0) !== 'off';
}

const hosts = new WeakMap<Level, ReadonlySet<string>>();

function hasPort({ authority }: ProxyTarget): boolean {
  return /:\d+$/.test(authority);
}

/** The hosts that directives without variables name, with their ports: nginx has looked them up when it started. */
export function fixedHosts(http: Level | null): ReadonlySet<string> {
  if (http === null) return new Set();
  const known = hosts.get(http) ?? new Set(passTargets(http));
  hosts.set(http, known);
  return known;
}

function* passTargets(http: Level): Generator<string> {
  const pending = [http];
  for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
    for (const directive of level.byName.get('proxy_pass') ?? []) {
      const value = directive.argument(0);
      const target = parseProxyTarget(value);
      if (!value.includes('$')) yield `${hostOf(target.authority)}:${portOf(target)}`;
    }
    for (const inner of level.levels) pending.push(inner);
  }
}

/** `$proxy_host` (ngx_http_proxy_set_vars). */
export function proxyHostOf({ scheme, authority }: Pick<ProxyTarget, 'scheme' | 'authority'>): string {
  if (authority.toLowerCase().startsWith('unix:')) return 'localhost';
  return authority.replace(scheme?.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
}

function portOf({ scheme, authority }: ProxyTarget): string {
  if (authority.toLowerCase().startsWith('unix:')) return '';
  return /:(\d+)$/.exec(authority)?.[1] ?? (scheme?.toLowerCase() === 'https' ? '443' : '80');
}

/**
 * The path and query of the request line (ngx_http_proxy_create_request).
 *
 * @param own those of the `proxy_pass`
 */
function upstreamUri(request: Request, pass: ConfigDirective, own: Value, isVariable: boolean): Value {
  const { facts, assumptions } = request;
  if (isVariable && own.length > 0) return prefixOf(own).startsWith('?') ? concat(known('/'), own) : own;
  if (own.length === 0 && request.isPathAsSent && request.isMain) return requestUri(facts);
  const replaced = request.isLocationPath && own.length > 0 ? locationLength(pass) : 0;
  const rest = withoutPrefix(assumptions.resolve(request.uri), replaced);
  const isEscaped = request.internal || prefixOf(facts.path).includes('%');
  const path = isEscaped ? mapKnown(rest, escapePath) : rest;
  // A `proxy_pass` without variables gets no slash in front of its query.
  const front = request.isLocationPath ? own : [];
  const args = assumptions.resolve(request.args);
  const text = knownText(args);
  if (text === '') return concat(front, path);
  // An open query brings its `?` with it.
  return text === null ? concat(front, path, args) : concat(front, path, known(`?${text}`));
}

/** How much of the path the location stands for, which the path of `proxy_pass` takes the place of. */
function locationLength(pass: ConfigDirective): number {
  const { parent } = pass;
  return parent?.name === 'location' ? bytesOf(locationName(parent).name).length : 0;
}

/** The answer of nginx when it waits for nothing at all, or null. */
export function timeoutRefusal(request: Request, prefix: string): Refusal | null {
  for (const name of [`${prefix}_connect_timeout`, `${prefix}_read_timeout`]) {
    const directive = inForce(request, request.level, name).directives.at(-1);
    if (directive !== undefined && parseTime(directive.argument(0)) === 0) {
      const message = t`\`${name} 0\` is no "off": nginx gives up at once, with 504.`;
      return refusal(504, 'websocket-idle-timeout', message, directive);
    }
  }
  return null;
}
